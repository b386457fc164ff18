"""Dropout behind the last layer."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, LossUse, Track, Weight
from justright.doctor.modes import drop_share, learning_layers
from justright.doctor.outputs import line_of, trained_on
from justright.kinds import Finding, Severity

#: What autograd calls dropout, on the CPU and elsewhere; "" where the maker was not recorded.
MAKERS = frozenset({"Mul", "NativeDropout", "FusedDropout", "CudnnDropout", ""})


def judge(evidence: Evidence) -> Finding | None:
    """What the loss sees is zeroed at random."""
    layers = list(learning_layers(evidence))
    weighted = [place for place, layer in enumerate(layers) if layer.weights]
    if not weighted:
        return None
    behind = [layer for layer in layers[weighted[-1] + 1 :] if drop_share(layer) > 0]
    for use in trained_on(evidence):
        if use.made_by not in MAKERS or not use.input_shape:
            continue
        for layer in behind:
            if math.prod(layer.in_shape) == math.prod(use.input_shape):
                return _finding(evidence, layer, layers[weighted[-1]], use)
    return None


def _finding(evidence: Evidence, layer: Layer, last: Layer, use: LossUse) -> Finding:
    p = drop_share(layer)
    lines = dict(evidence.source.layer_lines) if evidence.source else {}
    return Finding(
        check=DROPOUT_ON_OUTPUT.id,
        severity=Severity.WARN,
        sign=f"{layer.name} (Dropout, p={p:g}) comes after the last layer, {last.name}: "
        f"{use.function} is given its output",
        meaning=f"{p:.0%} of the predictions are set to zero at random, and the others raised: "
        "the loss cannot fall below that noise",
        remedy="take the dropout behind the last layer away",
        layer=layer.name,
        line=lines.get(layer.name.rpartition(".")[2]) or line_of(evidence, layer.kind),
        numbers={"p": p},
        confidence=0.92,
    )


DROPOUT_ON_OUTPUT = Check(
    id="dropout-on-output",
    asks="Is the output left whole?",
    fault=24,
    needs=frozenset({"layers", "losses"}),
    measured="The order in which layers are called: dropout behind the last layer with weights, "
    "whose output has as many numbers as the loss function is given, and an operation of dropout "
    "that made them.",
    judge=judge,
    remedy="No dropout behind the last layer.",
    confirm="call the model twice in training mode: the outputs are zero in other places",
    source="Srivastava et al. 2014, Dropout: applied to inputs and hidden units",
    example=Evidence(
        door="check",
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=300, gradients={"fc.weight": (1.0,)}),
        ),
        losses=(LossUse(function="mse_loss", input_shape=(8, 1), made_by="Mul"),),
        layers=(
            Layer(
                name="fc",
                kind="Linear",
                in_shape=(8, 4),
                out_shape=(8, 1),
                weights=(Weight(name="fc.weight", shape=(1, 4)),),
            ),
            Layer(name="drop", kind="Dropout", in_shape=(8, 1), options={"p": 0.3}),
        ),
    ),
)
