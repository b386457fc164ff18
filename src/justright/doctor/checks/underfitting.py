"""A network that stays near a constant prediction, on the rows that it learns from too."""

from justright.doctor.check import Check
from justright.doctor.curve import curve_of, main_track, training_loss, trivial
from justright.doctor.evidence import Evidence, LossSample, LossUse, Track
from justright.kinds import Finding, Severity

LITTLE = 0.9  # of the trivial loss: that much is left where a tenth was learnt
BUSY = 100  # steps below which nothing is said
FLAT = 0.02  # of the loss, over the last half: it has levelled off


def judge(evidence: Evidence) -> Finding | None:
    """A training loss that has levelled off near that of a constant."""
    track, use = main_track(evidence), training_loss(evidence)
    level = trivial(use)
    if track is None or level is None or level <= 0 or track.n_steps < BUSY:
        return None
    curve = curve_of(track.loss)
    if curve is None or not LITTLE * level < curve.last < 1.2 * level:
        return None
    if abs(curve.late_fall(0.5)) > max(FLAT * curve.last, curve.noise):
        return None
    return Finding(
        check=UNDERFITTING.id,
        severity=Severity.WARN,
        sign=f"after {track.n_steps} steps the training loss has levelled off at {curve.last:.3g};"
        f" a constant prediction has {level:.3g}",
        meaning="underfitting: next to nothing is learnt, on the training rows either",
        remedy="look for the cause in the other findings; without any: a larger network, better"
        " features, or targets that the inputs do not tell",
        numbers={"last_loss": curve.last, "trivial_loss": level},
        confidence=0.3,
    )


UNDERFITTING = Check(
    id="underfitting",
    fault=19,
    asks="Is more learnt than a constant prediction?",
    needs=frozenset({"tracks", "losses"}),
    measured="Median loss of the last twentieth of the steps above 90 % of the loss of the best"
    " constant on the targets seen, and level over the last half.",
    judge=judge,
    remedy="A larger network, better features; look for other causes first.",
    confirm="train on one small batch: a network that works learns it by heart",
    source="Goodfellow et al. 2016, Deep Learning, 5.2; Karpathy 2019",
    example=Evidence(
        door="watch",
        losses=(
            LossUse(
                function="cross_entropy", samples=(LossSample(step=0, value=2.3, trivial=2.3),)
            ),
        ),
        tracks=(Track(name="optimizer", kind="Adam", n_steps=200, loss=tuple([2.3] * 200)),),
    ),
)
