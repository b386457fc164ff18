"""Every kind of view over rows: hold-out, folds, bootstraps, shares, shuffled and weighted."""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from justright.data.folds import expanding, fold_numbers, held_out, repeated_folds
from justright.data.row_units import is_numbers, read_cells, row_units, strata_of
from justright.data.units import Units
from justright.data.words import counted
from justright.errors import DataError
from justright.kinds import Rows, View

_FINEST_PART = 20  # folds that groups are balanced over at most, for a hold-out (cost: seconds)


def hold_out(
    n: int,
    *,
    share: float = 0.2,
    seed: int,
    y: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> tuple[View, ...]:
    """Hold out a share of the rows once.

    Args:
        n: Rows of the data.
        share: Share of the rows to validate on, 0 to 1. More are held out where a class would
            else be missing; with groups it is met as nearly as whole groups allow.
        seed: Seed of the draw.
        y: Classes, or floats (kept in balance by tenths), shape (n,). None: no balance.
        groups: Group of each row, shape (n,); a group stays on one side.

    Returns:
        One view, in a tuple like those of the other builders.

    Raises:
        DataError: If there are fewer than 2 rows or groups, the share is not within 0 and 1, or
            a class lies in one row or group alone.

    Example:
        >>> (view,) = hold_out(10, share=0.3, seed=0)
        >>> len(view.train), len(view.validation), view.name
        (7, 3, 'hold-out of 30 %')
    """
    if not 0 < share < 1:
        raise DataError(
            f"the share to hold out is {share:g}",
            "a share above 0 and below 1, so that both parts have rows",
            try_="hold_out(n, share=0.2, seed=0)",
        )
    parts = row_units(n, y, groups, least=2, why="one to train and one to validate on")
    train, held = _held(parts, share, groups is not None, np.random.default_rng(seed))
    return (View(train=train, validation=held, name=f"hold-out of {_percent(share)}"),)


def _held(parts: Units, share: float, grouped: bool, rng: np.random.Generator) -> tuple[Rows, Rows]:
    part = Fraction(float(share)).limit_denominator(_FINEST_PART)
    if not grouped or parts.is_rows or not 0 < part < 1:
        return held_out(parts, share, "stratified", rng)
    # 2/5 is two of five balanced folds: balanced over rows, which drawn groups would not be.
    folds = min(part.denominator, parts.n_units)
    n_held = min(max(1, round(share * folds)), folds - 1)
    held = fold_numbers(parts, folds, "grouped", rng) < n_held
    return np.flatnonzero(~held), np.flatnonzero(held)


def k_fold(
    n: int,
    folds: int,
    *,
    repeats: int = 1,
    seed: int,
    y: ArrayLike | None = None,
    groups: ArrayLike | None = None,
) -> tuple[View, ...]:
    """Validate on each of K folds in turn, again for each repeat with another shuffle.

    Args:
        n: Rows of the data.
        folds: K, from 2 to the number of rows or groups.
        repeats: Shuffles (iterated K-fold). The first are the same however many follow.
        seed: Seed of the draws.
        y: Classes, or floats (kept in balance by tenths), shape (n,). None: no balance.
        groups: Group of each row, shape (n,); a group stays in one fold.

    Returns:
        repeats × folds views, repeat by repeat; `fold` counts from 0 within each.

    Raises:
        DataError: If there are fewer rows or groups than folds, a class lies in fewer of them
            than there are folds, or no repeat could differ from the first.

    Source:
        Iterated K-fold with shuffling: chollet2017, section 4.2.1.

    Example:
        >>> views = k_fold(6, 3, repeats=2, seed=0)
        >>> [view.fold for view in views]
        [0, 1, 2, 0, 1, 2]
        >>> views[4].name
        'fold 2 of 3, repeat 2 of 2'
    """
    _at_least(folds, 2, "fold", "k_fold(n, 5, seed=0)")
    _at_least(repeats, 1, "repeat", "k_fold(n, 5, repeats=1, seed=0)")
    parts = row_units(n, y, groups, least=folds, why=f"one for each of {folds:,} folds")
    if repeats > 1 and parts.n_units == folds:
        word = "row" if groups is None else "group"
        raise DataError(
            f"{folds:,} folds hold one {word} each, so all repeats would be the same",
            f"fewer folds than the {folds:,} {word}s, or one repeat",
            try_=f"k_fold(n, {folds}, repeats=1, seed=0)",
        )
    split = "stratified" if groups is None or parts.is_rows else "grouped"
    numbers = repeated_folds(parts, folds, repeats, split, np.random.default_rng(seed))
    return tuple(
        View(
            train=np.flatnonzero(fold_of != fold),
            validation=np.flatnonzero(fold_of == fold),
            fold=fold,
            name=f"fold {fold + 1} of {folds}"
            + (f", repeat {repeat} of {repeats}" if repeats > 1 else ""),
        )
        for repeat, fold_of in enumerate(numbers, 1)
        for fold in range(folds)
    )


def bootstrap(n: int, times: int, *, seed: int) -> tuple[View, ...]:
    """Train on n rows drawn with replacement, and validate on those not drawn.

    About 37 % of the rows (1/e) are left out of a draw.

    Args:
        n: Rows of the data, at least 2.
        times: Views to draw.
        seed: Seed of the draws.

    Returns:
        `times` views; `train` names some rows several times, `validation` is never empty.

    Raises:
        DataError: If there are fewer than 2 rows or less than 1 view is asked for.

    Source:
        Efron and Tibshirani 1997, https://doi.org/10.1080/01621459.1997.10474007

    Example:
        >>> view = bootstrap(8, 20, seed=1)[2]
        >>> len(view.train), np.intersect1d(view.train, view.validation).tolist(), view.name
        (8, [], 'bootstrap 3 of 20')
    """
    _at_least(times, 1, "bootstrap", "bootstrap(n, 20, seed=0)")
    _at_least(n, 2, "row", "add rows")
    rng = np.random.default_rng(seed)
    draws = [_drawn(n, rng) for _ in range(times)]
    return tuple(
        View(
            train=train,
            validation=np.setdiff1d(np.arange(n), train),
            fold=time,
            name=f"bootstrap {time + 1} of {times}",
        )
        for time, train in enumerate(draws)
    )


def _drawn(n: int, rng: np.random.Generator) -> Rows:
    """Rows drawn with replacement, rising, again where every row was drawn."""
    while True:
        rows = rng.integers(n, size=n)
        if np.bincount(rows, minlength=n).min() == 0:
            return np.sort(rows)


def shares(
    view: View, shares: Sequence[float], *, seed: int, y: ArrayLike | None = None
) -> tuple[View, ...]:
    """Train on shares of a view's rows, each within the next larger: would more data help?

    Args:
        view: The view whose training rows are shared out; its validation rows stay.
        shares: Shares of the training rows, above 0 and up to 1.
        seed: Seed of the order in which rows join.
        y: Classes, or floats (kept in balance by tenths), of every row of the data. Every class
            is in every share. None: no balance.

    Returns:
        One view per share, in the order given. Weights are brought back to mean 1.

    Raises:
        DataError: If no share is given, one is outside 0 to 1 or comes to fewer rows than there
            are classes, or the view's targets are shuffled already.

    Example:
        >>> (view,) = hold_out(100, seed=0)
        >>> tenth, half = shares(view, [0.1, 0.5], seed=0)
        >>> len(tenth.train), len(half.train), set(tenth.train) <= set(half.train)
        (8, 40, True)
    """
    if len(shares) == 0 or not all(0 < share <= 1 for share in shares):
        raise DataError(
            f"the shares of the training rows are {', '.join(f'{s:g}' for s in shares) or 'none'}",
            "at least one share, each above 0 and up to 1",
            try_="shares(view, [0.1, 0.2, 0.5, 1], seed=0)",
        )
    if view.targets is not None:
        raise DataError(
            "the targets of the view are shuffled, some with rows that a share leaves out",
            "a view with its own targets",
            try_="shuffled(part, n, seed=0) for each part of shares(view, ...)",
        )
    n_data = _rows_named(view)
    strata = np.zeros(len(view.train), dtype=np.int64)
    least = 1
    if y is not None:
        values = read_cells(y, "y", at_least=n_data)
        strata = strata_of(values)[view.train]
        least = 1 if is_numbers(values) else len(np.unique(strata))
    joining = _joining(strata, np.random.default_rng(seed))
    return tuple(_share(view, joining, share, least) for share in shares)


def _joining(strata: Rows, rng: np.random.Generator) -> Rows:
    """Places in the order in which they join, so that every start of it is balanced."""
    chance = rng.random(len(strata))
    order = np.lexsort((chance, strata))
    counts = np.unique(strata, return_counts=True)[1]
    ranks = np.concatenate([np.arange(count) / count for count in counts])
    depth = np.empty(len(strata))
    depth[order] = ranks  # 0 for the first row of each class: rare classes are there at once
    return np.lexsort((chance, depth))


def _share(view: View, joining: Rows, share: float, least: int) -> View:
    n_rows = round(share * len(joining))
    if n_rows < least:
        raise DataError(
            f"{_percent(share)} of {len(joining):,} training rows is {counted(n_rows, 'row')}",
            f"at least {least:,}: one of every class" if least > 1 else "at least 1 row",
            try_=f"a share of {math.ceil(100 * least / max(len(joining), 1)) / 100:g} or more",
        )
    part = replace(
        view,
        train=np.sort(view.train[joining[:n_rows]]),
        name=_named(view, f"{_percent(share)} of the training rows"),
    )
    return part if view.weights is None else replace(weighted(part, view.weights), name=part.name)


def shuffled(view: View, n: int, *, seed: int, order: Rows | None = None) -> View:
    """Give each row the target of another, within train and within validation: is there a signal?

    The permutation mixes all rows of a part alike, whatever their group or time.

    Args:
        view: The view; targets that it has are replaced.
        n: Rows of the data.
        seed: Seed of the two permutations.
        order: The row whose target each row takes, shape (n,), in place of these permutations.

    Returns:
        The view with `targets`, shape (n,); rows outside the view keep their own. A row that a
        bootstrap names twice has the same target both times.

    Raises:
        DataError: If a part has fewer than 2 different rows, or names a row beyond n.

    Source:
        Ojala and Garriga 2010, https://jmlr.org/papers/v11/ojala10a.html

    Example:
        >>> (view,) = hold_out(8, share=0.5, seed=0)
        >>> targets = shuffled(view, 8, seed=0).targets
        >>> sorted(targets[view.train]) == sorted(view.train)
        True
    """
    rng, targets = np.random.default_rng(seed), np.arange(n, dtype=np.int64)
    for word, part in (("training", view.train), ("validation", view.validation)):
        rows = np.unique(part)
        if len(rows) < 2:
            raise DataError(
                f"{counted(len(rows), f'different {word} row')} to shuffle",
                f"at least 2 different {word} rows",
                try_="hold_out(n, share=0.2, seed=0) with a larger share, or more rows",
            )
        if rows[-1] >= n:
            raise DataError(
                f"{int((rows >= n).sum()):,} of {len(rows):,} different {word} rows lie beyond "
                f"the {n:,} rows of the data (last: row {rows[-1]:,})",
                f"n of at least {rows[-1] + 1:,}",
                try_="shuffled(view, n, seed=0) with the n that the view was built with",
            )
        targets[rows] = rng.permutation(rows)
    targets = targets if order is None else order
    return replace(view, targets=targets, name=_named(view, "shuffled targets"))


def weighted(view: View, weights: ArrayLike, *, n: int | None = None) -> View:
    """Weigh the rows in the training loss, and in the score that training stops by.

    Args:
        view: The view; weights that it has are replaced.
        weights: Weight of every row of the data, 0 or more, on any scale, shape (rows of the
            data,).
        n: Rows of the data. None: at least as many as the view names.

    Returns:
        The view with `weights` divided by their mean over its training rows.

    Raises:
        DataError: If the weights are too few or too many, one is negative or not finite, or
            those of all training rows are 0.

    Example:
        >>> view = View(train=np.array([0, 1, 2]), validation=np.array([3]))
        >>> weighted(view, [1, 2, 3, 4]).weights
        array([0.5, 1. , 1.5, 2. ])
    """
    n_data = _rows_named(view)
    values = np.asarray(
        read_cells(weights, "weights", exactly=n, at_least=n_data), dtype=np.float64
    )
    bad = np.flatnonzero(~np.isfinite(values) | (values < 0))
    if len(bad):
        raise DataError(
            f"{len(bad):,} of {len(values):,} weights are negative or not finite "
            f"(first: row {bad[0]:,}, {values[bad[0]]:g})",
            "a finite weight of 0 or more for every row",
            try_="weighted(view, np.clip(np.nan_to_num(weights), 0, None))",
        )
    if not values[view.train].any():
        raise DataError(
            f"the weights of all {len(view.train):,} training rows are 0",
            "a weight above 0 for at least one of them",
            try_="weighted(view, np.ones(n))",
        )
    values = values / values[view.train].max()  # or the mean of tiny weights would round to 0
    mean = values[view.train].mean()
    return replace(view, weights=values / mean, name=_named(view, "weighted rows"))


def time_ordered(n: int, folds: int) -> tuple[View, ...]:
    """Validate on each stretch of time in turn, and train on all rows before it.

    Args:
        n: Rows of the data, in the order of time.
        folds: Number of stretches to validate on, fewer than there are rows.

    Returns:
        One view per fold, the earliest first; the training part grows.

    Raises:
        DataError: If there are not more rows than folds.

    Source:
        scikit-learn's TimeSeriesSplit, whose folds these are.

    Example:
        >>> [(view.train.tolist(), view.validation.tolist()) for view in time_ordered(6, 2)]
        [([0, 1], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    """
    _at_least(folds, 1, "fold", "time_ordered(n, 5)")
    if n <= folds:
        raise DataError(
            f"{n:,} rows for {folds:,} folds in time",
            f"at least {folds + 1:,} rows: one for each fold, and one before them to train on",
            try_=f"time_ordered(n, {n - 1})" if n > 1 else "add rows",
        )
    return tuple(
        View(train=train, validation=held, fold=fold, name=f"fold {fold + 1} of {folds} in time")
        for fold, (train, held) in enumerate(expanding(np.arange(n, dtype=np.int64), folds))
    )


def _rows_named(view: View) -> int:
    """Rows that the data has at least: those up to the last that the view names."""
    return int(max(view.train.max(initial=-1), view.validation.max(initial=-1))) + 1


def _at_least(found: int, least: int, word: str, try_: str) -> None:
    if found < least:
        raise DataError(counted(found, word), f"at least {counted(least, word)}", try_=try_)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _named(view: View, words: str) -> str:
    return f"{view.name}, {words}" if view.name else words
