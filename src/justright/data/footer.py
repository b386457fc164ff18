"""Lines of totals below a table."""

import math

import polars as pl

from justright.kinds import LogEntry

_WORDS = frozenset({"total", "totals", "grand total", "sum", "gesamt", "summe", "all", "overall"})
_CLOSE = 1e-3  # relative: totals are rounded to a few digits (house convention)


def without_totals(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[LogEntry, ...]]:
    """Leave out a last row that holds the sums of the rows above.

    The row must say so in one cell, and every number of it must be the sum of its column.

    Args:
        frame: The table as read.

    Returns:
        The table without that row, and the line that says so.

    Example:
        >>> frame = pl.DataFrame({"shop": ["a", "b", "Total"], "sold": [3, 4, 7]})
        >>> without_totals(frame)[0].height
        2
    """
    last = frame.row(-1, named=True)
    said = [
        cell for cell in last.values() if isinstance(cell, str) and cell.strip().lower() in _WORDS
    ]
    if not said or frame.height < 3:
        return frame, ()
    rest = frame.head(-1)
    sums = {
        name: float(rest[name].sum())
        for name, cell in last.items()
        if isinstance(cell, int | float) and not isinstance(cell, bool)
    }
    if not sums or not all(
        math.isclose(last[name], total, rel_tol=_CLOSE) for name, total in sums.items()
    ):
        return frame, ()
    entry = LogEntry(
        room="data",
        subject="rows",
        action="left out the last row",
        reason=f"it says {said[0]!r} and holds the sum of {next(iter(sums))!r}",
        count=1,
    )
    return rest, (entry,)
