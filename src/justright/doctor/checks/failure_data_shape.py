"""Channels last, examples not flattened, too few outputs for the classes."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_DATA_SHAPE.fault, check=ERROR_DATA_SHAPE.id)


ERROR_DATA_SHAPE = Check(
    id="error-data-shape",
    asks="Did a layer stop because the data has another layout than it wants?",
    fault=27,
    needs=frozenset({"failure"}),
    measured="Shapes in the error's text and of what came into the layer are searched for the "
    "size that the layer wants; in another axis it is a matter of layout.",
    judge=judge,
    remedy="Permute, flatten or unsqueeze the data, or count the classes anew.",
    confirm="print the shape of a batch before the first layer and the number of classes",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="Given groups=1, weight of size [8, 3, 3, 3], expected input[4, 28, 28, 3] to"
            " have 3 channels, but got 28 channels instead",
            layer="conv1",
            kind="Conv2d",
            in_shapes=((4, 28, 28, 3),),
        ),
    ),
)
