"""Walk the graph that autograd recorded behind a loss."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from justright.doctor.evidence import Graph, Op
from justright.doctor.record.names import layer_of

MOST_OPS = 5_000  # operations read: a ResNet-50 has 600
#: Saved numbers that tell of an operation; tensors are not read here.
NUMBERS = (
    "dim", "reduction", "p", "ignore_index", "alpha", "beta", "negative_slope", "training",
    "momentum", "keepdim",
)  # fmt: skip
#: Operations that only pass a parameter on, in another shape or type.
CARRIERS = frozenset({"T", "Transpose", "Permute", "View", "ToCopy", "Expand", "Reshape", "Unsafe"})

#: A node of autograd's graph.
Node = Any


@dataclass(slots=True)
class Walked:
    """A graph with its nodes, which live only as long as this."""

    graph: Graph
    nodes: list[Node]
    leaves: list[Tensor]


def name_of(node: Node) -> str:
    """Autograd's name of an operation, without its ending.

    Example:
        >>> import torch
        >>> name_of(torch.ones(1, requires_grad=True).relu().grad_fn)
        'Relu'
    """
    name = str(node.name()).rpartition("::")[2]
    return name.rstrip("0123456789").removesuffix("Backward")


def made_by(tensor: Tensor) -> str:
    """Name of the operation that made a tensor, past mere changes of its shape; "" for none."""
    node = tensor.grad_fn
    while node is not None and name_of(node) in SHAPERS and node.next_functions:
        node = node.next_functions[0][0]
    return "" if node is None else name_of(node)


#: Operations that change a tensor's shape and not its numbers.
SHAPERS = frozenset(
    {"View", "Squeeze", "Unsqueeze", "Reshape", "UnsafeView", "Permute", "Transpose", "Expand",
     "Alias", "T", "ToCopy", "Clone", "Select", "Slice"}
)  # fmt: skip


def behind(root: Tensor, seek: set[int], most: int = 60) -> set[int]:
    """Which of some operations, told by their sequence numbers, stand right behind a loss.

    A loss is often a sum or a multiple of losses: the walk goes on through a few operations.
    """
    found: set[int] = set()
    queue = [root.grad_fn]
    for _ in range(most):
        if not queue or len(found) == len(seek):
            break
        node = queue.pop(0)
        if node is None:
            continue
        number = node._sequence_nr()
        if number in seek:
            found.add(number)
            continue
        queue += [child for child, _ in node.next_functions]
    return found


def walk(root: Tensor, name: Callable[[Tensor], str], *, step: int) -> Walked:
    """Read the graph behind a loss.

    Args:
        root: The loss.
        name: From a parameter to its name.
        step: Optimizer steps made before.
    """
    nodes: list[Node] = []
    places: dict[Node, int] = {}
    queue = [root.grad_fn]
    cut = False
    while queue:
        node = queue.pop(0)
        if node is None or node in places:
            continue
        if len(nodes) >= MOST_OPS:
            cut = True
            break
        places[node] = len(nodes)
        nodes.append(node)
        queue += [child for child, _ in node.next_functions]
    leaves = [node.variable for node in nodes if hasattr(node, "variable")]
    ops = _ops(nodes, places, name)
    return Walked(Graph(ops=ops, step=step, cut=cut), nodes, leaves)


def _ops(
    nodes: list[Node], places: Mapping[Node, int], name: Callable[[Tensor], str]
) -> tuple[Op, ...]:
    children = [
        tuple(places[child] for child, _ in node.next_functions if child in places)
        for node in nodes
    ]
    labels = [name_of(node) for node in nodes]
    weights = [
        tuple(w for child in own if (w := _carried(child, nodes, labels, children, name)))
        for own in children
    ]
    layers: dict[int, str] = {}
    for place in range(len(nodes)):
        _layer(place, weights, children, layers)
    return tuple(
        Op(
            name=labels[i],
            inputs=children[i],
            weights=weights[i],
            layer=layers[i],
            shape=_shape(nodes[i]),
            options=_numbers(nodes[i]),
        )
        for i in range(len(nodes))
    )


def _carried(
    place: int,
    nodes: list[Node],
    labels: list[str],
    children: list[tuple[int, ...]],
    name: Callable[[Tensor], str],
) -> str:
    """Name of the parameter that an input of an operation is; "" for a computed one."""
    while labels[place] in CARRIERS and len(children[place]) == 1:
        place = children[place][0]
    return name(nodes[place].variable) if hasattr(nodes[place], "variable") else ""


def _layer(
    start: int,
    weights: list[tuple[str, ...]],
    children: list[tuple[int, ...]],
    layers: dict[int, str],
) -> None:
    """Find the layer of an operation: its own, or the nearest upstream along its first inputs."""
    path: list[int] = []
    place: int | None = start
    found = ""
    while place is not None:
        if place in layers:
            found = layers[place]
            break
        path.append(place)
        if weights[place]:
            found = layer_of(weights[place][0])
            break
        place = next((child for child in children[place] if child not in path), None)
    layers.update(dict.fromkeys(path, found))


def _shape(node: Node) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in node._input_metadata[0].shape)
    except (AttributeError, IndexError, TypeError):
        return ()


def _numbers(node: Node) -> dict[str, float]:
    found: dict[str, float] = {}
    for key in NUMBERS:
        try:
            value = getattr(node, f"_saved_{key}")
        except (AttributeError, RuntimeError):
            continue
        if isinstance(value, (bool, int, float)):
            # Axes are saved as unsigned numbers: -1 comes out as 2**64 - 1.
            found[key] = float(value - 2**64 if value > 2**63 else value)
    share = _singular(node)
    return found | {"singular": share} if share else found


#: Where an operation keeps what decides whether it or its slope is finite. Norms and standard
#: deviations are not among them: torch gives their slope at zero as zero.
DECIDES = {
    "Log": "self", "Log2": "self", "Log10": "self", "Sqrt": "result", "Pow": "self",
    "Rsqrt": "result", "Reciprocal": "result", "Div": "other", "Acos": "self", "Asin": "self",
}  # fmt: skip


def _singular(node: Node) -> float:
    """Share of an operation's values at which it or its slope is not finite."""
    name = name_of(node)
    if name not in DECIDES:
        return 0.0
    try:
        value = getattr(node, f"_saved_{DECIDES[name]}")
        power = node._saved_exponent if name == "Pow" else 0.0
    except (AttributeError, RuntimeError):
        return 0.0
    if not isinstance(value, Tensor) or value.is_complex() or not value.numel():
        return 0.0
    value = value.detach()
    if name == "Pow" and (not isinstance(power, (int, float)) or power >= 1):
        return 0.0
    if name in ("Rsqrt", "Reciprocal"):  # of zero they are infinite
        bad = ~value.isfinite()
    elif name in ("Acos", "Asin"):
        bad = ~(value.abs() < 1)
    else:
        bad = value == 0 if name == "Div" else ~(value > 0)
    return float(bad.double().mean())
