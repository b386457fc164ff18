"""The door for a training loop of the user's own."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn

import justright
from justright.errors import JustrightError

PAGE = (Path(__file__).parents[2] / "docs/watch.md").read_text(encoding="utf-8")


class Focal(nn.Module):
    """A loss of the user's own, made of one of PyTorch's."""

    def forward(self, outputs, targets):
        value = nn.functional.cross_entropy(outputs, targets, reduction="none")
        return ((1 - (-value).exp()) ** 2 * value).mean()


def absolute(outputs, targets):
    return (outputs - nn.functional.one_hot(targets, 2)).abs().mean()


class Square:
    """A loss that is neither a module nor a function."""

    def __call__(self, outputs, targets):
        return (outputs - nn.functional.one_hot(targets, 2)).square().mean()


def training(loss=None, steps=20, rate=0.1, judged=False):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=rate)
    x = torch.randn(64, 4)
    y = (x[:, 0] > 0).long()
    with justright.watch(net, optimizer, loss=loss) as doctor:
        taken = doctor.loss or nn.CrossEntropyLoss()
        for place in range(steps):
            rows = slice(place % 4 * 16, place % 4 * 16 + 16)
            optimizer.zero_grad()
            taken(net(x[rows]), y[rows]).backward()
            optimizer.step()
            if judged and place % 5 == 4:
                doctor.validation(loss=1 / (place + 1), metric=torch.tensor(0.5))
    return doctor


@pytest.mark.parametrize(
    ("loss", "functions"),
    [
        (None, {"cross_entropy": 20}),
        (Focal(), {"Focal()": 20, "cross_entropy": 20}),
        (absolute, {"absolute()": 20}),
        (lambda outputs, targets: absolute(outputs, targets), {"<lambda>()": 20}),
        (Square(), {"Square()": 20}),
        (nn.CrossEntropyLoss(label_smoothing=0.1), {"cross_entropy": 20}),
    ],
)
def test_losses_of_any_make_are_seen(loss, functions):
    code = absolute.__code__, Focal.forward.__code__
    evidence = training(loss).recorder.evidence(stopped="end")
    assert {use.function: use.calls for use in evidence.losses if use.learning} == functions
    assert evidence.validations == () and evidence.feed.n_batches == 20
    assert evidence.feed.n_classes == 2  # so the targets were seen
    assert (absolute.__code__, Focal.forward.__code__) == code


def test_a_loss_of_ones_own_is_tried_on_copies():
    assert training(absolute).recorder.replay.batches
    assert training(absolute).report().diagnosis.checked


def test_validation_figures_that_are_told():
    evidence = training(judged=True).recorder.evidence(stopped="end")
    assert [own.step for own in evidence.validations] == [5, 10, 15, 20]
    assert evidence.validations[0].loss == pytest.approx(0.2)
    assert evidence.validations[0].metric == 0.5


def test_an_error_passes_through_and_is_explained():
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(9, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with (
        pytest.raises(RuntimeError, match="shapes cannot be multiplied"),
        justright.watch(net, optimizer) as doctor,
    ):
        net(torch.randn(3, 4))
    first = doctor.report().findings[0]
    assert first.fault == 31 and first.layer == "2"


def test_a_report_while_training_and_as_a_page(tmp_path):
    net = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e4)
    with justright.watch([net], [optimizer]) as doctor:
        for _ in range(60):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(torch.randn(8, 2)), torch.ones(8, 1)).backward()
            optimizer.step()
        assert doctor.findings
    page = doctor.html(tmp_path / "report.html")
    assert doctor.report().findings[0].sign.split()[0] in page.read_text(encoding="utf-8")


NET = nn.Linear(2, 1)
SGD = torch.optim.SGD(NET.parameters(), lr=0.1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: justright.watch(nn.Linear, SGD), "the model is the class Linear itself"),
        (lambda: justright.watch("net", SGD), "the model is of type str"),
        (lambda: justright.watch([], SGD), "an empty list of models"),
        (lambda: justright.watch([NET, 3], SGD), "the model at place 1 is of type int"),
        (lambda: justright.watch(NET, NET.parameters()), "the optimizer is of type generator"),
        (lambda: justright.watch(NET, torch.optim.SGD), "the class SGD itself"),
        (lambda: justright.watch(NET, SGD, loss=torch.ones(1)), "the loss is of type Tensor"),
        (lambda: justright.watch(NET, SGD).validation(), "no figure of the validation"),
        (lambda: justright.watch(NET, SGD).validation(loss="low"), "loss is of type str"),
        (lambda: justright.watch(NET, SGD).validation(metric=torch.ones(2)), "of type Tensor"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(JustrightError) as error:
        call()
    assert words in error.value.seen
    assert error.value.needed and error.value.try_


def test_a_doctor_watches_once():
    doctor = training(steps=1)
    with pytest.raises(JustrightError, match="has watched before"):
        doctor.__enter__()


def test_the_page_runs(capsys):
    space = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, space)
    said = capsys.readouterr().out
    assert "5 validations" in said and "nn.Linear(32, 1) -> nn.Linear(16, 1)" in said
