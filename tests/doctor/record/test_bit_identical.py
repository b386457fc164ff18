"""A training that is watched is the same to the bit, and nothing of ours stays on torch."""

import random
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules import module as torch_module
from torch.optim import optimizer as torch_optimizer

import justright
from justright.doctor.record import passes, stepping
from justright.doctor.record.losses import WATCHED
from justright.doctor.record.patches import _STACKS
from justright.doctor.record.recorder import Recorder

from .styles import STYLES

PATCHED = (
    *((torch.nn.functional, name) for name in WATCHED),
    (torch.autograd, "backward"), (torch.autograd, "grad"), (torch, "compile"),
    (nn.Module, "__call__"), (nn.Module, "zero_grad"),
    (torch.optim.Optimizer, "__init__"), (torch.optim.Optimizer, "zero_grad"),
    (torch.optim.lr_scheduler.LRScheduler, "step"), (nn.utils, "clip_grad_norm_"),
    (torch.utils.data.DataLoader, "__iter__"), (torch.autocast, "__enter__"),
    (torch.amp.GradScaler, "scale"),
)  # fmt: skip
HOOKS = (
    *(value for name, value in vars(torch_module).items() if name.startswith("_global_")),
    *(value for name, value in vars(torch_optimizer).items() if name.startswith("_global_")),
)


def attributes():
    """Everything that a watcher may put something in the place of."""
    functions = [getattr(owner, name) for owner, name in PATCHED]
    inside = [(f, f.__code__, f.__defaults__, f.__kwdefaults__, dict(vars(f))) for f in functions]
    return inside, [len(own) for own in HOOKS if own is not None]


@contextmanager
def begun(door):
    """What a training calls before its first step."""
    watched = []

    def begin(models, optimizers):
        if door == "watch":
            watched.append(justright.watch(models, optimizers))
            watched[0].__enter__()

    recorder = Recorder(door="check")
    if door == "check":
        recorder.attach()
    begin.recorder = recorder
    try:
        yield begin
    finally:
        if watched:
            watched[0].__exit__(None, None, None)
            begin.recorder = watched[0].recorder
        recorder.detach()


def plain(value):
    """Anything that a training leaves, as nested lists of tensors and numbers."""
    if isinstance(value, nn.Module):
        return plain({**value.state_dict(), "grads": [p.grad for p in value.parameters()]})
    if isinstance(value, torch.optim.Optimizer):
        return plain(value.state_dict())
    if isinstance(value, dict):
        return [(str(key), plain(own)) for key, own in value.items()]
    return [plain(own) for own in value] if isinstance(value, (list, tuple)) else value


def same(one, other):
    if isinstance(one, torch.Tensor):
        bits = [own.detach().to_dense().contiguous().numpy().tobytes() for own in (one, other)]
        return one.dtype == other.dtype and one.shape == other.shape and bits[0] == bits[1]
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (one != one and other != other)


def trained(style, door=None):
    """What a training leaves: weights, states of the optimizers and of all generators."""
    torch.manual_seed(0), np.random.seed(0), random.seed(0)
    with begun(door) as begin:
        left = plain(style(begin))
        chance = [torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()]
    return [left, chance], begin.recorder


@pytest.fixture(scope="module")
def unwatched():
    return {name: trained(style)[0] for name, style in STYLES.items()}


@pytest.mark.parametrize("door", ["check", "watch"])
@pytest.mark.parametrize("name", STYLES)
def test_the_same_to_the_bit(name, door, unwatched):
    before = attributes()
    left, recorder = trained(STYLES[name], door)
    assert same(left, unwatched[name])
    assert attributes() == before and not _STACKS
    evidence = recorder.evidence(stopped="end")
    assert not [why for why in evidence.because.values() if "recording failed" in why]
    assert evidence.conduct.steps or name == "by_hand"


@pytest.mark.parametrize("door", ["check", "watch"])
@pytest.mark.parametrize("name", STYLES)
def test_the_same_when_our_own_work_fails(name, door, unwatched, monkeypatch):
    def broken(*_, **__):
        raise ValueError("out of order")

    for module, part in ((passes, "forward_begins"), (passes, "forward_ends"),
                         (passes, "loss_taken"), (passes, "backward_begins"),
                         (stepping, "step_begins"), (stepping, "step_ends"),
                         (stepping, "zeroed"), (stepping, "loader_begins")):  # fmt: skip
        monkeypatch.setattr(module, part, broken)
    left, recorder = trained(STYLES[name], door)
    assert same(left, unwatched[name])
    reasons = recorder.evidence(stopped="end").because
    assert "the recording failed: ValueError: out of order" in reasons.values()
