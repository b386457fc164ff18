"""Type a new table as training did."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from justright.data.date_text import in_range, read_dates
from justright.data.image_column import conform_images
from justright.data.named import near_names
from justright.data.number_text import NumberForm, present, read_numbers
from justright.data.repair import (
    as_dates,
    as_numbers,
    as_text,
    labels,
    truths,
    without_infinity,
)
from justright.data.spelling import merge_spellings
from justright.data.table import Table
from justright.errors import ModelError
from justright.kinds import Column, LogEntry, Task

_NEEDED = {"number": "numbers", "date": "dates", "boolean": "true and false, or 1 and 0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformed:
    """A new table, typed as training did; rows in their order.

    Attributes:
        frame: Inputs in the order of the schema; the target, as read, where the table has it.
        log: What could not be read or was left out.
    """

    frame: pl.DataFrame
    log: tuple[LogEntry, ...] = ()


def conform_columns(table: Table, inputs: Sequence[Column], task: Task) -> Conformed:
    """Type the input columns of a new table; see `justright.data.schema.conform`."""
    frame = table.frame
    _refuse_absent(frame, inputs)
    log: list[LogEntry] = []
    columns = []
    for column in inputs:
        raw = frame[column.name]
        cells = retype(raw, column)
        log.extend(_unread(raw, cells, column))
        columns.append(cells)
    goals = (*task.columns, *((task.query,) if task.query else ()))
    columns += [frame[name] for name in goals if name in frame.columns]
    known = {column.name for column in columns}
    extra = [name for name in frame.columns if name not in known]
    if extra:
        reason = f"training did not use them (first: {extra[0]!r})"
        log.append(_entry("file", "left out columns", reason, len(extra)))
    return Conformed(frame=pl.DataFrame(columns), log=(*table.log, *log))


def retype(raw: pl.Series, column: Column) -> pl.Series:
    """Read cells as the kind that the column had in training; unreadable ones become null.

    Args:
        raw: The cells as read.
        column: What training found out about the column.

    Returns:
        Float64, Boolean, String, Datetime("us") or image cells.

    Example:
        >>> facts = {"role": "input", "reason": "", "n_missing": 0, "n_unique": 9}
        >>> age = Column(name="age", kind="number", **facts)
        >>> retype(pl.Series("age", ["12 y", "?"]), age).to_list()
        [12.0, None]
    """
    if column.kind == "image":
        return conform_images(raw, column)
    if column.kind == "number":
        return _numbers(raw, column)
    if column.kind == "boolean":
        return raw if raw.dtype == pl.Boolean else truths(labels(raw))
    if column.kind == "date":
        return _dates(raw, column)
    return merge_spellings(labels(raw), column.merged)


def _numbers(raw: pl.Series, column: Column) -> pl.Series:
    if raw.dtype.is_numeric() or raw.dtype in (pl.Boolean, pl.Duration, pl.Time):
        return without_infinity(as_numbers(raw))[0]
    if raw.dtype.is_temporal():
        return pl.Series(raw.name, [None] * len(raw), dtype=pl.Float64)
    form = None
    if column.decimal_mark is not None:
        form = NumberForm(decimal_mark=column.decimal_mark, unit=column.unit)
    return without_infinity(read_numbers(present(labels(raw)), form)[0])[0]


def _dates(raw: pl.Series, column: Column) -> pl.Series:
    if raw.dtype in (pl.Date, pl.Datetime):
        dates = as_dates(raw)
    else:
        dates = read_dates(present(labels(raw)), column.date_formats)
    return dates.set(~in_range(dates), None)


def _refuse_absent(frame: pl.DataFrame, inputs: Sequence[Column]) -> None:
    absent = [column.name for column in inputs if column.name not in frame.columns]
    if not absent:
        return
    near = {name: near_names(name, frame.columns) for name in absent}
    rename = {names[0]: name for name, names in near.items() if names}
    listed = ", ".join(
        repr(name) + (f" (near: {near[name][0]!r})" if near[name] else "") for name in absent
    )
    raise ModelError(
        f"the table lacks {len(absent):,} of {len(inputs):,} input columns: {listed}",
        "every column that the network was trained on",
        try_=f"frame.rename({rename})" if rename else f"add the column {absent[0]!r}",
    )


def _unread(raw: pl.Series, cells: pl.Series, column: Column) -> list[LogEntry]:
    """The line on cells that could not be read; raise if none could."""
    if column.kind == "image":
        return []
    text = labels(raw) if column.kind in ("category", "text") else present(as_text(raw))
    lost = cells.is_null() & text.is_not_null()
    if raw.dtype.is_float():
        lost = lost & raw.is_not_nan().fill_null(False)
    n_lost = int(lost.sum())
    if not n_lost:
        return []
    first = str(text.filter(lost)[0])[:40]
    if cells.count() == 0 and column.kind in _NEEDED:
        raise ModelError(
            f"column {column.name!r} holds no {column.kind} in any of {n_lost:,} cells"
            f" (first: {first!r})",
            f"{_NEEDED[column.kind]}, as in training",
            try_=f"look at frame[{column.name!r}]: is it the same column?",
        )
    reason = f"they do not read as a {column.kind} (first: {first!r})"
    return [_entry(column.name, "set cells to missing", reason, n_lost)]


def _entry(subject: str, action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject=subject, action=action, reason=reason, count=count)
