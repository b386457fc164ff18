"""Validation that records gradients."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Validation
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the validation passes (house convention)


def judge(evidence: Evidence) -> Finding | None:
    """Time and memory for a graph that nobody goes back through."""
    conduct = evidence.conduct
    measured = [v for v in evidence.validations if v.loss is not None or v.accuracy is not None]
    graphs = [validation for validation in measured if validation.with_gradients]
    if conduct is None or not graphs or len(graphs) < SHARE * len(measured):
        return None
    if any("G" in cycle for cycle in conduct.cycles):
        return None  # the loss itself is made of derivatives, in validation as well
    return Finding(
        check=VALIDATION_WITH_GRADIENTS.id,
        severity=Severity.NOTE,
        sign=f"{len(graphs)} validations recorded gradients that no backward pass used",
        meaning="validation takes more time and memory than it needs",
        remedy="put the validation inside `with torch.no_grad():`",
        line=conduct.judged_lines.get("judged_with_gradients"),
        numbers={"validations": float(len(graphs))},
        confidence=0.6,
    )


VALIDATION_WITH_GRADIENTS = Check(
    id="validation-with-gradients",
    asks="Is validation made without gradients?",
    fault=12,
    needs=frozenset({"conduct", "validations"}),
    measured="Validations with a loss or an accuracy whose forward passes recorded gradients "
    "that no backward pass followed. A note: results are right all the same.",
    judge=judge,
    remedy="with torch.no_grad(): around the validation.",
    confirm="compare the peak memory with and without torch.no_grad()",
    source="PyTorch documentation, autograd mechanics: no-grad mode",
    example=Evidence(
        door="check",
        conduct=Conduct(steps=100, judged_with_gradients=10),
        validations=(Validation(step=50, loss=0.5, with_gradients=True),),
    ),
)
