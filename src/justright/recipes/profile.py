"""The data's own report: what a table holds, what is wrong with it, what a fit does with it."""

import shlex
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from justright.data.histogram import histogram
from justright.data.image_folder import LABEL
from justright.data.logbook import flagged
from justright.data.named import refuse_unknown
from justright.data.read import read
from justright.data.survey import survey
from justright.data.table import Table
from justright.designer.explain import summary
from justright.errors import DataError, JustrightError
from justright.kinds import Column, Design, Finding, LogEntry, Profile, Severity, Task
from justright.kinds.data_record import ColumnRecord, DataRecord
from justright.recipes.column_use import use_of
from justright.recipes.ground import lay_ground
from justright.recipes.progress import Progress, Silent
from justright.recipes.wish import Wish, apart
from justright.report.data_page import data_html, data_page
from justright.report.data_text import WIDTH, data_text
from justright.report.logbook import logbook_text
from justright.report.sections.closing import GRAVEST_FIRST

#: The stages of a profile, in order.
STAGES = ("reading", "columns", "profile", "design", "pictures")

#: What a report can be saved as.
ENDINGS = (".html", ".json", ".txt")


class DataProfile:
    """The data's own report.

    Attributes:
        record: All of it, as one record.
    """

    def __init__(self, record: DataRecord) -> None:
        self.record = record

    @property
    def columns(self) -> tuple[ColumnRecord, ...]:
        """Every column: what it holds, its picture, what a fit does with it and why."""
        return self.record.columns

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What looks wrong, the gravest first."""
        return self.record.findings

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """What was read, changed, left out and flagged, in order."""
        return self.record.logbook

    @property
    def profile(self) -> Profile | None:
        """The facts that the rule book reads; None without a target."""
        return self.record.profile

    def text(self, *, width: int = WIDTH, n_columns: int | None = None) -> str:
        """The report as lines of text.

        Args:
            width: Characters of a line.
            n_columns: Columns of the table to show; None for all.
        """
        return data_text(self.record, width=width, n_columns=n_columns)

    def log_text(self) -> str:
        """The logbook as numbered lines."""
        return logbook_text(self.log)

    def to_dict(self) -> dict[str, Any]:
        """The whole record as plain data."""
        built: dict[str, Any] = msgspec.to_builtins(self.record)
        return built

    def save(self, path: str | Path) -> Path:
        """Write the report: a page (.html), the record (.json), or text with the logbook (.txt).

        Args:
            path: Where; what stands there is replaced.

        Returns:
            The path.

        Raises:
            JustrightError: If its ending is another one.
        """
        place = checked(path)
        match place.suffix.lower():
            case ".html":
                content = data_page(self.record)
            case ".json":
                content = msgspec.json.format(msgspec.json.encode(self.record)).decode()
            case _:
                content = f"{self.text()}\n\nLogbook\n{self.log_text()}\n"
        place.write_text(content, encoding="utf-8")
        return place

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return data_html(self.record)


def checked(path: str | Path) -> Path:
    """A path, once it is clear that a report can be saved in it.

    Raises:
        JustrightError: If its ending is none of a report.

    Example:
        >>> checked("data.html").suffix
        '.html'
    """
    place = Path(path)
    if place.suffix.lower() not in ENDINGS:
        raise JustrightError(
            f"{place.name!r} has none of the endings of a report",
            f"one of {', '.join(ENDINGS)}",
            try_=f"{place.stem or 'profile'}.html",
        )
    return place


def profile(
    data: Any,
    target: Any = None,
    *,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    task: str | None = None,
    progress: Progress | None = None,
) -> DataProfile:
    """Report on a table: each column's kind, picture and faults, and what a fit does with it.

    Nothing is trained. Counts are of all rows; quartiles and pictures of at most 100,000.

    Args:
        data: A path, a polars or pandas frame, a dict of columns, a 2-D array, or images as
            `fit` takes them.
        target: The column to predict, or the labels of the rows; None to describe the columns
            alone. Folders of images have their label.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split.
        order: Column that orders the rows (a date).
        task: Kind of the task, where the guess is wrong.
        progress: Who listens.

    Returns:
        The report. A target that cannot be predicted is its gravest finding, not an error.

    Raises:
        DataError: If the table cannot be read, or a named column is unknown.

    Example:
        >>> found = profile({"size": [n % 7 / 2 for n in range(20)], "sold": ["no", "yes"] * 10})
        >>> [(one.column.name, one.column.kind, one.use) for one in found.columns]
        [('size', 'number', 'scaled'), ('sold', 'boolean', 'as 0 and 1')]
    """
    listener = progress or Silent()
    listener.stage("reading")
    goal: Any = None
    if target is not None:
        data, goal = apart(data, target)
    table = read(data)
    if goal is None and _is_image_folder(data):
        goal = LABEL
    wish = Wish(
        data=data,
        target="" if goal is None else goal,
        drop=tuple(drop),
        group=group,
        order=order,
        task=task,
    )
    listener.stage("columns")
    known = _without_target(table, wish) if goal is None else _with_target(table, wish, listener)
    listener.stage("pictures")
    return DataProfile(_record(table, wish, known, has_goal=goal is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known about the columns, with a task or without.

    Attributes:
        frame: Typed cells, of all columns but perhaps the excluded ones.
        learnt: Those of the rows that a fit learns from.
        columns: What was found out about each.
        log: What was done, in order.
        findings: What looks wrong.
        task: What is predicted.
        profile: Facts that the rules read.
        design: What the rule book makes of them.
    """

    frame: pl.DataFrame
    learnt: pl.DataFrame
    columns: tuple[Column, ...]
    log: tuple[LogEntry, ...]
    findings: tuple[Finding, ...]
    task: Task | None = None
    profile: Profile | None = None
    design: Design | None = None


