"""Rows that came to a model twice: in training and in validation, or with another class."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

#: A model and the number of optimizers made: a stretch of training of its own.
Key = tuple[str, int]
#: One batch that a model was judged on: whose, in which sweep, and its rows.
Judged = tuple[Key, "Sweep", tuple[int, ...]]
#: Training batches before, and a number for the DataLoader that it came from or for the batch.
Sweep = tuple[int, int]

WHOLE = 0.9  # of a batch: so many rows that were learnt from make it one of training rows
ALL = 0.5  # of the training rows: a batch that holds so many goes over the whole data again
STRAYS = 0.02  # of the rows after an epoch: so many new ones, and rows are drawn, not gone through
MOST_COLUMNS = 64  # columns whose values are counted
FEW = 8  # different rows: fewer tell nothing of a feature
BITS = 40.0  # that tell rows apart: with fewer, thousands of rows are bound to hold equal ones


def overlap(
    trained: Sequence[tuple[Key, tuple[int, ...]]],
    judged: Sequence[Judged],
    epoch_of: Callable[[Sequence[int], Sequence[tuple[int, ...]]], int],
) -> dict[str, Any]:
    """How many rows of mixed validation batches a model had learnt from.

    What comes from one DataLoader counts as a whole, and else each batch by itself. One of training
    rows alone is there to see how well they are learnt; one that is mixed was meant to hold rows
    that are new to the model. Only models whose training rows are known
    for certain count: they came round again, and no new ones after that.

    Args:
        trained: Training batches: whose, and their rows.
        judged: Validation batches.
        epoch_of: From batches to the number after which they come round again.
    """
    mixed = shared = 0
    alone: list[bool] = []
    for key in dict.fromkeys(own for own, _, _ in judged):
        batches = [rows for own, rows in trained if own == key]
        known = _known(batches, epoch_of)
        sweeps: dict[Sweep, list[int]] = {}
        for own, sweep, rows in judged:
            if own == key and sweep[0]:
                sweeps.setdefault(sweep, []).extend(rows)
        own_judged = list(sweeps.values())
        if not known or not own_judged:
            continue
        shares = [sum(row in known for row in rows) / max(1, len(rows)) for rows in own_judged]
        alone.append(all(share == 1.0 for share in shares))
        partly = [r for r, s in zip(own_judged, shares, strict=True) if s < WHOLE]
        if len({row for rows in partly for row in rows} & known) >= ALL * len(known):
            continue  # the whole data set, gone over in one sweep
        seen = {row for rows in partly for row in rows if not known.isdisjoint(rows)}
        mixed += len(seen)
        shared += len(seen & known)
    return {
        "mixed_rows": mixed,
        "mixed_shared_rows": shared,
        "only_shared": bool(alone) and all(alone),
    }


def _known(
    batches: Sequence[tuple[int, ...]],
    epoch_of: Callable[[Sequence[int], Sequence[tuple[int, ...]]], int],
) -> set[int]:
    """All training rows; none where it is not certain that these are all."""
    if len(batches) < 2:
        return set()
    epoch = epoch_of([hash(rows) for rows in batches], batches)
    if not epoch:
        return set()
    first = {row for rows in batches[:epoch] for row in rows}
    after = [row for rows in batches[epoch:] for row in rows]
    strays = sum(row not in first for row in after)
    return first | set(after) if strays <= STRAYS * len(after) else set()


def relabelled(
    rows: Sequence[tuple[int, ...]],
    labels: Sequence[tuple[float, ...]],
    keys: Sequence[Key],
    single: Sequence[bool],
) -> dict[str, Any]:
    """Whether rows that come again have the class that they had before."""
    first: dict[tuple[Key, int], float] = {}
    counts: Counter[float] = Counter()
    again = same = 0
    for batch, own, key, alone in zip(rows, labels, keys, single, strict=False):
        if not alone or len(own) != len(batch) or any(label != round(label) for label in own):
            continue
        counts.update(own)
        for row, label in zip(batch, own, strict=True):
            before = first.get((key, row))
            again += before is not None
            same += before == label
        for row, label in zip(batch, own, strict=True):
            first.setdefault((key, row), label)
    if not again:
        return {}
    total = counts.total()
    return {
        "seen_again": again,
        "same_class_share": same / again,
        "chance_share": sum((count / total) ** 2 for count in counts.values()),
    }


def fineness(head: Sequence[Tensor]) -> dict[str, Any]:
    """Whether inputs take so few values that equal rows come by chance, or so many that none do.

    Example:
        >>> fineness([torch.tensor([[0.0, 1.0], [1.0, 1.0]] * 9)])
        {'coarse': True, 'fine': False}
        >>> fineness([torch.rand(20, 1)])
        {'coarse': False, 'fine': True}
    """
    real = [rows.double() for rows in head if rows.numel() and not rows.is_complex()]
    kept = [rows if rows.ndim > 1 else rows.unsqueeze(1) for rows in real]
    if not kept or len({rows.shape[1] for rows in kept}) > 1:
        return {}
    values = torch.unique(torch.cat(kept), dim=0)  # copies of a row say nothing of its features
    stride = -(-values.shape[1] // MOST_COLUMNS)
    columns = list(values[:, ::stride].T)
    distinct = [int(torch.unique(column).numel()) for column in columns]
    fine = len(values) >= FEW and any(
        count >= 0.5 * len(values) and bool((column != column.round()).any())
        for count, column in zip(distinct, columns, strict=True)
    )
    few = stride * sum(math.log2(count) for count in distinct) < BITS
    return {"coarse": not fine and few, "fine": fine}
