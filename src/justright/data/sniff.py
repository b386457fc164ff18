"""Find out how a text table is written: delimiter, header, decimal mark."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from justright.data.number_text import DecimalMark

DELIMITERS = (",", ";", "\t", "|")
_LINES = 200  # lines looked at: enough to see the form (house convention)
_COMMA_NUMBER = re.compile(r"^\s*[+-]?\d+(\.\d{3})*,\d+\s*$")
_POINT_NUMBER = re.compile(r"^\s*[+-]?\d+\.\d+\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a text table is written.

    Attributes:
        delimiter: What stands between cells.
        decimal_mark: What stands before the fraction of a number.
        header: Names in the first line, as written.
        rows: The first rows, as text.
    """

    delimiter: str
    decimal_mark: DecimalMark
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def find_form(head: str) -> Form:
    """Find the form of a text table from its first lines.

    The delimiter is the one that cuts most lines into as many cells as the header has; of two
    that do so equally well, the one that makes more cells.

    Args:
        head: The first lines; the last one may be cut.

    Returns:
        The form. With no delimiter in the text, one column and a comma.

    Example:
        >>> form = find_form("a;b\\n1,5;2\\n2,5;3\\n")
        >>> form.delimiter, form.decimal_mark, form.header
        (';', ',', ('a', 'b'))
    """
    best, best_score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        rows = parse(head, delimiter)
        if rows and len(rows[0]) > 1:
            same = Counter(len(row) for row in rows[1:])[len(rows[0])]
            score = (same / len(rows[1:]) if rows[1:] else 0.0, len(rows[0]))
            if score > best_score or (best_score == (0.0, 1)):
                best, best_score = delimiter, score
    rows = parse(head, best) or [[""]]
    return Form(
        delimiter=best,
        decimal_mark=_decimal_mark(rows[1:], best),
        header=tuple(rows[0]),
        rows=tuple(tuple(row) for row in rows[1:]),
    )


def parse(head: str, delimiter: str) -> list[list[str]]:
    """The first lines cut into cells; blank lines left out."""
    complete = (
        head if head.endswith(("\n", "\r")) or "\n" not in head else head[: head.rindex("\n")]
    )
    rows: list[list[str]] = []
    reader = csv.reader(complete.splitlines(keepends=True), delimiter=delimiter)
    try:
        for row in islice(reader, _LINES):
            if row:
                rows.append(row)
    except csv.Error:  # a cell longer than the reader allows: the lines before it say enough
        pass
    return rows


def _decimal_mark(rows: list[list[str]], delimiter: str) -> DecimalMark:
    if delimiter == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    n_comma = sum(bool(_COMMA_NUMBER.match(cell)) for cell in cells)
    n_point = sum(bool(_POINT_NUMBER.match(cell)) for cell in cells)
    return "," if n_comma > n_point else "."
