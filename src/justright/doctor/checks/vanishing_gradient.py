"""Gradients that fade on their way to the first layers."""

import math
from collections.abc import Sequence
from statistics import median

from justright.doctor.check import Check
from justright.doctor.course import stands_still
from justright.doctor.evidence import Evidence, Layer, Track, Weight
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

FEWEST_LAYERS = 4  # below that no product of slopes gets small enough to stop learning
FEWEST_LOOKS = 5  # sampled steps: one batch is no course
FEWEST_STEPS = 20
#: Gradient of a weight, root mean square, first layer over the last. Healthy networks of any depth
#: we recorded lie above 0.05; a sigmoid passes a quarter at most of it per layer.
FADED = 1e-2
GONE = 1e-3
STEADY = 0.8  # rank correlation of size and depth: it fades layer by layer
SUMS = ("Linear", "Conv")
SURE, LIKELY = 0.9, 0.75


def judge(evidence: Evidence) -> Finding | None:
    """First layers that hardly feel the loss do not learn, whatever the last ones do."""
    if learnt(evidence):
        return None
    for track in evidence.tracks:
        enough = len(track.sampled) >= FEWEST_LOOKS and track.n_steps >= FEWEST_STEPS
        if not enough or not stands_still(track):
            continue
        sizes = sizes_by_depth(evidence, track)
        if len(sizes) < FEWEST_LAYERS:
            continue
        values = [size for _, size in sizes]
        last = median(values[-2:])
        share = values[0] / last if last > 0 else 1.0
        if 0 < share < FADED and steadiness(values) > STEADY:
            return _finding(track, sizes, share)
    return None


def sizes_by_depth(evidence: Evidence, track: Track) -> list[tuple[str, float]]:
    """Root mean square of the gradient of each layer's matrix, in the order of the pass.

    Args:
        evidence: What was recorded.
        track: One optimizer.
    """
    found = []
    for layer in evidence.layers:
        for own in layer.weights:
            seen = [g for g in track.gradients.get(own.name, ()) if g is not None and g > 0]
            fits = own.fan_in and layer.kind.startswith(SUMS) and own.trainable
            if fits and seen:
                found.append((layer.name, median(seen) / math.sqrt(math.prod(own.shape))))
    return found


def steadiness(values: Sequence[float]) -> float:
    """Rank correlation of sizes with their place.

    Example:
        >>> steadiness([1.0, 2.0, 4.0])
        1.0
    """
    n = len(values)
    order = sorted(range(n), key=values.__getitem__)
    ranks = {place: rank for rank, place in enumerate(order)}
    off = sum((ranks[i] - i) ** 2 for i in range(n))
    return 1 - 6 * off / (n * (n * n - 1)) if n > 1 else 0.0


def _finding(track: Track, sizes: list[tuple[str, float]], share: float) -> Finding:
    per_layer = share ** (1 / (len(sizes) - 1))
    (first, size), (last, other) = sizes[0], sizes[-1]
    return Finding(
        check=VANISHING_GRADIENT.id,
        severity=Severity.STOP,
        layer=first,
        sign=f"the gradient of {first} is {size:.2g} per weight, that of {last} {other:.2g}: "
        f"{1 / share:,.0f} times less, falling to {per_layer:.0%} from layer to layer, while the "
        "loss stands still",
        meaning="the gradient vanishes on its way to the first layers, so they do not learn",
        remedy="put nn.ReLU() in place of sigmoid or tanh in the hidden layers, normalise between "
        "them (nn.BatchNorm1d, nn.LayerNorm), or add skip connections: x = x + block(x)",
        numbers={"share": share, "per_layer": per_layer, "layers": float(len(sizes))},
        confidence=SURE if share < GONE else LIKELY,
    )


VANISHING_GRADIENT = Check(
    id="vanishing-gradient",
    asks="Does the gradient reach the first layers?",
    fault=15,
    needs=frozenset({"tracks", "layers"}),
    measured="Root mean square of the gradient of each layer's weights, median over the sampled "
    "steps, first layer over the last two. Alarm below 1/100 in networks of 4 layers or more, "
    "where it falls from layer to layer and the loss moves no more than it scatters. A network "
    "that learns all the same is left alone.",
    judge=judge,
    remedy="Use ReLU, normalisation or skip connections.",
    confirm="print p.grad.norm() of the first and the last layer after one backward pass",
    source="Glorot and Bengio 2010; Hochreiter 1991. Limits: house convention, from the healthy "
    "half of the clinic",
    example=Evidence(
        door="check",
        layers=tuple(
            Layer(
                name=f"{i}",
                kind="Linear",
                weights=(Weight(name=f"{i}.weight", shape=(8, 8), fan_in=8),),
            )
            for i in range(6)
        ),
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=40,
                loss=(2.30, 2.31, 2.29, 2.30) * 10,
                sampled=tuple(range(8)),
                gradients={f"{i}.weight": (0.2 ** (6 - i),) * 8 for i in range(6)},
            ),
        ),
    ),
)
