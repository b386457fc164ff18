"""Whether the loss is made for the task that the user named."""

from collections.abc import Mapping

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossUse
from justright.kinds import Finding, Severity

_NUMBERS = frozenset({"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"})
_ONE_CLASS = frozenset({"cross_entropy", "nll_loss", "multi_margin_loss"})
_YES_OR_NO = frozenset(
    {
        "binary_cross_entropy",
        "binary_cross_entropy_with_logits",
        "soft_margin_loss",
        "multilabel_soft_margin_loss",
        "multilabel_margin_loss",
    }
)
#: Losses made for each task that can be named, the usual one first in the remedy's words.
LOSSES: Mapping[str, frozenset[str]] = {
    "binary": _YES_OR_NO | _ONE_CLASS,
    "multiclass": _ONE_CLASS,
    "multilabel": _YES_OR_NO,
    "regression": _NUMBERS | {"gaussian_nll_loss", "poisson_nll_loss"},
}
_USUAL = {
    "binary": "BCEWithLogitsLoss",
    "multiclass": "CrossEntropyLoss",
    "multilabel": "BCEWithLogitsLoss",
    "regression": "MSELoss",
}


def judge(evidence: Evidence) -> Finding | None:
    """Of losses made for some task, one at least must be made for this one."""
    made_for = LOSSES.get(evidence.task or "")
    if made_for is None:
        return None
    known = frozenset().union(*LOSSES.values())
    uses = [use for use in evidence.losses if use.learning and use.function in known]
    if not uses or any(use.function in made_for for use in uses):
        return None
    return _finding(uses[0], evidence.task or "")


def _finding(use: LossUse, task: str) -> Finding:
    # Squared errors can be learnt from for classes, slowly; entropies of numbers cannot.
    grave = task == "regression" or use.function not in _NUMBERS
    return Finding(
        check=TASK_LOSS.id,
        severity=Severity.STOP if grave else Severity.WARN,
        sign=f"the task is {task} and the loss is {use.function}",
        meaning=f"{use.function} is made for another task",
        remedy=f"nn.{_USUAL[task]}()",
        line=use.line,
        confidence=0.8,
    )


TASK_LOSS = Check(
    id="task-loss",
    asks="Is the loss made for the task?",
    fault=2,
    needs=frozenset({"task", "losses"}),
    measured="The task that the user named against the losses of torch.nn.functional that are "
    "learnt from. Losses that are made for no task in particular are let be.",
    judge=judge,
    remedy="CrossEntropyLoss for one of several classes, BCEWithLogitsLoss for yes or no, MSELoss "
    "for numbers.",
    confirm="train with the usual loss of the task and compare the metric",
    source="Goodfellow et al. 2016, Deep Learning, section 6.2.2: the output unit and its cost",
    example=Evidence(
        door="preflight", task="regression", losses=(LossUse(function="cross_entropy"),)
    ),
)
