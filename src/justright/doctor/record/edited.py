"""Data sets whose own numbers change while they are gone through."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from justright.doctor.record.tensors import thin

MOST = 256  # numbers looked at of each tensor
MOST_TENSORS = 16
CHANGED = 0.2  # share of the numbers that were not zero: less is a correction, not an edit


@dataclass(slots=True)
class Edited:
    """Prints of the tensors that a data set holds.

    Attributes:
        passes: Times the data were not what they had been when the pass before began.
    """

    prints: list[Tensor] = field(default_factory=list)
    passes: int = 0

    def begins(self, dataset: object) -> None:
        """Compare at the beginning of a pass."""
        now = [thin(tensor, MOST) for tensor in _held(dataset)]
        if len(now) == len(self.prints):
            self.passes += any(map(_changed, self.prints, now))
        self.prints = now


def _changed(before: Tensor, now: Tensor) -> bool:
    if before.shape != now.shape:
        return False
    there = before != 0
    return bool(there.any()) and float((before != now)[there].double().mean()) > CHANGED


def _held(dataset: object) -> list[Tensor]:
    """The tensors of numbers that a data set keeps, or those of its first rows."""
    while isinstance(dataset, torch.utils.data.Subset):
        dataset = dataset.dataset
    values = list(getattr(dataset, "__dict__", {}).values())
    values += dataset[:MOST_TENSORS] if isinstance(dataset, list) else []
    flat: list[object] = []
    for value in values:
        flat += value[:MOST_TENSORS] if isinstance(value, (list, tuple)) else [value]
    found = []
    for value in flat[: 4 * MOST_TENSORS]:
        if isinstance(value, (list, tuple)) and value:
            value = value[0]
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size > 1:
            value = torch.from_numpy(np.array(value.flat[:: -(-value.size // MOST)]))
        if isinstance(value, Tensor) and value.is_floating_point() and value.numel() > 1:
            found.append(value)
    return found[:MOST_TENSORS]
