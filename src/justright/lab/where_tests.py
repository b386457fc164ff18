"""The words of a filter expression, and what a run's value must be like for a test to hold."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from justright.errors import LabError

#: A value of a run: what it was configured with, its tags, or nothing.
Cell = bool | int | float | str | tuple[str, ...] | None
#: Whether a test holds, for each of the values given.
Holds = Callable[[Sequence[Cell]], list[bool]]

MOST_PATTERN = 200  # characters of a regular expression (house convention)
_NONE = ("none", "null", "missing")
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip
_SWITCHES = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}

_TOKEN = re.compile(
    r"""\s*(?:
        "(?P<double>[^"]*)" | '(?P<single>[^']*)' | `(?P<name>[^`]*)`
        | (?P<sign><=|>=|==|!=|[=<>~(),]) | (?P<bare>[^\s()=!<>~,"'`]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an expression, and where it stands.

    Attributes:
        kind: "text" (in quotes), "name" (in backquotes), "sign", "bare" or "end".
        text: Without quotes.
        place: Its first character, counted from 1.
    """

    kind: str
    text: str
    place: int

    def says(self, *words: str) -> bool:
        """Whether it is one of these signs or keywords."""
        return self.kind in ("sign", "bare") and self.text.lower() in words

    @property
    def number(self) -> float | None:
        """What it is as a number; None in quotes, or where it is none."""
        if self.kind != "bare" or not re.match(r"[-+.\d]", self.text):
            return None
        try:
            return float(self.text)
        except ValueError:
            return None

    @property
    def moment(self) -> float | None:
        """Seconds since 1970 of a date such as 2026-11-21 or 2026-11-21T18:00."""
        try:
            return datetime.fromisoformat(self.text).timestamp()
        except (ValueError, OverflowError, OSError):
            return None


def words(expression: str) -> Iterator[Word]:
    """The words of an expression, with an end after them.

    Raises:
        LabError: If quotes do not end.

    Example:
        >>> [word.text for word in words("config.depth>=2 and name ~ 'a b'")]
        ['config.depth', '>=', '2', 'and', 'name', '~', 'a b', '']
    """
    at, end = 0, len(expression.rstrip())
    while at < end:
        found = _TOKEN.match(expression, at)
        if found is None:
            spaces = len(expression) - len(expression[at:].lstrip())
            raise LabError(
                f"{expression!r}: {expression[spaces]!r} (character {spaces + 1})",
                "names, values, and, or, not, in, contains, = != < <= > >= ~ and parentheses;"
                " quotes that end",
                try_='depth > 2 and name ~ "^wide"',
            )
        kind = str(found.lastgroup)
        text, place = found[kind], found.start(kind) + 1
        yield Word("text" if kind in ("double", "single") else kind, text, place)
        at = found.end()
    yield Word("end", "", end + 1)


def any_of(values: Sequence[Word], times: bool) -> Holds:
    """Whether a value is one of these; `times` reads dates as times."""
    return lambda cells: [any(_equal(cell, one, times) for one in values) for cell in cells]


def other_than(value: Word, times: bool) -> Holds:
    """Whether there is a value, and it is another one."""
    absent = value.kind == "bare" and value.text.lower() in _NONE
    return lambda cells: [
        (absent or cell is not None) and not _equal(cell, value, times) for cell in cells
    ]


def _equal(cell: Cell, value: Word, times: bool) -> bool:
    """Whether a run's value is the one that is written."""
    if cell is None:
        return value.kind == "bare" and value.text.lower() in _NONE
    if isinstance(cell, tuple):
        return any(value.text.lower() == each.lower() for each in cell)
    if isinstance(cell, str):
        return value.text.lower() == cell.lower()
    if isinstance(cell, bool) and value.text.lower() in _SWITCHES:
        return cell is _SWITCHES[value.text.lower()]
    return cell == (value.moment if times and value.number is None else value.number)


def ordered(sign: str, value: Word, times: bool) -> Holds:
    """Smaller or larger: numbers among numbers, words among words, dates among times."""
    holds = _ORDERS[sign]
    number = value.moment if times and value.number is None else value.number
    word = value.text.lower() if value.number is None else None

    def one(cell: Cell) -> bool:
        if isinstance(cell, bool | int | float):
            return number is not None and holds(cell, number)
        return isinstance(cell, str) and word is not None and holds(cell.lower(), word)

    return lambda cells: [one(cell) for cell in cells]


def containing(text: str) -> Holds:
    """Whether a value, or one of the tags, has this text in it."""
    wanted = text.lower()

    def one(cell: Cell) -> bool:
        if isinstance(cell, tuple):
            return any(wanted in each.lower() for each in cell)
        return cell is not None and wanted in str(cell).lower()

    return lambda cells: [one(cell) for cell in cells]


def matching(pattern: str, place: int) -> Holds:
    """A regular expression, by an engine whose time grows with the text alone.

    Python's own can be made to take years by a pattern of 20 characters; that of polars (the
    crate regex) reads each character once: https://docs.rs/regex/latest/regex/#untrusted-input
    """
    import polars as pl  # here: only patterns need it, and it is slow to load

    def one(texts: list[str]) -> list[bool]:
        try:
            return pl.Series(texts, dtype=pl.String).str.contains(pattern).to_list()
        except pl.exceptions.ComputeError:
            raise LabError(
                f"{pattern!r} (character {place}) is not a regular expression",
                "a pattern of the crate regex: no look-around, no back-references",
                try_='name ~ "^wide.*[0-9]$"',
            ) from None

    if len(pattern) > MOST_PATTERN:
        raise LabError(
            f"a pattern of {len(pattern)} characters (character {place})",
            f"at most {MOST_PATTERN}",
            try_='name ~ "^wide"',
        )
    one([""])
    return lambda cells: [
        cell is not None and holds
        for cell, holds in zip(cells, one([_text(cell) for cell in cells]), strict=True)
    ]


def _text(cell: Cell) -> str:
    """What a pattern sees; tags stand one a line."""
    return "\n".join(cell) if isinstance(cell, tuple) else "" if cell is None else str(cell)
