import pytest

from justright.doctor.checks.task_loss import TASK_LOSS
from justright.doctor.evidence import Evidence, LossUse
from justright.kinds import Severity

NOTHING, WARN, STOP = None, Severity.WARN, Severity.STOP
CASES = {
    "classes and their loss": ("multiclass", ("cross_entropy",), NOTHING),
    "yes or no by two classes": ("binary", ("cross_entropy",), NOTHING),
    "labels by one class": ("multilabel", ("cross_entropy",), STOP),
    "classes by squares": ("multiclass", ("mse_loss",), WARN),
    "numbers by classes": ("regression", ("cross_entropy",), STOP),
    "numbers by yes or no": ("regression", ("binary_cross_entropy_with_logits",), STOP),
    "numbers": ("regression", ("l1_loss",), NOTHING),
    "a second loss beside": ("multiclass", ("mse_loss", "nll_loss"), NOTHING),
    "a loss for nothing in particular": ("multiclass", ("kl_div",), NOTHING),
    "no task": (None, ("mse_loss",), NOTHING),
}


@pytest.mark.parametrize(("task", "functions", "severity"), CASES.values(), ids=CASES)
def test_losses_of_tasks(task, functions, severity):
    uses = tuple(LossUse(function=name) for name in functions)
    finding = TASK_LOSS.judge(Evidence(door="preflight", task=task, losses=uses))
    assert (finding and finding.severity) == severity


def test_a_loss_that_only_judges_is_let_be():
    use = LossUse(function="mse_loss", learning=False)
    assert TASK_LOSS.judge(Evidence(door="preflight", task="multiclass", losses=(use,))) is None
