"""Dates that were written as text."""

from datetime import datetime

import polars as pl

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
_DAYS = (
    *("%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d"),
    *("%d.%m.%y", "%m/%d/%y", "%d/%m/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p")
#: All formats that are tried, in this order; of two that read as many cells the earlier wins.
FORMATS = (*ISO_FORMATS, *(day + time for time in _TIMES for day in _DAYS), "%Y%m%d")

EARLIEST = datetime(1700, 1, 1)  # Gregorian date; before it calendars differ (house convention)
LATEST = datetime(2200, 1, 1)  # Gregorian date; beyond it stand "never" marks such as 9999-12-31
_TRIED = 2_000  # different cells on which formats are tried: enough to see 1 % (house convention)


def best_format(text: pl.Series) -> tuple[str | None, float]:
    """The format that reads most of the cells, and the share that it reads.

    Args:
        text: Cells; null where missing.

    Returns:
        The format, or None if no format reads any cell; the share from 0 to 1.

    Example:
        >>> best_format(pl.Series(["31/12/2020", "01/02/2021"]))
        ('%d/%m/%Y', 1.0)
    """
    cells = text.drop_nulls().unique(maintain_order=True).head(_TRIED)
    cells = cells.filter(cells.str.contains(r"[0-9]") & (cells.str.len_bytes() <= 40))
    n_tried = min(text.drop_nulls().n_unique(), _TRIED)
    best: tuple[str | None, int] = (None, 0)
    for format_ in FORMATS if len(cells) else ():
        hits = parse(cells, format_).count()
        if hits > best[1]:
            best = (format_, hits)
        if best[1] == n_tried:
            break
    return best[0], best[1] / n_tried if n_tried else 0.0


def parse(text: pl.Series, format_: str) -> pl.Series:
    """Read with one format; cells of another form become null. Zones are turned to UTC."""
    if format_ == "%Y%m%d":
        text = text.set(~text.str.contains(r"^[0-9]{8}$").fill_null(False), None)
    elif "%Y" in format_:
        text = text.set(~text.str.contains(r"[0-9]{4}").fill_null(False), None)
    elif "%y" in format_:
        text = text.set(~text.str.contains(r"[./-][0-9]{2}(?: |$)").fill_null(False), None)
    if format_.endswith("%z"):
        text = text.str.replace(r"[zZ]$", "+00:00")
    dates = text.str.to_datetime(format_, strict=False, time_unit="us", ambiguous="null")
    if isinstance(dates.dtype, pl.Datetime) and dates.dtype.time_zone is not None:
        dates = dates.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return dates


def read_dates(text: pl.Series, format_: str | None) -> pl.Series:
    """Read with the main format, and the rest as ISO 8601; what is left becomes null.

    Example:
        >>> read_dates(pl.Series(["31.12.2020", "2020-12-31", "soon"]), "%d.%m.%Y").to_list()[2]
    """
    bare = text.str.strip_chars()
    dates = pl.Series(text.name, [None] * len(text), dtype=pl.Datetime("us"))
    for candidate in dict.fromkeys((*((format_,) if format_ else ()), *ISO_FORMATS)):
        left = dates.is_null() & bare.is_not_null()
        if not left.any():
            break
        dates = dates.zip_with(~left, parse(bare, candidate))
    return dates


def in_range(dates: pl.Series) -> pl.Series:
    """True where a date is present and can be meant as one."""
    return ((dates >= EARLIEST) & (dates < LATEST)).fill_null(False)
