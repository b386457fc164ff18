"""Layers that work in the forward pass and that the backward pass does not reach."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Track, Weight
from justright.doctor.fresh import fresh
from justright.doctor.loop import layers_in_words, numbers_of, weights_of, with_gradient
from justright.doctor.outputs import line_of
from justright.kinds import Finding, Severity

SMALL = 0.05  # of the numbers trained: a branch of that size may be there for later (convention)
LOOKS = 2  # sampled steps: a gate may leave out a layer once


def judge(evidence: Evidence) -> Finding | None:
    """A called layer without a gradient is behind a cut, or its output is not used."""
    learning, known = with_gradient(evidence), weights_of(evidence)
    if not learning or not any(name in known for name in learning):
        return None
    frozen = evidence.conduct.frozen if evidence.conduct else ()
    cut = [
        name
        for track in evidence.tracks
        if len(track.sampled) >= LOOKS
        for name in track.without_gradient
        if name in known and name not in learning and name not in frozen and _used(*known[name][1:])
    ]
    if not cut:
        return None
    first = min(known[name][0] for name in learning if name in known)
    ahead = [name for name in cut if known[name][0] < first]
    size = sum(numbers_of(known[name][2]) for name in cut)
    whole = size + sum(numbers_of(known[name][2]) for name in learning if name in known)
    grade = (Severity.WARN, 0.65) if size > SMALL * whole else (Severity.NOTE, 0.4)
    if ahead:
        untrained = all(fresh(known[name][1]) for name in ahead)
        grade = (Severity.STOP, 0.93) if untrained else (Severity.NOTE, 0.4)
    return _finding(evidence, cut, size / whole, *grade)


def _used(layer: Layer, weight: Weight) -> bool:
    return bool(layer.in_shape) and weight.trainable and not weight.moved


def _finding(
    evidence: Evidence, cut: list[str], share: float, severity: Severity, confidence: float
) -> Finding:
    known = weights_of(evidence)
    where = layers_in_words(evidence, cut)
    return Finding(
        check=GRADIENT_CUT.id,
        severity=severity,
        sign=f"{where} took part in the forward pass, yet no gradient ever came to "
        f"{len(cut)} parameters ({share:.0%} of the numbers in layers that were called)",
        meaning="between these layers and the loss the graph is cut, or their output is not used: "
        "they stay as they were at the start",
        remedy="take away torch.no_grad, .detach(), .data, .item() or .numpy() between these "
        "layers and the loss, or use their output; where they are to stay, set requires_grad to "
        "False",
        layer=known[cut[0]][1].name,
        line=line_of(evidence, "detach", "no_grad", "inference_mode", "numpy", "item"),
        numbers={"parameters": float(len(cut)), "share": share},
        confidence=confidence,
    )


GRADIENT_CUT = Check(
    id="gradient-cut",
    asks="Does the gradient reach every layer that takes part in the forward pass?",
    fault=10,
    needs=frozenset({"layers", "tracks"}),
    measured="Parameters that an optimizer holds, whose layer was called, and that had no "
    "gradient at any sampled step although others had. Stop where these are the first layers and "
    "are as an initialisation makes them; a note for trained ones in front (features are "
    "extracted) and for branches below 5 % of the numbers.",
    judge=judge,
    remedy="Keep the graph whole from the parameters to the loss.",
    confirm="after one backward pass print the names of the parameters whose .grad is None",
    source="house convention: without a gradient nothing is learnt",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=9, backwards=9),
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=9,
                sampled=(0, 1, 2),
                gradients={"encoder.weight": (None,) * 3, "head.weight": (1.0,) * 3},
                without_gradient=("encoder.weight",),
            ),
        ),
        layers=(
            Layer(
                name="encoder",
                kind="Linear",
                in_shape=(8, 64),
                weights=(
                    Weight(
                        name="encoder.weight",
                        shape=(64, 64),
                        std=0.0722,
                        peak=0.125,
                        fan_in=64,
                        fan_out=64,
                    ),
                ),
            ),
            Layer(
                name="head",
                kind="Linear",
                in_shape=(8, 64),
                weights=(
                    Weight(
                        name="head.weight",
                        shape=(2, 64),
                        std=0.0722,
                        peak=0.125,
                        fan_in=64,
                        fan_out=64,
                    ),
                ),
            ),
        ),
    ),
)
