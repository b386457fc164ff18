"""Dates that were written as text."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import polars as pl

DayOrder = Literal["day", "month"]

#: Formats of ISO 8601, unambiguous: they also read the cells that the main format leaves.
ISO_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
)
#: Dates written as one number of 8 digits.
DATE_DIGITS = "%Y%m%d"
_DAYS = (
    *("%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d"),
    *("%d.%m.%y", "%m/%d/%y", "%d/%m/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p")
#: All formats that are tried, in this order; of two that read as many cells the earlier wins.
FORMATS = (*ISO_FORMATS, *(day + time for time in _TIMES for day in _DAYS), DATE_DIGITS)

EARLIEST = datetime(1700, 1, 1)  # Gregorian date; before it calendars differ (house convention)
_DIGITS_LOW, _DIGITS_HIGH = 19_000_101, 21_001_231  # numbers that can be dates (house convention)
LATEST = datetime(2200, 1, 1)  # Gregorian date; beyond it stand "never" marks such as 9999-12-31
_REPEATS = 4  # rows per different cell from which reading each cell but once is faster (house)
_TRIED = 2_000  # different cells on which formats are tried: enough to see 1 % (house convention)
_LONGEST = 40  # bytes of the longest date that is tried (house convention)
_MOST_FORMATS = 6  # formats in one column; more are no dates (house convention)
_MONTHS, _DAYS_OF_MONTH = 12, 31  # largest numbers of a month and of a day
_TWO_NUMBERS = r"^\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]"


def learn_formats(text: pl.Series) -> tuple[tuple[str, ...], float]:
    """The formats that read the cells, the main one first, and the share that they read.

    Every further format is the one that reads most of the cells left over.

    Args:
        text: Cells; null where missing.

    Returns:
        At most 6 formats; the share of cells that they read together, from 0 to 1.

    Example:
        >>> learn_formats(pl.Series(["31/12/2020", "01/02/2021", "Dec 31, 2020"]))
        (('%d/%m/%Y', '%b %d, %Y'), 1.0)
    """
    cells, n_tried = _tried(text)
    order = day_order(cells)
    formats: list[str] = []
    n_read = 0
    while len(cells) and len(formats) < _MOST_FORMATS:
        format_, n_more = _best(cells, prefer=order)
        if format_ is None:
            break
        formats.append(format_)
        n_read += n_more
        cells = cells.filter(parse(cells, format_).is_null())
    return tuple(formats), n_read / n_tried if n_tried else 0.0


def day_order(text: pl.Series) -> DayOrder | None:
    """Whether day or month stands first, by the cells that leave no choice; None without any.

    Where both orders occur, the more frequent one.

    Example:
        >>> day_order(pl.Series(["01/02/2021", "31-12-2020"])), day_order(pl.Series(["01/02/2021"]))
        ('day', None)
    """
    n_day, n_month = order_counts(text)
    if n_day == n_month:
        return None
    return "day" if n_day > n_month else "month"


def order_counts(text: pl.Series) -> tuple[int, int]:
    """How many cells can only have the day first, and only the month first."""
    parts = text.str.extract_groups(_TWO_NUMBERS).struct.unnest()
    first, second = (column.cast(pl.Int64, strict=False) for column in parts.iter_columns())
    day = (first > _MONTHS) & (first <= _DAYS_OF_MONTH) & (second <= _MONTHS)
    month = (second > _MONTHS) & (second <= _DAYS_OF_MONTH) & (first <= _MONTHS)
    return int(day.sum()), int(month.sum())


def either_order(text: pl.Series) -> pl.Series:
    """True where day and month could be the other way round and that would be another date.

    Behind points the day stands first by custom, so those cells are not among them.
    """
    pattern = _TWO_NUMBERS.replace("/.-", "/-")
    parts = text.str.extract_groups(pattern).struct.unnest()
    first, second = (column.cast(pl.Int64, strict=False) for column in parts.iter_columns())
    return ((first <= _MONTHS) & (second <= _MONTHS) & (first != second)).fill_null(False)


def _tried(text: pl.Series) -> tuple[pl.Series, int]:
    """Different cells that can be dates, and how many different ones there are in all."""
    different = text.drop_nulls().unique(maintain_order=True).head(_TRIED)
    looks = different.str.contains(r"[0-9]") & (different.str.len_bytes() <= _LONGEST)
    return different.filter(looks), len(different)


def _best(cells: pl.Series, prefer: DayOrder | None) -> tuple[str | None, int]:
    best: tuple[str | None, int] = (None, 0)
    for format_ in FORMATS if len(cells) else ():
        hits = parse(cells, format_).count()
        better = hits > best[1] or (
            prefer is not None
            and hits == best[1] > 0
            and _order_of(best[0]) not in (None, prefer)
            and _order_of(format_) == prefer
        )
        if better:
            best = (format_, hits)
        if best[1] == len(cells) and (prefer is None or _order_of(best[0]) in (None, prefer)):
            break
    return best


def _order_of(format_: str | None) -> DayOrder | None:
    """Which of day and month a format of two leading numbers puts first."""
    match re.match(r"%([dm])[/.-]%[dm]", format_ or ""):
        case None:
            return None
        case found:
            return "day" if found[1] == "d" else "month"


def parse(text: pl.Series, format_: str) -> pl.Series:
    """Read with one format; cells of another form become null. Zones are turned to UTC."""
    if format_ == DATE_DIGITS:
        text = text.set(~text.str.contains(r"^[0-9]{8}$").fill_null(False), None)
    elif "%Y" in format_:
        text = text.set(~text.str.contains(r"[0-9]{4}").fill_null(False), None)
    elif "%y" in format_:
        text = text.set(~text.str.contains(r"[./-][0-9]{2}(?: |$)").fill_null(False), None)
    if format_.endswith("%z"):
        text = text.str.replace(r" ?(?:[zZ]|UTC|GMT)$", "+00:00")
    dates = text.str.to_datetime(format_, strict=False, time_unit="us", ambiguous="null")
    if isinstance(dates.dtype, pl.Datetime) and dates.dtype.time_zone is not None:
        dates = dates.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return dates


def read_dates(text: pl.Series, formats: Sequence[str]) -> pl.Series:
    """Read each cell with the first format that can, ISO 8601 last; the rest becomes null.

    Example:
        >>> read_dates(pl.Series(["31.12.2020", "2020-12-31", "soon"]), ["%d.%m.%Y"]).to_list()[2]
    """
    words = text.unique()
    if len(words) < len(text) / _REPEATS:  # dates repeat: read each but once
        return text.replace_strict(
            words, read_dates(words, formats), default=None, return_dtype=pl.Datetime("us")
        )
    bare = text.str.strip_chars()
    dates = pl.Series(text.name, [None] * len(text), dtype=pl.Datetime("us"))
    for candidate in dict.fromkeys((*formats, *ISO_FORMATS)):
        left = dates.is_null() & bare.is_not_null()
        if not left.any():
            break
        dates = dates.zip_with(~left, parse(bare.set(~left, None), candidate))
    return dates


def has_date_digits(cells: pl.Series) -> bool:
    """Whether whole numbers are all dates of 8 digits, and not one and the same.

    Example:
        >>> has_date_digits(pl.Series([20200131, 20210228])), has_date_digits(pl.Series([1, 2]))
        (True, False)
    """
    low, high = cells.min(), cells.max()
    if low is None or low == high or low < _DIGITS_LOW or high > _DIGITS_HIGH:  # type: ignore[operator]
        return False
    month, day = cells // 100 % 100, cells % 100
    return bool((month.is_between(1, _MONTHS) & day.is_between(1, _DAYS_OF_MONTH)).all())


def in_range(dates: pl.Series) -> pl.Series:
    """True where a date is present and can be meant as one."""
    return ((dates >= EARLIEST) & (dates < LATEST)).fill_null(False)
