"""A step written down once: calls on tensors that stay where they are.

Laying a step out (which members, which slices, which function) costs more than the arithmetic of
small networks. So it is done once, and every step calls the same functions on the same tensors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

Call = Callable[[], object]
Params = Mapping[str, Tensor]


@dataclass(slots=True)
class Program:
    """Forward and, to train, backward passes over one batch size.

    Attributes:
        x: The batch, (members, batch, columns), or (1, batch, columns) where all see the same.
            Fill it, then call `forward`.
        outputs: What the forward pass puts out, (members, batch, outputs).
        output_grad: Gradient of each member's loss with respect to its outputs. Fill it, then
            call `backward`, which writes the gradients that the program was made with.
        forward_calls: The forward pass.
        backward_calls: The backward pass; empty to predict.
    """

    x: Tensor
    outputs: Tensor
    output_grad: Tensor
    forward_calls: list[Call] = field(default_factory=list)
    backward_calls: list[Call] = field(default_factory=list)

    def forward(self) -> Tensor:
        """Run every member on the batch."""
        for call in self.forward_calls:
            call()
        return self.outputs

    def backward(self) -> None:
        """Write the gradient of every parameter."""
        for call in self.backward_calls:
            call()
