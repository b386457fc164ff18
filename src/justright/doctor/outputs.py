"""What feeds a loss: the operation that made its input, and how the loss fared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from justright.doctor.evidence import Evidence, Graph, LossUse, Op

CLASS_LOSSES = frozenset({"cross_entropy", "nll_loss"})
LOGIT_LOSSES = frozenset(
    {"cross_entropy", "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss"}
)
BINARY_LOSSES = frozenset({"binary_cross_entropy", "binary_cross_entropy_with_logits"})
NUMBER_LOSSES = frozenset({"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"})
#: Operations of the graph that stand for a loss function; the last one takes its input.
IN_GRAPH = {
    "cross_entropy": ("NllLoss", "LogSoftmax"),
    "nll_loss": ("NllLoss",),
    "binary_cross_entropy": ("BinaryCrossEntropy",),
    "binary_cross_entropy_with_logits": ("BinaryCrossEntropyWithLogits",),
    "mse_loss": ("MseLoss",),
    "l1_loss": ("L1Loss",),
    "smooth_l1_loss": ("SmoothL1Loss",),
    "huber_loss": ("HuberLoss",),
}
#: Operations that change a tensor's shape and not its numbers.
SHAPERS = frozenset(
    {"View", "Squeeze", "Unsqueeze", "Reshape", "UnsafeView", "Permute", "Transpose", "Expand",
     "Alias", "T", "ToCopy", "Clone", "Select", "Slice", "Index", "MaskedSelect"}
)  # fmt: skip
#: Operations after which probabilities are probabilities still: clamping, joining.
KEEPERS = SHAPERS | {"Clamp", "ClampMin", "ClampMax", "Cat", "Stack"}
#: Weighted sums of a layer, where only the name of the operation is known.
WEIGHTED = frozenset({"Addmm", "Convolution"})
LATE_SHARE = 0.25  # of the samples, at the end


@dataclass(frozen=True, slots=True)
class Head:
    """What was put into a loss function.

    Attributes:
        op: Name of the operation that made it; "" where it cannot be told.
        layer: The layer that it belongs to, or the nearest upstream.
        shape: Shape of what the operation put out; empty where it cannot be told.
        dim: Axis that it works along; None for none.
        raw: Whether it is a layer's weighted sum, with no activation after it.
        kept: Whether something stands between it and the loss that keeps probabilities as they
            are (clamping, joining).
    """

    op: str
    layer: str = ""
    shape: tuple[int, ...] = ()
    dim: int | None = None
    raw: bool = False
    kept: bool = False


def trained_on(evidence: Evidence, *functions: str) -> Iterator[LossUse]:
    """The uses of some loss functions that the network learns from."""
    for use in evidence.losses:
        if use.learning and (not functions or use.function in functions):
            yield use


def head(evidence: Evidence, use: LossUse) -> Head:
    """What was put into a loss function: from the graph, or else from the call alone.

    Example:
        >>> head(Evidence(door="watch"), LossUse(function="mse_loss", made_by="Tanh")).op
        'Tanh'
    """
    for graph in evidence.graphs:
        for place in _given(graph, use.function):
            first = _through(graph, place, SHAPERS)
            if use.made_by and graph.ops[first].name != use.made_by:
                continue
            last = _through(graph, first, KEEPERS)
            return _head(graph.ops[last], kept=last != first)
    return Head(op=use.made_by, layer=use.layer, raw=use.made_by in WEIGHTED)


def _head(op: Op, *, kept: bool) -> Head:
    axis = op.options.get("dim")
    n_axes = max(1, len(op.shape))
    return Head(
        op=op.name,
        layer=op.layer,
        shape=op.shape,
        dim=None if axis is None else round(axis) % n_axes,
        raw=bool(op.weights),
        kept=kept,
    )


def _given(graph: Graph, function: str) -> Iterator[int]:
    """Places of the operations that feed the calls of a loss function."""
    chain = IN_GRAPH.get(function, ())
    for place, op in enumerate(graph.ops):
        if not chain or not _is(op, chain[0]):
            continue
        inner: int | None = place
        for name in chain[1:]:
            inner = next(
                (_through(graph, i, SHAPERS) for i in graph.ops[inner or 0].inputs[:1]), None
            )
            if inner is None or not _is(graph.ops[inner], name):
                inner = None
                break
        if inner is not None and graph.ops[inner].inputs:
            yield graph.ops[inner].inputs[0]


def _is(op: Op, name: str) -> bool:
    """Whether an operation is of a kind; NllLoss2D is an NllLoss."""
    return op.name in (name, f"{name}2D", f"{name}NdNllLoss")


def _through(graph: Graph, place: int, passing: frozenset[str]) -> int:
    """Walk upstream along first inputs, past some operations."""
    for _ in range(40):
        op = graph.ops[place]
        if op.name not in passing or not op.inputs:
            break
        names = {graph.ops[i].name for i in op.inputs}
        if op.name in ("Cat", "Stack") and len(names) > 1:
            break
        place = op.inputs[0]
    return place


def line_of(evidence: Evidence, *names: str, layer: str = "") -> int | None:
    """Line of the script that calls one of these on a layer's output; None where it is unclear.

    Args:
        evidence: What was recorded.
        names: Names that the activation is called by.
        layer: The layer before it: where a line names both, that is the line.
    """
    if evidence.source is None:
        return None
    calls = [
        (number, text)
        for number, text in enumerate(evidence.source.lines, 1)
        if any(re.search(rf"(?<![A-Za-z_]){name}\(", text) for name in names)
    ]
    own = layer.rpartition(".")[2]
    both = [number for number, text in calls if own and not own.isdigit() and own in text]
    if both:
        return both[0]
    return calls[0][0] if len(calls) == 1 else None


def place_of(layer: str) -> str:
    """Words for where an operation stands.

    Example:
        >>> place_of("fc2"), place_of("")
        (' after fc2', '')
    """
    return f" after {layer}" if layer else ""


def left_of_trivial(use: LossUse) -> float | None:
    """Late training loss over that of the best constant; None where it cannot be told.

    Example:
        >>> left_of_trivial(LossUse(function="mse_loss"))
    """
    known = [(s.value, s.trivial) for s in use.samples if s.trivial is not None and s.trivial > 0]
    if len(known) < 4:
        return None
    late = known[-max(2, round(LATE_SHARE * len(known))) :]
    return fmean(value for value, _ in late) / fmean(trivial for _, trivial in late)


def steps_made(evidence: Evidence) -> int:
    """Steps of the busiest optimizer."""
    return max((track.n_steps for track in evidence.tracks), default=0)


def is_one_hot(use: LossUse) -> bool:
    """Whether every looked-at target marks exactly one of several columns."""
    shape = use.target_shape
    return (
        len(shape) == 2
        and shape[1] > 1
        and shape == use.input_shape
        and bool(use.samples)
        and all(
            s.n_classes_seen == 2
            and s.target_low == 0
            and s.target_high == 1
            and abs(s.target_mean * shape[1] - 1) < 1e-4
            for s in use.samples
        )
    )
