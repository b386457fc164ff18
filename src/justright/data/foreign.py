"""Take over tables that are already in memory: frames, dicts, arrays."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
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
        checked_names([str(name) for name in source], kind)
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
    return _framed(series)


def _series(name: str, cells: Any) -> pl.Series:
    """One column; cells of mixed types become text."""
    if isinstance(cells, pl.Series):
        return cells.alias(name)
    if isinstance(cells, np.ndarray) and cells.ndim in (3, 4):
        return pl.Series(checked_pixels(cells, name)).alias(name)
    return _plain_series(cells).alias(name)  # polars could take the name for a pattern meanwhile


def _plain_series(cells: Any) -> pl.Series:
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "biuf":
        wide = cells.astype(np.float64) if cells.dtype.itemsize not in (1, 4, 8) else cells
        return pl.Series(np.ascontiguousarray(wide).astype(wide.dtype.newbyteorder("=")))
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "M":
        return pl.Series(cells.astype("datetime64[us]"))
    values = [_plain(cell) for cell in _listed(cells)]
    if any(isinstance(cell, list) for cell in values) and len(_leaf_types(values)) > 1:
        return _mixed(values)  # polars does not survive lists of several types
    try:
        return pl.Series(values, strict=True)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        return _mixed(values)


def _plain(cell: Any) -> Any:
    """A cell without numpy: arrays, which pandas has for lists, as lists; None where missing."""
    if _is_missing(cell):
        return None
    if isinstance(cell, np.ndarray):
        cell = cell.tolist()
    if isinstance(cell, list | tuple):
        return [_plain(part) for part in cell]
    if isinstance(cell, Decimal) and not cell.is_finite():  # polars does not survive it
        return None if cell.is_nan() else float(cell)
    return cell.item() if isinstance(cell, np.generic) else cell


def _leaf_types(cells: Iterable[Any]) -> set[type]:
    """Types of the cells, and of those within lists, however deep."""
    found: set[type] = set()
    for cell in cells:
        if isinstance(cell, list):
            found |= _leaf_types(cell)
        elif cell is not None:
            found.add(type(cell))
    return found


def _mixed(values: list[Any]) -> pl.Series:
    present = [value for value in values if value is not None]
    if all(isinstance(value, int | float | Decimal) for value in present):
        return pl.Series([None if v is None else float(v) for v in values])
    text = [value if value is None else str(value) for value in values]
    return pl.Series(text, dtype=pl.String)


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
    return _framed(columns)


def _framed(columns: Sequence[pl.Series]) -> pl.DataFrame:
    """A frame of columns with different names, which may be blank."""
    return pl.DataFrame({column.name: column for column in columns})


def _taken(name: str, column: "nw.Series[Any]") -> pl.Series:
    if column.dtype == nw.Object:
        return _series(name, column.to_list())
    try:
        return column.to_polars().alias(name)
    except (ImportError, TypeError, ValueError, pl.exceptions.PolarsError):
        return _series(name, column.to_list())
