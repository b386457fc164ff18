"""The preflight door: what it says, what it takes, and that its page tells the truth."""

import contextlib
import io
import re
import time
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import justright
from justright.recipes import preflight_model
from justright.recipes.preflight_model import preflight
from justright.testing import assert_healthy
from tests.doctor.trials import patients as p

PAGE = (Path(__file__).parents[2] / "docs/preflight.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
CE = nn.CrossEntropyLoss()


def test_the_examples_of_the_page_print_what_it_says():
    room, printed = {}, []
    for kind, text in BLOCKS:
        if kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(text, room)
            printed.append(out.getvalue())
    assert [text for text in printed if text] == [text for kind, text in BLOCKS if not kind]


def test_it_is_public():
    assert justright.preflight is preflight


def first(table):
    return table()[0]


WELL = {
    "a table": (p.mlp, CE, first(p.tables)),
    "numbers": (lambda: p.mlp(out=1), nn.MSELoss(), first(p.numbers)),
    "pictures": (p.cnn, CE, first(p.pictures)),
    "a tuple": (p.Recurrent, lambda out, y: F.cross_entropy(out[0], y), first(p.series)),
    "by keyword": (
        p.mlp,
        CE,
        ({"input": first(p.tables)[0]}, first(p.tables)[1]),
    ),
    "no reduction": (p.mlp, nn.CrossEntropyLoss(reduction="none"), first(p.tables)),
}
ILL = {
    "batch taken for time": (
        lambda: p.Recurrent(batch_first=False),
        lambda out, y: F.cross_entropy(out[0], y),
        first(p.series),
        "trial-leak",
    ),
    "deaf": (p.Deaf, CE, first(p.tables), "trial-zero-inputs"),
    "softmax twice": (
        lambda: nn.Sequential(p.mlp(), nn.Softmax(1)),
        CE,
        first(p.tables),
        "softmax-before-cross-entropy",
    ),
}


@pytest.mark.parametrize(("make", "loss", "batch"), WELL.values(), ids=WELL)
def test_the_healthy_pass(make, loss, batch):
    model = make()
    assert preflight(model, loss, batch, torch.optim.Adam(model.parameters())).healthy
    assert_healthy(model, loss, batch)


@pytest.mark.parametrize(("make", "loss", "batch", "check"), ILL.values(), ids=ILL)
def test_the_sick_are_told(make, loss, batch, check):
    with pytest.raises(AssertionError, match="not healthy"):
        assert_healthy(make(), loss, batch)
    assert check in {finding.check for finding in preflight(make(), loss, batch).findings}


@pytest.mark.parametrize(
    ("task", "healthy"), [("multiclass", True), ("multilabel", False), ("regression", False)]
)
def test_a_loss_of_another_task(task, healthy):
    assert preflight(p.mlp(), CE, first(p.tables), task=task).healthy == healthy


def test_without_an_optimizer_its_rate_is_not_checked():
    report = preflight(p.mlp(), CE, first(p.tables))
    why = {skipped.check: skipped.because for skipped in report.diagnosis.not_checked}
    assert why["trial-rate"] == "trials.rates: no optimizer was given"


def test_an_error_of_the_model_is_a_finding():
    wrong = nn.Sequential(nn.Linear(6, 8), nn.Linear(4, 4))
    report = preflight(wrong, CE, first(p.tables))
    assert report.findings[0].fault == 31
    why = {skipped.check: skipped.because for skipped in report.diagnosis.not_checked}
    assert why["trial-leak"] == "trials.moved_rows: the model failed on the batch"


def test_a_slow_model_gets_fewer_examples(monkeypatch):
    rows = []

    class Slow(nn.Linear):
        def forward(self, x):
            rows.append(len(x))
            time.sleep(0.002 * len(x))
            return super().forward(x)

    monkeypatch.setattr(preflight_model, "STEP_S", 0.1)
    monkeypatch.setattr(preflight_model, "TRIALS_S", 0.5)
    preflight(Slow(6, 4), CE, (torch.randn(500, 6), torch.arange(500) % 4))
    assert 8 <= max(rows) < 50


@pytest.mark.parametrize(
    ("batch", "task", "seen"),
    [((torch.ones(2),), None, "inputs, targets"), (first(p.tables), "dance", "one of binary")],
)
def test_what_it_refuses(batch, task, seen):
    with pytest.raises(ValueError, match=seen):
        preflight(p.mlp(), CE, batch, task=task)
