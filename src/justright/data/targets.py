"""One or several columns to predict: which kind of task they pose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from justright.data.label_lists import holds_lists, label_lists
from justright.data.number_text import NumberForm, read_numbers
from justright.data.repair import as_numbers, labels, truths
from justright.data.target import MIN_CLASS_ROWS, MIN_ROWS, forms_of, understand_target
from justright.errors import DataError
from justright.kinds import Finding, LogEntry, Task, TaskKind

MAX_LABELS = 500  # labels of a multilabel task; more are keys, not labels (house limit)
_BOUNDS = ((0.0, 1.0), (-1.0, 1.0), (0.0, 100.0))  # that a bounded target may lie in
_SHOWN = 5  # names listed in a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The understood columns to predict.

    Attributes:
        cells: One column each: labels, numbers, or lists of labels; null where missing.
        task: Kind, classes, reason.
        log: What was done to the cells.
        findings: What looks wrong with them; figure "rows": of those left out for it.
    """

    cells: tuple[pl.Series, ...]
    task: Task
    log: tuple[LogEntry, ...] = ()
    findings: tuple[Finding, ...] = ()


def understand_targets(
    frame: pl.DataFrame,
    names: Sequence[str],
    forced: TaskKind | None = None,
    query: str | None = None,
    *,
    tested: bool = True,
) -> Targets:
    """Recognise the task from the cells of the columns to predict.

    Several columns of 0 and 1, or one of lists, are a multilabel task; several of numbers a
    multi-target one. Whether a number is bounded or positive is told later, by the development
    rows alone: see `justright.data.narrowing`.

    Args:
        frame: The table as read.
        names: The columns to predict.
        forced: The kind of task that the user asks for.
        query: The column whose equal values are ranked against each other.
        tested: Whether some rows are set aside for a test.

    Returns:
        Typed cells with the task.

    Raises:
        DataError: If the columns cannot be predicted, or do not suit the task asked for.

    Example:
        >>> frame = pl.DataFrame({"a": [1.5, 2.5] * 9, "b": [7.25, 8.0] * 9})
        >>> understand_targets(frame, ["a", "b"]).task.kind
        'multi-target'
    """
    if len(names) > 1:
        return _several(frame, names, forced, tested)
    raw = frame[names[0]]
    if forced == "multilabel" or (forced is None and holds_lists(raw)):
        return _lists(raw)
    if forced == "multi-target":
        raise _misfit(names, "multi-target", "at least 2 columns to predict", "--task regression")
    if forced == "ranking":
        return _ranking(raw, query)
    plain = "regression" if forced in ("bounded", "positive") else forced
    found = understand_target(raw, plain, tested=tested)
    if found.task.kind != "regression" or forced == "regression":
        return Targets(
            cells=(found.cells,), task=found.task, log=found.log, findings=found.findings
        )
    task = _asked_for(found.cells, found.task, forced)
    return Targets(cells=(found.cells,), task=task, log=found.log)


def _asked_for(cells: pl.Series, task: Task, forced: TaskKind | None) -> Task:
    """The task of a number as the user wants it: bounded, positive, or any."""
    low, high = float(cells.min()), float(cells.max())  # type: ignore[arg-type]
    names, other = (task.target,), "--task regression"
    if forced == "bounded":
        bounds = next(((a, b) for a, b in _BOUNDS if a <= low and high <= b), None)
        if bounds is None:
            needed = "numbers in 0 to 1, −1 to 1 or 0 to 100"
            raise _misfit(names, "bounded", needed, other, f"numbers from {low:g} to {high:g}")
        return replace(task, kind="bounded", low=bounds[0], high=bounds[1])
    if forced == "positive":
        if low <= 0:
            seen = f"{int((cells <= 0).sum()):,} numbers that are not above 0"
            raise _misfit(names, "positive", "numbers above 0 alone", other, seen)
        return replace(task, kind="positive")
    return task


def _several(
    frame: pl.DataFrame, names: Sequence[str], forced: TaskKind | None, tested: bool
) -> Targets:
    """Columns of 0 and 1, or of numbers."""
    held = [_as_truths(frame[name]) for name in names]
    shown = ", ".join(names)
    if forced not in (None, "multilabel", "multi-target"):
        raise _misfit(names, str(forced), "1 column to predict", "--task multi-target")
    if forced != "multi-target" and all(cells is not None for cells in held):
        cells = tuple(c.cast(pl.Float64) for c in held if c is not None)
        for each in cells:
            _refuse_unusable(each)
        reason = f"{len(names)} columns of 0 and 1 (overrule: --task multi-target)"
        task = Task(
            kind="multilabel",
            target=shown,
            targets=tuple(names),
            classes=tuple(names),
            reason=reason,
        )
        return Targets(cells=cells, task=task)
    if forced == "multilabel":
        bad = next(n for n, cells in zip(names, held, strict=True) if cells is None)
        raise _misfit(names, "multilabel", "0 and 1 in every column", f"leave out {bad!r}")
    read = [_as_numbers(frame[name], names, tested) for name in names]
    forms = sum((forms_of(n, form) for n, (_, form) in zip(names, read, strict=True)), ())
    reason = f"{len(names)} columns of numbers"
    task = Task(kind="multi-target", target=shown, targets=tuple(names), forms=forms, reason=reason)
    return Targets(cells=tuple(cells for cells, _ in read), task=task)


