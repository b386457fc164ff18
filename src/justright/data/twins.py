"""Columns that say the same as an earlier one, in another unit or under other names."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaln

from justright.data.facts import sample, sampled_rows
from justright.data.repair import labels

LIMIT = 0.9999  # |correlation| above which two numbers are one: they differ by rounding (house)
DEVIATING_SHARE = 0.001  # of the rows: wrong cells that two columns of one fact may have (house)
_BLOCKS, _BLOCK_ROWS = 8, 250  # rows looked at first: most blocks hold no deviating row
_PAIRS = 4_096  # pairs of rows that tell two partitions of the rows apart at a glance
_ALIKE = 0.95  # correlation of the pairs above which all rows are compared (house convention)
_CHANCE = 1e-9  # chance below which likeness is none: safe for a thousand columns (house)
_MIDDLE = (0.01, 0.99)  # quantiles between which the likeness must hold too (house convention)

Cells = NDArray[np.float64]
Look = Callable[[list[Cells]], NDArray[np.bool_]]


def twins(columns: Mapping[str, pl.Series]) -> dict[str, str]:
    """Find columns that an earlier one makes superfluous.

    Numbers, booleans and dates: the same up to a factor and a shift. Words and booleans: the same
    up to names. Either may deviate in 1 row of 1,000. Only a sample of the rows is compared, and
    only where a smaller one already looks alike. The target plays no part.

    Args:
        columns: Typed cells by name, in the order of the file.

    Returns:
        For each column to leave out, why, with figures. The first of its kind stays.

    Example:
        >>> celsius = pl.Series("celsius", np.random.default_rng(0).normal(size=50))
        >>> twins({"celsius": celsius, "fahrenheit": celsius * 1.8 + 32})
        {'fahrenheit': "a near-duplicate of 'celsius': correlation 1 in 50 rows"}
    """
    cells = {name: sample(column) for name, column in columns.items()}
    numbers = {name: _numbers(c) for name, c in cells.items() if c.dtype != pl.String}
    codes = {name: _codes(c) for name, c in cells.items() if c.dtype in (pl.String, pl.Boolean)}
    places = {name: place for place, name in enumerate(cells)}
    pairs = [*_alike(numbers, _blocks), *_alike(codes, _partitions)]
    found: dict[str, str] = {}
    for first, second in sorted(pairs, key=lambda pair: (places[pair[1]], places[pair[0]])):
        if first in found or second in found:
            continue
        both = first in numbers and second in numbers
        words = (
            same_numbers(numbers[first], numbers[second])
            if both
            else same_names(codes[first], codes[second])
        )
        if words:
            found[second] = f"a near-duplicate of {first!r}: {words}"
    return found


def same_numbers(x: Cells, y: Cells) -> str:
    """How two columns of numbers are one, up to a factor and a shift; empty if they are not.

    Args:
        x: Numbers, NaN where missing, shape (rows,).
        y: The same of the other column.

    Example:
        >>> x = np.arange(50.0)
        >>> same_numbers(x, 3 - 2 * x), same_numbers(x, x**2)
        ('correlation -1 in 50 rows', '')
    """
    known = np.isfinite(x) & np.isfinite(y)
    spare = _spare(x)
    if (np.isfinite(y) & ~known).sum() > spare or not _telling(x[known], free=False):
        return ""
    x, y = x[known], y[known]
    kept = np.ones(len(x), dtype=bool)
    if spare and abs(_correlation(x, y)) <= LIMIT:
        kept = _nearest(x, y, len(x) - spare)
    r = _correlation(x[kept], y[kept])
    middle = kept & _middle(x)
    apart = middle.any() and 0 < abs(_correlation(x[middle], y[middle])) <= LIMIT
    if abs(r) <= LIMIT or apart:
        return ""
    of = "" if kept.all() else f" of {len(x):,}"
    return f"correlation {r:.6g} in {int(kept.sum()):,}{of} rows"


def same_names(a: Cells, b: Cells) -> str:
    """How two columns of codes part the rows alike; empty if they do not.

    Args:
        a: Codes of the levels, NaN where missing, shape (rows,).
        b: The same of the other column.

    Example:
        >>> a = np.arange(60) % 3
        >>> same_names(a, (a + 1) % 3), same_names(a, a == 1)
        ('3 levels match one to one in 60 rows', '')
    """
    known = np.isfinite(a) & np.isfinite(b)
    spare = _spare(a)
    if (np.isfinite(b) & ~known).sum() > spare or not _telling(a[known], free=True):
        return ""
    left = np.unique(a[known], return_inverse=True)[1]
    right = np.unique(b[known], return_inverse=True)[1]
    pairs, counts = np.unique(left * (right.max() + 1) + right, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    pairs, counts = pairs[order], counts[order]
    of_a, of_b = np.divmod(pairs, right.max() + 1)
    best = np.zeros(len(pairs), dtype=bool)  # the commonest partner of both
    best[np.unique(of_a, return_index=True)[1]] = True
    second = np.zeros(len(pairs), dtype=bool)
    second[np.unique(of_b, return_index=True)[1]] = True
    n_rows, n_same = len(left), int(counts[best & second].sum())
    if n_rows - n_same > spare:
        return ""
    of = "" if n_same == n_rows else f" of {n_rows:,}"
    return f"{int((best & second).sum()):,} levels match one to one in {n_same:,}{of} rows"


def is_renamed(cells: pl.Series, goal: pl.Series) -> bool:
    """Whether a column is a target of classes under other names, in every row.

    Args:
        cells: Typed cells of the column.
        goal: Labels of the target, none missing.

    Returns:
        False too where so few rows could be alike by chance.

    Example:
        >>> goal = pl.Series(["a", "b", "b"] * 20)
        >>> is_renamed(pl.Series([1.0, 2.0, 2.0] * 20), goal), is_renamed(goal, goal[::-1])
        (True, False)
    """
    for n_rows in (_BLOCK_ROWS, len(goal)):  # a few rows tell most apart
        pairs = pl.DataFrame({"cells": labels(cells[:n_rows]), "goal": goal[:n_rows]}).unique()
        alike = pairs["cells"].n_unique() == pairs["goal"].n_unique() == pairs.height
        if not alike or pairs["cells"].null_count():
            return False
    return _telling(_codes(goal), free=True)


def _numbers(cells: pl.Series) -> Cells:
    if cells.dtype == pl.Datetime:
        cells = cells.cast(pl.Int64)
    return cells.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _codes(cells: pl.Series) -> Cells:
    return cells.cast(pl.String).rank("dense").cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _spare(cells: Cells) -> int:
    """Rows that may deviate: few of those that are not the commonest value."""
    known = cells[np.isfinite(cells)]
    if not len(known):
        return 0
    _, counts = np.unique(known, return_counts=True)
    rest = len(known) - int(counts.max())
    return int(DEVIATING_SHARE * (rest if len(counts) > 1 else 0))


def _telling(cells: Cells, *, free: bool) -> bool:
    """Whether another column can hardly part the rows the same way by chance.

    The chance is one over the ways to deal the values out to the rows; with free names, one over
    the ways to part the rows into sets of these sizes (the multinomial coefficient).
    """
    _, counts = np.unique(cells, return_counts=True)
    ways = gammaln(len(cells) + 1) - gammaln(counts + 1).sum()
    if free:
        ways -= gammaln(len(counts) + 1)
    return bool(ways > -np.log(_CHANCE))


def _middle(x: Cells) -> NDArray[np.bool_]:
    """Rows beside the commonest value, and not at either end: no shared code, no lone far value."""
    values, counts = np.unique(x, return_counts=True)
    rest = x != values[counts.argmax()]
    low, high = np.quantile(x[rest], _MIDDLE)
    return np.asarray(rest & (x >= low) & (x <= high))


def _nearest(x: Cells, y: Cells, n: int) -> NDArray[np.bool_]:
    """The n rows nearest to a line that far values do not bend.

    Source:
        Brown & Mood 1951, on median tests for linear hypotheses.
    """
    low, high = x <= np.quantile(x, 1 / 3), x >= np.quantile(x, 2 / 3)
    run = float(np.median(x[high]) - np.median(x[low]))
    slope = float(np.median(y[high]) - np.median(y[low])) / run if run > 0 else 0.0
    rest = y - slope * x
    away = np.abs(rest - np.median(rest))
    return np.asarray(away <= np.partition(away, n - 1)[n - 1])


def _correlation(x: Cells, y: Cells) -> float:
    """Pearson's correlation; 0 where either is constant."""
    a, b = _unit(x[:, None])[:, 0], _unit(y[:, None])[:, 0]
    return float(a @ b)


