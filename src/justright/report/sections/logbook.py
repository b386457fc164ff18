"""The logbook: what was done to the data or left out, in order."""

from collections.abc import Sequence

from justright.kinds import LogEntry
from justright.report.markup import Cell, details, table
from justright.report.words import clip, count

#: Lines shown, so that a wide table keeps the page small; and before the reader asks for more.
_MAX_LINES, _FIRST_LINES = 250, 20


def logbook(entries: Sequence[LogEntry]) -> str:
    """The logbook as a table, folded where it is long.

    Args:
        entries: The lines.

    Returns:
        HTML; nothing without lines.
    """
    if not entries:
        return ""
    rows: list[list[Cell]] = [
        [
            clip(entry.subject, 80),
            entry.action,
            count(entry.count) if entry.count else "",
            entry.reason,
        ]
        for entry in entries[:_MAX_LINES]
    ]
    body = table(
        ("subject", "what was done", "count", "why"),
        rows,
        numeric=(2,),
        caption="Logbook",
        css="logbook",
    )
    left = len(entries) - len(rows)
    note = f'<p class="note">{count(left)} further lines are left out.</p>' if left > 0 else ""
    if len(rows) > _FIRST_LINES:
        body = details(f"All {count(len(rows))} lines", body)
    return f"<p>What was done to the data or left out, in order.</p>{body}{note}"