def _is_image_folder(data: Any) -> bool:
    return isinstance(data, str | Path) and Path(data).is_dir()


def _with_target(table: Table, wish: Wish, listener: Progress) -> _Known:
    """What a fit would know before it trains; without its target, where that cannot be used."""
    for name in (wish.target,) if isinstance(wish.target, str) else wish.target:
        refuse_unknown(table.frame, name, "target")
    try:
        ground = lay_ground(wish, listener, table)
    except DataError as error:
        alone = _without_target(table, wish)
        unusable = Finding(
            check="task",
            severity=Severity.STOP,
            sign=error.seen,
            meaning=f"nothing can be fitted to this table as it is; needed: {error.needed}",
            remedy=str(error.try_),
        )
        log = (*alone.log, *flagged((unusable,)))
        return replace(alone, log=log, findings=(unusable, *alone.findings))
    return _Known(
        frame=ground.prepared.frame,
        learnt=ground.prepared.frame[ground.development],
        columns=ground.schema.columns,
        log=ground.log,
        findings=ground.findings,
        task=ground.schema.task,
        profile=ground.profile,
        design=ground.design,
    )


def _without_target(table: Table, wish: Wish) -> _Known:
    found = survey(table, drop=wish.drop, group=wish.group, order=wish.order)
    return _Known(
        frame=found.frame,
        learnt=found.frame,
        columns=found.columns,
        log=(*found.log, *flagged(found.findings)),
        findings=found.findings,
    )


def _record(table: Table, wish: Wish, known: _Known, *, has_goal: bool) -> DataRecord:
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        columns = tuple(pool.map(lambda column: _described(column, table, known), known.columns))
    file = str(wish.data) if isinstance(wish.data, str | Path) else "DATA.csv"
    command, python = wish.command(), wish.python()
    if not has_goal or known.task is None:
        command = f"justright profile {shlex.quote(file)} --target COL"
        python = 'import justright\njustright.profile(data, "COL")'
    grave = {severity: place for place, severity in enumerate(GRAVEST_FIRST)}
    return DataRecord(
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        source=table.source,
        n_rows=table.frame.height,
        n_columns=table.frame.width,
        n_known=known.frame.height,
        n_bytes=int(table.frame.estimated_size()),
        n_duplicates=_n_duplicates(known),
        n_missing=sum(one.column.n_missing for one in columns),
        task=known.task,
        columns=columns,
        findings=tuple(sorted(known.findings, key=lambda found: grave[found.severity])),
        logbook=known.log,
        profile=known.profile,
        design=() if known.design is None else summary(known.design),
        command=command,
        python=python,
    )


def _described(column: Column, table: Table, known: _Known) -> ColumnRecord:
    """A column with its picture; of one that was left out, from its cells as read."""
    frame = known.frame if column.name in known.frame.columns else table.frame
    use, why = use_of(column, known.learnt, known.design)
    return ColumnRecord(
        column=column,
        use=use,
        why=why,
        histogram=histogram(frame[column.name], column.kind),
    )


def _n_duplicates(known: _Known) -> int:
    """Rows that repeat an earlier one in every input and target, told by 64-bit hashes."""
    used = [column.name for column in known.columns if column.role in ("input", "target")]
    return known.frame.height - known.frame.select(used).hash_rows(seed=0).n_unique() if used else 0
