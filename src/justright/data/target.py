"""The column to predict: its task and its classes."""

from dataclasses import dataclass

import polars as pl

from justright.data.date_text import learn_formats
from justright.data.kind import READ_SHARE
from justright.data.number_text import DecimalMark, NumberForm, read_numbers
from justright.data.repair import as_numbers, fold_case, labels
from justright.data.words import FALSE_WORDS, TRUE_WORDS, counted
from justright.errors import DataError
from justright.kinds import Finding, LogEntry, Severity, Task, TaskKind

MIN_ROWS = 10  # rows with a target: fewer cannot be parted in three (house limit)
MIN_ROWS_UNTESTED = 4  # of which none is a test row: two to train, two to validate (house limit)
MIN_CLASS_ROWS = 3  # rows per class: one each to train, to validate and to test
RARE_SHARE = 0.05  # of the rows that may go with their rare classes (house convention)
_FEW_INTEGERS = 20  # different whole numbers that may still be classes (house convention)
_FEW_SHARE = 0.05  # different whole numbers per row that may still be classes (house convention)
_ALWAYS_FEW = 3  # different whole numbers that are classes however few the rows (house convention)
_SMALLEST = 1e-150  # size of a numeric target; 1 / it is the largest (their squares fit 64 bits)
_SHOWN = 10  # names listed in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The understood target.

    Attributes:
        cells: Labels as String, or numbers as Float64; null where missing.
        task: Kind, classes, reason.
        log: What was done to the cells.
        findings: What looks wrong with them; figure "rows": of those left out for it.
    """

    cells: pl.Series
    task: Task
    log: tuple[LogEntry, ...] = ()
    findings: tuple[Finding, ...] = ()


def understand_target(
    raw: pl.Series, forced: TaskKind | None = None, *, tested: bool = True
) -> Target:
    """Recognise the task from the cells of the target.

    Two values are a binary task; text, booleans and few whole numbers are classes; other
    numbers are a regression.

    Args:
        raw: The column as it was read.
        forced: The kind of task that the user asks for.
        tested: Whether some rows are set aside for a test. Without, fewer rows will do, and a
            class may have a single one.

    Returns:
        Typed cells with the task.

    Raises:
        DataError: If the target is missing, constant, infinite, a key or a date, if a class or
            the whole has too few rows, or if the cells do not suit the task asked for.

    Example:
        >>> understand_target(pl.Series("y", ["no", "yes"] * 5)).task.classes
        ('no', 'yes')
    """
    name = raw.name
    text = labels(raw)
    numbers, form, log = _numbers(raw, text)
    present = text.drop_nulls() if numbers is None else numbers.drop_nulls()
    _refuse_too_few(name, len(raw), present, MIN_ROWS if tested else MIN_ROWS_UNTESTED)
    kind, why = _kind(text, numbers, forced, name)
    if kind == "regression":
        if numbers is None:
            raise _text_for_regression(raw, text)
        refuse_unmeasurable(numbers)
        task = Task(kind=kind, target=name, reason=why, forms=forms_of(name, form))
        return Target(cells=numbers, task=task, log=log)
    cells = text if numbers is None else labels(numbers)
    cells, n_folded = fold_case(cells)
    if n_folded:
        reason = "they differ only in case"
        log = (*log, _entry(name, "merged spellings of classes", reason, n_folded))
        _refuse_too_few(name, len(raw), cells.drop_nulls(), fewest=1)
    cells, findings = _without_rare(cells) if tested else (cells, ())
    for found in findings:
        reason = f"fewer than {MIN_CLASS_ROWS} rows"
        log = (*log, _entry(name, "left out rare classes", reason, int(found.numbers["rows"])))
    if findings and forced is None and cells.drop_nulls().n_unique() == 2:
        kind, why = "binary", "2 different values but for rare ones (overrule: --task multiclass)"
    fewest = MIN_CLASS_ROWS if tested else 1
    task = Task(kind=kind, target=name, classes=_classes(cells, kind, name, fewest), reason=why)
    return Target(cells=cells, task=task, log=log, findings=findings)


def _without_rare(cells: pl.Series) -> tuple[pl.Series, tuple[Finding, ...]]:
    """Labels without classes too rare to be parted in three, if few rows go with them."""
    counts = dict(cells.drop_nulls().alias("x").value_counts().iter_rows())
    rare = sorted((label for label in counts if counts[label] < MIN_CLASS_ROWS), key=_sort_key)
    n_rows = sum(counts[label] for label in rare)
    if not rare or n_rows > RARE_SHARE * cells.count() or len(counts) - len(rare) < 2:
        return cells, ()
    finding = Finding(
        check="rare-classes",
        severity=Severity.WARN,
        sign=(
            f"{len(rare):,} of {len(counts):,} classes of {cells.name!r} have fewer than"
            f" {MIN_CLASS_ROWS} rows (first: {rare[0]!r}, {counted(counts[rare[0]])})"
        ),
        meaning="too few to train, to validate and to test: left out, and so never predicted",
        remedy="more rows of them, or join them with other classes",
        column=cells.name,
        numbers={"rows": n_rows, "classes": len(rare)},
    )
    return cells.set(cells.is_in(rare).fill_null(False), None), (finding,)


def forms_of(name: str, form: NumberForm | None) -> tuple[tuple[str, DecimalMark, str | None], ...]:
    """How the numbers of a column are written, as a task keeps it.

    Example:
        >>> forms_of("price", NumberForm(decimal_mark=",", unit="eur"))
        (('price', ',', 'eur'),)
    """
    return () if form is None else ((name, form.decimal_mark, form.unit),)


def _numbers(
    raw: pl.Series, text: pl.Series
) -> tuple[pl.Series | None, NumberForm | None, tuple[LogEntry, ...]]:
    """The target as numbers and how they are written, if it holds them; None if it holds words."""
    if raw.dtype in (pl.Boolean, pl.Categorical, pl.Enum) or raw.dtype.is_temporal():
        return None, None, ()
    if raw.dtype.is_numeric():
        numbers = as_numbers(raw)
        _refuse_infinite(numbers)
        return numbers, None, ()
    if text.count() == 0 or text.drop_nulls().n_unique() == 2:  # two words are classes
        return None, None, ()
    numbers, form = read_numbers(text)
    n_bad = text.count() - numbers.count()
    if numbers.count() < READ_SHARE * text.count() or text.str.contains("^0[0-9]").any():
        return None, None, ()
    _refuse_infinite(numbers)
    reason = "numbers written as text"
    if n_bad:
        first = text.filter(numbers.is_null() & text.is_not_null())[0]
        reason += f"; {n_bad:,} cells hold none and became missing (first: {first!r})"
    return numbers, form, (_entry(raw.name, "read target as numbers", reason, numbers.count()),)


def _kind(
    text: pl.Series, numbers: pl.Series | None, forced: TaskKind | None, name: str
) -> tuple[TaskKind, str]:
    cells = text if numbers is None else numbers
    n_unique, n_rows = cells.drop_nulls().n_unique(), cells.count()
    if numbers is None:
        _refuse_dates(text, name)
    if forced is not None:
        if forced == "binary" and n_unique != 2:
            raise DataError(
                f"target {name!r} has {n_unique:,} different values"
                f" (first: {', '.join(_first_values(labels(cells)))})",
                "2 different values for a binary task",
                try_="--task multiclass" if n_unique <= n_rows / 2 else "--task regression",
            )
        if forced == "multiclass":
            _refuse_key(cells, name)
        return forced, f"{forced}, as asked for"
    if n_unique == 2:
        return "binary", "2 different values (overrule: --task regression or multiclass)"
    if numbers is None:
        _refuse_key(text, name)
        return "multiclass", f"{n_unique:,} different words (overrule: another --target)"
    whole = bool((numbers == numbers.floor()).all())
    few = min(_FEW_INTEGERS, max(_ALWAYS_FEW, int(_FEW_SHARE * n_rows)))
    if whole and n_unique <= few:
        return "multiclass", (
            f"{n_unique:,} different whole numbers in {n_rows:,} rows, at most {few} are classes"
            " (overrule: --task regression)"
        )
    what = "whole numbers" if whole else "numbers"
    return "regression", f"{n_unique:,} different {what} (overrule: --task multiclass)"


def _classes(cells: pl.Series, kind: TaskKind, name: str, fewest: int) -> tuple[str, ...]:
    """Class labels in a stable order; of two classes the second is the positive one."""
    counts = dict(cells.drop_nulls().alias("x").value_counts().iter_rows())
    rare = sorted((label for label in counts if counts[label] < fewest), key=_sort_key)
    if rare:
        raise DataError(
            f"{len(rare):,} of {len(counts):,} classes of {name!r} have fewer than"
            f" {fewest} rows (first: {rare[0]!r}, {counted(counts[rare[0]])})",
            f"at least {fewest} rows of every class: to train, to validate and to test",
            try_=f"frame.filter(~pl.col({name!r}).cast(str).is_in({rare[:_SHOWN]}))",
        )
    ordered = sorted(counts, key=_sort_key)
    if kind == "multiclass":
        return tuple(ordered)
    first, second = ordered
    if {first.lower(), second.lower()} & TRUE_WORDS and {
        first.lower(),
        second.lower(),
    } & FALSE_WORDS:
        return (first, second) if second.lower() in TRUE_WORDS else (second, first)
    return (second, first) if counts[first] < counts[second] else (first, second)


def _sort_key(label: str) -> tuple[int, float, str]:
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)


def _first_values(cells: pl.Series) -> list[str]:
    return [repr(value) for value in cells.drop_nulls().unique(maintain_order=True)[:3]]


def _refuse_too_few(name: str, n_rows: int, present: pl.Series, fewest: int) -> None:
    if len(present) == 0:
        raise DataError(
            f"target {name!r} is missing in all {n_rows:,} rows",
            f"a target in at least {fewest} rows",
            try_="name another column with --target",
        )
    if len(present) < fewest:
        raise DataError(
            f"{counted(len(present))} with a target in {name!r} (of {counted(n_rows)})",
            f"at least {fewest} rows to train"
            + (", to validate and to test" if fewest == MIN_ROWS else " and to validate"),
            try_="add rows to the table",
        )
    if present.n_unique() == 1:
        raise DataError(
            f"target {name!r} is constant: all {len(present):,} rows hold {present[0]!r}",
            "at least 2 different values",
            try_="name another column with --target",
        )


def _refuse_infinite(numbers: pl.Series) -> None:
    infinite = numbers.is_infinite().fill_null(False)
    if infinite.any():
        row = int(infinite.arg_max() or 0)
        raise DataError(
            f"target {numbers.name!r} is infinite in {counted(int(infinite.sum()))}"
            f" (first: row {row + 1:,}, {numbers[row]})",
            "finite numbers in the target",
            try_=f"frame.filter(pl.col({numbers.name!r}).is_finite())",
        )


def refuse_unmeasurable(numbers: pl.Series) -> None:
    """Raise if errors in these numbers would have squares that 64 bits cannot hold.

    Args:
        numbers: A numeric target.

    Raises:
        DataError: If the largest number, without its sign, is beyond 1e150, or below 1e-150.
    """
    largest = float(numbers.abs().max() or 0.0)  # type: ignore[arg-type]
    if largest == 0 or _SMALLEST <= largest <= 1 / _SMALLEST:
        return
    raise DataError(
        f"target {numbers.name!r} has {largest:.3g} for its largest number, in size",
        f"one from {_SMALLEST:g} to {1 / _SMALLEST:g}, whose square a computer can hold",
        try_=f"frame.with_columns(pl.col({numbers.name!r}) / {largest:.0e})",
    )


def _refuse_key(cells: pl.Series, name: str) -> None:
    n_unique, n_rows = cells.drop_nulls().n_unique(), cells.count()
    if n_unique > n_rows / 2:
        first = ", ".join(_first_values(labels(cells)))
        raise DataError(
            f"target {name!r} has {n_unique:,} different values in {n_rows:,} rows"
            f" (first: {first}): it looks like an id, not like classes",
            "classes that repeat, or numbers",
            try_="name another column with --target",
        )


def _refuse_dates(text: pl.Series, name: str) -> None:
    if text.drop_nulls().n_unique() <= _FEW_INTEGERS:
        return
    _, share = learn_formats(text.drop_nulls().head(1_000))
    if share >= READ_SHARE:
        raise DataError(
            f"target {name!r} holds dates in {text.count():,} rows (first: {text.drop_nulls()[0]})",
            "numbers or classes",
            try_=f"predict days: (pl.col({name!r}) - start).dt.total_days()",
        )


def _text_for_regression(raw: pl.Series, text: pl.Series) -> DataError:
    return DataError(
        f"target {raw.name!r} has no numbers in {text.count():,} of {len(raw):,} rows"
        f" (first: {text.drop_nulls()[0]!r})",
        "a number in every row for a regression",
        try_="--task " + ("binary" if text.drop_nulls().n_unique() == 2 else "multiclass"),
    )


def _entry(subject: str, action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject=subject, action=action, reason=reason, count=count)
