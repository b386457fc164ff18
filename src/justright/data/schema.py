"""Understand a table: what each column holds, what it is used for, what is predicted."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from justright.data.conform import Conformed, conform_columns
from justright.data.copies import copies, near_copies
from justright.data.described import described
from justright.data.duplicates import duplicate_rows
from justright.data.image_column import image_alone, image_column, without_gaps
from justright.data.images import MAX_SIDE
from justright.data.kind import Understood, understand
from justright.data.named import refuse_contradiction, refuse_unknown
from justright.data.read import read
from justright.data.repair import labels
from justright.data.table import Table
from justright.data.targets import Targets, known_rows, understand_targets
from justright.data.weights import weighed
from justright.errors import DataError
from justright.kinds import (
    Column,
    ColumnKind,
    ColumnRole,
    Finding,
    LogEntry,
    Rows,
    Task,
    TaskKind,
)
from justright.kinds.layout import ImageShape

__all__ = [
    "Conformed",
    "Prepared",
    "Schema",
    "conform",
    "prepare",
    "read_like",
]

_SHOWN = 10  # excluded columns listed in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Every column of the file, in its order, and what is predicted.

    Attributes:
        columns: All columns, the excluded ones with the reason.
        task: What is predicted.
    """

    columns: tuple[Column, ...]
    task: Task

    @property
    def inputs(self) -> tuple[Column, ...]:
        """Columns that the network sees."""
        return tuple(column for column in self.columns if column.role == "input")

    @property
    def image(self) -> ImageShape | None:
        """Channels, height and width of the input images, if images are what the network sees."""
        return next((column.shape for column in self.inputs if column.kind == "image"), None)

    @property
    def target(self) -> str:
        """Name of the column to predict; of several, their names in a row."""
        return self.task.target

    @property
    def group(self) -> str | None:
        """Name of the column whose rows stay together, if one was named."""
        return self._name("group")

    @property
    def order(self) -> str | None:
        """Name of the column that orders the rows, if one was named."""
        return self._name("order")

    @property
    def weight(self) -> str | None:
        """Name of the column that tells how much each row counts, if one was named."""
        return self._name("weight")

    def _name(self, role: ColumnRole) -> str | None:
        return next((column.name for column in self.columns if column.role == role), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A table typed by its schema, without rows whose target is missing.

    Attributes:
        frame: Inputs, target, group, order, weight: Float64, Boolean, String, Datetime("us") or
            images.
        schema: What each column of the file is.
        source: Name of the file, or the kind of frame.
        rows: Number of each row in the table as read, counted from 0; rising.
        log: What was changed and left out, in order.
        findings: What looks wrong but was left as it is, for the user to decide.
    """

    frame: pl.DataFrame
    schema: Schema
    source: str
    rows: Rows
    log: tuple[LogEntry, ...] = ()
    findings: tuple[Finding, ...] = ()


def prepare(
    table: Table,
    target: str | Sequence[str],
    *,
    task: TaskKind | None = None,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    weight: str | None = None,
    tested: bool = True,
) -> Prepared:
    """Understand a table: type its columns, find the task, leave out what cannot help.

    Args:
        table: The table as read.
        target: Name of the column to predict, or of several.
        task: Kind of the task, where the user knows better.
        drop: Names of columns to leave out.
        group: Name of a column whose equal values must not cross a split (a patient, a user).
        order: Name of a column that orders the rows (a date); the last rows are held out.
        weight: Name of a column that tells how much each row counts; rows of weight 0 go.
        tested: Whether some rows are to be set aside for a test; without, fewer will do.

    Returns:
        The typed table with its schema and log.

    Raises:
        DataError: If a named column is unknown, the target cannot be predicted, there are too
            few rows, or no column is left to predict from.

    Example:
        >>> table = Table(frame=pl.DataFrame({"x": range(5, 17), "y": ["a", "b"] * 6}), source="d")
        >>> prepared = prepare(table, "y")
        >>> prepared.schema.task.kind, [column.name for column in prepared.schema.inputs]
        ('binary', ['x'])
    """
    goals = (target,) if isinstance(target, str) else tuple(target)
    uses = {"group": group, "order": order, "weight": weight}
    named = [*(("target", goal) for goal in goals), *uses.items(), *(("drop", n) for n in drop)]
    for use, name in named:
        if name is not None:
            refuse_unknown(table.frame, name, use)
    refuse_contradiction(goals, drop, group, order, weight)
    table, rows = weighed(table, weight)
    looked_for = {"target": goals[0], **uses}
    image = image_column(table.frame, looked_for, drop)
    if image is not None:
        rows = rows[table.frame[image].is_not_null().to_numpy()]
    table = without_gaps(table, image)
    found = understand_targets(table.frame, goals, task, group, tested=tested)
    frame, log = _known(table, found)
    roles: dict[str, ColumnRole] = dict.fromkeys(goals, "target")
    roles |= dict.fromkeys(drop, "excluded")
    if group is not None:
        roles[group] = "group"
    if order is not None:
        roles[order] = "order"
    if weight is not None:
        roles[weight] = "weight"
    typed = typed_columns(frame, roles, found.task)
    kept = rows[known_rows(found.cells).to_numpy()]
    prepared = _prepared(table, typed, found.task, roles, log, kept)
    return replace(prepared, findings=(*found.findings, *prepared.findings))


def _known(table: Table, found: Targets) -> tuple[pl.DataFrame, list[LogEntry]]:
    """The rows whose target is known, and the lines on what is predicted."""
    frame, log = table.frame.with_columns(found.cells), [*table.log, *found.log]
    keep, task = known_rows(found.cells), found.task
    if not keep.all():
        frame = frame.filter(keep)
        n_rare = sum(int(finding.numbers.get("rows", 0)) for finding in found.findings)
        n_gone, why = int((~keep).sum()) - n_rare, f"their target {task.target!r} is missing"
        log += [_entry("rows", "removed rows", why, n_gone)] if n_gone else []
    action = f"took {task.target!r} for a {task.kind} task"
    log.append(_entry("target", action, task.reason, frame.height))
    return frame, log


def typed_columns(
    frame: pl.DataFrame, roles: Mapping[str, ColumnRole], task: Task | None
) -> dict[str, Understood]:
    """Type every column by its role.

    Args:
        frame: The table, its target typed already.
        roles: Roles of the columns that have one; the others are inputs as far as they can be.
        task: What is predicted; None where nothing is.

    Returns:
        Name to typed column, in the order of the table.

    Raises:
        DataError: If the order is missing in a row.
    """

    def one(raw: pl.Series) -> Understood:
        return _understood(raw, roles.get(raw.name), task)

    # Most steps on a column keep one core busy, and polars leaves Python's lock alone meanwhile.
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        typed = {found.cells.name: found for found in pool.map(one, frame.iter_columns())}
    typed = image_alone(typed, roles)
    typed |= copies(typed, () if task is None else task.columns, roles)
    typed |= near_copies(typed, roles)
    return _row_numbers_kept(typed, roles)


def _understood(raw: pl.Series, role: ColumnRole | None, task: Task | None) -> Understood:
    """Type one column by its role."""
    if role == "target" and task is not None:
        kind: ColumnKind = "number" if raw.dtype.is_numeric() else "category"
        return Understood(cells=raw, kind=kind, reason=task.reason)
    if role == "group":
        return Understood(cells=labels(raw), kind="category", reason="named as the group")
    if role == "weight":
        return Understood(cells=raw, kind="number", reason="named as the weight")
    if role == "excluded":
        return replace(understand(raw), reason="left out by the user", excluded=True, log=())
    if role == "order":
        found = replace(understand(raw), reason="named as the order", excluded=False)
        _refuse_unordered(found)
        return found
    return understand(raw)


def _refuse_unordered(found: Understood) -> None:
    n_missing = found.cells.null_count()
    if n_missing:
        row = int(found.cells.is_null().arg_max() or 0)
        raise DataError(
            f"order {found.cells.name!r} is missing in {n_missing:,} of {len(found.cells):,} rows"
            f" (first: row {row + 1:,})",
            "a date or a number in every row, to tell which rows come last",
            try_=f"frame.drop_nulls({found.cells.name!r})",
        )


def _row_numbers_kept(
    typed: dict[str, Understood], roles: Mapping[str, ColumnRole]
) -> dict[str, Understood]:
    """Where a count down the rows is the only input, it is what the user means."""
    free = {name: found for name, found in typed.items() if name not in roles}
    if any(not found.excluded for found in free.values()):
        return typed
    for name, found in free.items():
        if found.is_row_number and len(free) == 1:
            reason = "numbers; counts down the rows, kept as the only input"
            typed[name] = replace(found, kind="number", reason=reason, excluded=False)
    return typed


def _prepared(
    table: Table,
    typed: Mapping[str, Understood],
    task: Task,
    roles: Mapping[str, ColumnRole],
    log: list[LogEntry],
    rows: Rows,
) -> Prepared:
    columns = described(typed, roles)
    findings: list[Finding] = []
    for name, found in typed.items():
        log.extend(found.log)
        findings.extend(found.findings)
        if found.excluded:
            log.append(_entry(name, "excluded", found.reason, 1))
    schema = Schema(columns=columns, task=task)
    if not schema.inputs:
        raise _no_inputs(schema)
    cells = [typed[column.name].cells for column in columns if column.role != "excluded"]
    frame = pl.DataFrame(cells)
    learnt_from = [column.name for column in columns if column.role in ("input", "target")]
    if (again := duplicate_rows(frame.select(learnt_from))) is not None:
        findings.append(again)
    return Prepared(
        frame=frame,
        schema=schema,
        source=table.source,
        rows=rows,
        log=tuple(log),
        findings=tuple(findings),
    )


def _no_inputs(schema: Schema) -> DataError:
    out = [column for column in schema.columns if column.role == "excluded"]
    reasons = "; ".join(f"{column.name!r}: {column.reason}" for column in out[:_SHOWN])
    return DataError(
        f"no column is left to predict {schema.target!r} from: {len(out):,} excluded ({reasons})",
        "at least 1 column of numbers, categories, booleans or dates",
        try_="add columns that are known before the target is",
    )


def read_like(source: Any, schema: Schema) -> Table:
    """Read a new table; its images are brought to the shape of training's.

    Args:
        source: As for `read`.
        schema: The schema of training.
    """
    return read(source, image=schema.image or MAX_SIDE)


def conform(table: Table, schema: Schema) -> Conformed:
    """Type a new table as training did, for predicting or scoring.

    The order of columns does not count, more columns are left out, the target may be absent.
    Rows keep their number and order; cells that cannot be read become missing.

    Args:
        table: The new table.
        schema: The schema of training.

    Returns:
        Inputs in the order of the schema, and the target where the table has it.

    Raises:
        ModelError: If input columns are missing, or none of a column's cells can be read.

    Example:
        >>> frame = pl.DataFrame({"x": range(5, 17), "y": ["a", "b"] * 6})
        >>> schema = prepare(Table(frame=frame, source="d"), "y").schema
        >>> new = Table(frame=pl.DataFrame({"x": ["7", "n/a"]}), source="new")
        >>> conform(new, schema).frame["x"].to_list()
        [7.0, None]
    """
    return conform_columns(table, schema.inputs, schema.task)


def _entry(subject: str, action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject=subject, action=action, reason=reason, count=count)
