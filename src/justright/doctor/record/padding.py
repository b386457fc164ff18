"""How many of the targets stand where a sequence was only filled up."""

import torch
from torch import Tensor

FEWEST_ROWS = 4
LENGTHS = 3  # different lengths of the filling: one token at every end is data


def padded_share(x: Tensor, given: Tensor, target: Tensor, ignored: int | None) -> float | None:
    """Share of the counted targets that stand at filled-up places of the input.

    A filling is one token, or a row of zeros, that ends (or begins) sequences of different length
    and comes nowhere else.

    Args:
        x: Input of the model, (batch, time) of tokens or (batch, time, features).
        given: What went into the loss.
        target: Its targets, as many as the input has places.
        ignored: Class that the loss leaves out.

    Returns:
        The share, 0 to 1; None where the input has no filling or does not match the targets.

    Example:
        >>> x = torch.tensor([[3, 4, 0, 0], [5, 6, 7, 8], [5, 0, 0, 0], [2, 2, 3, 0]])
        >>> padded_share(x, torch.zeros(4, 5, 4), (x > 0).long(), -100)
        0.375
    """
    places = _places(x)
    if places is None or places.numel() != target.numel() or len(places) < FEWEST_ROWS:
        return None
    filled = next((m for axis in (1, 0) if (m := _filled(places, axis)) is not None), None)
    if filled is None:
        return None
    aims = target.detach().flatten()
    held = filled.flatten()
    if given.shape == target.shape and not bool(given.detach().flatten()[held].any()):
        return None  # masked by hand: what is counted there is zero
    counted = torch.ones_like(held) if ignored is None else aims != ignored
    if len(torch.unique(aims[held])) > 1 or not bool(counted.any()):
        return None  # real targets: what looks like filling is part of the data
    return float((held & counted).sum()) / float(counted.sum())


def _places(x: Tensor) -> Tensor | None:
    """One token for each place of a sequence: the token, or whether a place holds anything."""
    x = x.detach()
    if x.ndim == 2 and not x.is_floating_point() and x.dtype != torch.bool:
        return x
    if x.ndim == 3 and x.is_floating_point():
        return (x != 0).any(2).long()
    return None


def _filled(places: Tensor, axis: int) -> Tensor | None:
    """Where the sequences along an axis are filled up; None where they are not."""
    rows = places if axis == 1 else places.T
    for ends in (rows, rows.flip(1)):
        token = torch.mode(ends[:, -1]).values
        same = ends == token
        tail = same.flip(1).cumprod(1).flip(1).bool()
        lengths = tail.sum(1)
        if torch.equal(tail, same) and len(torch.unique(lengths)) >= LENGTHS:
            found = tail if ends is rows else tail.flip(1)
            return found if axis == 1 else found.T
    return None
