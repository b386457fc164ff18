"""Real small trainings, recorded: evidence looks as the checks of loops and rows assume."""

import types

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from justright.doctor.checks import CHECKS
from justright.doctor.examine import examine
from justright.doctor.record.recorder import Recorder
from justright.kinds import Severity

OURS = {10, 11, 12, 20, 21, 22, 23, 24, 25}


@pytest.fixture
def seen():
    """Run a training while it is watched; gives the findings of these rows, by check."""
    recorders = []

    def run(program, **changes):
        torch.manual_seed(0)
        recorder = Recorder(door="check", keep=False)
        recorders.append(recorder)
        recorder.attach()
        held = program(**changes)
        evidence = recorder.evidence(stopped="end")
        recorder.detach()
        del held
        own = [check for check in CHECKS if check.fault in OURS]
        return {finding.check: finding for finding in examine(evidence, own).findings}

    yield run
    for recorder in recorders:
        recorder.detach()


def rows(n=192):
    x = torch.randn(n, 6)
    return x, ((x[:, 0] + x[:, 1]) > 0).long()


def classify(**changes):
    """A plain classifier; `changes` make it ill, one habit at a time."""
    how = types.SimpleNamespace(
        zero=True, step=True, wipe=False, cut=False, outside=False, eval=True, train=True, p=0.2,
        shuffle=True, order=None, batch=16, sign=1, relabel=False, late=False, decay=0.0,
    )  # fmt: skip
    vars(how).update(changes)
    x, y = rows()
    if how.order:
        order = y.argsort()
        x, y = x[order], y[order]
    held_out = x if how.late else torch.randn(48, 6)
    body, drop, head = nn.Linear(6, 32), nn.Dropout(how.p), nn.Linear(32, 2)
    model = nn.Sequential(body, nn.ReLU(), drop, head)
    learning = body.parameters() if how.outside else model.parameters()
    optimizer = torch.optim.SGD(learning, lr=0.1, weight_decay=how.decay)
    for _ in range(8):
        if how.train:
            model.train()
        order = torch.randperm(len(x)) if how.shuffle else torch.arange(len(x))
        labels = y[torch.randperm(len(x))] if how.relabel else y
        for i in range(0, len(x), how.batch):
            own = order[i : i + how.batch]
            if how.zero:
                optimizer.zero_grad()
            hidden = torch.relu(body(x[own])) if how.cut else None
            out = head(hidden.detach()) if hidden is not None else model(x[own])
            (how.sign * functional.cross_entropy(out, labels[own])).backward()
            if how.wipe:
                optimizer.zero_grad()
            if how.step:
                optimizer.step()
        if how.eval:
            model.eval()
        with torch.no_grad():
            functional.cross_entropy(model(held_out), torch.zeros(len(held_out), dtype=torch.long))
    return model, optimizer


def averaged(scale=1.0, kind=torch.optim.SGD, times=4):
    """Gradients of several batches before each step."""
    x, y = rows(256)
    model = nn.Linear(6, 2)
    optimizer = kind(model.parameters(), lr=0.01)
    for i in range(32):
        own = slice(8 * i, 8 * i + 8)
        (functional.cross_entropy(model(x[own]), y[own]) * scale).backward()
        if (i + 1) % times == 0:
            optimizer.step()
            optimizer.zero_grad()
    return model, optimizer


def outdented():
    """A step for each epoch, in the place of one for each batch."""
    x, y = rows(256)
    model = nn.Linear(6, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(6):
        for own in torch.randperm(len(x)).split(16):
            optimizer.zero_grad()
            functional.cross_entropy(model(x[own]), y[own]).backward()
        optimizer.step()
    return model, optimizer


def first_batch_only():
    x, y = rows()
    loader = DataLoader(TensorDataset(x, y), batch_size=16)
    model = nn.Linear(6, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(20):
        own, labels = next(iter(loader))
        optimizer.zero_grad()
        functional.cross_entropy(model(own), labels).backward()
        optimizer.step()
    return model, optimizer


def summed(reduction="sum", last=None):
    x, y = rows()
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 1), *([last] if last else []))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for _ in range(20):
        optimizer.zero_grad()
        functional.mse_loss(model(x).squeeze(1), 9.0 * y, reduction=reduction).backward()
        optimizer.step()
    return model, optimizer


def fully(order="adversary"):
    """Two networks against each other, real and made rows in turn."""
    made, judge = nn.Linear(4, 6), nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1))
    first = torch.optim.Adam(judge.parameters(), lr=1e-3)
    second = torch.optim.Adam(made.parameters(), lr=1e-3)
    real, fake = torch.ones(16, 1), torch.zeros(16, 1)
    for _ in range(40):
        first.zero_grad()
        functional.binary_cross_entropy_with_logits(judge(torch.randn(16, 6)), real).backward()
        noise = made(torch.randn(16, 4))
        functional.binary_cross_entropy_with_logits(judge(noise.detach()), fake).backward()
        first.step()
        second.zero_grad()
        functional.binary_cross_entropy_with_logits(judge(noise), real).backward()
        second.step()
    return made, judge, first, second


