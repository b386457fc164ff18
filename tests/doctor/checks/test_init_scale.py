import math

import pytest

from justright.doctor.checks.init_scale import INIT_SCALE
from justright.kinds import Severity
from tests.doctor.starts import evidence

ILL = {  # spreads by layer, severity, the layer blamed, what is said
    "swells": ([1.0, 3.0, 10.1], Severity.WARN, "c", "larger"),
    "fades": ([1.0, 0.3, 0.09], Severity.WARN, "c", "smaller"),
    "swells out of reach": ([1.0, 50.0, 1001.0], Severity.STOP, "c", "larger"),
    "fades out of reach": ([1.0, 0.5, 0.0009], Severity.STOP, "c", "smaller"),
    "the worst layer is in the middle": ([1.0, 500.0, 20.0], Severity.WARN, "b", "larger"),
    "the faint one is worse than the loud one": ([1.0, 20.0, 0.01], Severity.WARN, "c", "smaller"),
    "silent after the first": ([1.0, 0.0, 0.0], Severity.STOP, "b", "smaller"),
    "silent throughout": ([0.0, 0.0, 0.0], Severity.STOP, "b", "smaller"),
    "infinite": ([1.0, 100.0, math.inf], Severity.STOP, "c", "larger"),
}
WELL = {
    "even": [1.0, 1.0, 1.0],
    "at the edge of loud": [1.0, 10.0],
    "at the edge of faint": [1.0, 0.1000001],
    "small, but all alike": [1e-4, 1e-4, 1e-4],
    "one hidden layer": [123.0],
    "no hidden layer": [],
}


def judge(spreads):
    return INIT_SCALE.judge(evidence(spreads=dict(zip("abcdef", spreads, strict=False))))


@pytest.mark.parametrize(("spreads", "severity", "layer", "word"), ILL.values(), ids=ILL)
def test_fires(spreads, severity, layer, word):
    finding = judge(spreads)
    assert finding is not None
    assert (finding.check, finding.severity, finding.layer) == ("init-scale", severity, layer)
    assert word in finding.sign


@pytest.mark.parametrize("spreads", WELL.values(), ids=WELL)
def test_stays_silent(spreads):
    assert judge(spreads) is None


@pytest.mark.parametrize("spreads", [[math.nan] * 3, [1.0, 5000.0, math.nan], [1.0, math.nan, 2.0]])
def test_what_is_not_a_number_is_no_size(spreads):
    """Not a number is neither larger nor smaller: the first loss tells of it."""
    finding = judge(spreads)
    assert finding is None or "nan" not in finding.sign


def test_a_number_beside_nan_is_still_judged():
    finding = judge([1.0, math.nan, 5000.0])
    assert finding is not None
    assert (finding.layer, finding.severity) == ("c", Severity.STOP)
