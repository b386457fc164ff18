"""Part the rows: a test part that no choice looks at, and views to train and validate on."""

from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl
from sklearn.model_selection import StratifiedGroupKFold

from justright.data.schema import Prepared
from justright.data.units import Units, units
from justright.errors import DataError
from justright.kinds import Rows, View

VALIDATION_SHARE = 0.2  # share of the rows, 0 to 1; as in every guide (chollet2017)
_STRATIFIED_GROUPS = 2_000  # groups up to which they are balanced by class (cost: 0.1 ms each)


def split_test(prepared: Prepared, *, share: float = 0.2, seed: int) -> tuple[Rows, Rows]:
    """Hold out a test part.

    With an order column the last rows, with a group column whole groups, else drawn within each
    class (or each tenth of a numeric target). Equal rows never lie on both sides, save where
    an order decides.

    Args:
        prepared: The table.
        share: Share of the rows to hold out, between 0 and 1.
        seed: Seed of the draw.

    Returns:
        Row numbers for development and for the test, each rising.

    Raises:
        DataError: If fewer than 2 different rows, or groups, are left to part.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(20)], "y": ["a", "b"] * 10}
        >>> development, test = split_test(schema.prepare(read.read(frame), "y"), seed=0)
        >>> len(development), len(test)
        (16, 4)
    """
    if not 0 < share < 1:
        raise ValueError(f"need a share between 0 and 1, got {share=}")
    rows = np.arange(prepared.frame.height, dtype=np.int64)
    if prepared.schema.order is not None:
        return _last(_ranks(prepared, rows), share)
    kind = "grouped" if prepared.schema.group is not None else "stratified"
    return _hold_out(units(prepared, rows), share, kind, np.random.default_rng(seed))


def views(
    prepared: Prepared,
    rows: Rows,
    *,
    evaluation: Literal["hold-out", "k-fold"],
    split: Literal["stratified", "random", "grouped", "ordered"],
    folds: int,
    seed: int,
) -> tuple[View, ...]:
    """Part the development rows into training and validation.

    Args:
        prepared: The table.
        rows: Development rows.
        evaluation: One hold-out of 20 %, or K folds. Ordered folds train on all earlier rows.
        split: How rows are drawn.
        folds: K; fewer where there are not as many different rows or groups.
        seed: Seed of the draw.

    Returns:
        One view per fold; row numbers count within `rows`.

    Raises:
        DataError: If fewer than 2 different rows, or groups, are left to part.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(20)], "y": ["a", "b"] * 10}
        >>> prepared = schema.prepare(read.read(frame), "y")
        >>> parts = views(prepared, np.arange(20), evaluation="k-fold", split="stratified",
        ...               folds=5, seed=0)
        >>> [len(view.validation) for view in parts]
        [4, 4, 4, 4, 4]
    """
    if evaluation == "k-fold" and folds < 2:
        raise ValueError(f"need at least 2 folds, got {folds=}")
    if split == "ordered":
        ranks = _ranks(prepared, rows)
        pairs = [_last(ranks, VALIDATION_SHARE)]
        if evaluation == "k-fold":
            pairs = _expanding(ranks, folds)
    else:
        parts, rng = units(prepared, rows), np.random.default_rng(seed)
        if evaluation == "hold-out":
            pairs = [_hold_out(parts, VALIDATION_SHARE, split, rng)]
        else:
            fold_of = _fold_numbers(parts, folds, split, rng)
            pairs = [
                (np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold))
                for fold in range(int(fold_of.max()) + 1)
            ]
    return tuple(
        View(train=train, validation=validation, fold=fold)
        for fold, (train, validation) in enumerate(pairs)
    )


def _hold_out(
    parts: Units, share: float, split: str, rng: np.random.Generator
) -> tuple[Rows, Rows]:
    _refuse_one_unit(parts)
    if split == "grouped":
        chosen = _fold_numbers(parts, max(2, round(1 / share)), split, rng) == 0
        return np.flatnonzero(~chosen), np.flatnonzero(chosen)
    strata = _unit_strata(parts, split)
    order, rank = _ranked(strata, rng)
    n_held = _shares(np.bincount(strata), share)
    held = np.zeros(parts.n_units, dtype=bool)
    held[order] = rank < n_held[strata[order]]
    if not held.any():  # as many classes as different rows: one row has to do
        held[rng.integers(parts.n_units)] = True
    chosen = held[parts.codes]
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)


