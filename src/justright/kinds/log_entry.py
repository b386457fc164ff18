"""One line of the logbook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """What was done to the data or left out, and why.

    Attributes:
        room: The room that did it.
        subject: A column, or "rows", "file", "target".
        action: What was done, a verb first: "excluded", "read as number", "merged".
        reason: Why.
        count: Cells, rows or columns concerned.
    """

    room: str
    subject: str
    action: str
    reason: str
    count: int = 0
