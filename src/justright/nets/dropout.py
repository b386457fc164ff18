"""Dropout with a rate of its own for each member."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int16
from torch import Tensor

from justright.nets.noise import LEVELS

SELU_FLOOR = -1.7580993408473766  # -scale * alpha of SELU; Klambauer et al. 2017, arXiv:1706.02515


@dataclass(frozen=True, slots=True)
class Mask:
    """What dropout does to each value: times `scale`, plus `shift`.

    Attributes:
        scale: Shape of the activations; the gradient is multiplied by it too.
        shift: The same shape; None for plain dropout, which shifts nothing.
    """

    scale: Tensor
    shift: Tensor | None = None

    def apply(self, x: Tensor) -> None:
        """Drop, in place."""
        x.mul_(self.scale)
        if self.shift is not None:
            x.add_(self.shift)


class Dropout:
    """Zeroes each value with its member's probability and scales up the rest.

    SELU's form sets values to its floor instead of zero, so that mean and variance are kept.

    Args:
        rate: Share of values dropped, 0 to below 1, one per member.
        shape: Shape of one member's values.
        alpha: Whether it is SELU's.

    Attributes:
        mask: What the last draw came to; each draw writes it anew.

    Source:
        Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html;
        Klambauer et al. 2017, arXiv:1706.02515, section 3

    Example:
        >>> drop = Dropout(torch.tensor([0.5]), (2,))
        >>> drop.draw(torch.tensor([[-30000, 30000]], dtype=torch.int16))
        >>> drop.mask.scale
        tensor([[2., 0.]])
    """

    def __init__(
        self, rate: Float[Tensor, " members"], shape: tuple[int, ...], *, alpha: bool = False
    ) -> None:
        self._alpha, self._axes = alpha, len(shape)
        self._kept = torch.empty(len(rate), *shape, dtype=torch.bool)
        scale = rate.new_ones(self._kept.shape)
        self.mask = Mask(scale, torch.zeros_like(scale) if alpha else None)
        self.set_rate(rate)

    def set_rate(self, rate: Float[Tensor, " members"]) -> None:
        """Drop other shares from the next draw on."""
        keep = (1 - rate).view(-1, *(1 for _ in range(self._axes)))
        # The largest 16-bit number is within any limit, so a rate of 0 keeps every value.
        self._limit = ((keep * LEVELS).round() - (LEVELS // 2 + 1)).to(torch.int16)
        self._keep, self._scale = keep, keep.reciprocal()
        self._floor: Tensor | None = None
        if self._alpha:
            self._scale = (keep + SELU_FLOOR**2 * keep * (1 - keep)).rsqrt()
            self._floor = self._scale * SELU_FLOOR

    def draw(self, raw: Int16[Tensor, "members ..."]) -> None:
        """Decide anew which values drop, by one number of noise for each."""
        torch.le(raw, self._limit, out=self._kept)
        torch.mul(self._kept, self._scale, out=self.mask.scale)
        if self.mask.shift is not None and self._floor is not None:
            # Dropped values come to the floor; all move so that the mean stays 0.
            torch.mul(~self._kept, self._floor, out=self.mask.shift)
            self.mask.shift.sub_(self._floor * (1 - self._keep))
