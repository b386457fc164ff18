"""Recognise what a column holds, and type its cells."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from justright.data.date_text import (
    DATE_DIGITS,
    has_date_digits,
    in_range,
    learn_formats,
    read_dates,
)
from justright.data.facts import count_unique
from justright.data.images import image_shape, is_image
from justright.data.number_text import DecimalMark, parse_numbers, present, read_numbers
from justright.data.odd_numbers import odd_numbers
from justright.data.repair import (
    as_dates,
    as_numbers,
    fold_case,
    labels,
    mended_log,
    truths,
    without_infinity,
)
from justright.data.spelling import find_misspellings, merge_log, merge_spellings
from justright.data.text_findings import date_findings, number_findings, number_log
from justright.kinds import ColumnKind, Finding, LogEntry

READ_SHARE = 0.95  # share of cells that must read as numbers or dates (house convention)
MIXED_SHARE = 0.05  # share of numbers in a text column that is worth a line (house convention)
_PROBE = 5_000  # cells tried before a whole column is read: sees a share of 1 % (house)
_UNIQUE_SHARE = 0.9  # different values per row above which text tells rows, not kinds (house)
_KEY_SHARE = 0.5  # the same for a column whose name is that of a key (house convention)
_FEW_LEVELS = 20  # different values that are categories however few the rows (house)
_SENTENCE = 40  # mean characters above which different cells are free text (house convention)
_SENTENCE_SHARE = 0.2  # different values per row that make long cells free text (house)
_ID_NAME = re.compile(
    r"^((?i:ids?|uuid|guid|index|key|row_?names?|row[_ ](id|number|nr|no)|unnamed.*|level_0)|"
    r"(?i:.*[_ .-](id|uuid|guid))|\w*[a-z](Id|ID|UUID))$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A column with typed cells.

    Attributes:
        cells: Float64, Boolean, String, Datetime in microseconds, or images.
        kind: What it holds.
        reason: Why this kind, or why it is excluded.
        excluded: Whether the column cannot be an input.
        is_row_number: Whether it is excluded for counting 1, 2, 3 … down the rows.
        date_formats: The formats that read the dates, where they were text, main one first.
        decimal_mark: The mark that read the numbers, where they were text.
        unit: The unit that the numbers are kept in, where they were text with units.
        merged: Misspellings and the words that they stand for.
        log: What was done to the cells.
        findings: What looks wrong with them, and was left as it is.
    """

    cells: pl.Series
    kind: ColumnKind
    reason: str
    excluded: bool = False
    is_row_number: bool = False
    date_formats: tuple[str, ...] = ()
    decimal_mark: DecimalMark | None = None
    unit: str | None = None
    merged: tuple[tuple[str, str], ...] = ()
    log: tuple[LogEntry, ...] = field(default=())
    findings: tuple[Finding, ...] = ()


def understand(raw: pl.Series) -> Understood:
    """Recognise what a column holds, and type its cells.

    Args:
        raw: The column as it was read.

    Returns:
        Typed cells with kind and reason.

    Example:
        >>> understand(pl.Series("weight", ["1,200 kg", "950 kg", "N/A"])).cells.to_list()
        [1200.0, 950.0, None]
    """
    if is_image(raw.dtype):
        return _image(raw)
    if raw.null_count() == len(raw):
        return _all_missing(raw)
    if raw.dtype == pl.Boolean:
        return _constant_checked(Understood(cells=raw, kind="boolean", reason="true and false"))
    if raw.dtype.is_integer() and has_date_digits(raw):
        text = labels(raw)
        return _as_date(text, text, (DATE_DIGITS,)) or _number(as_numbers(raw), "numbers")
    if raw.dtype.is_numeric() or raw.dtype in (pl.Duration, pl.Time):
        return _number(as_numbers(raw), "numbers")
    if raw.dtype in (pl.Date, pl.Datetime):
        return _date(as_dates(raw))
    if raw.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Object):
        text = labels(raw)
        found = _text(text)
        return replace(found, log=(*mended_log(raw, text), *found.log))
    cells = labels(raw)
    return Understood(cells=cells, kind="text", reason="nested values are not used", excluded=True)


