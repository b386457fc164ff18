"""Cut units into folds, and hold some out: the one place where rows are dealt."""

from itertools import pairwise

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from justright.data.units import Units
from justright.errors import DataError
from justright.kinds import Rows

_STRATIFIED_GROUPS = 2_000  # groups up to which they are balanced by class (cost: 0.1 ms each)


def held_out(parts: Units, share: float, split: str, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Hold out a share of the units.

    Args:
        parts: The rows and their units.
        share: Share of the units to hold out, 0 to 1. Groups: the nearest of 1/2, 1/3, 1/4, ...
        split: "stratified", "random" or "grouped".
        rng: Where chance comes from.

    Returns:
        Rows kept and rows held out, each rising; neither is empty.

    Raises:
        DataError: If all rows are of one unit.

    Example:
        >>> rows = np.arange(10)
        >>> parts = Units(codes=rows, strata=rows % 2, n_units=10)
        >>> kept, held = held_out(parts, 0.4, "stratified", np.random.default_rng(0))
        >>> len(kept), sorted(held % 2)
        (6, [np.int64(0), np.int64(0), np.int64(1), np.int64(1)])
    """
    _refuse_one_unit(parts)
    if split == "grouped":
        chosen = fold_numbers(parts, max(2, round(1 / share)), split, rng) == 0
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


def fold_numbers(parts: Units, folds: int, split: str, rng: np.random.Generator) -> Rows:
    """Deal the units out in turn within each stratum.

    Args:
        parts: The rows and their units.
        folds: Number of folds; fewer where there are not as many units.
        split: "stratified" (by the stratum of a unit's first row), "random", or "grouped" (all
            rows of a unit count for its classes, which costs more than dealing).
        rng: Where chance comes from.

    Returns:
        Number of the fold of each row, from 0, shape (rows,); no fold is empty.

    Raises:
        DataError: If all rows are of one unit.

    Example:
        >>> rows = np.arange(6)
        >>> parts = Units(codes=rows, strata=rows // 3, n_units=6)
        >>> found = fold_numbers(parts, 3, "stratified", np.random.default_rng(0))
        >>> sorted(found[:3].tolist()), sorted(found[3:].tolist())
        ([0, 1, 2], [0, 1, 2])
    """
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


def repeated_folds(
    parts: Units, folds: int, repeats: int, split: str, rng: np.random.Generator
) -> list[Rows]:
    """Deal the units out several times, each time after another shuffle.

    Args:
        parts: The rows and their units.
        folds: Number of folds.
        repeats: Times to deal; the first are the same however many follow.
        split: As in `fold_numbers`.
        rng: Where chance comes from.

    Returns:
        Number of the fold of each row, shape (rows,), for each repeat.

    Raises:
        DataError: If all rows are of one unit.

    Example:
        >>> parts = Units(codes=np.arange(9), strata=np.zeros(9, dtype=np.int64), n_units=9)
        >>> one, two = repeated_folds(parts, 3, 2, "random", np.random.default_rng(0))
        >>> bool((one == two).all())
        False
    """
    found: list[Rows] = []
    for _ in range(repeats):
        fold_of = fold_numbers(parts, folds, split, rng)
        # Where the best balance of groups is unique, every shuffle ends in it, and a repeat would
        # say nothing new. Such a repeat deals the groups out instead, by their first row's class.
        if split == "grouped" and any(_same_folds(fold_of, old) for old in found):
            fold_of = fold_numbers(parts, folds, "stratified", rng)
        found.append(fold_of)
    return found


def _same_folds(one: Rows, other: Rows) -> bool:
    """Whether the folds hold the same rows, in whatever order the folds are numbered."""
    pairs = np.unique(np.stack([one, other]), axis=1)
    return bool(pairs.shape[1] == len(np.unique(one)) == len(np.unique(other)))


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


def last_rows(ranks: Rows, share: float) -> tuple[Rows, Rows]:
    """Hold out the last rows in time.

    Args:
        ranks: Place of each row in time, from 0, shape (rows,). Equal places stay together.
        share: Share of the rows to hold out, 0 to 1.

    Returns:
        Earlier and later rows, each rising.

    Raises:
        DataError: If all rows have the same place.

    Example:
        >>> earlier, later = last_rows(np.array([3, 0, 1, 2]), 0.25)
        >>> earlier, later
        (array([1, 2, 3]), array([0]))
    """
    _refuse_one_time(ranks)
    order = np.argsort(ranks, kind="stable")
    cut = _snapped(ranks[order], len(ranks) - max(1, round(share * len(ranks))))
    return np.sort(order[:cut]), np.sort(order[cut:])


def expanding(ranks: Rows, folds: int) -> list[tuple[Rows, Rows]]:
    """Validate each fold on the next stretch of time and train it on all before it.

    Args:
        ranks: Place of each row in time, from 0, shape (rows,). Equal places stay together.
        folds: Number of folds; fewer where there are not as many places.

    Returns:
        Training and validation rows of each fold, each rising.

    Raises:
        DataError: If all rows have the same place.

    Source:
        scikit-learn's TimeSeriesSplit; the same folds where no two places are equal.

    Example:
        >>> [(len(train), len(held)) for train, held in expanding(np.arange(9), 2)]
        [(3, 3), (6, 3)]
    """
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
