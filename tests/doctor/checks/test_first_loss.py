import math

import pytest

from justright.doctor.checks.first_loss import DOUBT, FIRST_LOSS, SICK
from justright.kinds import Severity
from tests.doctor.starts import evidence

ILL = {
    "not a number": (math.nan, 0.69, Severity.STOP),
    "infinite": (math.inf, 0.69, Severity.STOP),
    "just beyond doubt": (DOUBT * 0.69 + 1e-6, 0.69, Severity.WARN),
    "at the edge of sick": (SICK * 0.69, 0.69, Severity.WARN),
    "beyond sick": (SICK * 0.69 + 1e-4, 0.69, Severity.STOP),
    "a target that is easy to guess": (0.7, 0.01, Severity.STOP),
    "a constant target": (0.5, 0.0, Severity.STOP),
}
WELL = {
    "as a constant": (0.69, 0.69),
    "at the edge of doubt": (DOUBT * 0.69, 0.69),
    "better than a constant": (0.3, 0.69),
    "a constant target, hit": (0.0, 0.0),
    "a constant target, nearly hit": (1.4e-3, 0.0),
}


@pytest.mark.parametrize(("first", "trivial", "severity"), ILL.values(), ids=ILL)
def test_fires(first, trivial, severity):
    finding = FIRST_LOSS.judge(evidence(first_loss=first, trivial_loss=trivial))
    assert finding is not None
    assert finding.check == "first-loss"
    assert finding.severity is severity


@pytest.mark.parametrize(("first", "trivial"), WELL.values(), ids=WELL)
def test_stays_silent(first, trivial):
    assert FIRST_LOSS.judge(evidence(first_loss=first, trivial_loss=trivial)) is None


def test_says_both_figures():
    finding = FIRST_LOSS.judge(evidence(first_loss=3.0, trivial_loss=0.69))
    assert finding.sign == "the first loss is 3, a constant prediction has 0.69"
    assert finding.numbers == {"first_loss": 3.0, "trivial_loss": 0.69}
