"""Columns that say much the same: bunches that a network can do with one of."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

STRONG = 0.7  # association from which columns stand for each other (house convention)
MOST_ROWS = (
    10_000  # looked at, or up to twice as many; the error of a correlation is then 0.01 at most
)
MOST_LEVELS = 50  # of a category: of more, its association is mostly chance

Array = NDArray[np.float64]


def bunches(columns: Mapping[str, pl.Series], *, least: float = STRONG) -> list[tuple[str, ...]]:
    """Bunches of columns of which every two are associated; most hold one column.

    Numbers, dates and booleans by the size of Spearman's rank correlation, a missing cell being
    the middle rank; categories by Cramér's V, a missing cell being a level. A number and a
    category are never bunched.

    Args:
        columns: Typed cells by name, in the order of the file.
        least: Association from which two belong together, 0 to 1.

    Returns:
        The bunches; columns in the order of the file, bunches by their first one.

    Source:
        Complete linkage: Sørensen 1948; bunches permuted together: Gregorutti et al. 2015,
        https://doi.org/10.1016/j.csda.2015.04.002; Cramér's V without its bias: Bergsma 2013,
        https://doi.org/10.1016/j.jkss.2012.10.002

    Example:
        >>> a = pl.Series(range(50))
        >>> bunches({"a": a, "b": a % 7, "c": a * a})
        [('a', 'c'), ('b',)]
    """
    names = list(columns)
    every = {name: max(1, len(cells) // MOST_ROWS) for name, cells in columns.items()}
    cells = {name: cells.gather_every(every[name]) for name, cells in columns.items()}
    near = np.zeros((len(names), len(names)))
    ranked = [name for name in names if _is_ranked(cells[name])]
    places = [names.index(name) for name in ranked]
    if len(ranked) > 1:
        near[np.ix_(places, places)] = _spearman(np.stack([_ranks(cells[n]) for n in ranked]))
    coded = {name: _codes(cells[name]) for name in names if cells[name].dtype == pl.String}
    levels = {name: own for name, own in coded.items() if own.max(initial=0) < MOST_LEVELS}
    for i, one in enumerate(levels):
        for other in list(levels)[:i]:
            at = names.index(one), names.index(other)
            near[at] = near[at[::-1]] = cramers_v(levels[one], levels[other])
    if len(names) < 2:
        return [(name,) for name in names]
    np.fill_diagonal(near, 1.0)
    tree = linkage(squareform(1 - near, checks=False), "complete")
    found: dict[int, list[str]] = {}
    for name, number in zip(names, fcluster(tree, 1 - least, "distance"), strict=True):
        found.setdefault(int(number), []).append(name)
    return [tuple(own) for own in found.values()]


def cramers_v(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """How far two categories tell each other, 0 to 1, less what chance alone would give.

    Args:
        one: Levels of the one, from 0, shape (rows,).
        other: Levels of the other.

    Example:
        >>> cramers_v(np.array([0, 1, 2] * 20), np.array([2, 0, 1] * 20)) > 0.99
        True
    """
    shape = int(one.max()) + 1, int(other.max()) + 1
    table = np.bincount(one * shape[1] + other, minlength=shape[0] * shape[1]).reshape(shape)
    n = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / n
    phi = float(((table - expected) ** 2 / np.maximum(expected, 1e-300)).sum() / n)
    rows, columns = shape
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (n - 1))
    fewer = min(size - (size - 1) ** 2 / (n - 1) for size in (rows, columns))
    return float(np.sqrt(min(1.0, phi / (fewer - 1)))) if fewer > 1 else 0.0


def _is_ranked(cells: pl.Series) -> bool:
    return cells.dtype.is_numeric() or cells.dtype.is_temporal() or cells.dtype == pl.Boolean


def _ranks(cells: pl.Series) -> Array:
    """Ranks from -1/2 to 1/2 or so; 0 for what is missing."""
    known = cells.fill_nan(None) if cells.dtype.is_float() else cells
    ranks = known.rank("average").cast(pl.Float64).to_numpy()
    return np.nan_to_num(ranks - (np.nanmean(ranks) if np.isfinite(ranks).any() else 0.0))


def _spearman(ranks: Array) -> Array:
    size = np.sqrt((ranks**2).sum(axis=1))
    units = ranks / np.where(size > 0, size, 1.0)[:, None]
    return np.asarray(np.minimum(1.0, np.abs(units @ units.T)))


def _codes(cells: pl.Series) -> NDArray[np.int64]:
    _, codes = np.unique(cells.fill_null("").to_numpy(), return_inverse=True)
    return codes.astype(np.int64)
