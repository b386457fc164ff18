"""Dropout that leaves too little."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.loop import listed
from justright.doctor.modes import drop_share, learning_layers
from justright.doctor.outputs import line_of
from justright.doctor.suffering import suffers
from justright.kinds import Finding, Severity

HALF = 0.5  # the most that is usual: at one half the number of subnetworks is greatest
MUCH = 0.7  # beyond it, fewer than three of ten units are left (house convention)


def judge(evidence: Evidence) -> Finding | None:
    """p is the share that is dropped, not the share that is kept."""
    layers = list(learning_layers(evidence))
    # Masked inputs, dropout as the first layer, are a method of their own.
    high = [layer for layer in layers[1:] if drop_share(layer) > HALF]
    if not high:
        return None
    worst = max(high, key=drop_share)
    p = drop_share(worst)
    suffering = suffers(evidence)
    grave = p > MUCH and suffering is not False
    return Finding(
        check=DROPOUT_TOO_MUCH.id,
        severity=Severity.WARN if grave else Severity.NOTE,
        sign=f"{listed([f'{one.name} (p={drop_share(one):g})' for one in high])} leave"
        f"{'s' if len(high) == 1 else ''} {1 - p:.0%} of the units at each step",
        meaning="what is dropped cannot be learnt from: the network underfits",
        remedy=f"p between 0.1 and 0.5; p={1 - p:.2g} if {p:g} was meant as the share to keep",
        layer=worst.name,
        line=_line(evidence, worst.name) or line_of(evidence, worst.kind),
        numbers={"p": p},
        confidence=(0.85 if suffering else 0.65) if grave else 0.35,
    )


def _line(evidence: Evidence, layer: str) -> int | None:
    lines = dict(evidence.source.layer_lines) if evidence.source else {}
    return lines.get(layer, lines.get(layer.rpartition(".")[2]))


DROPOUT_TOO_MUCH = Check(
    id="dropout-too-much",
    asks="Does dropout leave enough units?",
    fault=24,
    needs=frozenset({"layers"}),
    measured="The share p of dropout layers behind the first layer of models that learn. A note "
    "above one half; an alarm above 0.7, unless the training loss came down to a quarter of that "
    "of the best constant all the same.",
    judge=judge,
    remedy="p between 0.1 and 0.5.",
    confirm="train for a few epochs with p=0 and compare the training losses",
    source="Srivastava et al. 2014, Dropout, section A.4: p of 0.5 for hidden units is typical",
    example=Evidence(
        door="check",
        tracks=(
            Track(name="optimizer", kind="Adam", n_steps=300, gradients={"fc.weight": (1.0,)}),
        ),
        layers=(
            Layer(
                name="fc",
                kind="Linear",
                in_shape=(8, 4),
                weights=(Weight(name="fc.weight", shape=(4, 4)),),
            ),
            Layer(name="drop", kind="Dropout", in_shape=(8, 4), options={"p": 0.85}),
        ),
    ),
)
