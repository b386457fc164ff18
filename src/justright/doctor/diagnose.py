"""From evidence to a diagnosis: findings merged into causes, one cause first."""

from collections.abc import Sequence
from dataclasses import replace

from justright.doctor.causes import EXPLAINS, FIGURES, SIGNS
from justright.doctor.changes import changes
from justright.doctor.check import Check
from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Evidence
from justright.doctor.examine import examine
from justright.doctor.health import learns_well
from justright.doctor.seen import seen
from justright.doctor.trials.remedy import mended_rate
from justright.kinds import Diagnosis, Finding, Mended, Severity

#: What a finding's severity weighs against its confidence in the ranking.
WEIGHT = {Severity.STOP: 1.0, Severity.WARN: 0.6, Severity.NOTE: 0.0}
SURENESS = 1.2  # weight of the confidence: a proven warning comes before a guessed stop
SURE = 0.5  # confidence from which a finding explains others
CERTAIN = 0.75  # confidence from which figures count against a network that learns well
SLACK = 0.5  # how much weaker than its sign a cause may be


def diagnose(evidence: Evidence) -> Diagnosis:
    """Judge everything that was recorded.

    Args:
        evidence: What was recorded.

    Example:
        >>> diagnose(Evidence(door="watch")).findings
        ()
    """
    examined = examine(evidence, CHECKS)
    findings = _calmed(evidence, examined.findings)
    ranked, explained = rank(findings)
    pace = evidence.pace
    first = next(iter(ranked), None)
    return Diagnosis(
        verdict=_verdict(evidence, first),
        findings=ranked,
        confirm=_check(first).confirm if first else "",
        otherwise=_otherwise(ranked, explained),
        explained=explained,
        effects=_effects(evidence, ranked),
        checked=examined.checked,
        not_checked=examined.not_checked,
        seen=seen(evidence),
        overhead_share=pace.overhead_share if pace else 0.0,
        changes=changes(evidence.source, ranked),
    )


def rank(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Put causes before their signs.

    Args:
        findings: What the checks found.

    Returns:
        The findings, the likeliest cause first: one of each fault that nothing else explains,
        then those explained, then further findings of the same faults. And the ids of those
        that others explain.
    """
    by_weight = sorted(findings, key=weight, reverse=True)
    firsts: dict[int | None, Finding] = {}
    for finding in by_weight:
        firsts.setdefault(finding.fault, finding)
    leading = list(firsts.values())
    signs = [f for f in leading if any(explains(cause, f) for cause in leading)]
    causes = [f for f in leading if f not in signs]
    rest = [f for f in by_weight if f not in leading]
    return (*causes, *signs, *rest), tuple(f.check for f in (*signs, *rest))


def weight(finding: Finding) -> float:
    """What a finding weighs in the ranking.

    Example:
        >>> weight(Finding(check="a", severity=Severity.STOP, sign="", meaning="", remedy=""))
        2.2
    """
    return WEIGHT[finding.severity] + SURENESS * finding.confidence


def explains(cause: Finding, sign: Finding) -> bool:
    """Whether one finding brings about the signs of another.

    Args:
        cause: The one.
        sign: The other.
    """
    if cause.fault is None or sign.fault is None or cause.severity is Severity.NOTE:
        return False
    if cause.check in SIGNS and sign.fault not in SIGNS[cause.check]:
        return False
    if cause.confidence < SURE or weight(cause) < weight(sign) - SLACK:
        return False
    if sign.fault not in EXPLAINS.get(cause.fault, ()):
        return False
    if cause.fault not in EXPLAINS.get(sign.fault, ()) or sign.check in SIGNS:
        return True
    order = list(EXPLAINS)  # each may bring about the other: the one further up is the cause
    return order.index(cause.fault) < order.index(sign.fault)


def _calmed(evidence: Evidence, findings: Sequence[Finding]) -> list[Finding]:
    """Make notes of uncertain signs where the network learns well all the same."""
    if not learns_well(evidence):
        return list(findings)
    return [
        replace(finding, severity=Severity.NOTE)
        if finding.fault in FIGURES and finding.confidence < CERTAIN
        else finding
        for finding in findings
    ]


def _check(finding: Finding) -> Check:
    return next(check for check in CHECKS if check.id == finding.check)


def _verdict(evidence: Evidence, first: Finding | None) -> str:
    if evidence.failure is not None and first is not None:
        return f"The script failed: {first.meaning}"
    if first is None or first.severity is Severity.NOTE:
        if not evidence.has("tracks"):
            return "Nothing was found; no training was seen."
        return "Nothing is wrong that can be seen."
    where = f" (layer {first.layer})" if first.layer else ""
    if first.severity is Severity.STOP:
        return f"The network cannot learn{where}: {first.meaning}"
    return f"The training has a fault{where}: {first.meaning}"


def _otherwise(ranked: Sequence[Finding], explained: Sequence[str]) -> str:
    """The next cause that nothing explains: what else the signs may come from."""
    others = [f for f in ranked[1:] if f.check not in explained and f.severity is not Severity.NOTE]
    return others[0].meaning if others else ""


def _effects(evidence: Evidence, ranked: Sequence[Finding]) -> tuple[Mended, ...]:
    """Remedies that the trials tried: another rate, where a finding is about the rate."""
    about = [finding for finding in ranked if finding.fault == 13]
    if evidence.trials is None or not about:
        return ()
    mended = mended_rate(evidence.trials, about[0].check)
    return (mended,) if mended else ()
