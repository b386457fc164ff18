import math

import pytest

from justright.doctor.preflight.checks.zero_batch import ZERO_BATCH
from justright.kinds import Severity
from tests.doctor.preflight.evidences import evidence

ILL = {  # losses on real inputs, on zeros; a spread of the outputs that inputs could cause
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
