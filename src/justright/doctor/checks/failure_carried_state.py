"""A hidden state carried from batch to batch with its graph."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure, Layer
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_CARRIED_STATE.fault, check=ERROR_CARRIED_STATE.id)


ERROR_CARRIED_STATE = Check(
    id="error-carried-state",
    asks="Did backward stop at the hidden state of the batch before?",
    fault=29,
    needs=frozenset({"failure"}),
    measured="Backward met a graph that is gone, after at least one step of a network with a "
    "recurrent layer.",
    judge=judge,
    remedy="Detach the state between batches.",
    confirm="start each batch with a state of None: the error goes away",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        layers=(Layer(name="lstm", kind="LSTM"),),
        failure=Failure(
            error="RuntimeError",
            message="Trying to backward through the graph a second time",
            step=1,
        ),
    ),
)
