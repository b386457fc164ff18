"""A diagnosis for programs. Its form is a contract: docs/check.md."""

import math
from typing import Any

from justright.kinds.diagnosis import Diagnosis
from justright.kinds.finding import Finding

#: Of the form; it grows when a key changes its meaning or goes.
VERSION = 1


def to_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as plain data, with these keys in this order, whatever was found.

    Args:
        diagnosis: The diagnosis.

    Returns:
        Plain values; figures that are not finite are None.

    Example:
        >>> list(to_json(Diagnosis(verdict="The network learns.")))[:4]
        ['version', 'verdict', 'healthy', 'findings']
    """
    return {
        "version": VERSION,
        "verdict": diagnosis.verdict,
        "healthy": diagnosis.healthy,
        "findings": [_finding(one, i) for i, one in enumerate(diagnosis.findings, start=1)],
        "checked": list(diagnosis.checked),
        "not_checked": [
            {"check": one.check, "because": one.because} for one in diagnosis.not_checked
        ],
        "overhead_share": _finite(diagnosis.overhead_share) or 0.0,
    }


def _finding(found: Finding, rank: int) -> dict[str, Any]:
    return {
        "fault": found.fault,
        "check": found.check,
        "severity": found.severity.value,
        "rank": rank,
        "confidence": _finite(found.confidence) or 0.0,
        "layer": found.layer,
        "line": found.line,
        "sign": found.sign,
        "meaning": found.meaning,
        "remedy": found.remedy,
        "numbers": {name: _finite(value) for name, value in found.numbers.items()},
    }


def _finite(value: float) -> float | None:
    """A number as Python's own, an integer as one; None for what JSON cannot hold."""
    if isinstance(value, int):
        return value
    return float(value) if math.isfinite(value) else None
