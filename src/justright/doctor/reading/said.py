"""What a check says of a hint in the source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from justright.doctor.evidence import Evidence
from justright.doctor.rank import gravest_first
from justright.kinds import Finding, Severity


def never(evidence: Evidence) -> bool:
    """Nothing that was recorded speaks against it."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words for one pattern.

    Attributes:
        severity: How far it reaches.
        meaning: What it means.
        remedy: What mends it.
        confidence: How sure it is from the text alone, 0 to 1.
        refuted: Whether what was recorded shows that all is well.
    """

    severity: Severity
    meaning: str
    remedy: str
    confidence: float
    refuted: Callable[[Evidence], bool] = never


def judge_hints(evidence: Evidence, said: Mapping[str, Said], *, check: str) -> Finding | None:
    """The gravest hint of the patterns that a check knows, the first of those alike.

    Args:
        evidence: What was recorded.
        said: The words, by the name of the pattern.
        check: Id of the check.

    Example:
        >>> judge_hints(Evidence(door="check"), {}, check="source-order") is None
        True
    """
    source = evidence.source
    if source is None:
        return None
    found = [
        Finding(
            check=check,
            severity=words.severity,
            sign=f"line {hint.line}: {hint.detail or hint.text.strip()}",
            meaning=words.meaning,
            remedy=words.remedy,
            line=hint.line,
            confidence=words.confidence,
        )
        for hint in source.hints
        if (words := said.get(hint.what)) is not None and not words.refuted(evidence)
    ]
    return next(iter(gravest_first(found)), None)


def trained(evidence: Evidence) -> bool:
    """Whether the optimizer's steps were watched: then the record knows better than the text."""
    return evidence.conduct is not None and evidence.conduct.steps > 1


def cycles_with(evidence: Evidence, holds: Callable[[str], bool]) -> float | None:
    """Share of the watched rounds for which something holds; None where none was watched."""
    cycles = evidence.conduct.cycles if evidence.conduct else {}
    whole = sum(cycles.values())
    return sum(n for letters, n in cycles.items() if holds(letters)) / whole if whole else None
