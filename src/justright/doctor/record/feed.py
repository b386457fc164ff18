"""How the rows came: fingerprints of batches and of their rows."""

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from justright.doctor.evidence import Feed
from justright.doctor.record.overlap import Judged, Key, fineness, overlap, relabelled

MOST_ROWS = 8_192  # training rows fingerprinted one by one
MOST_BATCHES = 4_096  # batches fingerprinted as a whole
MARKS = 16  # numbers of a batch that its fingerprint is made of, beside their sum
MOST_HEAD = 64  # rows kept to see how many values the inputs take


@dataclass(slots=True)
class FeedWatch:
    """Fingerprints as they come in."""

    batches: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    rows: list[tuple[int, ...]] = field(default_factory=list)
    labels: list[tuple[float, ...]] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    single: list[bool] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    head: list[Tensor] = field(default_factory=list)
    n_judged: int = 0
    n_rows: int = 0
    whole: bool = True  # whether no batch was passed over since the first

    def learned(self, x: Tensor, y: Tensor | None, key: Key, *, single: bool = True) -> None:
        """Take in a training batch.

        Args:
            x: Its rows.
            y: Its targets.
            key: The model that learns, and the optimizers made so far.
            single: Whether one pass and one loss stand behind it: then row and target belong
                together.
        """
        on_cpu = x.device.type == "cpu" and x.ndim > 0
        self.whole = self.whole and on_cpu and len(self.batches) < MOST_BATCHES
        if not self.whole:
            return
        self.batches.append(mark(x))
        self.sizes.append(len(x))
        if self.n_rows < MOST_ROWS and len(self.rows) == len(self.batches) - 1:
            self.rows.append(row_marks(x))
            self.n_rows += len(x)
            self.labels.append(_labels(y, len(x)))
            self.keys.append(key)
            self.single.append(single)
            if sum(map(len, self.head)) < MOST_HEAD:
                self.head.append(x.detach()[:MOST_HEAD].flatten(1 if x.ndim > 1 else 0).clone())

    def judges(self, x: Tensor, key: Key, loader: int = 0) -> None:
        """Take in a validation batch.

        Args:
            x: Its rows.
            key: The model that is judged, and the optimizers made so far.
            loader: A number for the DataLoader that it came from; 0 for none.
        """
        if self.n_judged < MOST_ROWS and x.device.type == "cpu" and x.ndim:
            sweep = (len(self.batches), loader or -len(self.judged))
            self.judged.append((key, sweep, row_marks(x)))
            self.n_judged += len(x)

    def record(self) -> Feed | None:
        """What the fingerprints tell."""
        if not self.batches:
            return None
        batches, rows = list(self.batches), list(self.rows)
        epoch = epoch_of(batches, rows)
        trained = {row for batch in rows for row in batch}
        first = [row for batch in rows[: epoch or len(rows)] for row in batch]
        judged = {row for _, _, batch in list(self.judged) for row in batch}
        return Feed(
            n_batches=len(batches),
            batch_sizes=tuple(self.sizes),
            repeats=sum(a == b for a, b in itertools.pairwise(batches)),
            n_rows_seen=len(trained),
            epoch_batches=epoch,
            n_epochs=len(batches) // epoch if epoch else 0,
            same_order=_same_order(batches, epoch),
            shared_rows=len(trained & judged),
            n_validation_rows=len(judged),
            duplicated_rows=len(first) - len(set(first)),
            **fineness(list(self.head)),
            **overlap(list(zip(self.keys, rows, strict=False)), list(self.judged), epoch_of),
            **relabelled(rows, self.labels, self.keys, self.single),
            **_runs(self.labels[: epoch or len(self.labels)]),
        )


def mark(x: Tensor) -> int:
    """A number that is the same for the same batch in the same order."""
    if x.layout is not torch.strided or x.dtype == torch.bfloat16:
        x = x.to_dense().float()
    flat = x.detach().numpy().ravel(order="K")  # a view, however the axes lie
    some = flat[:: _stride(flat.size, len(x))][: 2 * MARKS]
    return hash((tuple(x.shape), float(flat.sum()), some.tobytes()))


