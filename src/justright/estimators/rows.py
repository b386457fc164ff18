"""Rows as scikit-learn hands them over, and the one form in which a fit sees them."""

from collections.abc import Iterable, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.utils.validation import _check_sample_weight, validate_data

from justright.data.read import read
from justright.data.repair import as_text
from justright.kinds import Column

_ORDER_SEED = 0  # of the one order in which rows are learnt from, whatever order they come in


def is_frame(rows: Any) -> bool:
    """Whether these are rows of a polars, pandas or pyarrow frame.

    Example:
        >>> is_frame(pl.DataFrame({"x": [1]})), is_frame([[1]])
        (True, False)
    """
    return bool(nw.dependencies.is_into_dataframe(rows))


def checked_rows(
    estimator: Any,
    rows: Any,
    targets: Any = "no_validation",
    *,
    names: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Rows as a frame, checked as scikit-learn checks them.

    Frames keep their columns: numbers, words, dates, missing cells. All else becomes numbers.

    Args:
        estimator: Whose attributes say what rows it was fitted to; they are set where `names` is
            None.
        rows: A frame, or what makes an array of two dimensions.
        targets: What is to be predicted; only looked at for whether there is any.
        names: Names of the columns when it was fitted; None where it is being fitted.

    Raises:
        ValueError: If there are too few rows, infinite numbers, or not the columns of the fit.
        TypeError: If the rows are sparse, or cells are no numbers and in no frame.
    """
    fresh = names is None
    if targets is None:
        validate_data(estimator, rows, None)  # which says that there must be some
    if is_frame(rows):
        validate_data(estimator, rows, reset=fresh, skip_check_array=True)
        frame = _plain(read(rows).frame)
        _refuse_infinite(frame)
    else:
        array = validate_data(
            estimator,
            rows,
            reset=fresh,
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            ensure_min_samples=2 if fresh else 1,
        )
        frame = read(array + 0.0).frame  # no negative zeros, which are equal and print otherwise
    if names is not None:
        frame.columns = list(names)
    return frame


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that can be compared and sorted by what they say."""
    columns = []
    for cells in frame.iter_columns():
        if cells.dtype.is_float():
            columns.append(cells.fill_nan(None) + 0.0)
        elif cells.dtype.is_numeric() or cells.dtype.is_temporal() or cells.dtype == pl.Boolean:
            columns.append(cells)
        else:
            columns.append(as_text(cells))
    return pl.DataFrame(columns)


def _refuse_infinite(frame: pl.DataFrame) -> None:
    for cells in frame.iter_columns():
        if cells.dtype.is_float() and cells.is_infinite().any():
            raise ValueError(
                f"Input X contains infinity: column {cells.name!r},"
                f" row {int(cells.is_infinite().arg_max() or 0)}"
            )


def merged(frame: pl.DataFrame, weight: str) -> pl.DataFrame:
    """Equal rows as one with the sum of their weights, rows of weight 0 left out, in one order.

    So a weight of 2 is the row twice, to the last bit, and no order of the rows makes a difference.

    Args:
        frame: Inputs, targets and the weight.
        weight: Name of the weight.

    Example:
        >>> merged(pl.DataFrame({"x": [1, 1, 3], "w": [1.0, 2.0, 0.0]}), "w").rows()
        [(1, 3.0)]
    """
    names = [name for name in frame.columns if name != weight]
    total = pl.col(weight).sort().sum()  # a sum of floats depends on its order
    own = frame.filter(pl.col(weight) > 0).group_by(names).agg(total).sort(names)
    # Sorted rows would look like a count down the rows, and that like a key.
    return own[np.random.default_rng(_ORDER_SEED).permutation(own.height)]


def nearest_truths(frame: pl.DataFrame, columns: Iterable[Column]) -> pl.DataFrame:
    """Numbers in columns that held 0 and 1 alone in training, as the nearer of the two.

    Args:
        frame: New rows.
        columns: What training found out about the columns.

    Example:
        >>> facts = {"role": "input", "reason": "", "n_missing": 0, "n_unique": 2}
        >>> column = Column(name="x", kind="boolean", **facts)
        >>> nearest_truths(pl.DataFrame({"x": [0.0, 2.0, None]}), [column])["x"].to_list()
        [False, True, None]
    """
    held = [
        column.name
        for column in columns
        if column.kind == "boolean" and frame[column.name].dtype.is_numeric()
    ]
    return frame.with_columns(pl.col(held).cast(pl.Float64).fill_nan(None) > 0.5)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that no column has.

    Example:
        >>> free_name("weight", ["x", "weight"])
        'weight_'
    """
    used = set(taken)
    while wanted in used:
        wanted += "_"
    return wanted


def row_weights(weights: Any, n_rows: int) -> NDArray[np.float64]:
    """Weights as scikit-learn checks them, 1 where none are given.

    Args:
        weights: One for each row; None for none; one number for all.
        n_rows: Rows.

    Raises:
        ValueError: If they are too many or too few, one is negative or not finite, or all are 0.
    """
    found: NDArray[np.float64] = _check_sample_weight(
        weights, np.empty((n_rows, 1)), dtype=np.float64, ensure_non_negative=True
    )
    if not found.any():
        raise ValueError("All sample weights are 0: no row is left to learn from")
    return found
