"""The habits of loops, as they are told from the outside; at short steps too."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from justright.doctor.record.feed import epoch_of
from justright.doctor.record.late import Late
from justright.doctor.record.purse import Purse
from justright.doctor.record.recorder import Recorder

X = torch.randn(32, 3, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()


def loop(net, *, steps=24, mode=True, zero=True, before=None, each=None):
    """Any loop: what is called before the step's pass, and after each sixth step."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    for place in range(steps):
        net.train(mode)
        if zero:
            optimizer.zero_grad()
        if before:
            before(net, optimizer)
        rows = slice(place % 4 * 8, place % 4 * 8 + 8)
        F.cross_entropy(net(X[rows]), Y[rows]).backward()
        optimizer.step()
        if each and place % 6 == 5:
            each(net)


def validate(net, gradients=False, mode=False):
    net.train(mode)
    with torch.set_grad_enabled(gradients):
        F.cross_entropy(net(X), Y)


def adversary(net, optimizer):
    """A second loss of another model, learnt by its own optimizer, in the same step."""
    F.mse_loss(adversary.net(net(X).detach()), torch.ones(32, 1)).backward()
    adversary.optimizer.step()


def teacher(net, _):
    with torch.no_grad():
        teacher.net(X)


def slope(net, _):
    x = X.clone().requires_grad_()
    torch.autograd.grad(net(x).sum(), x)


LOOPS = {
    "plain": (lambda net: loop(net), {"validations": 0}),
    "no zero_grad": (lambda net: loop(net, zero=False), {"cycle": "FBS"}),
    "validation": (lambda net: loop(net, each=validate), {"validations": 4, "in_eval": True}),
    "validation with gradients": (
        lambda net: loop(net, each=lambda own: validate(own, gradients=True)),
        {"validations": 4, "with_gradients": True},
    ),
    "validation in training mode": (
        lambda net: loop(net, each=lambda own: validate(own, mode=True)),
        {"validations": 4, "in_eval": False},
    ),
    "learning in eval mode": (
        lambda net: loop(net, mode=False),
        {"learned_in_eval": True, "cycle": "ZFBS"},
    ),
    "a gradient by itself": (lambda net: loop(net, before=slope), {"cycle": "ZFGFBS"}),
    "a frozen teacher": (lambda net: loop(net, before=teacher), {"teacher": True}),
    "an adversary": (lambda net: loop(net, before=adversary), {"optimizers": 2}),
}


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("name", LOOPS)
def test_loops_are_told_apart(name, quiet, monkeypatch):
    adversary.net = nn.Linear(2, 1)
    adversary.optimizer = torch.optim.SGD(adversary.net.parameters(), lr=0.01)
    teacher.net = nn.Linear(3, 2).requires_grad_(False)
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.1), nn.Linear(4, 2))
    train, expected = LOOPS[name]
    recorder = Recorder(door="check")
    if quiet:  # as when a glance at each step were too dear: every first step of eight is seen
        monkeypatch.setattr("justright.doctor.record.stepping.BURST", 1)
        monkeypatch.setattr(recorder._state.purse, "wants", lambda step: step == 0)
        monkeypatch.setattr(
            recorder._state.light, "affords", lambda _: recorder._state.n_steps % 8 == 0
        )
    recorder.attach()
    try:
        train(net)
    finally:
        recorder.detach()
    evidence = recorder.evidence(stopped="end")
    conduct = evidence.conduct
    assert conduct.steps == 24 * conduct.optimizers
    assert conduct.backwards == conduct.steps
    if "cycle" in expected or name == "plain":
        assert set(conduct.cycles) == {expected.get("cycle", "ZFBS")}
    assert all(len(track.loss) == track.n_steps == 24 for track in evidence.tracks)
    assert len(evidence.tracks) == expected.get("optimizers", 1)
    assert (conduct.learned_in_eval_mode > 0) == expected.get("learned_in_eval", False)
    own = [v for v in evidence.validations if v.loss is not None]
    if "validations" in expected and not (quiet and name == "validation with gradients"):
        assert len(own) == expected["validations"]
    if own and "in_eval" in expected:
        assert all(v.training_mode is not expected["in_eval"] for v in own)
    if expected.get("with_gradients"):
        assert conduct.judged_with_gradients > 0


def test_epochs_by_batches_and_by_rows():
    assert epoch_of([1, 2, 3, 1, 2, 3], []) == 3
    assert epoch_of([1, 2, 3, 4], [(1, 2), (3, 4), (4, 1), (2, 3)]) == 2  # shuffled
    assert epoch_of([1, 2, 3], [(1, 2), (2, 5), (6, 7)]) == 0  # a row that is there twice
    assert epoch_of([7, 7, 7], []) == 1  # the same batch again and again


def test_the_purse_waits_until_a_look_is_affordable(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    purse = Purse(credit_s=1.0, share=0.01)
    assert [step for step in range(4) if purse.wants(step)] == [0, 1, 2, 3]
    purse.spent_s = 2.0
    purse.looked(0.5)
    assert not purse.wants(100)
    now[0] = 149.0  # 1 s and 1.49 s are allowed, and 2.5 s would be spent
    assert not purse.wants(101)
    now[0] = 151.0
    assert purse.wants(102) and not purse.wants(103)


def test_numbers_are_read_as_they_are():
    late, got = Late(), []
    for value in (torch.tensor(2.0, requires_grad=True), torch.tensor([1.0, 3.0]), torch.tensor(7)):
        late.read(value, got.append)
    assert got == [2.0, 2.0, 7.0]
