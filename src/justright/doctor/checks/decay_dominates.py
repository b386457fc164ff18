"""Weight decay, or a penalty, stronger than the loss."""

from statistics import median

from justright.doctor.check import Check
from justright.doctor.curve import curve_of
from justright.doctor.evidence import Evidence, Layer, LossSample, LossUse, Track, Weight
from justright.doctor.loop import busiest, loss_factor
from justright.doctor.outputs import left_of_trivial, line_of
from justright.kinds import Finding, Severity

SHRUNK = 0.3  # of the norm at the start; a network that learns grows, as a rule
UNLEARNT = 0.6  # of the best constant's loss
PENALTY = 2.0  # times the loss function's value, the loss that is trained on
STEPS = 30


def judge(evidence: Evidence) -> Finding | None:
    """The weights go to zero while the loss stays high."""
    track = busiest(evidence)
    if track is None or track.n_steps < STEPS:
        return None
    decay = track.options.get("weight_decay", 0.0)
    factor = loss_factor(evidence)
    penalty = factor is not None and factor >= PENALTY
    grown = [
        weight.growth
        for layer in evidence.layers
        for weight in layer.weights
        if len(weight.shape) > 1 and weight.name in track.gradients and weight.growth is not None
    ]
    left = [left_of_trivial(use) for use in evidence.losses if use.learning]
    known = [share for share in left if share is not None] or _by_curve(track)
    if not grown or not known or not (decay > 0 or penalty):
        return None
    if median(grown) > SHRUNK or min(known) < UNLEARNT:
        return None
    what = f"weight_decay={decay:g}" if decay > 0 else "a penalty in the loss"
    return Finding(
        check=DECAY_DOMINATES.id,
        severity=Severity.STOP,
        sign=f"{what}: the weights have shrunk to {median(grown):.0%} of their size at the start, "
        f"and the loss is {min(known):.0%} of the best constant's",
        meaning="every step pulls the weights to zero more strongly than the loss pulls them away",
        remedy=f"weight_decay={decay / 100:.1g} or 0"
        if decay > 0
        else "divide the penalty's factor by 100",
        line=line_of(evidence, track.kind),
        numbers={"weight_decay": decay, "growth": median(grown), "loss_share": min(known)},
        confidence=0.9,
    )


def _by_curve(track: Track) -> list[float]:
    """What is left of the first loss, where the loss is of the script's own making."""
    curve = curve_of(track.loss)
    return [curve.last / curve.first] if curve is not None and curve.first > 0 else []


DECAY_DOMINATES = Check(
    id="decay-dominates",
    asks="Does the loss pull on the weights more strongly than their decay?",
    fault=24,
    needs=frozenset({"tracks", "layers"}),
    measured="Norm of each weight matrix at the end over that at the start: alarm where the "
    "median is below 0.3, with weight decay or with a loss trained on that is twice the loss "
    "function's, and the late loss is above 0.6 of the best constant's (of the "
    "first one, where the loss is of the script's own making). Weights that shrink "
    "while the network learns are well.",
    judge=judge,
    remedy="Less weight decay: 1e-4 for SGD, 1e-2 for AdamW.",
    confirm="train for a few epochs with weight_decay=0",
    source="Krogh and Hertz 1991, A simple weight decay can improve generalization",
    example=Evidence(
        door="check",
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=300,
                options={"lr": 0.1, "weight_decay": 0.5},
                gradients={"fc.weight": (0.1,)},
            ),
        ),
        layers=(
            Layer(
                name="fc",
                kind="Linear",
                weights=(Weight(name="fc.weight", shape=(4, 4), growth=0.02),),
            ),
        ),
        losses=(
            LossUse(
                function="cross_entropy",
                samples=tuple(LossSample(step=s, value=0.69, trivial=0.69) for s in range(8)),
            ),
        ),
    ),
)
