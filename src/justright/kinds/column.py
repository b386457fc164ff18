"""What was found out about one column of the data."""

from dataclasses import dataclass
from typing import Literal

from justright.kinds.layout import ImageShape

ColumnKind = Literal["number", "category", "boolean", "date", "text", "id", "image"]
ColumnRole = Literal["input", "target", "group", "order", "weight", "excluded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it holds, what it is used for, and why.

    Shares are of all rows, from 0 to 1. Figures that do not apply to the kind are None.

    Attributes:
        name: As in the file.
        kind: What it holds.
        role: What it is used for.
        reason: Why this kind and role, in a few words.
        n_missing: Rows without a value.
        n_unique: Different values, missing ones not counted.
        low: Smallest number (dates: as days since 1970-01-01; images: of all pixels).
        q25: First quartile.
        median: Median.
        q75: Third quartile.
        high: Largest number (images: of all pixels).
        outlier_share: Share of values further than 3 interquartile ranges outside the quartiles.
        skewness: Third standardised moment.
        top: The most frequent values with their counts, most frequent first, at most 20.
        date_formats: The strptime formats that read the dates, where they were text, main one
            first.
        decimal_mark: The decimal mark that read the numbers, where they were text.
        unit: The unit that the numbers are kept in, where they were text with units.
        merged: Misspellings and the words that they stand for.
        shape: Channels, height and width of images.
    """

    name: str
    kind: ColumnKind
    role: ColumnRole
    reason: str
    n_missing: int
    n_unique: int
    low: float | None = None
    q25: float | None = None
    median: float | None = None
    q75: float | None = None
    high: float | None = None
    outlier_share: float | None = None
    skewness: float | None = None
    top: tuple[tuple[str, int], ...] = ()
    date_formats: tuple[str, ...] = ()
    decimal_mark: Literal[".", ","] | None = None
    unit: str | None = None
    merged: tuple[tuple[str, str], ...] = ()
    shape: ImageShape | None = None