def _image(cells: pl.Series) -> Understood:
    channels, height, width = image_shape(cells)
    colour = {1: "grey", 3: "colour"}.get(channels, f"{channels}-channel")
    found = Understood(
        cells=cells, kind="image", reason=f"{colour} images of {height} × {width} pixels"
    )
    if cells.null_count() == 0 and cells.n_unique() == 1:
        return replace(found, reason="constant: every row holds the same image", excluded=True)
    return found


def _all_missing(cells: pl.Series) -> Understood:
    text = pl.Series(cells.name, [None] * len(cells), dtype=pl.String)
    return Understood(cells=text, kind="text", reason="every row is missing", excluded=True)


def _constant_checked(found: Understood) -> Understood:
    """Exclude a column that holds the same value in every row."""
    cells = found.cells
    if cells.null_count() == 0 and cells.min() == cells.max():
        reason = f"constant: every row holds {str(labels(cells[:1])[0])[:40]!r}"
        return replace(found, reason=reason, excluded=True)
    return found


def _number(cells: pl.Series, reason: str, **more: Any) -> Understood:
    cells, n_infinite = without_infinity(cells)
    log: tuple[LogEntry, ...] = more.pop("log", ())
    if n_infinite:
        why = "infinite numbers cannot be scaled"
        log += (_entry(cells.name, "set infinite cells to missing", why, n_infinite),)
    if cells.null_count() == len(cells):
        return replace(_all_missing(cells), log=log)
    found = Understood(cells=cells, kind="number", reason=reason, log=log, **more)
    found = replace(found, findings=(*found.findings, *odd_numbers(cells)))
    whole = bool((cells == cells.floor()).all())
    if whole and cells.min() == 0 and cells.max() == 1:
        return replace(found, cells=cells.cast(pl.Boolean), kind="boolean", reason="only 0 and 1")
    if whole and cells.null_count() == 0 and len(cells) > 1:
        found = _key_checked(found)
    return _constant_checked(found)


def _key_checked(found: Understood) -> Understood:
    """Exclude row numbers, and keys that their name gives away."""
    cells = found.cells
    if cells[0] in (0, 1) and bool((cells.diff().drop_nulls() == 1).all()):
        reason = f"row number: counts {cells[0]:.0f}, {cells[1]:.0f}, … down the rows"
        return replace(found, kind="id", reason=reason, excluded=True, is_row_number=True)
    if _ID_NAME.match(found.cells.name) and cells.n_unique() > _UNIQUE_SHARE * len(cells):
        reason = f"a key by its name: {cells.n_unique():,} whole numbers in {len(cells):,} rows"
        return replace(found, kind="id", reason=reason, excluded=True)
    return found


def _date(cells: pl.Series, formats: tuple[str, ...] = (), **more: Any) -> Understood:
    log: tuple[LogEntry, ...] = more.pop("log", ())
    good = in_range(cells)
    n_bad = int((~good & cells.is_not_null()).sum())
    if n_bad:
        first = cells.filter(~good & cells.is_not_null())[0]
        reason = f"not between 1700 and 2200 (first: {first.date().isoformat()})"
        log += (_entry(cells.name, "set dates to missing", reason, n_bad),)
        cells = cells.set(~good, None)
    if not good.any():
        return replace(_all_missing(cells), log=log)
    reason = f"dates, read as {' and '.join(formats)}" if formats else "dates"
    found = Understood(cells=cells, kind="date", reason=reason, date_formats=formats, log=log)
    return _constant_checked(replace(found, **more))


