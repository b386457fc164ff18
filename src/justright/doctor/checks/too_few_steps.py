"""A training that ends while the loss still falls."""

from statistics import median

from justright.doctor.check import Check
from justright.doctor.curve import Curve, curve_of, main_track, training_loss, trivial
from justright.doctor.evidence import Conduct, Evidence, Track, Validation
from justright.kinds import Finding, Severity

STEEP = 0.15  # of the loss: what the last quarter of the training took off it
NOISES = 3.0  # times the noise of a step, over the root of the steps: a fall is no chance
UNBENT = 0.8  # of the mean pace over all steps: what the second half of them still has
MUCH = 0.5  # of the trivial loss: more than half is still to be learnt
CLEAR = 5.0  # times the noise of a step: a fall over the whole training that is no chance
LOW = 0.25  # of the trivial loss: below that most is learnt already
DECAYED = 0.2  # of the peak rate: a schedule that has come so far down meant to end here
BUSY = 40  # steps below which nothing is said


def judge(evidence: Evidence) -> Finding | None:
    """A loss that still falls steeply at the end, on validation rows too where there are any."""
    track, conduct = main_track(evidence), evidence.conduct
    if track is None or conduct is None or conduct.stopped in ("steps", "time", "interrupted"):
        return None
    curve = curve_of(track.loss)
    if curve is None or track.n_steps < BUSY or curve.last <= 0 or _has_decayed(track):
        return None
    level = trivial(training_loss(evidence)) or curve.first
    fall = curve.late_fall()
    sure = NOISES * curve.noise / max(1.0, (curve.n / 4) ** 0.5)
    if curve.last < LOW * level or fall < sure:
        return None
    if fall < STEEP * curve.last and not _unbent(curve, level):
        return None
    if not _validation_falls(evidence.validations):
        return None
    return Finding(
        check=TOO_FEW_STEPS.id,
        severity=Severity.WARN,
        sign=f"the last quarter of the {track.n_steps} steps still took {fall / curve.last:.0%}"
        f" off the loss, which is at {curve.last:.3g}",
        meaning="the training ends before the network has learnt what it can",
        remedy="train longer: twice the epochs at least; with early stopping, more patience",
        numbers={"late_fall": fall, "last_loss": curve.last, "n_steps": track.n_steps},
        confidence=0.7 if fall > 2 * STEEP * curve.last else 0.5,
    )


def _unbent(curve: Curve, level: float) -> bool:
    """Whether the curve falls as fast at the end as ever, and most is still to be learnt."""
    fell = curve.first - curve.last
    clear = fell > CLEAR * curve.noise and curve.last > MUCH * level
    return clear and 2 * curve.late_fall(0.5) >= UNBENT * fell


def _has_decayed(track: Track) -> bool:
    rates = [rate for rate in track.rate if rate > 0]
    return bool(rates) and rates[-1] < DECAYED * max(rates)


def _validation_falls(validations: tuple[Validation, ...]) -> bool:
    """Whether the last validations are the best so far; taken for granted without any."""
    losses = [own.loss for own in validations if own.loss is not None]
    if len(losses) < 3:
        return True
    n = max(1, len(losses) // 4)
    return median(losses[-n:]) <= min(losses[:-n])


TOO_FEW_STEPS = Check(
    id="too-few-steps",
    fault=14,
    asks="Had the loss levelled off when the training ended?",
    needs=frozenset({"tracks", "conduct"}),
    measured="Fall of the loss over the last quarter of the steps, by a robust line through window"
    " medians: alarm from 15 % of the loss on (or where the second half falls as fast as the"
    " first and more than half of the trivial loss is left), where it is no noise, the loss is"
    " above a quarter of the trivial one, no schedule has brought the rate down and the"
    " validation loss, where there is one, is at its best.",
    judge=judge,
    remedy="Train longer, or give early stopping more patience.",
    confirm="train twice as long and compare",
    source="Goodfellow et al. 2016, Deep Learning, 7.8; Prechelt 1998, Early Stopping - But When?",
    example=Evidence(
        door="watch",
        conduct=Conduct(steps=100),
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=100,
                options={"lr": 1e-3},
                steps=tuple(range(100)),
                loss=tuple(2.3 - 0.015 * i for i in range(100)),
            ),
        ),
    ),
)
