"""Dates as numbers: time since the start, and where in the year, week and day."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Part = Literal["month", "weekday", "day", "hour"]

#: Length of each cycle, in its own unit.
CYCLES: dict[Part, float] = {
    "month": 12.0,  # months per year
    "weekday": 7.0,  # days per week
    "day": 31.0,  # days per month, the longest
    "hour": 24.0,  # hours per day
}
_YEAR_US = 365.25 * 86_400e6  # microseconds per Julian year


@dataclass(frozen=True, slots=True, kw_only=True)
class DateParts:
    """How one date column is taken apart.

    Attributes:
        name: The column.
        start: The earliest date of training, ISO 8601.
        parts: Cyclic parts that vary; the hour only where there are times.
        still: Those of them that do not vary in the rows of training; they are 0.
        spans_years: Whether there are dates of several years.
    """

    name: str
    start: str
    parts: tuple[Part, ...]
    still: tuple[Part, ...] = ()
    spans_years: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the cyclic features, two to a part.

        Example:
            >>> DateParts(name="day", start="2020-01-01T00:00:00", parts=("month",)).features
            ('day (month, sin)', 'day (month, cos)')
        """
        pairs = ((part, curve) for part in self.parts for curve in ("sin", "cos"))
        return tuple(f"{self.name} ({part}, {curve})" for part, curve in pairs)

    def years(self, cells: pl.Series) -> pl.Series:
        """Years since the start; null where missing."""
        start = int(pl.Series([datetime.fromisoformat(self.start)]).cast(pl.Int64)[0])
        elapsed: pl.Series = cells.cast(pl.Int64) - start
        return elapsed.cast(pl.Float64) / _YEAR_US

    def cycles(self, cells: pl.Series) -> NDArray[np.float64]:
        """Sine and cosine of each part, 0 where missing, shape (rows, 2 × parts)."""
        out = np.zeros((len(cells), 2 * len(self.parts)))
        for place, part in enumerate(self.parts):
            if part in self.still:
                continue
            values = _part(cells, part).cast(pl.Float64).to_numpy()
            angle = values * (2 * np.pi / CYCLES[part])
            out[:, 2 * place] = np.nan_to_num(np.sin(angle))
            out[:, 2 * place + 1] = np.nan_to_num(np.cos(angle))
        return out

    def learn(self, cells: pl.Series) -> "DateParts":
        """The same parts, with the start of these dates, and those still that do not vary."""
        found = learn_dates(cells)
        still = tuple(part for part in self.parts if part not in found.parts)
        return replace(self, start=found.start, still=still)


def learn_dates(cells: pl.Series) -> DateParts:
    """Learn the start of the dates and which cyclic parts vary.

    Args:
        cells: Datetime("us"), null where missing.

    Example:
        >>> cells = pl.Series("day", [datetime(2020, 1, 1), datetime(2020, 5, 1)])
        >>> learn_dates(cells).parts
        ('month', 'weekday')
    """
    present = cells.drop_nulls().unique()  # days repeat, and their parts with them
    first = present.min()
    start = first if isinstance(first, datetime) else datetime(1970, 1, 1)
    parts = tuple(part for part in CYCLES if _part(present, part).n_unique() > 1)
    several = present.dt.year().n_unique() > 1
    return DateParts(name=cells.name, start=start.isoformat(), parts=parts, spans_years=several)


def _part(cells: pl.Series, part: Part) -> pl.Series:
    if part == "hour":
        return cells.dt.hour() + cells.dt.minute() / 60  # minutes per hour
    if part == "weekday":
        return cells.dt.weekday() - 1
    return (cells.dt.month() if part == "month" else cells.dt.day()) - 1
