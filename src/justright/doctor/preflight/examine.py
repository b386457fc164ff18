"""Judge the evidence of preflight."""

from justright.doctor.preflight.checks import CHECKS
from justright.doctor.preflight.evidence import Evidence
from justright.kinds import Finding, Severity

_ORDER = {Severity.STOP: 0, Severity.WARN: 1, Severity.NOTE: 2}


def examine(evidence: Evidence) -> tuple[Finding, ...]:
    """Run every check, the gravest finding first.

    Example:
        >>> examine(Evidence(first_loss=0.7, trivial_loss=0.69, n_rows=32, n_layers=2,
        ...                  output_spread=0.1))
        ()
    """
    found = [finding for check in CHECKS if (finding := check.judge(evidence)) is not None]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))
