import pytest
import torch

from justright.train.averaging import Average


def start():
    return torch.tensor([[0.0], [10.0]])


def test_without_averaging_the_newest_weights_are_kept():
    theta = start()
    average = Average("none", theta, decay=0.9, total_steps=10)
    theta += 1
    average.after_step(1)
    average.after_epoch(10)
    assert average.weights is theta
    assert not average.active


def test_ema_forgets_the_start_soon_and_then_moves_at_its_decay():
    theta = start()
    average = Average("ema", theta, decay=0.5, total_steps=100)
    expected = 0.0
    for step in range(1, 30):
        theta.copy_(start() + step)
        average.after_step(step)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * step
        assert average.weights[0].item() == pytest.approx(expected)
        assert average.weights[1].item() == pytest.approx(expected + 10)
    assert theta[0].item() == 29, "the weights in training stay as they are"


def test_ema_known_answer():
    """One step at decay 2/11: 9/11 of the way."""
    theta = torch.zeros(1, 1)
    average = Average("ema", theta, decay=0.99, total_steps=10)
    theta.fill_(11.0)
    average.after_step(1)
    assert average.weights.item() == pytest.approx(9.0)


def test_swa_is_the_plain_mean_of_the_last_quarter():
    theta = torch.zeros(1, 1)
    average = Average("swa", theta, decay=0.9, total_steps=100)
    collected = []
    for step in range(10, 101, 10):
        theta.fill_(float(step))
        average.after_step(step)
        average.after_epoch(step)
        collected += [step] if step >= 75 else []
        assert average.active is (step >= 75)
        expected = sum(collected) / len(collected) if collected else step
        assert average.weights.item() == pytest.approx(expected)
    assert average.weights.item() == pytest.approx((80 + 90 + 100) / 3)


def test_swa_leaves_the_weights_in_training_alone():
    theta = torch.ones(1, 1)
    average = Average("swa", theta, decay=0.9, total_steps=4)
    average.after_epoch(3)
    theta.fill_(5.0)
    average.after_epoch(4)
    assert theta.item() == 5
    assert average.weights.item() == 3
