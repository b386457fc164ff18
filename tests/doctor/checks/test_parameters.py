"""Parameters that the optimizer, the gradient or the forward pass does not reach."""

import pytest

from justright.doctor.checks.frozen_untrained import FROZEN_UNTRAINED
from justright.doctor.checks.gradient_cut import GRADIENT_CUT
from justright.doctor.checks.loss_without_graph import LOSS_WITHOUT_GRAPH
from justright.doctor.checks.parameters_outside_optimizer import PARAMETERS_OUTSIDE_OPTIMIZER
from justright.doctor.checks.unused_layer import UNUSED_LAYER
from justright.doctor.evidence import Layer, Weight
from justright.doctor.fresh import fresh
from justright.kinds import Severity
from tests.doctor.evidences import altered

OUTSIDE, CUT = PARAMETERS_OUTSIDE_OPTIMIZER.example, GRADIENT_CUT.example
UNUSED, NO_GRAPH, FROZEN = (
    UNUSED_LAYER.example,
    LOSS_WITHOUT_GRAPH.example,
    FROZEN_UNTRAINED.example,
)
TRAINED = {"std": 0.11, "mean": 0.02}
NOBODY = {"gradients": {"old.weight": (None,)}, "without_gradient": ("old.weight",)}
BACK_ONLY = {"gradients": {"fc.weight": (1.0,), "fc.bias": (1.0,)}, "without_gradient": ()}
HEAD_CUT = {"gradients": {"encoder.weight": (1.0,) * 3, "head.weight": (None,) * 3},
            "without_gradient": ("head.weight",)}  # fmt: skip

ILL = {
    "a new head": (PARAMETERS_OUTSIDE_OPTIMIZER, OUTSIDE, Severity.STOP),
    "another model": (
        PARAMETERS_OUTSIDE_OPTIMIZER, altered(OUTSIDE, track=NOBODY), Severity.STOP),
    "layers in a plain list": (
        PARAMETERS_OUTSIDE_OPTIMIZER,
        altered(OUTSIDE, conduct={"outside": ("parameter 1",)}), Severity.WARN),
    "a random encoder": (
        PARAMETERS_OUTSIDE_OPTIMIZER,
        altered(OUTSIDE, conduct={"outside": ("conv.weight",)}, track=BACK_ONLY,
                weight={"conv.weight": {"std": 0.1111, "peak": 0.1923}}), Severity.WARN),
    "a trained encoder that was left out": (
        PARAMETERS_OUTSIDE_OPTIMIZER,
        altered(OUTSIDE, conduct={"outside": ("conv.weight",)}, track=BACK_ONLY,
                weight={"conv.weight": {"std": 0.05}}), Severity.NOTE),
    "an encoder behind a cut": (GRADIENT_CUT, CUT, Severity.STOP),
    "features of a trained encoder": (
        GRADIENT_CUT, altered(CUT, weight={"encoder.weight": TRAINED}), Severity.NOTE),
    "a small branch that is not used": (
        GRADIENT_CUT, altered(CUT, track=HEAD_CUT), Severity.NOTE),
    "a large one": (
        GRADIENT_CUT,
        altered(CUT, track=HEAD_CUT, weight={"head.weight": {"shape": (64, 64)}}), Severity.WARN),
    "a layer that is not called": (UNUSED_LAYER, UNUSED, Severity.WARN),
    "a spare head": (
        UNUSED_LAYER, altered(UNUSED, weight={"fc2.weight": {"shape": (1, 40)}}), Severity.NOTE),
    "a loss made anew": (LOSS_WITHOUT_GRAPH, NO_GRAPH, Severity.STOP),
    "random layers frozen": (FROZEN_UNTRAINED, FROZEN, Severity.WARN),
}  # fmt: skip
WELL = {
    "an input optimised through a model": (
        PARAMETERS_OUTSIDE_OPTIMIZER,
        altered(OUTSIDE, track={"gradients": {"parameter 9": (1.0,)}, "without_gradient": ()})),
    "nothing outside": (PARAMETERS_OUTSIDE_OPTIMIZER, altered(OUTSIDE, conduct={"outside": ()})),
    "no step yet": (PARAMETERS_OUTSIDE_OPTIMIZER, altered(OUTSIDE, conduct={"steps": 0})),
    "moved by hand": (
        PARAMETERS_OUTSIDE_OPTIMIZER,
        altered(OUTSIDE, weight={"fc.weight": {"moved": True}, "fc.bias": {"moved": True}})),
    "frozen on purpose": (
        GRADIENT_CUT, altered(CUT, weight={"encoder.weight": {"trainable": False}})),
    "frozen later": (GRADIENT_CUT, altered(CUT, conduct={"frozen": ("encoder.weight",)})),
    "an average that moves by hand": (
        GRADIENT_CUT, altered(CUT, weight={"encoder.weight": {"moved": True}})),
    "seen once": (GRADIENT_CUT, altered(CUT, track={"sampled": (0,)})),
    "never called": (GRADIENT_CUT, altered(CUT, layer={"encoder": {"in_shape": ()}})),
    "called after all": (UNUSED_LAYER, altered(UNUSED, layer={"fc2": {"in_shape": (8, 64)}})),
    "a model of which nothing learns": (
        UNUSED_LAYER, altered(UNUSED, layer={"fc2": {"model": "Teacher"}})),
    "some gradient": (LOSS_WITHOUT_GRAPH, altered(NO_GRAPH, track={"without_gradient": ()})),
    "wiped gradients are another fault": (
        LOSS_WITHOUT_GRAPH, altered(NO_GRAPH, conduct={"cycles": {"FBZS": 50}})),
    "another model's optimizer is another fault": (
        LOSS_WITHOUT_GRAPH, altered(NO_GRAPH, conduct={"outside": ("a",)})),
    "frozen trained layers": (
        FROZEN_UNTRAINED, altered(FROZEN, weight={"body.weight": TRAINED})),
    "random layers that do": (FROZEN_UNTRAINED, altered(FROZEN, losses=())),
}  # fmt: skip


