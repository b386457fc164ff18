"""A loss without a graph, or an optimizer without parameters."""

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, Failure
from justright.doctor.failures import explained
from justright.kinds import Finding


def judge(evidence: Evidence) -> Finding | None:
    """The error, where its pattern belongs to this row."""
    return explained(evidence, fault=ERROR_GRAPH.fault, check=ERROR_GRAPH.id)


ERROR_GRAPH = Check(
    id="error-graph",
    asks="Did training stop because no gradient can reach the weights?",
    fault=10,
    needs=frozenset({"failure"}),
    measured="The error's text is matched to a table of patterns.",
    judge=judge,
    remedy="Keep tensors from the network to the loss, and layers in modules or nn.ModuleList.",
    confirm="print(loss.grad_fn) and len(list(model.parameters()))",
    source="PyTorch's own text of the error",
    example=Evidence(
        door="check",
        failure=Failure(
            error="RuntimeError",
            message="element 0 of tensors does not require grad and does not have a grad_fn",
        ),
    ),
)
