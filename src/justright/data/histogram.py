"""How the numbers and dates of one column are spread."""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.facts import FENCE, sample
from justright.kinds import ColumnKind
from justright.kinds.data_record import Histogram

N_BINS = 24  # bars that can be told apart in a table's cell (house convention)
_LARGEST = 1e300  # beyond it the width of a range may be infinite (IEEE 754 ends at 1.8e308)
_DAY_US = 86_400_000_000  # microseconds per day


def histogram(cells: pl.Series, kind: ColumnKind) -> Histogram | None:
    """Count the numbers of a column in bins of equal width, on at most 100,000 rows.

    The bins end at Tukey's outer fence, or where the numbers end, so that one wild value does
    not squeeze all others into one bin; those beyond are counted apart. Bins of whole numbers
    are whole too, as a picture with unequal shares of them shows a comb that is not there.

    Args:
        cells: Typed cells: numbers or Datetime("us").
        kind: The kind of the column.

    Returns:
        The counts; None for other kinds, where every cell is missing, and for numbers beyond 1e300.

    Example:
        >>> histogram(pl.Series([1.0, 1.0, 2.0, 4.0]), "number").counts
        (2, 1, 0, 1)
        >>> histogram(pl.Series(["a"]), "category") is None
        True
    """
    if kind == "date" and cells.dtype.is_temporal():
        cells = cells.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Float64) / _DAY_US
    elif kind != "number" or not cells.dtype.is_numeric():
        return None
    numbers = sample(cells.drop_nulls().cast(pl.Float64)).to_numpy()
    values = numbers[np.isfinite(numbers)]
    if not len(values):
        return None
    low, high = _limits(values)
    if max(abs(low), abs(high)) > _LARGEST:
        return None
    edges = _edges(low, high, whole=bool((values == np.floor(values)).all()))
    counts = np.histogram(values, edges)[0]
    return Histogram(
        low=float(edges[0]),
        high=float(edges[-1]),
        counts=tuple(int(count) for count in counts),
        n_below=int((values < edges[0]).sum()),
        n_above=int((values > edges[-1]).sum()),
    )


def _limits(values: NDArray[np.float64]) -> tuple[float, float]:
    """The numbers that lie furthest out without being outliers."""
    low, high = float(values.min()), float(values.max())
    q25, q75 = (float(half) for half in np.quantile(values / 2, (0.25, 0.75)))
    reach = FENCE * (q75 - q25)
    if not 0 < reach < math.inf:
        return low, high
    halves = values / 2  # the sum of two numbers near the largest would be infinite
    inside = values[(halves >= q25 - reach) & (halves <= q75 + reach)]
    return float(inside.min()), float(inside.max())


def _edges(low: float, high: float, *, whole: bool) -> NDArray[np.float64]:
    if whole and high - low < 2.0**53:  # beyond it a float has no halves
        width = math.ceil((high - low + 1) / N_BINS)
        n_bins = math.ceil((high - low + 1) / width)
        return low - 0.5 + width * np.arange(n_bins + 1, dtype=np.float64)
    if high == low:
        return np.array([low, high])
    return np.linspace(low, high, N_BINS + 1)