def _as_truths(raw: pl.Series) -> pl.Series | None:
    """Booleans, if the column holds nothing else."""
    if raw.dtype == pl.Boolean:
        return raw
    if raw.dtype.is_numeric():
        numbers = as_numbers(raw)
        return numbers.cast(pl.Boolean) if numbers.drop_nulls().is_in([0.0, 1.0]).all() else None
    text = labels(raw)
    found = truths(text)
    return found if found.null_count() == text.null_count() else None


def _as_numbers(
    raw: pl.Series, names: Sequence[str], tested: bool
) -> tuple[pl.Series, NumberForm | None]:
    form = None
    if raw.dtype.is_numeric():
        numbers = as_numbers(raw)
    else:
        numbers, form = read_numbers(labels(raw))
    bad = numbers.is_null() & labels(raw).is_not_null()
    if bad.any():
        row = int(bad.arg_max() or 0)
        seen = (
            f"{raw.name!r} with {int(bad.sum()):,} cells that are no number (first: {raw[row]!r})"
        )
        raise _misfit(
            names, "multi-target", "a number in every cell", f"leave out {raw.name!r}", seen
        )
    # This refuses constants, infinities and too few rows.
    understand_target(numbers, "regression", tested=tested)
    return numbers, form


def _refuse_unusable(cells: pl.Series) -> None:
    """Refuse a label that no row, or every row, has."""
    if cells.count() < MIN_ROWS or cells.drop_nulls().n_unique() < 2:
        understand_target(cells, "regression")


def _lists(raw: pl.Series) -> Targets:
    """A column whose cells hold several labels each."""
    lists = label_lists(raw)
    counts = lists.explode().drop_nulls().alias("label").value_counts()
    often = counts.filter(pl.col("count") >= MIN_CLASS_ROWS)
    # A label that every row has tells nothing.
    often = often.filter(pl.col("count") < lists.count()).sort("label")
    if not 2 <= often.height <= MAX_LABELS or lists.count() < MIN_ROWS:
        needs = f"2 to {MAX_LABELS:,} labels of at least {MIN_CLASS_ROWS} rows each"
        seen = (
            f"{counts.height:,} labels in {lists.count():,} rows, {often.height:,} of them usable"
        )
        raise _misfit((raw.name,), "multilabel", needs, "--task multiclass", seen)
    log: tuple[LogEntry, ...] = ()
    if n_gone := counts.height - often.height:
        reason = f"fewer than {MIN_CLASS_ROWS} rows, or all rows, have them"
        log = (LogEntry(room="data", subject=raw.name, action="left out labels", reason=reason,
                        count=n_gone),)  # fmt: skip
    classes = tuple(often["label"].to_list())
    reason = f"each cell holds some of {len(classes):,} labels"
    task = Task(kind="multilabel", target=raw.name, classes=classes, reason=reason)
    joined = lists.list.join("|").set(lists.is_null(), None)
    return Targets(cells=(joined.alias(raw.name),), task=task, log=log)


def _ranking(raw: pl.Series, query: str | None) -> Targets:
    """Relevance of rows that are ranked within their query."""
    if query is None:
        needs = "a column that tells which rows are ranked against each other"
        raise _misfit((raw.name,), "ranking", needs, "--group COLUMN")
    found = understand_target(raw, "regression")
    if float(found.cells.min()) < 0:  # type: ignore[arg-type]
        n_bad = int((found.cells < 0).sum())
        seen = f"{n_bad:,} numbers below 0"
        raise _misfit((raw.name,), "ranking", "relevance of 0 or more", "--task regression", seen)
    reason = f"ranking within {query!r}, as asked for"
    task = replace(found.task, kind="ranking", query=query, reason=reason)
    return Targets(cells=(found.cells,), task=task, log=found.log)


def _misfit(
    names: Sequence[str], kind: str, needed: str, try_: str, seen: str | None = None
) -> DataError:
    """The error for columns that do not suit the task asked for."""
    shown = ", ".join(map(repr, names[:_SHOWN]))
    what = seen or f"{len(names)} column{'' if len(names) == 1 else 's'} to predict"
    return DataError(f"{what} in {shown} for a {kind} task", needed, try_=try_)


def known_rows(cells: Sequence[pl.Series]) -> pl.Series:
    """Rows whose targets are all known, as a column of booleans.

    Example:
        >>> known_rows([pl.Series([1, None]), pl.Series([1, 2])]).to_list()
        [True, False]
    """
    known = np.ones(len(cells[0]), dtype=bool)
    for each in cells:
        known &= each.is_not_null().to_numpy()
    return pl.Series(known)
