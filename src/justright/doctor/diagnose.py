"""From evidence to a diagnosis: findings merged into causes, one cause first."""

from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Evidence
from justright.doctor.examine import examine
from justright.doctor.rank import gravest_first
from justright.kinds import Diagnosis


def diagnose(evidence: Evidence) -> Diagnosis:
    """Judge everything that was recorded.

    Args:
        evidence: What was recorded.

    Example:
        >>> diagnose(Evidence(door="watch")).findings
        ()
    """
    examined = examine(evidence, CHECKS)
    findings = gravest_first(examined.findings)
    pace = evidence.pace
    return Diagnosis(
        verdict=f"{findings[0].meaning}: {findings[0].sign}" if findings else "Nothing was found.",
        findings=findings,
        checked=examined.checked,
        not_checked=examined.not_checked,
        overhead_share=pace.overhead_share if pace else 0.0,
    )
