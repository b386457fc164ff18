"""What is tried on copies leaves everything else to the bit as it was."""

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from justright.doctor.trials.run import run
from justright.recipes.preflight_model import preflight
from tests.doctor.trials.patients import replayed

HIDDEN = {
    "linear": lambda: nn.Linear(4, 4),
    "tanh": nn.Tanh,
    "batch norm": lambda: nn.BatchNorm1d(4),
    "batch norm without statistics": lambda: nn.BatchNorm1d(4, track_running_stats=False),
    "layer norm": lambda: nn.LayerNorm(4),
    "dropout": lambda: nn.Dropout(0.5),
    "spectral norm": lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4)),
    "frozen": lambda: nn.Linear(4, 4).requires_grad_(False),
    "noise of numpy": lambda: Noisy(),
    "prints": lambda: Printing(),
}
OPTIMIZERS = {
    "SGD": lambda own: torch.optim.SGD(own, 0.1, momentum=0.9),
    "Adam": lambda own: torch.optim.Adam(own, 0.01),
    "LBFGS": lambda own: torch.optim.LBFGS(own, max_iter=2),
}


class Noisy(nn.Module):
    def forward(self, x):
        return x + float(np.random.rand()) + random.random()


class Printing(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("passes", torch.zeros(()))

    def forward(self, x):
        self.passes += 1
        print(x.shape)
        return x


def snapshot(model, optimizer):
    """Everything that a trial might touch, as bytes."""
    tensors = [*model.parameters(), *model.buffers()]
    gradients = [own.grad for own in model.parameters()]
    state = [t for s in optimizer.state.values() for t in s.values() if torch.is_tensor(t)]
    return (
        [t.detach().numpy().tobytes() for t in (*tensors, *state)],
        [None if g is None else g.numpy().tobytes() for g in gradients],
        [module.training for module in model.modules()],
        [own.requires_grad for own in model.parameters()],
        [{k: v for k, v in g.items() if k != "params"} for g in optimizer.param_groups],
        torch.get_rng_state().numpy().tobytes(),
        np.random.get_state()[1].tobytes(),
        random.getstate(),
        (torch.is_grad_enabled(), torch.get_num_threads()),
        [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()],
    )


def trained(hidden, kind, training, seed):
    """A model that has made one step, its optimizer, and a batch."""
    torch.manual_seed(seed)
    inner = [HIDDEN[name]() for name in hidden]
    model = nn.Sequential(nn.Linear(3, 4), *inner, nn.Linear(4, 2))
    optimizer = OPTIMIZERS[kind](model.parameters())
    batch = torch.randn(12, 3), torch.arange(12) % 2
    loss = F.cross_entropy(model(batch[0]), batch[1])
    loss.backward()
    optimizer.step(lambda: loss)
    return model.train(training), optimizer, batch


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(HIDDEN)), max_size=3),
    st.sampled_from(sorted(OPTIMIZERS)),
    st.booleans(),
    st.integers(0, 9),
)
def test_run_and_preflight_touch_nothing(hidden, kind, training, seed):
    model, optimizer, batch = trained(hidden, kind, training, seed)
    replay = replayed(model, [batch], F.cross_entropy, optimizer)
    before = snapshot(model, optimizer)
    run(replay, seconds=0.3)
    assert snapshot(model, optimizer) == before
    preflight(model, nn.CrossEntropyLoss(), batch, optimizer)
    assert snapshot(model, optimizer) == before


def test_hooks_of_the_user_do_not_run_on_copies():
    seen = []
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    model[0].register_forward_hook(lambda *_: seen.append(1))
    x, y = torch.randn(12, 3), torch.arange(12) % 2
    preflight(model, nn.CrossEntropyLoss(), (x, y))
    assert not seen


@pytest.mark.parametrize("error", [ValueError, RuntimeError, ZeroDivisionError])
def test_an_error_of_the_model_on_a_copy_is_a_reason(error):
    class Once(nn.Module):
        calls = 0

        def forward(self, x):
            Once.calls += 1
            if Once.calls > 2:
                raise error("enough")
            return x.sum(1, keepdim=True) * self.scale

        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(1))

    x = torch.randn(8, 3)
    replay = replayed(Once(), [(x, torch.zeros(8, 1))], F.mse_loss)
    assert "enough" in "".join(run(replay).because.values())


def test_no_seed_is_left_for_a_device_that_is_not_in_use():
    def queued():
        return [call[0] for call in torch.cuda._lazy_seed_tracker.get_calls() if call]

    before = queued()
    run(replayed(nn.Linear(3, 2), [(torch.randn(8, 3), torch.arange(8) % 2)]), seconds=0.2)
    assert queued() == before
