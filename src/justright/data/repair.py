"""Turn cells of any type into text, booleans or dates, the same in training and prediction."""

import polars as pl

from justright.data.mojibake import is_broken, mend_encoding
from justright.data.words import FALSE_WORDS, MISSING_ANYWHERE, TRUE_WORDS
from justright.kinds import LogEntry

_ODD_SPACE = r"\s\s|[^\S ]"  # white space that is not one plain space
_EXACT = 2.0**53  # largest integer up to which a 64-bit float holds every integer (IEEE 754)


def labels(cells: pl.Series) -> pl.Series:
    """Cells as tidy text: encoding and spacing mended, whole floats without ".0", no missing words.

    Args:
        cells: A column of any type.

    Returns:
        Text, null where missing.

    Example:
        >>> labels(pl.Series([" a  b ", "N/A"])).to_list()
        ['a b', None]
        >>> labels(pl.Series([1.0, 2.5, float("nan")])).to_list()
        ['1', '2.5', None]
    """
    if cells.dtype.is_float():
        return _float_labels(cells)
    text = as_text(cells)
    if cells.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Object):
        text = mend_encoding(text)
        text = text.str.strip_chars()
        if text.str.contains(_ODD_SPACE).any():  # a fifth of the time of looking for all spaces
            text = text.str.replace_all(r"\s+", " ")
        text = text.set(text.str.to_lowercase().is_in(list(MISSING_ANYWHERE)), None)
    return text


def _float_labels(cells: pl.Series) -> pl.Series:
    wide = cells.cast(pl.Float64).fill_nan(None)
    whole = ((wide == wide.floor()) & (wide.abs() < _EXACT)).fill_null(False)
    as_integers = wide.set(~whole, None).cast(pl.Int64).cast(pl.String)
    return as_integers.zip_with(whole, wide.cast(pl.String))


def as_text(cells: pl.Series) -> pl.Series:
    """Cells as text, untidied."""
    if cells.dtype == pl.String:
        return cells
    if cells.dtype == pl.Object or cells.dtype.is_nested() or cells.dtype == pl.Binary:
        values = [None if cell is None else str(cell) for cell in cells.to_list()]
        return pl.Series(cells.name, values, dtype=pl.String)
    if cells.dtype == pl.Duration:  # polars has no text for it
        cells = as_numbers(cells)
    return cells.cast(pl.String)


def truths(text: pl.Series) -> pl.Series:
    """Words for true and false as booleans; other words become null.

    Example:
        >>> truths(pl.Series(["Yes", "n", "maybe"])).to_list()
        [True, False, None]
    """
    words = text.str.strip_chars().str.to_lowercase()
    true, false = words.is_in(list(TRUE_WORDS)), words.is_in(list(FALSE_WORDS))
    return true.set(~(true | false).fill_null(False), None)


def fold_case(text: pl.Series) -> tuple[pl.Series, int]:
    """Give words that differ only in case the spelling of the most frequent one.

    Returns:
        The text, and how many cells were changed.

    Example:
        >>> fold_case(pl.Series(["Oslo", "OSLO", "Oslo", "Rome"]))[0].to_list()
        ['Oslo', 'Oslo', 'Oslo', 'Rome']
    """
    counts = text.alias("word").drop_nulls().value_counts()
    counts = counts.with_columns(key=pl.col("word").str.to_lowercase())
    if counts["key"].n_unique() == counts.height:
        return text, 0
    ranked = counts.sort("count", "word", descending=[True, False])
    usual = ranked.group_by("key", maintain_order=True).agg(pl.col("word").first().alias("usual"))
    changes = counts.join(usual, on="key").filter(pl.col("word") != pl.col("usual"))
    folded = text.replace(changes["word"], changes["usual"])
    return folded, int(changes["count"].sum())


def as_dates(cells: pl.Series) -> pl.Series:
    """Dates and times of any resolution and zone as Datetime in microseconds, UTC."""
    dates = cells.cast(pl.Datetime("us")) if cells.dtype == pl.Date else cells
    if isinstance(dates.dtype, pl.Datetime) and dates.dtype.time_zone is not None:
        dates = dates.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return dates.cast(pl.Datetime("us"))


def as_numbers(cells: pl.Series) -> pl.Series:
    """Numbers, booleans and durations as Float64 (durations in seconds); NaN becomes null."""
    if cells.dtype == pl.Duration:
        return cells.dt.total_microseconds().cast(pl.Float64) / 1e6  # microseconds per second
    if cells.dtype == pl.Time:
        return cells.cast(pl.Int64).cast(pl.Float64) / 1e9  # nanoseconds per second
    return cells.cast(pl.Float64).fill_nan(None)


def without_infinity(cells: pl.Series) -> tuple[pl.Series, int]:
    """Numbers with infinite ones turned to null, and how many there were."""
    infinite = cells.is_infinite().fill_null(False)
    n_infinite = int(infinite.sum())
    return (cells.set(infinite, None) if n_infinite else cells), n_infinite


def mended_log(raw: pl.Series, text: pl.Series) -> tuple[LogEntry, ...]:
    """The line that says in how many cells the encoding was mended.

    Args:
        raw: The cells as read.
        text: The same cells as tidy text.

    Example:
        >>> raw = pl.Series("name", ["FranÃ§ois", "Ann"])
        >>> mended_log(raw, labels(raw))[0].count
        1
    """
    if raw.dtype != pl.String:
        return ()
    broken = is_broken(raw)
    n_broken = int(broken.sum())
    if not n_broken:
        return ()
    before, after = raw.filter(broken), text.filter(broken)
    n_mended = int((before.str.strip_chars() != after).sum())
    if not n_mended:
        return ()
    return (
        LogEntry(
            room="data",
            subject=raw.name,
            action=f"mended the encoding, the first {before[0][:40]!r} to {str(after[0])[:40]!r}",
            reason="UTF-8 had been read as cp1252",
            count=n_mended,
        ),
    )
