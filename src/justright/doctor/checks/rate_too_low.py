"""A learning rate at which the weights hardly move."""

from justright.doctor.check import Check
from justright.doctor.curve import curve_of, main_track, training_loss, trivial, typical_update
from justright.doctor.evidence import Evidence, Track
from justright.kinds import Finding, Severity

SMALL_STEP = 1e-4  # of the weights in one step; sound training moves about 0.001 (Karpathy 2019)
SHORT_WAY = 0.1  # of the weights: all steps added up, were they all in one direction
STRAIGHT = 0.5  # of the mean pace: a curve that still falls so fast at the end has not bent
LITTLE = 0.5  # of the trivial loss: less than half of it was learnt
BUSY = 30  # steps below which nothing is said of a pace


def judge(evidence: Evidence) -> Finding | None:
    """Weights that hardly moved, and a loss that still falls in a straight line, or not at all."""
    track = main_track(evidence)
    if track is None or track.n_steps < BUSY or not track.options.get("lr"):
        return None
    curve, update = curve_of(track.loss), typical_update(track)
    if curve is None or update is None or update == 0.0 or update > SMALL_STEP:
        return None
    way = update * track.n_steps
    level = trivial(training_loss(evidence)) or curve.first
    if curve.last <= LITTLE * level or way > SHORT_WAY:
        return None
    fell = curve.first - curve.last
    pace, late = fell / len(curve.middles), curve.late_fall(0.5) / (0.5 * len(curve.middles))
    if fell > 2 * curve.noise and late < STRAIGHT * pace:
        return None  # it has bent: what can be learnt at all was learnt
    rate = track.options["lr"]
    factor = 10 if update > 1e-5 else 100 if update > 1e-6 else 1000
    return Finding(
        check=RATE_TOO_LOW.id,
        severity=Severity.WARN if curve.last < 0.9 * curve.first else Severity.STOP,
        sign=f"{track.n_steps} steps at a learning rate of {rate:g} changed the weights by"
        f" {update:.1g} of their size each; the loss went from {curve.first:.3g} to"
        f" {curve.last:.3g} and has not levelled off",
        meaning="the learning rate is too low: at this pace the training takes for ever",
        remedy=f"raise the learning rate: lr={rate:g} -> lr={rate * factor:g}",
        numbers={"update_ratio": update, "first_loss": curve.first, "last_loss": curve.last},
        confidence=0.85 if way < 0.1 * SHORT_WAY or update < 0.1 * SMALL_STEP else 0.6,
    )


RATE_TOO_LOW = Check(
    id="learning-rate-too-low",
    fault=13,
    asks="Do the steps move the weights far enough?",
    needs=frozenset({"tracks"}),
    measured="Median update-to-weight ratio below 0.0001 (sound training: about 0.001), all steps"
    " together less than a tenth of the weights, less than half of the trivial loss learnt, and"
    " a loss that has not levelled off: its pace in the second half is more than half the mean.",
    judge=judge,
    remedy="Raise the learning rate by 10, or train far longer.",
    confirm="run the same steps again at ten times the rate",
    source="Karpathy 2019, A Recipe for Training Neural Networks; cs231n, update ratios",
    example=Evidence(
        door="watch",
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=200,
                options={"lr": 1e-6},
                steps=tuple(range(200)),
                loss=tuple(2.3 - 0.0002 * i for i in range(200)),
                sampled=(0, 1, 2),
                updates={"fc1.weight": (1e-5, 1e-5, 1e-5)},
            ),
        ),
    ),
)
