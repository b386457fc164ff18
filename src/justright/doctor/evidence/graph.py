"""The operations between the parameters and a loss, as autograd recorded them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One operation of the graph.

    Attributes:
        name: Autograd's name without its ending ("Addmm", "Relu", "LogSoftmax", "NllLoss").
        inputs: Places of the operations that feed it, in `Graph.ops`.
        weights: Names of the parameters that feed it directly.
        layer: The layer whose parameters feed it, or, without any, the nearest such layer
            upstream ("" for none): where in the user's code it is.
        shape: Shape of its result; empty for a number or where it cannot be told.
        options: Its saved numbers ("dim": 1.0, "reduction": 1.0). "singular" is the share of its
            values at a point where it or its slope is not finite: a logarithm or a root of
            zero or less, a division by zero.
    """

    name: str
    inputs: tuple[int, ...] = ()
    weights: tuple[str, ...] = ()
    layer: str = ""
    shape: tuple[int, ...] = ()
    options: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Everything that one call of backward goes through, the loss first.

    Attributes:
        ops: The operations; the loss is ops[0]; inputs come after what they feed.
        step: Optimizer steps made before it.
        track: Name of the optimizer that stepped next ("" when none did).
        cut: Whether the walk was cut short (a graph of more operations than are read).
    """

    ops: tuple[Op, ...]
    step: int = 0
    track: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """An activation in the training pass of one sampled step.

    Attributes:
        op: Name of the operation ("Relu").
        layer: The layer upstream of it.
        place: Which one of the operations of this kind after this layer, from 0.
        step: Optimizer steps made before it.
        mean: Mean over the batch and the units.
        std: Standard deviation over the batch and the units.
        zero_share: Share that is exactly zero, 0 to 1.
        dead_share: Share of units that are zero for every example of the batch.
        saturated_share: Share within 1 % of the ends of a bounded activation (sigmoid, tanh).
        example_spread: Standard deviation across examples, mean over units, over `std`; near 0
            where every example looks alike.
        rank_share: Effective rank of (examples, units) over the most it could be; None where
            not taken.
        finite: Whether every value is finite.
    """

    op: str
    layer: str
    place: int = 0
    step: int = 0
    mean: float = 0.0
    std: float = 0.0
    zero_share: float = 0.0
    dead_share: float = 0.0
    saturated_share: float = 0.0
    example_spread: float = 1.0
    rank_share: float | None = None
    finite: bool = True
