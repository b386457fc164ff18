"""Lines of the logbook on what was found and left as it is."""

from collections.abc import Iterable

from justright.kinds import Finding, LogEntry

#: Figures of a finding that say how many cells, rows or columns it concerns; the first counts.
_COUNTS = ("cells", "rows", "columns")


def flagged(findings: Iterable[Finding]) -> tuple[LogEntry, ...]:
    """A line for each finding: what was seen stays as it is, for the user to decide.

    Args:
        findings: Of the data room.

    Example:
        >>> from justright.kinds import Severity
        >>> found = Finding(check="leak", severity=Severity.WARN, sign="'a' alone scores 0.99",
        ...     meaning="it may not be known in time", remedy="--drop a", column="a")
        >>> flagged([found])[0].action
        'flagged (leak)'
    """
    return tuple(
        LogEntry(
            room="data",
            subject=found.column or "table",
            action=f"flagged ({found.check})",
            reason=found.sign,
            count=int(next((found.numbers[n] for n in _COUNTS if n in found.numbers), 0)),
        )
        for found in findings
    )
