"""Layers that were built and are never called."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Layer, Track, Weight
from justright.doctor.loop import listed, numbers_of, with_gradient
from justright.kinds import Finding, Severity

SMALL = 0.01  # of the model's numbers: a spare head or pooler (house convention)
LOOKS = 2  # sampled steps: a branch may be left out once


def judge(evidence: Evidence) -> Finding | None:
    """An optimizer holds them, no pass goes through them."""
    learning = with_gradient(evidence)
    held = {
        name
        for track in evidence.tracks
        if len(track.sampled) >= LOOKS
        for name in track.without_gradient
    } - learning
    models = {
        layer.model for layer in evidence.layers if any(w.name in learning for w in layer.weights)
    }
    unused = [
        layer
        for layer in evidence.layers
        if layer.model in models
        and not layer.in_shape
        and not layer.calls
        and layer.weights
        and all(weight.name in held and not weight.moved for weight in layer.weights)
    ]
    if not unused:
        return None
    own = {layer.model for layer in unused}
    size = sum(numbers_of(w) for layer in unused for w in layer.weights)
    whole = sum(numbers_of(w) for layer in evidence.layers if layer.model in own
                for w in layer.weights)  # fmt: skip
    names = [layer.name for layer in unused]
    return Finding(
        check=UNUSED_LAYER.id,
        severity=Severity.WARN if size > SMALL * whole else Severity.NOTE,
        sign=f"{listed(names)} {'was' if len(names) == 1 else 'were'} built and never called: "
        f"{size / whole:.1%} of the model's numbers",
        meaning="the network is smaller than it was written to be",
        remedy="call it in forward, or take it out",
        layer=names[0],
        line=_line(evidence, names[0]),
        numbers={"unused": float(len(unused)), "share": size / whole},
        confidence=0.5,
    )


def _line(evidence: Evidence, layer: str) -> int | None:
    lines = dict(evidence.source.layer_lines) if evidence.source else {}
    return lines.get(layer, lines.get(layer.rpartition(".")[2]))


UNUSED_LAYER = Check(
    id="unused-layer",
    asks="Is every layer called that the optimizer trains?",
    fault=10,
    needs=frozenset({"layers", "tracks"}),
    measured="Layers that no sampled pass called and whose parameters had no gradient, of models "
    "of which other layers learn. A note below 1 % of the numbers, as a spare head has.",
    judge=judge,
    remedy="Call the layer in forward, or take it out.",
    confirm="print inside forward, or read it beside __init__",
    source="house convention: a layer that is built is meant to be used",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=9, backwards=9),
        tracks=(
            Track(
                name="optimizer",
                kind="Adam",
                n_steps=9,
                sampled=(0, 1, 2),
                gradients={"fc1.weight": (1.0,) * 3, "fc2.weight": (None,) * 3},
                without_gradient=("fc2.weight",),
            ),
        ),
        layers=(
            Layer(
                name="fc1",
                kind="Linear",
                calls=1,
                in_shape=(8, 64),
                weights=(Weight(name="fc1.weight", shape=(64, 64), std=0.07, fan_in=64),),
            ),
            Layer(
                name="fc2",
                kind="Linear",
                weights=(Weight(name="fc2.weight", shape=(64, 64), std=0.07, fan_in=64),),
            ),
        ),
    ),
)
