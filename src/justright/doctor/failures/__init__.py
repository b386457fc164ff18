"""The errors that PyTorch raises, explained in the terms of the model."""

from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import (
    data,
    graph,
    image,
    linear,
    machine,
    normal,
    script,
    series,
    target,
    tensors,
    values,
)
from justright.doctor.failures.case import Case, Told, came_from, came_in, first_told, place
from justright.kinds import Finding, Severity

__all__ = ["CASES", "Case", "Told", "explain", "explained"]

#: In this order: the first that holds tells.
CASES: tuple[Case, ...] = (
    *values.CASES,
    *target.CASES,
    *linear.CASES,
    *image.CASES,
    *normal.CASES,
    *series.CASES,
    *graph.CASES,
    *machine.CASES,
    *tensors.CASES,
    *data.CASES,
    *script.CASES,
)

#: The row of errors that no other row claims.
OTHER = 31


def explain(evidence: Evidence) -> tuple[int, Told] | None:
    """Row of the table of faults and the words for the error that ended a script.

    Returns:
        None where no error ended it.

    Example:
        >>> failure = Failure(
        ...     error="RuntimeError",
        ...     message="mat1 and mat2 shapes cannot be multiplied (32x256 and 400x120)",
        ...     layer="fc1", kind="Linear", in_shapes=((32, 256),),
        ... )
        >>> fault, told = explain(Evidence(door="check", failure=failure))
        >>> told.remedy
        'nn.Linear(400, 120) -> nn.Linear(256, 120)'
    """
    if evidence.failure is None:
        return None
    return first_told(CASES, evidence) or (OTHER, _unknown(evidence.failure))


def explained(evidence: Evidence, *, fault: int, check: str) -> Finding | None:
    """What a check says of the error: nothing where the error is of another row.

    Args:
        evidence: What was recorded.
        fault: Row of the table of faults that the check stands for.
        check: Its id.

    Example:
        >>> explained(Evidence(door="check"), fault=2, check="error-target") is None
        True
    """
    failure, found = evidence.failure, explain(evidence)
    if failure is None or found is None or found[0] != fault:
        return None
    told = found[1]
    return Finding(
        check=check,
        severity=Severity.STOP,
        sign=told.sign,
        meaning=told.meaning,
        remedy=told.remedy,
        layer=failure.layer or None,
        line=failure.line,
        confidence=told.confidence,
        fault=fault,
    )


def _unknown(failure: Failure) -> Told:
    """Say the facts where the error is none that is known."""
    first = failure.message.strip().splitlines()[0] if failure.message.strip() else ""
    shape = came_in(failure)
    facts = f"; {shape} came in{came_from(failure)}" if shape else ""
    return Told(
        f"{failure.error} at {place(failure)}: {first}"[:300] + facts,
        "the script stopped before it could train"
        if failure.step == 0
        else f"the script stopped after {failure.step} steps",
        "read the error at the line shown" + ("; the shapes above are what came in" * bool(shape)),
        0.6,
    )
