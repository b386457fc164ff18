"""The logbook as text."""

from collections.abc import Sequence

from justright.kinds import LogEntry
from justright.report.words import count


def logbook_text(entries: Sequence[LogEntry]) -> str:
    """The logbook as numbered lines, in order: subject, what was done, how often, why.

    Args:
        entries: The lines.

    Example:
        >>> print(logbook_text([LogEntry(room="data", subject="rows", action="removed rows",
        ...     reason="their target 'y' is missing", count=3)]))
        1. rows: removed rows (3): their target 'y' is missing
    """
    width = len(str(len(entries)))
    return "\n".join(
        f"{place:>{width}}. {_one_line(entry)}" for place, entry in enumerate(entries, start=1)
    )


def _one_line(entry: LogEntry) -> str:
    how_often = f" ({count(entry.count)})" if entry.count else ""
    why = f": {entry.reason}" if entry.reason else ""
    return " ".join(f"{entry.subject}: {entry.action}{how_often}{why}".split())
