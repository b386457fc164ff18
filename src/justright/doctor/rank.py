"""The gravest finding first."""

from collections.abc import Iterable

from justright.kinds import Finding, Severity

_ORDER = {Severity.STOP: 0, Severity.WARN: 1, Severity.NOTE: 2}


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by severity; those alike stay in the order they came in.

    Example:
        >>> gravest_first(())
        ()
    """
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))
