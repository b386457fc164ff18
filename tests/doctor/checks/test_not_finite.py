import pytest

from justright.doctor.checks.nan_from_operation import NAN_FROM_OPERATION
from justright.doctor.checks.nan_in_inputs import NAN_IN_INPUTS
from justright.doctor.checks.nan_in_targets import NAN_IN_TARGETS
from justright.doctor.checks.nan_in_weights import NAN_IN_WEIGHTS
from justright.doctor.evidence import Evidence, Layer, Op, Weight
from tests.doctor.evidences import broken

CALM = (1.0, 0.9, 0.95, 0.9)
LOG = Op(name="Log", layer="fc2", options={"singular": 0.01})
INITS = Layer(name="gain", kind="Gain", calls=1, weights=(Weight(name="g", shape=(8,)),))
EMPTY = Layer(name="g", kind="Gain", calls=1, weights=(Weight(name="g", shape=(8,), finite=False),))
CHECKS = (NAN_IN_INPUTS, NAN_IN_TARGETS, NAN_IN_WEIGHTS, NAN_FROM_OPERATION)


@pytest.mark.parametrize(
    ("check", "seen"),
    [
        (NAN_IN_INPUTS, broken(in_input=True, at=0)),
        (NAN_IN_INPUTS, broken(in_input=True, losses=CALM)),
        (NAN_IN_TARGETS, broken(in_target=True, losses=CALM)),
        (NAN_IN_WEIGHTS, Evidence(door="check", layers=(INITS, EMPTY))),
        (NAN_FROM_OPERATION, broken(losses=CALM, ops=(LOG,))),
        (NAN_FROM_OPERATION, broken(losses=CALM, parameters=("fc1.weight",))),
        (NAN_FROM_OPERATION, broken(at=0, loss="inf", ops=(LOG,))),
    ],
)
def test_the_first_culprit_is_named_and_no_other(check, seen):
    found = [own.id for own in CHECKS if own.judge(seen) is not None]
    assert found == [check.id]


@pytest.mark.parametrize(
    "seen",
    [
        broken(losses=(1.0, 3.0, 80.0, 1e9), parameters=("fc1.weight",)),  # it grew: the rate
        broken(losses=CALM, gradient=(1.0, 30.0, 900.0)),
        broken(losses=CALM, updates={"fc1.weight": (0.1, 5.0)}),
        # A generator's broken output is the discriminator's input.
        broken(losses=(1.0, 3.0, 80.0), in_input=True, parameters=("fc1.weight",)),
        Evidence(door="check", layers=(INITS,)),
    ],
)
def test_what_blew_up_by_steps_is_the_rates_doing(seen):
    assert [own.id for own in CHECKS if own.judge(seen) is not None] == []


def test_the_operation_is_named_with_its_cure():
    finding = NAN_FROM_OPERATION.judge(broken(losses=CALM, ops=(LOG,)))
    assert finding.layer == "fc2"
    assert "clamp" in finding.remedy
    assert finding.confidence > NAN_FROM_OPERATION.judge(broken(losses=CALM)).confidence
