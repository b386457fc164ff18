import math

import pytest

from justright.doctor.checks.overfit import OVERFIT
from justright.kinds import Severity
from tests.doctor.starts import evidence

ILL = {  # losses, linear layers, severity; a constant has 1
    "nothing learnt": ((1.2, 1.0, 1.0), 3, Severity.STOP),
    "just nothing": ((1.2, 0.981), 3, Severity.STOP),
    "hardly anything": ((1.2, 0.98), 3, Severity.WARN),
    "less than half": ((1.0, 0.501), 2, Severity.WARN),
    "a linear network, nothing": ((1.2, 0.99), 1, Severity.WARN),
    "never finite": ((math.nan, math.inf), 3, Severity.STOP),
}
WELL = {
    "by heart": ((1.0, 0.0), 3),
    "at the edge of half": ((1.0, 0.5), 2),
    "half at one moment, blown up later": ((1.0, 0.4, math.nan, math.inf), 3),
    "a linear network can only do so much": ((1.0, 0.97), 1),
    "not trained": ((), 3),
}


@pytest.mark.parametrize(("losses", "n_layers", "severity"), ILL.values(), ids=ILL)
def test_fires(losses, n_layers, severity):
    seen = evidence(real_losses=losses, n_layers=n_layers, small_trivial_loss=1.0)
    finding = OVERFIT.judge(seen)
    assert finding is not None
    assert (finding.check, finding.severity) == ("overfit-one-batch", severity)


@pytest.mark.parametrize(("losses", "n_layers"), WELL.values(), ids=WELL)
def test_stays_silent(losses, n_layers):
    seen = evidence(real_losses=losses, n_layers=n_layers, small_trivial_loss=1.0)
    assert OVERFIT.judge(seen) is None


def test_a_batch_of_one_target_teaches_nothing():
    assert OVERFIT.judge(evidence(real_losses=(0.1, 0.1), small_trivial_loss=5e-4)) is None


FLOORS = {  # the best that any network could reach, the loss reached, what is said
    "all that can be learnt is": (0.8, 0.8, None),
    "half of what can be learnt": (0.8, 0.9, None),
    "less than half of it": (0.8, 0.91, Severity.WARN),
    "nothing of it": (0.8, 1.0, Severity.STOP),
    "nothing can be learnt": (0.951, 1.0, None),
}


@pytest.mark.parametrize(("floor", "last", "severity"), FLOORS.values(), ids=FLOORS)
def test_only_what_can_be_learnt_is_asked_for(floor, last, severity):
    seen = evidence(real_losses=(1.2, last), small_trivial_loss=1.0, small_floor_loss=floor)
    finding = OVERFIT.judge(seen)
    assert (finding and finding.severity) == severity
