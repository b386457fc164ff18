"""Figures of tensors: sizes small enough to be taken in passing."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

MOST = 262_144  # numbers that a figure is taken from; more say the same more slowly
MOST_PLACES = 32_768  # numbers of an activation, which are many at every close look
FEWEST_ROWS = 64  # examples of an activation, where there are as many
NEAR_END = 0.01  # of the range of a bounded activation (house convention)


@dataclass(frozen=True, slots=True)
class Spread:
    """Range and spread of a tensor's values; of the finite ones where some are not."""

    low: float
    high: float
    mean: float
    std: float
    finite_share: float


def first_tensor(value: object) -> Tensor | None:
    """The first tensor in what a module takes or gives back.

    Example:
        >>> first_tensor(([torch.ones(1)], 2))
        tensor([1.])
    """
    if isinstance(value, Tensor):
        return value
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        for item in value:
            found = first_tensor(item)
            if found is not None:
                return found
    return None


def plain(tensor: Tensor) -> Tensor:
    """A tensor without its history, dense, at most `MOST` numbers of whole leading rows."""
    value = tensor.detach()
    if value.layout is not torch.strided:
        value = value.to_dense()
    if value.ndim and value.numel() > MOST:
        value = value[: max(1, MOST * len(value) // value.numel())]
    return value


def thin(tensor: Tensor, most: int) -> Tensor:
    """A copy of at most so many numbers, evenly spread.

    Example:
        >>> thin(torch.arange(6), 3)
        tensor([0, 2, 4])
    """
    flat = tensor.detach()
    flat = flat.to_dense().flatten() if flat.layout is not torch.strided else flat.flatten()
    return flat[:: -(-flat.numel() // most)].clone()


def thinned(value: Tensor) -> Tensor:
    """An activation at fewer places, evenly spread: neighbours in an image look alike.

    One without places is taken for fewer examples.

    Example:
        >>> thinned(torch.ones(8, 16, 64, 64)).shape
        torch.Size([8, 16, 16, 16])
    """
    if value.ndim < 2 or value.numel() <= MOST_PLACES or value.layout is not torch.strided:
        return value
    if value.ndim == 2:
        return value[: max(FEWEST_ROWS, MOST_PLACES // value.shape[1])]
    axes = range(1, 2) if value.ndim == 3 else range(2, value.ndim)
    factor = value.numel() / MOST_PLACES
    stride = max(1, math.ceil(factor ** (1 / len(axes))))
    kept = tuple(slice(None, None, stride if axis in axes else 1) for axis in range(value.ndim))
    return value[kept]


def spread(tensor: Tensor) -> Spread:
    """Range and spread of a tensor.

    Example:
        >>> spread(torch.tensor([0.0, 2.0])).mean
        1.0
    """
    value = plain(tensor).flatten()
    if value.is_complex():
        value = torch.view_as_real(value).flatten()
    value = value.double()
    finite = value.isfinite()
    share = float(finite.double().mean()) if len(value) else 1.0
    value = value if share == 1.0 else value[finite]
    if not len(value):
        return Spread(math.nan, math.nan, math.nan, math.nan, share)
    std = float(value.std(correction=0))
    return Spread(float(value.min()), float(value.max()), float(value.mean()), std, share)


def shape(value: object) -> tuple[int, ...]:
    """Shape of the first tensor in a value; empty for none."""
    tensor = first_tensor(value)
    return () if tensor is None else tuple(tensor.shape)


def dtype(tensor: Tensor) -> str:
    """Name of a tensor's dtype ("float32")."""
    return str(tensor.dtype).removeprefix("torch.")


def rows_and_units(tensor: Tensor) -> Tensor:
    """Values as (examples and places, units): channels of images, features of anything else."""
    if tensor.ndim <= 1:
        return tensor.reshape(-1, 1)
    if tensor.ndim in (2, 3):
        return tensor.reshape(-1, tensor.shape[-1])
    return tensor.movedim(1, -1).reshape(-1, tensor.shape[1])


def deviation(value: Tensor) -> Tensor:
    """Standard deviation along the first axis; a fifth of the time that `Tensor.std` takes.

    Example:
        >>> deviation(torch.tensor([[0.0], [2.0]]))
        tensor([1.])
    """
    return (value - value.mean(0)).square_().mean(0).sqrt_()


def example_spread(value: Tensor) -> float:
    """Standard deviation across examples, mean over units, over that of all values."""
    if value.ndim < 2 or len(value) < 2:
        return 1.0
    whole = float(deviation(value.flatten()))
    if not whole > 0:
        return 0.0
    return float(deviation(value).mean()) / whole


def rank_share(value: Tensor) -> float | None:
    """Effective rank of (examples, units) over the most it could be: participation ratio."""
    rows = value.flatten(1)[:128]
    if min(rows.shape) < 4:
        return None
    rows = rows - rows.mean(0)
    gram = rows @ rows.T
    whole, squares = float(gram.trace()), float(gram.square().sum())
    if not squares > 0:
        return 0.0
    return whole**2 / squares / min(len(rows) - 1, rows.shape[1])
