"""Take over tables that are already in memory: frames, dicts, arrays."""

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from justright.data.header import checked_names
from justright.data.images import IMAGE, checked_pixels
from justright.data.table import Table
from justright.errors import DataError


def from_memory(source: Any) -> Table:
    """Take over a frame, a dict of columns or an array.

    Args:
        source: polars, pandas or pyarrow frame, dict of columns, array of two dimensions, or
            images as an array of three or four; the index of a pandas frame is ignored.

    Returns:
        The table.

    Raises:
        DataError: If there are no rows, or columns differ in length or share a name.
        TypeError: If the source is none of these.

    Example:
        >>> from_memory(np.zeros((2, 3))).frame.columns
        ['x0', 'x1', 'x2']
    """
    kind = f"{type(source).__module__.split('.')[0]} {type(source).__name__}"
    if isinstance(source, pl.LazyFrame):
        source = source.collect()
    if isinstance(source, pl.DataFrame):
        frame = source
    elif isinstance(source, np.ndarray):
        frame = _array(source)
    elif isinstance(source, Mapping):
        kind = "dict of columns"
        frame = _columns({str(name): cells for name, cells in source.items()}, kind)
    else:
        frame = _foreign(source, kind)
    names, log = checked_names(frame.columns, kind)
    frame = frame.clone()
    frame.columns = names
    if frame.height == 0:
        raise DataError(
            f"the {kind} has {frame.width:,} columns and 0 rows",
            "at least 10 rows",
            try_="print(source) and look where its rows went",
        )
    return Table(frame=frame, source=kind, log=tuple(log))


def _array(array: np.ndarray[Any, Any]) -> pl.DataFrame:
    if array.dtype.names:
        return _columns({name: array[name] for name in array.dtype.names}, "structured array")
    if array.ndim in (3, 4):
        return _columns({IMAGE: array}, "array")
    if array.ndim != 2:
        raise TypeError(
            "need an array of two dimensions (rows by columns), or of three or four (images by"
            f" channels, height and width), got {array.shape=}"
        )
    return _columns({f"x{n}": array[:, n] for n in range(array.shape[1])}, "array")


def _columns(columns: Mapping[str, Any], kind: str) -> pl.DataFrame:
    series = [_series(name, cells) for name, cells in columns.items()]
    lengths = {len(column) for column in series}
    if len(lengths) > 1:
        odd = next(column for column in series if len(column) != len(series[0]))
        raise DataError(
            f"the columns of the {kind} have {len(lengths)} different lengths"
            f" (first: {series[0].name!r} {len(series[0]):,}, {odd.name!r} {len(odd):,})",
            "one cell in each column for every row",
            try_="{name: len(cells) for name, cells in source.items()}",
        )
    return pl.DataFrame(series)


def _series(name: str, cells: Any) -> pl.Series:
    """One column; cells of mixed types become text."""
    if isinstance(cells, pl.Series):
        return cells.alias(name)
    if isinstance(cells, np.ndarray) and cells.ndim in (3, 4):
        return pl.Series(name, checked_pixels(cells, name))
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "biuf":
        wide = cells.astype(np.float64) if cells.dtype.itemsize not in (1, 4, 8) else cells
        return pl.Series(name, np.ascontiguousarray(wide).astype(wide.dtype.newbyteorder("=")))
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "M":
        return pl.Series(name, cells.astype("datetime64[us]"))
    values = [None if _is_missing(cell) else cell for cell in _listed(cells)]
    values = [cell.item() if isinstance(cell, np.generic) else cell for cell in values]
    try:
        return pl.Series(name, values, strict=True)
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return _mixed(name, values)


def _mixed(name: str, values: list[Any]) -> pl.Series:
    present = [value for value in values if value is not None]
    if all(isinstance(value, int | float) for value in present):
        return pl.Series(name, [None if v is None else float(v) for v in values])
    text = [value if value is None else str(value) for value in values]
    return pl.Series(name, text, dtype=pl.String)


def _listed(cells: Any) -> list[Any]:
    return list(cells.to_list() if hasattr(cells, "to_list") else cells)


def _is_missing(cell: Any) -> bool:
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, float) and cell != cell


def _foreign(source: Any, kind: str) -> pl.DataFrame:
    try:
        frame = nw.from_native(source, eager_only=True)
    except TypeError:
        raise TypeError(
            f"need a path, a frame (polars, pandas, pyarrow), a dict of columns or an array of"
            f" two dimensions, got {kind}"
        ) from None
    except ValueError as error:  # narwhals: a pandas frame with a name twice
        checked_names([str(name) for name in source.columns], kind)
        raise DataError(
            f"the {kind} cannot be taken over: {error}",
            "a frame with plain column names",
            try_="read(dict(source))",
        ) from error
    columns = [_taken(str(column.name), column) for column in frame.iter_columns()]
    checked_names([column.name for column in columns], kind)
    return pl.DataFrame(columns)


def _taken(name: str, column: "nw.Series[Any]") -> pl.Series:
    if column.dtype == nw.Object:
        return _series(name, column.to_list())
    try:
        return column.to_polars().alias(name)
    except (ImportError, TypeError, ValueError, pl.exceptions.PolarsError):
        return _series(name, column.to_list())
