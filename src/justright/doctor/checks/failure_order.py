"""Backward twice, or a step between forward and backward."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_ORDER.fault, check=ERROR_ORDER.id)


ERROR_ORDER = Check(
    id="error-order",
    asks="Did training stop because backward and step came in a wrong order?",
    fault=11,
    needs=frozenset({"failure"}),
    measured="The error's text is matched to a table of patterns; a weight that changed between "
    "forward and backward is told by the name of the operation that holds it.",
    judge=judge,
    remedy="One forward, one backward, one step; add the losses before backward.",
    confirm="write down the order of forward, backward and step in one round of the loop",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="Trying to backward through the graph a second time",
        ),
    ),
)
