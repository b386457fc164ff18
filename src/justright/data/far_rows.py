"""Rows whose numbers lie far outside those of the others."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.facts import sample

_TAIL = 0.05  # share of the rows on each side whose border tells how far usual values reach
FAR = 4.0  # reaches; 6.6 standard deviations of a normal column, 1 in 20,000 of an exponential one

Array = NDArray[np.float64]


def reaches(cells: pl.Series) -> Array:
    """How many usual reaches each number lies from the median; 0 where it is missing.

    The reach is the way from the median to the border of the outer 5 % on the same side. So a
    long tail has a long reach, where fixed fences (3 interquartile ranges) would name many rows
    of a skewed column. Where more than 95 % of the rows have one value there is no reach, and no
    row is far.

    Args:
        cells: Numbers, null where missing.

    Returns:
        Shape (rows,), below 0 under the median.

    Example:
        >>> round(float(reaches(pl.Series([float(n) for n in range(100)] + [1000.0]))[-1]))
        21
    """
    values = cells.cast(pl.Float64).to_numpy()
    known = sample(cells.drop_nulls()).to_numpy() / 2  # halves, so that no difference overflows
    out = np.zeros(len(values))
    if not len(known):
        return out
    low, middle, high = np.quantile(known, (_TAIL, 0.5, 1 - _TAIL))
    with np.errstate(over="ignore", invalid="ignore"):
        way = values / 2 - middle
        reach = np.where(way > 0, high - middle, middle - low)
        np.divide(way, reach, out=out, where=(reach > 0) & np.isfinite(way))
    most = np.finfo(np.float64).max  # records are JSON, which has no infinity
    return np.clip(out, -most, most)
