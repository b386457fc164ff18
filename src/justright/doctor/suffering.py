"""Whether a training is held up: a fault that costs nothing is worth a note only."""

import math

from justright.doctor.evidence import Evidence
from justright.doctor.outputs import left_of_trivial, steps_made, trained_on
from justright.kinds import Severity

WELL = 0.25  # of the best constant's loss; a training that came so far was not held up much

NOTHING = 0.95  # of the best constant's loss: nothing was learnt
FEWEST_STEPS = 50  # before nothing learnt is said to be nothing learnable


def severity(evidence: Evidence) -> Severity:
    """How grave a fault of scale is, by what the training came to.

    Example:
        >>> severity(Evidence(door="preflight")).value
        'warn'
    """
    held_up = suffers(evidence)
    if held_up is False:
        return Severity.NOTE
    shares = [left_of_trivial(use) for use in trained_on(evidence)]
    known = [share for share in shares if share is not None]
    nothing = bool(known) and all(not share < NOTHING for share in known)
    late = steps_made(evidence) >= FEWEST_STEPS
    return Severity.STOP if nothing and late else Severity.WARN


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
