"""Whether the training itself came to something: then a trial that failed proves nothing."""

from statistics import fmean

from justright.doctor.evidence import Evidence

BELOW_TRIVIAL = 0.7  # of the best constant's loss; a constant reaches 1, chance at most 0.9
FELL = 0.5  # of the first loss, where the best constant's is not known
LATE_SHARE = 0.25  # of the steps or samples, at the end


def learnt(evidence: Evidence) -> bool:
    """Whether the watched training reached clearly less than a constant prediction would.

    Args:
        evidence: What was recorded.

    Example:
        >>> learnt(Evidence(door="preflight"))
        False
    """
    known = False
    for use in evidence.losses:
        samples = [s for s in use.samples if s.trivial is not None and s.trivial > 0]
        if not use.learning or len(samples) < 2:
            continue
        known = True
        late = samples[-max(1, round(LATE_SHARE * len(samples))) :]
        if fmean(s.value for s in late) < BELOW_TRIVIAL * fmean(s.trivial or 0.0 for s in late):
            return True
    return not known and any(_fell(track.loss) for track in evidence.tracks)


def _fell(losses: tuple[float | None, ...]) -> bool:
    finite = [value for value in losses if value is not None]
    if len(finite) < len(losses) or len(finite) < 4 or finite[0] <= 0:
        return False
    late = finite[-max(1, round(LATE_SHARE * len(finite))) :]
    return fmean(late) < FELL * finite[0]
