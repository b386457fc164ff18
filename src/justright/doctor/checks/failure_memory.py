"""A batch that is too large, or graphs that are kept."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_MEMORY.fault, check=ERROR_MEMORY.id)


ERROR_MEMORY = Check(
    id="error-memory",
    asks="Did the memory not suffice?",
    fault=30,
    needs=frozenset({"failure"}),
    measured="The class and the text of the error.",
    judge=judge,
    remedy="Halve the batch; add up loss.item() rather than losses; validate under no_grad.",
    confirm="halve the batch size: where the memory still grows from step to step, a graph is kept",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="OutOfMemoryError",
            message="CUDA out of memory. Tried to allocate 2.00 GiB.",
        ),
    ),
)
