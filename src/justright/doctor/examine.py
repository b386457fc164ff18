"""Run the checks on the evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence
from justright.kinds import Finding, NotChecked

#: What is said of a part that nobody gave a reason for.
UNRECORDED = "not recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What all checks said.

    Attributes:
        findings: One per check that found something, in the order of the checks.
        checked: Ids of the checks that were made.
        not_checked: Those that were not, and why.
    """

    findings: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


def examine(evidence: Evidence, checks: Sequence[Check]) -> Examined:
    """Make every check whose needs are met; list the others with the reason.

    Args:
        evidence: What was recorded.
        checks: The checks.

    Example:
        >>> from justright.doctor.checks import CHECKS
        >>> len(examine(Evidence(door="watch"), CHECKS).not_checked) == len(CHECKS)
        True
    """
    made, skipped = [], []
    for check in checks:
        lacking = sorted(part for part in check.needs if not evidence.has(part))
        if lacking:
            skipped.append(NotChecked(check=check.id, because=_because(evidence, lacking)))
        else:
            made.append(check)
    return Examined(
        findings=tuple(_found(evidence, made)),
        checked=tuple(check.id for check in made),
        not_checked=tuple(skipped),
    )


def _found(evidence: Evidence, checks: Iterable[Check]) -> Iterable[Finding]:
    for check in checks:
        finding = check.judge(evidence)
        if finding is not None:
            yield replace(finding, check=check.id, fault=check.fault)


def _because(evidence: Evidence, lacking: Sequence[str]) -> str:
    return "; ".join(f"{part}: {evidence.why_not(part) or UNRECORDED}" for part in lacking)
