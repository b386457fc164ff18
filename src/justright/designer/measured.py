"""A measurement in the place of a rule's choice."""

from collections.abc import Mapping
from dataclasses import replace

from justright.kinds.decision import Value
from justright.kinds.design import Design


def measured(
    design: Design,
    lever: str,
    value: Value,
    *,
    reason: str,
    source: str,
    evidence: Mapping[str, float] | None = None,
) -> Design:
    """A design with a lever's value as it was measured.

    Args:
        design: The design before.
        lever: Name of the lever.
        value: What was measured to be right.
        reason: Why, in words.
        source: What was measured.
        evidence: Figures that show it; None to leave those of the decision before.
    """
    old = design.decision(lever)
    return design.replace(
        replace(
            old,
            value=value,
            origin="measurement",
            rule="measured",
            reason=reason,
            source=source,
            evidence=old.evidence if evidence is None else evidence,
            turn=None,
        )
    )
