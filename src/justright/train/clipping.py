"""Keeping each member's gradient within bounds."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

EPSILON = 1e-6  # added to the norm; torch.nn.utils.clip_grad_norm_'s

#: First member that has it, and the gradient of one parameter of those, (members, ...).
Pieces = Sequence[tuple[int, Tensor]]


class Clipping:
    """Clips members by their own way and threshold.

    Args:
        ways: Each member's way ("none", "norm" or "value") and threshold, in order.
        pieces: Their gradients, clipped in place.
        dtype: Of the gradients.

    Example:
        >>> grad = torch.tensor([[3.0, 4.0]])
        >>> Clipping([("value", 3.5)], [(0, grad)], grad.dtype).clip()
        >>> grad
        tensor([[3.0000, 3.5000]])
    """

    def __init__(
        self, ways: Sequence[tuple[str, float]], pieces: Pieces, dtype: torch.dtype
    ) -> None:
        self._pieces = pieces
        self._norm_limit = _limits(ways, "norm", dtype)
        self._value_limit = _limits(ways, "value", dtype)

    @torch.no_grad()
    def clip(self) -> None:
        """Clip in place. Members that are not clipped keep their gradients to the last bit."""
        if self._norm_limit is not None:
            self._clip_norms(self._norm_limit)
        if self._value_limit is not None:
            for first, grad in self._pieces:
                limit = _along(self._value_limit, first, grad)
                torch.minimum(torch.maximum(grad, -limit, out=grad), limit, out=grad)

    def _clip_norms(self, limit: Tensor) -> None:
        squares = torch.zeros_like(limit)
        for first, grad in self._pieces:
            norm = torch.linalg.vector_norm(grad.flatten(1), dim=1)
            squares[first : first + len(grad)] += norm.square()
        share = (limit / (squares.sqrt() + EPSILON)).clamp(max=1.0)
        # A member without a limit has none, also where its norm is not a number.
        share = torch.where(limit.isinf(), 1.0, share)
        for first, grad in self._pieces:
            grad.mul_(_along(share, first, grad))


def _limits(ways: Iterable[tuple[str, float]], clip: str, dtype: torch.dtype) -> Tensor | None:
    """Thresholds of the members that clip in this way, infinite for the others."""
    limits = [threshold if way == clip else float("inf") for way, threshold in ways]
    limit = torch.tensor(limits, dtype=dtype)
    return None if bool(limit.isinf().all()) else limit


def _along(values: Tensor, first: int, grad: Tensor) -> Tensor:
    return values[first : first + len(grad)].view(-1, *(1 for _ in grad.shape[1:]))
