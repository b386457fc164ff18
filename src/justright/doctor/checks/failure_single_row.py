"""Batch normalisation in training mode with one value per channel."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_SINGLE_ROW.fault, check=ERROR_SINGLE_ROW.id)


ERROR_SINGLE_ROW = Check(
    id="error-single-row",
    asks="Did batch normalisation stop at a batch of one?",
    fault=12,
    needs=frozenset({"failure"}),
    measured="The error's text gives the shape that came in.",
    judge=judge,
    remedy="drop_last=True where the last batch is short; model.eval() outside of training.",
    confirm="print the batch sizes of an epoch and model.training at the line",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="ValueError",
            message="Expected more than 1 value per channel when training, got input size"
            " torch.Size([1, 10])",
            layer="norm",
            kind="BatchNorm1d",
        ),
    ),
)
