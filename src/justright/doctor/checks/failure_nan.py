"""Values that are not finite, where PyTorch or scikit-learn refuses them."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_NAN.fault, check=ERROR_NAN.id)


ERROR_NAN = Check(
    id="error-nan",
    asks="Did an operation stop because a value is not a number?",
    fault=6,
    needs=frozenset({"failure"}),
    measured="The error's text is matched to a table of patterns. BCELoss that refuses its input "
    "after steps that it took, or behind a sigmoid, was given nan.",
    judge=judge,
    remedy="Find the first value that is not finite: inputs, weights, loss.",
    confirm="torch.isfinite(x).all() on the inputs, the output and the loss of that step",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="Function 'LogBackward0' returned nan values in its 0th output.",
        ),
    ),
)
