"""Lines that stand above a table: titles, comments, the line that names the delimiter."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

_NAMED_DELIMITER = re.compile(r"^\ufeff?sep=.$", re.IGNORECASE)  # as spreadsheets write it
_LINES = 60  # lines looked at: titles are short (house convention)
_MOST = 30  # lines that can stand above a table (house convention)
_SAME_SHARE = 0.8  # share of the lines that must be as wide as the table (house convention)
_COMMENT = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preamble:
    """What stands above a table.

    Attributes:
        n_lines: Lines above the names of the columns.
        comment: What begins a comment, where comments stand above the table.
    """

    n_lines: int = 0
    comment: str | None = None


def find_preamble(head: str, delimiters: tuple[str, ...]) -> Preamble:
    r"""Find the lines above a table.

    Only lines without a delimiter and comments are taken for such, and only where the lines below
    are as wide as each other. "#id,name" above "1,Ann" is a header.

    Args:
        head: The first lines.
        delimiters: What may stand between cells.

    Example:
        >>> find_preamble("# north hall\na,b\n1,2\n3,4\n5,6\n", (",", ";")).n_lines
        1
    """
    lines = head.splitlines()[:_LINES]
    n_named = int(bool(lines and _NAMED_DELIMITER.match(lines[0])))
    best = Preamble(n_lines=n_named)
    if not lines or (n_named == 0 and _is_plain(lines, delimiters)):
        return best
    most = 0.0
    for delimiter in delimiters:
        widths = [_width(line, delimiter) for line in lines]
        width, n_same = Counter(width for width in widths if width).most_common(1)[0]
        if width < 2 or n_same * width <= most:
            continue
        above = _above(lines, widths, width)
        below = [each for each in widths[above:] if each]
        if above <= _MOST and below.count(width) >= _SAME_SHARE * len(below):
            marked = any(line.lstrip("\ufeff").startswith(_COMMENT) for line in lines[:above])
            best = Preamble(n_lines=max(above, n_named), comment=_COMMENT if marked else None)
            most = n_same * width
    return best


def _is_plain(lines: list[str], delimiters: tuple[str, ...]) -> bool:
    """Whether the first line holds a delimiter and is no comment: then it is the header."""
    first = lines[0].lstrip("\ufeff")
    return not first.startswith(_COMMENT) and any(mark in first for mark in delimiters)


def _above(lines: list[str], widths: list[int], width: int) -> int:
    """How many first lines are titles or comments."""
    for place, (line, each) in enumerate(zip(lines, widths, strict=True)):
        is_comment = line.startswith(_COMMENT) and each != width
        if each > 1 and not is_comment:
            return place
    return 0


def _width(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), [])) if line.strip() else 0
