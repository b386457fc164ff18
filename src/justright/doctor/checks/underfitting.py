"""A network that stays near a constant prediction, on the rows that it learns from too."""

from justright.doctor.check import Check
from justright.doctor.curve import curve_of, main_track, training_loss, trivial
from justright.doctor.evidence import Evidence, Layer, LossSample, LossUse, Track
from justright.kinds import Finding, Severity

LITTLE = 0.9  # of the trivial loss: that much is left where a tenth was learnt
HALF = 0.5  # of the trivial loss: what a network must leave that is called too narrow
NARROW = 4  # units: a hidden layer that no more than so many numbers pass
BUSY = 100  # steps below which nothing is said
FLAT = 0.02  # of the loss, over the last half: it has levelled off


def judge(evidence: Evidence) -> Finding | None:
    """A training loss that has levelled off near that of a constant, or behind a narrow layer."""
    track, use = main_track(evidence), training_loss(evidence)
    level = trivial(use)
    if track is None or level is None or level <= 0 or track.n_steps < BUSY:
        return None
    curve = curve_of(track.loss)
    if curve is None or abs(curve.late_fall(0.5)) > max(FLAT * curve.last, curve.noise):
        return None
    narrow = _narrow(evidence)
    least = HALF if narrow else LITTLE
    if not least * level < curve.last < 1.2 * level:
        return None
    return Finding(
        check=UNDERFITTING.id,
        severity=Severity.WARN,
        layer=narrow.name if narrow else None,
        sign=f"after {track.n_steps} steps the training loss has levelled off at {curve.last:.3g};"
        f" a constant prediction has {level:.3g}" + (_words(narrow) if narrow else ""),
        meaning="underfitting: the network is too small for what there is to learn"
        if narrow
        else "underfitting: next to nothing is learnt, on the training rows either",
        remedy="widen the hidden layers: 32 to 128 units"
        if narrow
        else "look for the cause in the other findings; without any: a larger network, better"
        " features, or targets that the inputs do not tell",
        numbers={"last_loss": curve.last, "trivial_loss": level},
        confidence=0.75 if narrow else 0.3,
    )


def _narrow(evidence: Evidence) -> Layer | None:
    """A hidden layer of very few units, where one small batch could not be learnt by heart."""
    trials, linear = evidence.trials, [own for own in evidence.layers if own.kind == "Linear"]
    if trials is None or trials.batch_end is None or trials.batch_trivial is None:
        return None
    ends = [own.options.get(key, 0.0) for own, key in ((linear[0], "in_features"),
            (linear[-1], "out_features"))] if len(linear) > 1 else [0.0, 0.0]  # fmt: skip
    floor = trials.batch_floor or 0.0
    left = (trials.batch_end - floor) / max(trials.batch_trivial - floor, 1e-12)
    if len(linear) < 2 or left < HALF / 2 or (ends[0] == ends[1] and float(ends[0]) > 1):
        return None  # what puts out as many numbers as it takes is narrow on purpose
    widths = [(float(own.options.get("out_features", 0.0)), own) for own in linear[:-1]]
    width, layer = min(widths, key=lambda item: item[0])
    return layer if 0 < width <= NARROW else None


def _words(layer: Layer) -> str:
    units = layer.options.get("out_features", 0.0)
    return f". All that it knows passes the {float(units):.0f} units of {layer.name}"


UNDERFITTING = Check(
    id="underfitting",
    fault=19,
    asks="Is more learnt than a constant prediction?",
    needs=frozenset({"tracks", "losses"}),
    measured="Median loss of the last twentieth of the steps above 90 % of the loss of the best"
    " constant on the targets seen, and level over the last half; above 50 % where a hidden layer"
    " has 4 units at most and one small batch could not be learnt by heart.",
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
