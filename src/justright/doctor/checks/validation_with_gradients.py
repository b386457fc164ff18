"""Validation that records gradients."""

from justright.doctor.check import Check
from justright.doctor.evidence import Conduct, Evidence, Validation
from justright.kinds import Finding, Severity

SHARE = 0.5  # of the validation passes (house convention)
AGAIN = 3  # validations: a look at the end of a script costs nobody much
SELDOM = 1 / 3  # of the steps at most: what comes at every step is a teacher, and no validation


def judge(evidence: Evidence) -> Finding | None:
    """Time and memory for a graph that nobody goes back through."""
    conduct = evidence.conduct
    measured = [v for v in evidence.validations if _is_one(v)]
    graphs = [validation for validation in measured if validation.with_gradients]
    if conduct is None or not graphs or len(graphs) < SHARE * len(measured):
        return None
    if len(measured) > max(AGAIN, SELDOM * conduct.steps):
        return None
    if any("G" in cycle for cycle in conduct.cycles):
        return None  # the loss itself is made of derivatives, in validation as well
    often = len(graphs) >= AGAIN and not any(own.training_mode for own in graphs)
    return Finding(
        check=VALIDATION_WITH_GRADIENTS.id,
        severity=Severity.WARN if often else Severity.NOTE,
        sign=f"{len(graphs)} validations recorded gradients that no backward pass used",
        meaning="validation takes more time and memory than it needs",
        remedy="put the validation inside `with torch.no_grad():`",
        line=conduct.judged_lines.get("judged_with_gradients"),
        numbers={"validations": float(len(graphs))},
        confidence=0.6,
    )


def _is_one(own: Validation) -> bool:
    """Whether passes were a validation: with a loss or an accuracy, or in eval mode."""
    return own.loss is not None or own.accuracy is not None or not own.training_mode


VALIDATION_WITH_GRADIENTS = Check(
    id="validation-with-gradients",
    asks="Is validation made without gradients?",
    fault=12,
    needs=frozenset({"conduct", "validations"}),
    measured="Validations (with a loss or an accuracy, or in eval mode) whose forward passes "
    "recorded gradients that no backward pass followed: alarm from three on in eval mode, a note "
    "below that, as results are right all the same.",
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
