"""How much each row counts, as a column of the table says."""

from dataclasses import replace

import numpy as np
import polars as pl

from justright.data.number_text import read_numbers
from justright.data.repair import as_numbers, labels
from justright.data.table import Table
from justright.data.words import counted
from justright.errors import DataError
from justright.kinds import LogEntry, Rows


def weighed(table: Table, name: str | None) -> tuple[Table, Rows]:
    """Rows that count, their weights as numbers.

    A weight of 2 stands for the row twice, a weight of 0 for no row: such rows are left out.

    Args:
        table: The table as read.
        name: The column of weights; None where all rows weigh the same.

    Returns:
        The table without rows of weight 0, and the numbers of its rows in the table as read.

    Raises:
        DataError: If a weight is missing, no number, negative or infinite, or all are 0.

    Example:
        >>> table = Table(frame=pl.DataFrame({"x": [5, 6, 7], "w": [2.0, 0.0, 1.0]}), source="d")
        >>> weighed(table, "w")[0].frame.rows()
        [(5, 2.0), (7, 1.0)]
    """
    if name is None:
        return table, np.arange(table.frame.height, dtype=np.int64)
    raw = table.frame[name]
    cells = as_numbers(raw) if raw.dtype.is_numeric() else read_numbers(labels(raw))[0]
    cells = cells.cast(pl.Float64).fill_nan(None)
    _refuse_unusable(raw, cells)
    counts = (cells > 0).to_numpy()
    log = table.log
    if n_gone := int((~counts).sum()):
        reason = f"their weight {name!r} is 0"
        entry = LogEntry(
            room="data", subject="rows", action="removed rows", reason=reason, count=n_gone
        )
        log = (*log, entry)
    frame = table.frame.with_columns(cells.alias(name)).filter(counts)
    return replace(table, frame=frame, log=log), np.flatnonzero(counts)


def _refuse_unusable(raw: pl.Series, cells: pl.Series) -> None:
    bad = cells.is_null() | cells.is_infinite() | (cells < 0)
    bad = bad.fill_null(True)
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise DataError(
            f"weight {raw.name!r} is missing, negative or no finite number in"
            f" {counted(int(bad.sum()))} (first: row {row + 1:,}, {raw[row]!r})",
            "a finite weight of 0 or more in every row",
            try_=f"frame.with_columns(pl.col({raw.name!r}).fill_null(0).clip(0))",
        )
    if not (cells > 0).any():
        raise DataError(
            f"weight {raw.name!r} is 0 in all {len(cells):,} rows",
            "a weight above 0 in some rows",
            try_="leave the weight out, and all rows weigh the same",
        )