def _text(text: pl.Series) -> Understood:
    """Read text as booleans, numbers or dates where that can be; else as words."""
    cells = present(text)
    if cells.null_count() == len(cells):
        return _words(text) if text.null_count() < len(text) else _all_missing(text)
    probe = cells.drop_nulls()
    words = truths(probe.unique())
    if words.null_count() == 0 and words.n_unique() == 2:
        return Understood(cells=truths(cells), kind="boolean", reason="words for true and false")
    probe = probe.gather_every(max(1, len(probe) // _PROBE))
    number_share = read_numbers(probe)[0].count() / len(probe)
    if number_share >= READ_SHARE / 2 and (found := _as_number(text, cells)):
        return found
    formats, date_share = learn_formats(probe)
    if date_share >= READ_SHARE / 2 and (found := _as_date(text, cells, formats)):
        return found
    found = _words(text)
    if number_share >= MIXED_SHARE:
        reason = f"{number_share:.0%} of the cells are numbers, {READ_SHARE:.0%} are needed"
        if number_share >= READ_SHARE:
            reason = "the numbers are codes: they begin with 0"
        n_numbers = read_numbers(cells)[0].count()
        found = replace(
            found, log=(*found.log, _entry(text.name, "kept as text", reason, n_numbers))
        )
    return found


def _as_number(text: pl.Series, cells: pl.Series) -> Understood | None:
    n_coded = int(cells.str.contains(r"^0[0-9]").sum() or 0)
    n_present = cells.count()
    reading = parse_numbers(cells)
    numbers = reading.values
    if numbers.count() < READ_SHARE * n_present or n_coded > (1 - READ_SHARE) * n_present:
        return None
    log = (*_loss(text, cells, numbers, "read as numbers"), *number_log(text.name, reading))
    return _number(
        numbers,
        "numbers written as text",
        decimal_mark=reading.form.decimal_mark,
        unit=reading.form.unit,
        log=log,
        findings=number_findings(text.name, reading),
    )


def _as_date(text: pl.Series, cells: pl.Series, formats: tuple[str, ...]) -> Understood | None:
    dates = read_dates(cells, formats)
    if dates.count() < READ_SHARE * cells.count():
        return None
    log = _loss(text, cells, dates, f"read as dates {' and '.join(formats)}")
    return _date(dates, formats, log=log, findings=date_findings(cells, formats))


def _loss(text: pl.Series, cells: pl.Series, read: pl.Series, action: str) -> tuple[LogEntry, ...]:
    """The line that says what was read, and what could not be."""
    bad = cells.is_not_null() & read.is_null()
    n_words = cells.null_count() - text.null_count()
    reason = f"{read.count():,} of {len(text):,} cells hold one"
    if n_words:
        word = text.filter(cells.is_null() & text.is_not_null())[0]
        reason += f"; {n_words:,} hold a word for missing (first: {word!r})"
    if n_bad := int(bad.sum()):
        first = cells.filter(bad)[0]
        reason += f"; {n_bad:,} others became missing (first: {first[:40]!r})"
    return (_entry(text.name, action, reason, read.count()),)


def _words(text: pl.Series) -> Understood:
    """Category, free text or key, by how often values repeat and how long they are."""
    as_written = text
    text, n_folded = fold_case(text)
    log: tuple[LogEntry, ...] = ()
    if n_folded:
        log = (_entry(text.name, "merged spellings", "they differ only in case", n_folded),)
    misspelt = find_misspellings(text)
    merged = tuple((wrong, right) for wrong, right, _ in misspelt)
    text, log = merge_spellings(text, merged), (*log, *merge_log(text.name, misspelt))
    n_present, n_unique = text.count(), count_unique(text)
    unique_share = n_unique / n_present
    long = float(text.str.len_chars().mean() or 0) > _SENTENCE  # type: ignore[arg-type]
    reason = f"{n_unique:,} words"
    found = Understood(cells=text, kind="category", reason=reason, log=log, merged=merged)
    if n_unique > 1 and (long and unique_share > _SENTENCE_SHARE):
        return _free(as_written, "long, and seldom the same")
    if n_unique <= _FEW_LEVELS and not (n_unique == n_present and _ID_NAME.match(text.name)):
        return _constant_checked(found)
    limit = _KEY_SHARE if _ID_NAME.match(text.name) else _UNIQUE_SHARE
    if unique_share > limit:
        n_spaced = int(text.str.contains(r"\S \S+ \S").sum() or 0)
        if n_spaced > n_present / 2:
            return _free(as_written, "several words, seldom the same")
        reason = f"a key: {n_unique:,} different words in {n_present:,} rows"
        return replace(found, kind="id", reason=reason, excluded=True)
    return found


def _free(text: pl.Series, why: str) -> Understood:
    """Free text, which stays as it was written, as new rows' will."""
    return Understood(cells=text, kind="text", reason=f"free text: {why}")


def _entry(subject: str, action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject=subject, action=action, reason=reason, count=count)
