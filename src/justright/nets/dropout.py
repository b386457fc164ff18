"""Dropout with a rate of its own for each member."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int16
from torch import Tensor

from justright.nets.noise import LEVELS

SELU_FLOOR = -1.7580993408473766  # -scale * alpha of SELU; Klambauer et al. 2017, arXiv:1706.02515

Hidden = Float[Tensor, "members batch width"]


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


def dropout(raw: Int16[Tensor, "members batch width"], rate: Float[Tensor, " members"]) -> Mask:
    """Zero each value with its member's probability and scale up the rest.

    Args:
        raw: The members' noise, one number per value.
        rate: Share of values dropped, 0 to below 1.

    Source:
        Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
    """
    keep = _along(1 - rate, raw)
    return Mask(_kept(raw, keep) * keep.reciprocal())


def alpha_dropout(
    raw: Int16[Tensor, "members batch width"], rate: Float[Tensor, " members"]
) -> Mask:
    """Set values to SELU's floor instead of zero, so that mean and variance are kept.

    Args:
        raw: The members' noise, one number per value.
        rate: Share of values dropped, 0 to below 1.

    Source:
        Klambauer et al. 2017, arXiv:1706.02515, section 3
    """
    keep = _along(1 - rate, raw)
    kept = _kept(raw, keep)
    scale = (keep + SELU_FLOOR**2 * keep * (1 - keep)).rsqrt()
    floor = torch.where(kept, torch.zeros_like(scale), SELU_FLOOR * scale)
    return Mask(kept * scale, floor - scale * (1 - keep) * SELU_FLOOR)


def _along(rate: Tensor, raw: Tensor) -> Tensor:
    """A value per member, shaped to broadcast along the others' axes."""
    return rate.view(-1, *(1 for _ in raw.shape[1:]))


def _kept(raw: Tensor, keep: Tensor) -> Tensor:
    # The largest 16-bit number is within any limit, so a rate of 0 keeps every value.
    limit = (keep * LEVELS).round() - (LEVELS // 2 + 1)
    return raw <= limit.to(torch.int16)
