"""Activations of the training pass, as autograd keeps them for the way back."""

from collections import Counter

import torch
from torch import Tensor

from justright.doctor.evidence import Signal
from justright.doctor.record import tensors
from justright.doctor.record.walk import Walked

#: Where autograd keeps the result of an activation.
RESULTS = {"Relu": "result", "Sigmoid": "result", "Tanh": "result", "Softmax": "result",
           "Threshold": "self", "LeakyRelu": "self", "Gelu": "self", "Silu": "self",
           "Hardtanh": "self"}  # fmt: skip
#: Ends of the bounded activations.
ENDS = {"Sigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0)}
MOST_SIGNALS = 60  # per pass, spread over the depth; a deep network's neighbours look alike


def signals(walked: Walked, step: int) -> list[Signal]:
    """Figures of the activations behind a loss, nearest to the loss first."""
    chosen = [i for i, op in enumerate(walked.graph.ops) if op.name in RESULTS]
    stride = -(-len(chosen) // MOST_SIGNALS) if chosen else 1
    places: Counter[tuple[str, str]] = Counter()
    found = []
    for count, i in enumerate(chosen):
        op = walked.graph.ops[i]
        key = (op.name, op.layer)
        places[key] += 1
        if count % stride:
            continue
        value = _saved(walked.nodes[i], RESULTS[op.name])
        if value is not None and value.numel():
            found.append(signal(value, op.name, op.layer, step, place=places[key] - 1))
    return found


def signal(value: Tensor, op: str, layer: str, step: int, *, place: int = 0) -> Signal:
    """Figures of one activation or layer's output.

    Args:
        value: What it put out, examples first.
        op: Name of the operation or kind of the layer.
        layer: The layer.
        step: Optimizer steps made before.
        place: Which one of its kind after the layer.
    """
    value = tensors.plain(tensors.thinned(value.detach())).float()
    finite = bool(value.isfinite().all())
    if not finite:
        return Signal(op=op, layer=layer, place=place, step=step, finite=False)
    rows = tensors.rows_and_units(value)
    zero = rows == 0
    if op == "Threshold":
        zero = rows <= 0
    ends = ENDS.get(op)
    saturated = 0.0
    if ends:
        margin = tensors.NEAR_END * (ends[1] - ends[0])
        at_ends = (rows < ends[0] + margin) | (rows > ends[1] - margin)
        saturated = float(at_ends.float().mean())
    return Signal(
        op=op,
        layer=layer,
        place=place,
        step=step,
        mean=float(rows.mean()),
        std=float(tensors.deviation(rows.flatten())),
        zero_share=float(zero.float().mean()),
        dead_share=float(zero.all(0).float().mean()) if len(rows) > 1 else 0.0,
        saturated_share=saturated,
        example_spread=tensors.example_spread(value),
        rank_share=tensors.rank_share(value) if value.ndim == 2 else None,
    )


def _saved(node: object, key: str) -> Tensor | None:
    try:
        value = getattr(node, f"_saved_{key}")
    except (AttributeError, RuntimeError):
        return None  # changed in place since, or let go of already
    return value if isinstance(value, torch.Tensor) else None