@pytest.mark.parametrize(("check", "evidence", "severity"), ILL.values(), ids=ILL)
def test_fires(check, evidence, severity):
    finding = check.judge(evidence)
    assert finding is not None
    assert (finding.check, finding.severity) == (check.id, severity)


@pytest.mark.parametrize(("check", "evidence"), WELL.values(), ids=WELL)
def test_stays_silent(check, evidence):
    assert check.judge(evidence) is None


def test_says_whose_parameters_the_optimizer_holds():
    finding = PARAMETERS_OUTSIDE_OPTIMIZER.judge(altered(OUTSIDE, track=NOBODY))
    assert "none of the 1 that Adam holds had a gradient" in finding.sign
    assert finding.layer == "fc"


def linear(std, peak, mean=0.0, bias=0.0722, bias_peak=0.124):
    weights = (
        Weight(name="w", shape=(64, 64), std=std, peak=peak, mean=mean, fan_in=64, fan_out=64),
        Weight(name="b", shape=(64,), std=bias, peak=bias_peak),
    )
    return Layer(name="fc", kind="Linear", weights=weights)


NORM = (Weight(name="g", shape=(8,), mean=1.0, peak=1.0), Weight(name="b", shape=(8,)))
MOVED = (Weight(name="g", shape=(8,), mean=1.0, std=0.1, peak=1.2), Weight(name="b", shape=(8,)))
STARTS = {
    "torch's own": (linear(0.0722, 0.12499), True),
    "he, normal": (linear(0.1768, 0.65, bias=0.0), True),
    "glorot, uniform": (linear(0.125, 0.2165, bias=0.0), True),
    "one number beyond the end": (linear(0.0722, 0.1251), False),
    "no number near the end": (linear(0.0722, 0.1246), False),
    "another spread within the ends": (linear(0.06, 0.12499), False),
    "a bias beyond the end": (linear(0.0722, 0.12499, bias_peak=0.1252), False),
    "normal, of no usual spread": (linear(0.09, 0.35, bias=0.0), False),
    "normal, off centre": (linear(0.1768, 0.65, mean=0.01, bias=0.0), False),
    "too few numbers to tell": (
        Layer(name="fc", kind="Linear", weights=(
            Weight(name="w", shape=(4, 8), std=0.5, peak=1.6, fan_in=8, fan_out=4),)), False),
    "batch norm": (Layer(name="bn", kind="BatchNorm1d", weights=NORM), True),
    "a trained batch norm": (Layer(name="bn", kind="BatchNorm1d", weights=MOVED), False),
}  # fmt: skip


@pytest.mark.parametrize(("layer", "expected"), STARTS.values(), ids=STARTS)
def test_tells_a_start_from_trained_weights(layer, expected):
    assert fresh(layer) is expected
