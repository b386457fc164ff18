"""Batch and time in the order that the layer does not expect."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_AXES.fault, check=ERROR_AXES.id)


ERROR_AXES = Check(
    id="error-axes",
    asks="Did a layer stop because batch and time were taken for each other?",
    fault=9,
    needs=frozenset({"failure"}),
    measured="The axis on which a state or mask disagrees is compared with the axes of the input.",
    judge=judge,
    remedy="Say batch_first=True where the data is (batch, time, features).",
    confirm="print the shape of the input beside the layer's batch_first",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="Expected hidden[0] size (1, 3, 8), got [1, 4, 8]",
            layer="lstm",
            kind="LSTM",
            in_shapes=((3, 4, 5),),
            options="5, 8, batch_first=True",
        ),
    ),
)
