"""Learned factors around what is there: each unit's blend with the identity, each input's scale."""

import torch
from jaxtyping import Float
from torch import Tensor

Values = Float[Tensor, "members batch units"]
Factors = Float[Tensor, "members units"]


class Blend:
    """Units that mix their activation with the identity: h = z + blend * (activation(z) - z).

    It stands around the calls of any activation: `keep` before it, `mix` after it, and on the way
    back `part` before its backward pass and `join` after it.

    Args:
        z: Pre-activations.
        h: Where the activation leaves its values; may be `z`.
        blend: One factor per unit, 1 for the activation alone.
        blend_grad: Where its gradient goes; None to predict.

    Source:
        Holzmüller et al. 2024, arXiv:2407.04491, section 3

    Example:
        >>> z, h = torch.tensor([[[-4.0, 2.0]]]), torch.empty(1, 1, 2)
        >>> unit = Blend(z, h, torch.tensor([[0.25, 0.5]]))
        >>> unit.keep()
        >>> h = torch.clamp_min(z, 0, out=h)
        >>> unit.mix()
        >>> h
        tensor([[[-3.,  2.]]])
    """

    def __init__(
        self, z: Values, h: Values, blend: Factors, blend_grad: Factors | None = None
    ) -> None:
        self._z, self._h = z, h
        self._blend, self._grad = blend.unsqueeze(1), blend_grad
        self._before, self._bend = torch.zeros_like(z), torch.zeros_like(z)

    def keep(self) -> None:
        """Keep the pre-activations, which some activations write over."""
        self._before.copy_(self._z)

    def mix(self) -> None:
        """Mix the activations in `h` with what was kept."""
        torch.sub(self._h, self._before, out=self._bend)
        torch.addcmul(self._before, self._bend, self._blend, out=self._h)

    def part(self, g: Values) -> None:
        """Leave the activation's share of the gradient in `g`, and keep the identity's."""
        assert self._grad is not None
        torch.sum(self._bend.mul_(g), 1, out=self._grad)
        self._bend.copy_(g)
        self._bend.sub_(g.mul_(self._blend))

    def join(self, g: Values) -> None:
        """Add the identity's share again."""
        g.add_(self._bend)


class InputScale:
    """Inputs of the first layer, each times a learned factor, in place.

    Args:
        h: The inputs.
        scale: One factor per input.
        scale_grad: Where its gradient goes; None to predict.

    Source:
        Holzmüller et al. 2024, arXiv:2407.04491, section 3

    Example:
        >>> h, found = torch.tensor([[[1.0, 2.0]]]), torch.zeros(1, 2)
        >>> scale = InputScale(h, torch.tensor([[3.0, 5.0]]), found)
        >>> scale.forward()
        >>> scale.backward(torch.ones(1, 1, 2))
        >>> h, found
        (tensor([[[ 3., 10.]]]), tensor([[1., 2.]]))
    """

    def __init__(self, h: Values, scale: Factors, scale_grad: Factors | None = None) -> None:
        self._h, self._scale, self._grad = h, scale.unsqueeze(1), scale_grad
        self._before = None if scale_grad is None else torch.zeros_like(h)

    def forward(self) -> None:
        """Scale, and keep for the way back what was there."""
        if self._before is not None:
            self._before.copy_(self._h)
        self._h.mul_(self._scale)

    def backward(self, g: Values) -> None:
        """Write the gradient of the factors, and turn `g` into that of the inputs, in place."""
        assert self._before is not None and self._grad is not None
        torch.sum(self._before.mul_(g), 1, out=self._grad)
        g.mul_(self._scale)
