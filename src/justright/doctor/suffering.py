"""Whether a training is held up: a fault that costs nothing is worth a note only."""

import math

from justright.doctor.evidence import Evidence
from justright.doctor.outputs import left_of_trivial, trained_on

WELL = 0.25  # of the best constant's loss; a training that came so far was not held up much


def suffers(evidence: Evidence) -> bool | None:
    """Whether the losses stayed high; None where that cannot be told.

    Example:
        >>> suffers(Evidence(door="preflight"))
    """
    if evidence.breakdown is not None:
        return True
    shares = [left_of_trivial(use) for use in trained_on(evidence)]
    known = [share for share in shares if share is not None]
    if not known:
        return None
    return not (max(known) < WELL) or any(not math.isfinite(share) for share in known)
