"""Norms by layer: what the doctor reads of a step."""

from collections.abc import Sequence

import torch
from torch import Tensor

from justright.nets.frame import Frame


def layer_norms(frame: Frame, flat: Tensor, members: Sequence[int]) -> list[dict[str, float]]:
    """Norm of each layer's part of a flat buffer.

    Args:
        frame: Where parameters lie in it.
        flat: Weights, gradients or updates; what no member owns is zero.
        members: Whose norms are wanted.

    Returns:
        For each of them, layer name to norm, first layer first.
    """
    squares = {
        name: torch.linalg.vector_norm(view.flatten(1).double(), dim=1).square().tolist()
        for name, view in frame.views(flat).items()
    }
    return [_of(frame, squares, member) for member in members]


def _of(frame: Frame, squares: dict[str, list[float]], member: int) -> dict[str, float]:
    sums: dict[str, float] = {}
    for slot in frame.slots[member]:
        name = frame.rename(slot.name, member)
        own = squares[name][member - frame[name].first]
        sums[slot.layer] = sums.get(slot.layer, 0.0) + own
    return {layer: total**0.5 for layer, total in sums.items()}
