"""A bias that batch norm takes away again."""

from itertools import pairwise

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.loop import listed
from justright.doctor.modes import is_batch_norm, learning_layers
from justright.kinds import Finding, Severity


def judge(evidence: Evidence) -> Finding | None:
    """Batch norm subtracts the mean, and with it any bias."""
    found = [
        first.name
        for first, second in pairwise(learning_layers(evidence))
        if first.kind.startswith(("Linear", "Conv"))
        and first.options.get("bias") == 1.0
        and is_batch_norm(second)
        and first.out_shape == second.in_shape
    ]
    if not found:
        return None
    return Finding(
        check=BIAS_BEFORE_NORM.id,
        severity=Severity.NOTE,
        sign=f"{listed(found)} {'has a' if len(found) == 1 else 'have'} bias before batch norm",
        meaning="batch norm takes the bias away again: it is trained and does nothing",
        remedy="bias=False in these layers",
        layer=found[0],
        numbers={"layers": float(len(found))},
        confidence=0.2,
    )


BIAS_BEFORE_NORM = Check(
    id="bias-before-norm",
    asks="Does every bias do something?",
    fault=24,
    needs=frozenset({"layers"}),
    measured="Linear layers and convolutions with a bias that are followed by batch norm at once. "
    "A note: it costs a little memory and nothing else.",
    judge=judge,
    remedy="bias=False before batch norm.",
    confirm="the gradient of such a bias is zero",
    source="Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.2",
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
                out_shape=(8, 4),
                weights=(Weight(name="fc.weight", shape=(4, 4)),),
                options={"bias": 1.0},
            ),
            Layer(name="bn", kind="BatchNorm1d", in_shape=(8, 4)),
        ),
    ),
)
