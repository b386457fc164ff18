"""Room for one training pass: what the forward pass leaves for the backward pass."""

from collections.abc import Sequence

from torch import Tensor

from justright.nets.inputs import InputGraph
from justright.nets.norm import Normalised
from justright.nets.strands import Dealt


class Tape:
    """Buffers that are filled anew at each step, so that no step allocates.

    Args:
        members: Members.
        batch: Examples per step and member.
        n_embedded: Width of the embedded input; 0 where nothing is embedded.
        layers: Members, width, and whether some normalise, for each hidden layer.
        n_outputs: Output neurons.
        like: Its dtype and device are used.

    Attributes:
        h: Inputs and then activations of each layer, shape (members, batch, width).
        z: Pre-activations of each layer.
        d: Gradients with respect to `h`.
        xhat: Normalised pre-activations of each layer.
        outputs: Outputs, shape (members, batch, outputs).
        normalised: What each layer's normalisation left, by run.
        dealt: The noise of the step.
        graph: The embedding's graph.
    """

    def __init__(
        self,
        members: int,
        batch: int,
        n_embedded: int,
        layers: Sequence[tuple[int, int, bool]],
        n_outputs: int,
        like: Tensor,
    ) -> None:
        # Zeros, as units that a narrow member lacks are never written.
        shapes = [(n, batch, width) for n, width, _ in layers]
        nothing = like.new_empty(0)
        self.z = [like.new_zeros(shape) for shape in shapes]
        self.h = [nothing, *(like.new_zeros(shape) for shape in shapes)]
        first = like.new_zeros(members, batch, n_embedded) if n_embedded else nothing
        self.d = [first, *(like.new_zeros(shape) for shape in shapes)]
        self.xhat = [
            like.new_zeros(shape) if some else nothing
            for shape, (_, _, some) in zip(shapes, layers, strict=True)
        ]
        self.outputs = like.new_zeros(members, batch, n_outputs)
        self.normalised: list[list[Normalised]] = [[] for _ in layers]
        self.dealt: Dealt | None = None
        self.graph: InputGraph | None = None


def values_of(
    members: int, batch: int, n_embedded: int, layers: Sequence[tuple[int, int, bool]]
) -> int:
    """Values that a tape holds.

    Example:
        >>> values_of(2, 10, 0, [(2, 8, False)])
        480
    """
    hidden = sum(n * batch * width * (4 if some else 3) for n, width, some in layers)
    return hidden + members * batch * n_embedded
