import math

import pytest

from justright.doctor.checks.zero_batch import ZERO_BATCH
from justright.kinds import Severity
from tests.doctor.starts import evidence

ILL = {  # losses on real inputs, on zeros
    "the same": ((1.2, 1.0), (1.2, 1.0)),
    "worse than on zeros": ((1.2, 1.1), (1.2, 1.0)),
    "hardly better": ((1.2, 0.951), (1.2, 1.0)),
}
WELL = {
    "by heart": ((1.2, 0.0), (1.2, 1.0)),
    "at the edge": ((1.2, 0.95), (1.2, 1.0)),
    "better once is enough": ((1.2, 0.5, 9.0), (1.2, 1.0)),
    "not trained": ((), ()),
    "trained on real inputs only": ((1.2, 1.0), ()),
    "never finite: another check's affair": ((math.nan,), (1.2, 1.0)),
}


def judge(real, zeros, **changes):
    return ZERO_BATCH.judge(
        evidence(real_losses=real, zero_losses=zeros, small_trivial_loss=1.0, **changes)
    )


@pytest.mark.parametrize(("real", "zeros"), ILL.values(), ids=ILL)
def test_fires(real, zeros):
    finding = judge(real, zeros, output_spread=0.0)
    assert finding is not None
    assert (finding.check, finding.severity) == ("zero-batch", Severity.STOP)


@pytest.mark.parametrize(("real", "zeros"), WELL.values(), ids=WELL)
def test_stays_silent(real, zeros):
    assert judge(real, zeros) is None


def test_a_batch_of_one_target_teaches_nothing():
    seen = evidence(real_losses=(0.1,), zero_losses=(0.1,), small_trivial_loss=5e-4)
    assert ZERO_BATCH.judge(seen) is None


ARRIVING = {  # spread of the outputs, linear layers, the best any network could reach, speaks
    "everything can be learnt, nothing is": (0.1, 2, 0.0, True),
    "at the edge of what tells nothing": (0.1, 2, 0.95, True),
    "they arrive, but tell nothing": (0.1, 2, 0.951, False),
    "they tell nothing and move nothing: constant": (0.0, 2, 1.0, True),
    "they move a straight line": (1e-6, 1, 0.0, False),
    "they do not even move a straight line": (0.0, 1, 0.0, True),
}


@pytest.mark.parametrize(("spread", "layers", "floor", "speaks"), ARRIVING.values(), ids=ARRIVING)
def test_inputs_that_arrive_need_not_tell(spread, layers, floor, speaks):
    seen = {"output_spread": spread, "n_layers": layers, "small_floor_loss": floor}
    assert (judge((1.2, 0.99), (1.2, 1.0), **seen) is not None) is speaks
