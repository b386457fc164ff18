"""Every other error, in the terms of the model."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_EXPLAINED.fault, check=ERROR_EXPLAINED.id)


ERROR_EXPLAINED = Check(
    id="error-explained",
    asks="Did the script stop at an error?",
    fault=31,
    needs=frozenset({"failure"}),
    measured="The error's text is matched to a table of patterns; the running layer, what came "
    "in and what ran before it give the figures. An unknown error is told with these facts.",
    judge=judge,
    remedy="Change what the explanation names.",
    confirm="print the shape, dtype and device of what comes into the layer named",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="mat1 and mat2 shapes cannot be multiplied (32x256 and 400x120)",
            layer="fc1",
            kind="Linear",
            in_shapes=((32, 256),),
        ),
    ),
)
