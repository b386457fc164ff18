"""How the operations behind a loss hang together, from the recorded graph."""

from dataclasses import dataclass, field

from justright.doctor.evidence import Evidence, Graph, Op, Weight

#: Operations that apply a matrix or a kernel of weights.
LINEAR = frozenset({"Addmm", "Mm", "Convolution", "Linear", "MkldnnConvolution"})
#: Operations that change the shape and not the numbers.
SHAPERS = frozenset(
    {"View", "Reshape", "ReshapeAlias", "UnsafeView", "Squeeze", "Unsqueeze", "Permute",
     "Transpose", "T", "Alias", "Clone", "ToCopy", "Expand"}
)  # fmt: skip
#: Operations between two layers that leave a linear map linear once training is over.
AFFINE = SHAPERS | {"NativeDropout", "FusedDropout", "NativeBatchNorm", "CudnnBatchNorm"}
#: Operations that end in a parameter.
HELD = frozenset({"AccumulateGrad"})


@dataclass(frozen=True)
class Wiring:
    """A graph that can be asked who feeds whom.

    Attributes:
        graph: The graph.
        takers: Places of the operations that each operation feeds.
        held: Whether each operation only hands a parameter on.
    """

    graph: Graph
    takers: tuple[tuple[int, ...], ...] = field(init=False)
    held: tuple[bool, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Turn the graph round once."""
        takers: list[list[int]] = [[] for _ in self.graph.ops]
        for place, op in enumerate(self.graph.ops):
            for child in op.inputs:
                takers[child].append(place)
        object.__setattr__(self, "takers", tuple(tuple(own) for own in takers))
        object.__setattr__(self, "held", tuple(_holds(self.graph, i) for i in range(len(takers))))

    def op(self, place: int) -> Op:
        """The operation at a place."""
        return self.graph.ops[place]

    def data(self, place: int) -> tuple[int, ...]:
        """The inputs of an operation that were computed from data, without parameters."""
        return tuple(child for child in self.op(place).inputs if not self.held[child])

    def linear(self) -> tuple[int, ...]:
        """Places of the layers with weights, nearest to the loss first."""
        return tuple(i for i, op in enumerate(self.graph.ops) if is_linear(op))

    def upstream(self, place: int, through: frozenset[str] = AFFINE) -> int | None:
        """The operation that alone feeds this one, past operations of some kinds.

        Args:
            place: Where to start.
            through: Names of the operations that are passed by.

        Returns:
            Its place; None where several feed it, or where what is fed goes elsewhere too.
        """
        while True:
            fed = self.data(place)
            if len(fed) != 1 or len(self.takers[fed[0]]) != 1:
                return None
            place = fed[0]
            op = self.op(place)
            bias = op.name == "Add" and bool(op.weights) and "Add" in through
            if op.name not in through and not bias:
                return place

    def hidden(self) -> frozenset[int]:
        """Everything that a layer with weights takes in, near or far: what is no output."""
        found: set[int] = set()
        queue = [child for place in self.linear() for child in self.op(place).inputs]
        while queue:
            here = queue.pop()
            if here not in found:
                found.add(here)
                queue += self.op(here).inputs
        return frozenset(found)


def is_linear(op: Op) -> bool:
    """Whether an operation is a layer with weights.

    Example:
        >>> is_linear(Op(name="Addmm", weights=("fc.weight",)))
        True
    """
    return op.name in LINEAR and bool(op.weights)


def weights_of(evidence: Evidence) -> dict[str, Weight]:
    """Every parameter as it was at the start, by its name."""
    return {weight.name: weight for layer in evidence.layers for weight in layer.weights}


def matrix_of(op: Op, weights: dict[str, Weight]) -> Weight | None:
    """The weight matrix or kernel of a layer; None where it is not known."""
    known = [weights[name] for name in op.weights if name in weights]
    return next((weight for weight in known if len(weight.shape) >= 2), None)


def _holds(graph: Graph, place: int) -> bool:
    for _ in range(len(graph.ops)):
        op = graph.ops[place]
        if op.name in HELD:
            return True
        if op.name not in SHAPERS or len(op.inputs) != 1:
            return False
        place = op.inputs[0]
    return False
