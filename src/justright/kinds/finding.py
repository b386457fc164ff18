"""What a check saw: of the doctor on a network, or of the data room on a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How far a finding reaches: read it, act on it, or stop."""

    NOTE = "note"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check saw.

    Attributes:
        check: Id of the check.
        severity: How far it reaches.
        sign: What was seen, with figures.
        meaning: What it means.
        remedy: What mends it.
        layer: The layer concerned, where there is one.
        column: The column concerned, where there is one.
        numbers: The figures, by name.
        fault: Row of the doctor's table of faults, 1 to 31; None for findings about data.
        line: Line of the user's script concerned, where it can be told.
        confidence: How sure the finding is that it is a fault at all, 0 to 1.
    """

    check: str
    severity: Severity
    sign: str
    meaning: str
    remedy: str
    layer: str | None = None
    column: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    fault: int | None = None
    line: int | None = None
    confidence: float = 1.0