def _shares(counts: Rows, share: float) -> Rows:
    """Units to hold out of each stratum: the share in all, and one of each where two exist."""
    exact = share * counts
    held = np.floor(exact).astype(np.int64)
    left = round(share * counts.sum()) - int(held.sum())
    held[np.argsort(held - exact, kind="stable")[: max(left, 0)]] += 1  # largest remainders
    return np.asarray(np.clip(held, (counts > 1).astype(np.int64), np.maximum(counts - 1, 0)))


def _fold_numbers(parts: Units, folds: int, split: str, rng: np.random.Generator) -> Rows:
    """The fold of each row; units are dealt out in turn within each stratum."""
    _refuse_one_unit(parts)
    folds = min(folds, parts.n_units)
    if split == "grouped" and not parts.is_rows and parts.n_units <= _STRATIFIED_GROUPS:
        found = _balanced_groups(parts, folds, int(rng.integers(2**31)))
        if len(np.unique(found)) == folds:
            return found
    strata = _unit_strata(parts, "random" if split == "grouped" else split)
    order, _ = _ranked(strata, rng)
    fold_of_unit = np.empty(parts.n_units, dtype=np.int64)
    fold_of_unit[order] = np.arange(parts.n_units) % folds
    return fold_of_unit[parts.codes]


def _balanced_groups(parts: Units, folds: int, seed: int) -> Rows:
    """Folds of whole groups with like shares of the classes."""
    strata, counts = parts.strata.copy(), np.bincount(parts.strata)
    strata[counts[strata] < folds] = int(counts.argmax())  # too rare to balance
    if np.bincount(strata).max() < folds:
        strata[:] = 0
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    found = np.zeros(len(strata), dtype=np.int64)
    for fold, (_, held) in enumerate(splitter.split(strata, strata, parts.codes)):
        found[held] = fold
    return found


def _unit_strata(parts: Units, split: str) -> Rows:
    """The stratum of each unit: that of its first row (equal rows share it)."""
    strata = np.zeros(parts.n_units, dtype=np.int64)
    if split == "stratified":
        strata[parts.codes[::-1]] = parts.strata[::-1]
    return strata


def _ranked(strata: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Units sorted by stratum and chance, and the rank of each within its stratum."""
    order = np.lexsort((rng.random(len(strata)), strata))
    starts = np.searchsorted(strata[order], np.arange(strata.max() + 1))
    return order, np.arange(len(strata)) - starts[strata[order]]


def _ranks(prepared: Prepared, rows: Rows) -> Rows:
    """Place of each row in time; equal times share one."""
    name = prepared.schema.order
    if name is None:
        raise DataError(
            f"no order column is named, and {len(rows):,} rows are to be parted by order",
            "a column of dates or numbers that orders the rows",
            try_="--order date",
        )
    return prepared.frame[name][rows].rank("dense").cast(pl.Int64).to_numpy() - 1


def _last(ranks: Rows, share: float) -> tuple[Rows, Rows]:
    _refuse_one_time(ranks)
    order = np.argsort(ranks, kind="stable")
    cut = _snapped(ranks[order], len(ranks) - max(1, round(share * len(ranks))))
    return np.sort(order[:cut]), np.sort(order[cut:])


def _expanding(ranks: Rows, folds: int) -> list[tuple[Rows, Rows]]:
    """Each fold validates on the next stretch of time and trains on all before it."""
    _refuse_one_time(ranks)
    order, n_rows = np.argsort(ranks, kind="stable"), len(ranks)
    folds = min(folds, n_rows - 1)
    size = n_rows // (folds + 1)
    cuts = [_snapped(ranks[order], n_rows - (folds - fold) * size) for fold in range(folds)]
    edges = sorted({*cuts, n_rows})
    return [(np.sort(order[:start]), np.sort(order[start:end])) for start, end in pairwise(edges)]


def _snapped(sorted_ranks: Rows, cut: int) -> int:
    """The nearest place to cut where the time changes, so that equal times stay together."""
    changes = np.flatnonzero(np.diff(sorted_ranks)) + 1
    return int(changes[np.abs(changes - cut).argmin()])


def _refuse_one_unit(parts: Units) -> None:
    if parts.n_units < 2:
        raise DataError(
            f"all {len(parts.codes):,} rows are equal or of one group",
            "at least 2 different rows, or 2 groups, to part",
            try_="leave out --group, or add rows",
        )


def _refuse_one_time(ranks: Rows) -> None:
    if ranks.max(initial=0) < 1:
        raise DataError(
            f"all {len(ranks):,} rows have the same place in the order",
            "at least 2 different values in the order column",
            try_="leave out --order, or name another column",
        )