@lru_cache
def _stride(n_numbers: int, n_rows: int) -> int:
    """Every which number of a batch makes its fingerprint.

    Every row would be asked for the same columns, borders of images for one, were the stride
    a multiple of their length.
    """
    stride = max(1, n_numbers // MARKS)
    while stride > 1 and math.gcd(stride, max(1, n_numbers // max(1, n_rows))) > 1:
        stride += 1
    return stride


def row_marks(x: Tensor) -> tuple[int, ...]:
    """A number for each row that is the same for the same row."""
    value = x.detach()
    if value.dtype == torch.bfloat16 or value.layout is not torch.strided:
        value = value.to_dense().float() if value.layout is not torch.strided else value.float()
    rows = np.ascontiguousarray(value.reshape(len(x), -1).numpy())
    return tuple(hash(row.tobytes()) for row in rows)


def _labels(y: Tensor | None, n_rows: int) -> tuple[float, ...]:
    """The classes of a batch as whole numbers, or its one number a row; else none."""
    if y is None or not y.ndim or len(y) != n_rows:
        return ()
    y = y.detach()
    if y.ndim == 2 and y.shape[1] > 1:
        one_hot = bool(((y == 0) | (y == 1)).all()) and bool((y.sum(1) == 1).all())
        return tuple(y.argmax(1).tolist()) if one_hot else ()
    if y.ndim > 1 and y.numel() != n_rows:
        return ()
    return tuple(float(value) for value in y.flatten().tolist())


def epoch_of(batches: Sequence[int], rows: Sequence[tuple[int, ...]]) -> int:
    """Batches until the first ones, or their rows, came round again; 0 for never.

    Example:
        >>> epoch_of([1, 2, 3, 1, 2, 3], [])
        3
        >>> epoch_of([1, 2, 3, 4], [(7, 8), (9,), (9, 7), (8,)])
        2
    """
    if rows:
        seen: set[int] = set()
        for place, batch in enumerate(rows):
            again = sum(row in seen for row in batch)
            # A few equal rows are duplicates of the data, not a new epoch.
            if place and batch and again >= max(1, 0.9 * len(batch)):
                return place
            seen.update(batch)
    first = batches[0]
    for place in range(1, len(batches)):
        if batches[place] == first and batches[1] in batches[place + 1 : place + 2]:
            return place
    return 0


def _same_order(batches: Sequence[int], epoch: int) -> int:
    if epoch < 2:
        return 0
    first = list(batches[:epoch])
    starts = range(epoch, len(batches) - epoch + 1, epoch)
    return sum(list(batches[start : start + epoch]) == first for start in starts)


def _runs(batches: Sequence[tuple[float, ...]]) -> dict[str, Any]:
    """How the classes, or the numbers, lie over the batches of the first epoch."""
    full = [batch for batch in batches if len(batch) > 1]
    counts = Counter(label for batch in full for label in batch)
    if any(label != round(label) for label in counts if math.isfinite(label)):
        numbers = [label for batch in batches for label in batch]
        return {"sorted_share": _rising(numbers) if len(batches) > 2 else 0.0}
    total = counts.total()
    if len(full) < 2 or len(counts) < 2:
        return {"n_classes": len(counts)}
    alone = [len(set(batch)) == 1 for batch in full]
    shares = [count / total for count in counts.values()]
    by_chance = [sum(share ** len(batch) for share in shares) for batch in full]
    every = np.array([label for batch in full for label in batch], dtype=float)
    places = np.arange(len(every), dtype=float)
    return {
        "n_classes": len(counts),
        "single_class_share": float(np.mean(alone)),
        "expected_single_share": float(np.mean(by_chance)),
        "sorted_share": abs(float(np.corrcoef(places, every)[0, 1])),
        "class_changes": _changes(full),
    }


def _changes(batches: Sequence[tuple[float, ...]]) -> float:
    """Share of successive batches of one class only that hold another class."""
    pairs = [
        (a[0], b[0]) for a, b in itertools.pairwise(batches) if len(set(a)) == len(set(b)) == 1
    ]
    return sum(a != b for a, b in pairs) / len(pairs) if pairs else 0.0


def _rising(numbers: Sequence[float]) -> float:
    """How steadily numbers rise or fall: |correlation| of place and rank, 0 to 1."""
    values = np.array(numbers)
    if len(values) < 3 or not np.isfinite(values).all() or np.ptp(values) == 0:
        return 0.0
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return abs(float(np.corrcoef(np.arange(len(values)), ranks)[0, 1]))
