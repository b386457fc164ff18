"""A probability loss wants probabilities."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_PROBABILITIES.fault, check=ERROR_PROBABILITIES.id)


ERROR_PROBABILITIES = Check(
    id="error-probabilities",
    asks="Did the loss stop because its inputs are no probabilities?",
    fault=1,
    needs=frozenset({"failure"}),
    measured="BCELoss refuses values outside 0 to 1. Where the network ends in a sigmoid, or "
    "trained before, they are not numbers, which is another row.",
    judge=judge,
    remedy="Use nn.BCEWithLogitsLoss(), which applies the sigmoid itself.",
    confirm="print the least and greatest output of the network before the loss",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="all elements of input should be between 0 and 1",
            loss="binary_cross_entropy",
        ),
    ),
)
