"""A layer of the watched network, as it was built."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One parameter as it was when the network was first seen.

    Attributes:
        name: Its path in the model ("fc1.weight"); "parameter 3" for a raw tensor.
        shape: Its shape.
        trainable: Whether it asks for a gradient.
        mean: Mean of its values.
        std: Standard deviation of its values.
        peak: Greatest magnitude of its values.
        fan_in: Inputs that one output sums over; 0 for vectors.
        fan_out: Outputs; 0 for vectors.
        rows_equal: Whether every row (unit) of a matrix holds the same values.
        finite: Whether every value is finite.
        moved: Whether it has changed since; None when it was gone by then.
        growth: Its norm at the end over its norm then; None where it was zero or is gone.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    mean: float = 0.0
    std: float = 0.0
    peak: float = 0.0
    fan_in: int = 0
    fan_out: int = 0
    rows_equal: bool = False
    finite: bool = True
    moved: bool | None = None
    growth: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One module without submodules, in the order of its first call.

    Attributes:
        name: Its path in the model ("encoder.0"), as the user's code names it.
        kind: Class of the module ("Linear").
        model: Which watched model it belongs to ("MLP", "Generator"); counted where two are
            alike ("MLP 2").
        calls: Times that one pass of the model called it; 0 for never.
        in_shape: Shape of its first input at its first call; empty when never called.
        out_shape: Shape of its output at its first call.
        weights: Its own parameters.
        options: What it was built with, numbers and words ("p": 0.5, "batch_first": 0.0,
            "in_features": 10.0).
    """

    name: str
    kind: str
    model: str = ""
    calls: int = 0
    in_shape: tuple[int, ...] = ()
    out_shape: tuple[int, ...] = ()
    weights: tuple[Weight, ...] = ()
    options: Mapping[str, float | str] = field(default_factory=dict)