def _unit(columns: Cells) -> Cells:
    """Columns with mean 0 and length 1; 0 where missing or constant."""
    largest = np.nanmax(np.abs(columns), axis=0, initial=0.0)
    scaled = columns / np.where(largest > 0, largest, 1.0)
    missing = np.isnan(scaled)
    n = np.maximum((~missing).sum(0), 1)
    centred = np.where(missing, 0.0, scaled - np.where(missing, 0.0, scaled).sum(0) / n)
    length = np.sqrt((centred * centred).sum(0))
    tiny = length <= np.finfo(np.float64).eps * np.sqrt(n)
    return np.asarray(centred / np.where(tiny, np.inf, length))


def _alike(columns: Mapping[str, Cells], look: Look) -> Iterator[tuple[str, str]]:
    """Pairs of columns that a first look cannot tell apart."""
    names = list(columns)
    if len(names) > 1:
        for i, j in np.argwhere(np.triu(look(list(columns.values())), k=1)):
            yield names[i], names[j]


def _blocks(columns: list[Cells]) -> NDArray[np.bool_]:
    """Which numbers correlate in most of a few blocks of rows, so that single rows do not count."""
    n_rows = len(columns[0])
    rows = sampled_rows(n_rows, _BLOCKS * _BLOCK_ROWS)
    n_blocks = max(1, len(rows) // _BLOCK_ROWS)
    rows = np.random.default_rng(0).permutation(rows)
    looked = np.stack([cells[rows] for cells in columns], axis=1)
    votes = np.zeros((len(columns), len(columns)), dtype=np.int8)
    for block in np.array_split(looked, n_blocks):
        unit = _unit(block)
        votes += np.abs(unit.T @ unit) > LIMIT
    return np.asarray(votes * 2 >= n_blocks)


def _partitions(columns: list[Cells]) -> NDArray[np.bool_]:
    """Which codes put the same pairs of rows together."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, len(columns[0]), (2, _PAIRS))
    together = [(cells[first] == cells[second]).astype(np.float64) for cells in columns]
    unit = _unit(np.stack(together, axis=1))
    rare = ~unit.any(0)  # hardly two rows share a level: the look tells nothing
    return np.asarray((unit.T @ unit > _ALIKE) | np.outer(rare, rare))
