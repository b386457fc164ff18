import dataclasses

import pytest
import torch

from justright.train.averaging import Collected, ema_weight
from justright.train.pack import Pack
from tests.train.small import data_of, member


def theta(value):
    return torch.tensor([float(value), value + 10.0])


def collected(averaging, values, total_steps=100, **changes):
    """Averages at the evaluations after 10, 20, ... steps; None where there is none yet."""
    keeper = Collected(member(averaging=averaging, total_steps=total_steps, **changes))
    return keeper, [
        keeper.take_in(theta(value)) if keeper.wants(10 * i) else None
        for i, value in enumerate(values, start=1)
    ]


def test_the_newest_weights_stand_without_an_average_and_for_an_ema():
    for averaging in ("none", "ema"):
        _, found = collected(averaging, range(10))
        assert found == [None] * 10


def test_swa_is_the_plain_mean_of_the_last_quarter():
    _, found = collected("swa", range(10, 101, 10))
    assert found[:7] == [None] * 7
    assert torch.cat(found[7:]).tolist() == pytest.approx([80, 90, 85, 95, 90, 100])


@pytest.mark.parametrize("k", [1, 3, 99])
def test_last_k_is_the_mean_of_the_newest_k_evaluations(k):
    values = [5.0, 1.0, 4.0, 2.0, 8.0]
    _, found = collected("last_k", values, last_k=k)
    for i, average in enumerate(found, start=1):
        newest = values[max(0, i - k) : i]
        assert average[0].item() == pytest.approx(sum(newest) / len(newest))


@pytest.mark.parametrize("averaging", ["swa", "last_k"])
def test_what_was_collected_is_never_changed_afterwards(averaging):
    """Weights kept as the best so far are those of their own evaluation."""
    keeper, _ = collected(averaging, [], total_steps=1, last_k=2)
    first = keeper.take_in(theta(1))
    kept = first.clone()
    keeper.take_in(theta(5))
    assert torch.equal(first, kept)


@pytest.mark.parametrize("averaging", ["swa", "last_k"])
def test_a_state_goes_on(averaging):
    keeper, _ = collected(averaging, range(10), last_k=3)
    state = keeper.state()
    expected = keeper.take_in(theta(7))
    for _ in range(2):  # twice, as a state stays as it was taken
        fresh = Collected(keeper.member)
        fresh.load(state)
        assert torch.equal(fresh.take_in(theta(7)), expected)


EMA_WEIGHTS = {
    "the first step": (0.99, 1, 9 / 11),
    "early, the start is forgotten": (0.99, 10, 9 / 20),
    "just before the decay takes over": (0.5, 7, 9 / 17),
    "from then on the decay": (0.5, 9, 0.5),
    "for good": (0.99, 10_000, 0.01),
    "no decay is the newest": (0.0, 3, 1.0),
}


@pytest.mark.parametrize(("decay", "step", "weight"), EMA_WEIGHTS.values(), ids=EMA_WEIGHTS)
def test_weight_of_the_newest_in_an_ema(decay, step, weight):
    assert ema_weight(decay, step) == pytest.approx(weight)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_ema_follows_the_weights_in_training(optimizer):
    """Beside others with another decay or none; the weights in training stay as they are."""
    members = [
        member(seed=1, averaging="ema", ema_decay=0.5),
        member(seed=2),
        member(seed=3, averaging="ema", ema_decay=0.0),
        member(seed=4, averaging="ema", ema_decay=0.9, weight_decay=0.1, learning_rate=0.02),
        member(seed=5, averaging="ema", ema_decay=0.9),
    ]
    members = [dataclasses.replace(m, optimizer=optimizer) for m in members]
    data = data_of(dtype=torch.float64)
    pack = Pack(members, data)
    plain = Pack([dataclasses.replace(m, averaging="none") for m in members], data)
    expected = [plain.state(k)["theta"] for k in range(5)]
    for step in range(1, 25):
        pack.step()
        plain.step()
        for k, m in enumerate(members):
            newest = plain.state(k)["theta"]
            torch.testing.assert_close(pack.state(k)["theta"], newest, rtol=1e-9, atol=1e-12)
            if m.averaging == "ema":
                expected[k] = torch.lerp(expected[k], newest, ema_weight(m.ema_decay, step))
                torch.testing.assert_close(pack.state(k)["ema"], expected[k], rtol=1e-9, atol=1e-12)
