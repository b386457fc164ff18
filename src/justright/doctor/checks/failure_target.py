"""Targets of another shape, dtype or range than the loss wants."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_TARGET.fault, check=ERROR_TARGET.id)


ERROR_TARGET = Check(
    id="error-target",
    asks="Did the loss stop because targets and output disagree?",
    fault=2,
    needs=frozenset({"failure"}),
    measured="The error's text is matched to a table of patterns; shapes, dtypes and range of "
    "what went into the loss give the figures.",
    judge=judge,
    remedy="Bring the targets to the shape, dtype and range that the loss wants.",
    confirm="print shape, dtype, min() and max() of the targets before the loss",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="expected target dtype to be Long or Byte, but got Float",
            loss="cross_entropy",
        ),
    ),
)
