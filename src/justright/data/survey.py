"""Describe every column of a table when nobody has said what to predict."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from justright.data.described import described
from justright.data.image_column import image_column, without_gaps
from justright.data.named import refuse_contradiction, refuse_unknown
from justright.data.schema import typed_columns
from justright.data.table import Table
from justright.kinds import Column, ColumnRole, Finding, LogEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A table with typed columns and no target.

    Attributes:
        frame: Typed cells of all columns, the excluded ones too.
        columns: What was found out about each.
        log: What was changed and left out, in order.
        findings: What looks wrong but was left as it is.
    """

    frame: pl.DataFrame
    columns: tuple[Column, ...]
    log: tuple[LogEntry, ...]
    findings: tuple[Finding, ...]


def survey(
    table: Table, *, drop: Sequence[str] = (), group: str | None = None, order: str | None = None
) -> Survey:
    """Type every column of a table and find what cannot help, without a target.

    Args:
        table: The table as read.
        drop: Names of columns to leave out.
        group: Name of a column whose equal values must not cross a split.
        order: Name of a column that orders the rows.

    Raises:
        DataError: If a named column is unknown or has two uses, or the order is missing in a
            row.

    Example:
        >>> frame = pl.DataFrame({"x": [1.5, 2.5], "one": ["a", "a"]})
        >>> [column.role for column in survey(Table(frame=frame, source="d")).columns]
        ['input', 'excluded']
    """
    refuse_contradiction((), drop, group, order)
    for use, name in (("group", group), ("order", order), *(("drop", name) for name in drop)):
        if name is not None:
            refuse_unknown(table.frame, name, use)
    roles: dict[str, ColumnRole] = dict.fromkeys(drop, "excluded")
    if group is not None:
        roles[group] = "group"
    if order is not None:
        roles[order] = "order"
    table = without_gaps(table, image_column(table.frame, {"group": group, "order": order}, drop))
    typed = typed_columns(table.frame, roles, None)
    log = list(table.log)
    for name, found in typed.items():
        log.extend(found.log)
        if found.excluded:
            log.append(
                LogEntry(room="data", subject=name, action="excluded", reason=found.reason, count=1)
            )
    return Survey(
        frame=pl.DataFrame([found.cells for found in typed.values()]),
        columns=described(typed, roles),
        log=tuple(log),
        findings=tuple(finding for found in typed.values() for finding in found.findings),
    )
