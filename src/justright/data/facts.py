"""Figures of one column."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.images import image_shape
from justright.kinds import ColumnKind

SAMPLE_ROWS = 100_000  # rows for quantiles: their error is below 0.2 % of the rows (binomial)
FENCE = 3.0  # interquartile ranges: Tukey's outer fence (Exploratory Data Analysis, 1977)
_TOP = 20  # most frequent values that are kept (see Column.top)
_DAY_US = 86_400_000_000  # microseconds per day


def sample(cells: pl.Series, n_rows: int = SAMPLE_ROWS) -> pl.Series:
    """At most so many cells, drawn evenly by chance, always the same ones."""
    if len(cells) <= n_rows:
        return cells
    return cells.gather(sampled_rows(len(cells), n_rows))


def sampled_rows(n_all: int, n_rows: int = SAMPLE_ROWS) -> NDArray[np.int64]:
    """Row numbers of the sample, rising: one out of each of `n_rows` equal stretches.

    Example:
        >>> len(sampled_rows(1_000_000)), len(sampled_rows(10))
        (100000, 10)
    """
    if n_all <= n_rows:
        return np.arange(n_all, dtype=np.int64)
    edges = np.linspace(0, n_all, n_rows + 1)
    offsets = np.random.default_rng(0).random(n_rows) * np.diff(edges)
    return np.minimum((edges[:-1] + offsets).astype(np.int64), n_all - 1)


def count_unique(cells: pl.Series) -> int:
    """Different values; for floats of large tables an estimate within 1 % or so."""
    if cells.dtype.is_float() and len(cells) > SAMPLE_ROWS:
        return min(
            int(cells.alias("x").to_frame().select(pl.col("x").approx_n_unique()).item()),
            len(cells),
        )
    return cells.drop_nulls().n_unique()


def figures(cells: pl.Series, kind: ColumnKind) -> dict[str, Any]:
    """The figures of a `Column` that apply to its kind; quantiles from at most 100,000 rows.

    Args:
        cells: Typed cells: Float64, Boolean, String or Datetime.
        kind: The kind of the column.

    Returns:
        Values for the fields n_missing, n_unique, low … top of `Column`.

    Example:
        >>> figures(pl.Series([1.0, 2.0, 3.0, None]), "number")["median"]
        2.0
    """
    found: dict[str, Any] = {"n_missing": cells.null_count(), "n_unique": count_unique(cells)}
    if kind == "number":
        found |= _number_figures(cells)
    elif kind == "date":
        days = cells.cast(pl.Int64).cast(pl.Float64) / _DAY_US
        found |= _number_figures(days)
    elif kind == "image":
        found |= _image_figures(cells)
    elif cells.dtype in (pl.String, pl.Boolean):
        found["top"] = top(cells)
    return found


def _image_figures(cells: pl.Series) -> dict[str, Any]:
    pixels = cells.drop_nulls().to_numpy()
    if not len(pixels):
        return {"shape": image_shape(cells)}
    return {
        "low": float(pixels.min()),
        "high": float(pixels.max()),
        "shape": image_shape(cells),
    }


def top(cells: pl.Series) -> tuple[tuple[str, int], ...]:
    """The most frequent values with their counts; ties in alphabetical order."""
    counts = cells.drop_nulls().cast(pl.String).alias("value").value_counts()
    counts = counts.sort("count", "value", descending=[True, False]).head(_TOP)
    return tuple((value[:200], count) for value, count in counts.iter_rows())


def _number_figures(cells: pl.Series) -> dict[str, Any]:
    values = sample(cells.drop_nulls()).to_numpy()
    if not len(values):
        return {}
    low, high = _finite(cells.min()), _finite(cells.max())
    q25, median, q75 = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    return {
        "low": low,
        "q25": q25,
        "median": median,
        "q75": q75,
        "high": high,
        "outlier_share": outlier_share(values),
        "skewness": skewness(values),
    }


def _finite(value: Any) -> float | None:
    return None if value is None else float(value)


def outlier_share(values: NDArray[np.float64]) -> float:
    """Share of values further than 3 interquartile ranges outside the quartiles; 0 without any.

    Example:
        >>> outlier_share(np.array([1.0, 2.0, 3.0, 4.0, 1000.0]))
        0.2
    """
    if not len(values):
        return 0.0
    q25, q75 = np.quantile(values, (0.25, 0.75))
    with np.errstate(over="ignore"):  # a fence at infinity keeps every value
        reach = FENCE * (q75 / 2 - q25 / 2) * 2
        if reach == 0 or not np.isfinite(reach):
            return 0.0
        return float(((values < q25 - reach) | (values > q75 + reach)).mean())


def skewness(values: NDArray[np.float64]) -> float:
    """Third standardised moment; 0 for constant values.

    Example:
        >>> round(skewness(np.array([1.0, 2.0, 6.0])), 2)
        0.6
    """
    largest = np.abs(values).max(initial=0.0)
    if largest == 0:
        return 0.0
    scaled = values / largest
    centred = scaled - scaled.mean()
    spread = float(np.sqrt((centred * centred).mean()))
    if spread < np.finfo(np.float64).eps:
        return 0.0
    unit = centred / spread
    return float((unit * unit * unit).mean())


def spread(values: NDArray[np.float64]) -> float:
    """How many times the 95 % quantile of positive numbers is the 5 % one.

    Example:
        >>> spread(np.array([1.0, 1.0, 8.0, 8.0]))
        8.0
    """
    low, high = np.quantile(values, (0.05, 0.95))
    with np.errstate(over="ignore"):
        return min(float(high / low), float(np.finfo(np.float64).max))