def closures():
    x, y = rows()
    model = nn.Linear(6, 2)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=4)

    def closure():
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    return model, optimizer


def words():
    """Sparse gradients of an embedding."""
    table, head = nn.Embedding(50, 8, sparse=True), nn.Linear(8, 2)
    model = nn.Sequential(table, nn.Flatten(), nn.Linear(32, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(20):
        x = torch.randint(50, (16, 4))
        optimizer.zero_grad()
        functional.cross_entropy(model(x), x[:, 0] % 2).backward()
        optimizer.step()
    return model, head, optimizer


ILL = {
    "zero-grad-missing": (classify, {"zero": False}),
    "gradient-wiped": (classify, {"wipe": True}),
    "step-missing": (classify, {"step": False}),
    "gradient-cut": (classify, {"cut": True}),
    "parameters-outside-optimizer": (classify, {"outside": True}),
    "validation-in-training-mode": (classify, {"eval": False}),
    "training-in-eval-mode": (classify, {"train": False}),
    "dropout-too-much": (classify, {"p": 0.9}),
    "sorted-batches": (classify, {"order": True, "shuffle": False}),
    "negative-loss": (classify, {"sign": -1}),
    "labels-astray": (classify, {"relabel": True}),
    "decay-dominates": (classify, {"decay": 3.0}),
    "accumulation-not-scaled": (averaged, {}),
    "step-once-an-epoch": (outdented, {}),
    "same-batch-again": (first_batch_only, {}),
    "loss-summed": (summed, {}),
    "dropout-on-output": (summed, {"reduction": "mean", "last": nn.Dropout(0.3)}),
}
WELL = {
    "a classifier": (classify, {}),
    "training rows judged too": (classify, {"late": True}),
    "accumulation, divided": (averaged, {"scale": 0.25}),
    "a mean": (summed, {"reduction": "mean"}),
    "an adversary": (fully, {}),
    "closures": (closures, {}),
    "sparse gradients": (words, {}),
}


@pytest.mark.parametrize(("check", "case"), ILL.items(), ids=ILL)
def test_sees_what_is_wrong(seen, check, case):
    train, changes = case
    found = seen(train, **changes)
    assert check in found
    assert found[check].severity is not Severity.NOTE


@pytest.mark.parametrize(("train", "changes"), WELL.values(), ids=WELL)
def test_leaves_a_good_training_alone(seen, train, changes):
    found = seen(train, **changes)
    assert [own for own in found.values() if own.severity is not Severity.NOTE] == []


def test_tells_rows_that_are_in_both_sets(seen):
    def train():
        x, y = rows()
        mixed = torch.cat([x[:24], torch.randn(24, 6)])
        model = nn.Linear(6, 2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(4):
            for own in torch.randperm(len(x)).split(16):
                optimizer.zero_grad()
                functional.cross_entropy(model(x[own]), y[own]).backward()
                optimizer.step()
            with torch.no_grad():
                model(x)  # the training rows themselves, on purpose
                model(mixed)
        return model, optimizer

    finding = seen(train)["rows-in-both-sets"]
    assert finding.sign.startswith("24 of 48 validation rows")


def test_takes_what_comes_from_one_loader_as_a_whole(seen):
    def train():
        x, y = rows()
        both = TensorDataset(torch.cat([x[:16], torch.randn(32, 6)]), torch.zeros(48))
        model = nn.Linear(6, 2)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        loaders = DataLoader(TensorDataset(x, y), 16, shuffle=True), DataLoader(both, 16)
        for _ in range(4):
            for own, labels in loaders[0]:
                optimizer.zero_grad()
                functional.cross_entropy(model(own), labels).backward()
                optimizer.step()
            with torch.no_grad():
                for own, _ in loaders[1]:
                    model(own)
        return model, optimizer

    finding = seen(train)["rows-in-both-sets"]
    assert finding.sign.startswith("16 of 48 validation rows")


def test_sees_a_sum_of_ones_own(seen):
    def train():
        x, y = rows()
        model = nn.Linear(6, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(30):
            optimizer.zero_grad()
            (model(x).squeeze(1) - y).square().sum().backward()
            optimizer.step()
        return model, optimizer

    finding = seen(train)["loss-summed"]
    assert "the 192 rows of the batch" in finding.sign


def test_names_a_head_that_the_optimizer_does_not_know(seen):
    def train():
        x, y = rows()
        model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model(x)
        model[2] = nn.Linear(16, 2)
        for _ in range(20):
            optimizer.zero_grad()
            functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        return model, optimizer

    finding = seen(train)["parameters-outside-optimizer"]
    assert finding.sign.endswith("in no optimizer: 2")
    assert finding.severity is Severity.STOP
