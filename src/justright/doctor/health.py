"""How well the watched network learnt, whatever its faults."""

from statistics import median

from justright.doctor.curve import curve_of, main_track, training_loss, trivial
from justright.doctor.evidence import Evidence

LEARNT = 0.35  # of the trivial loss, or less: most of what can be told apart is
RIGHT = 0.8  # of the way from the commonest class to all right: the same in accuracy
RISEN = 1.3  # times its lowest: a validation loss that has come up again is not well


def learns_well(evidence: Evidence) -> bool:
    """Whether the training loss came far below that of a constant, and validation with it.

    Example:
        >>> learns_well(Evidence(door="watch"))
        False
    """
    track, use = main_track(evidence), training_loss(evidence)
    curve = curve_of(track.loss) if track else None
    if curve is None or track is None or track.first_bad_step is not None:
        return False
    level = trivial(use)
    far = level is not None and level > 0 and curve.last <= LEARNT * level
    return (far or _right(evidence)) and _validates(evidence)


def _right(evidence: Evidence) -> bool:
    """Whether late training batches are mostly classified right."""
    use = training_loss(evidence)
    if use is None:
        return False
    late = [own for own in use.samples[-5:] if own.accuracy is not None and own.majority]
    if not late:
        return False
    share = median((o.accuracy or 0.0) for o in late)
    common = median((o.majority or 0.0) for o in late)
    return common < 1 and share >= common + RIGHT * (1 - common)


def _validates(evidence: Evidence) -> bool:
    losses = [own.loss for own in evidence.validations if own.loss is not None]
    if len(losses) < 2 or min(losses) <= 0:
        return True
    return median(losses[-3:]) <= RISEN * min(losses)
