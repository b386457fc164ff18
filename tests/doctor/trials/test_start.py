import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from justright.doctor.trials import by_heart as module
from justright.doctor.trials.by_heart import OVERFIT_STEPS
from justright.doctor.trials.start import record


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(module, "OVERFIT_STEPS", 3)


def mse(outputs, y):
    return F.mse_loss(outputs.squeeze(-1), y)


def identity(n_layers, width=4):
    layers = [nn.Linear(width, width, bias=False) for _ in range(n_layers)]
    for layer in layers:
        nn.init.eye_(layer.weight)
    return nn.Sequential(*layers)


def batch(n=64, width=4):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(n, width, generator=generator)


def test_identity_weights_pass_the_spread_on():
    x = batch()
    seen = record(identity(3), F.mse_loss, x, x, torch.zeros(4))
    assert list(seen.spreads) == ["0", "1"], "hidden layers, the output not among them"
    assert list(seen.spreads.values()) == pytest.approx([x.std().item()] * 2)
    assert (seen.n_rows, seen.n_layers) == (64, 3)
    assert seen.first_loss == 0
    assert seen.output_spread == pytest.approx(x.std(0).max().item())
    assert seen.trivial_loss == pytest.approx(x.square().mean().item())


def test_zero_weights_put_out_nothing():
    model = identity(3)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    x = batch()
    seen = record(model, F.mse_loss, x, x, torch.zeros(4))
    assert set(seen.spreads.values()) == {0.0}
    assert seen.output_spread == 0
    assert seen.first_loss == seen.trivial_loss
    assert len(set(seen.real_losses)) == 1, "no gradient reaches any weight"


def test_doubling_layers_double_the_spread():
    model = identity(3)
    with torch.no_grad():
        for layer in model:
            layer.weight *= 2
    x = batch()
    first, second = record(model, F.mse_loss, x, x, torch.zeros(4)).spreads.values()
    assert second / first == pytest.approx(2.0)


def test_a_linear_model_learns_by_heart_and_zeros_leave_it_the_prior():
    x = batch()
    y = x[:, 0] + 3
    seen = record(nn.Linear(4, 1), mse, x, y, torch.tensor([3.0]))
    assert len(seen.real_losses) == len(seen.zero_losses) == OVERFIT_STEPS
    small = y[:32].var(unbiased=False).item()
    assert seen.small_trivial_loss == pytest.approx(small, rel=0.02)
    assert min(seen.zero_losses) >= small * 0.999
    assert seen.real_losses[-1] < seen.real_losses[0]


def test_a_batch_known_by_heart_needs_no_more_steps_and_no_zeros():
    x = batch()
    seen = record(nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 1)), mse, x, x[:, 0],
                  torch.zeros(1))  # fmt: skip
    assert len(seen.real_losses) < OVERFIT_STEPS and seen.zero_losses == ()
    assert seen.real_losses[-1] < 0.2 * seen.small_trivial_loss


def test_the_best_constant_suits_the_small_batch():
    """The prior handed in may be far from what these few targets ask for."""
    x, y = batch(), torch.full((64,), 2.0)
    seen = record(nn.Linear(4, 1), mse, x, y, torch.tensor([1.0]))
    assert seen.trivial_loss == 1
    assert seen.small_trivial_loss < 0.02


def test_the_floor_is_what_equal_inputs_leave_unexplained():
    x = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
    y = torch.tensor([0.0, 2.0, 5.0, 5.0])
    seen = record(nn.Linear(1, 1), mse, x, y, torch.tensor([3.0]))
    assert seen.small_trivial_loss == pytest.approx(4.5, rel=0.01)
    assert seen.small_floor_loss == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("kind", [nn.Dropout, nn.AlphaDropout])
def test_overfitting_leaves_dropout_out(kind):
    torch.manual_seed(0)
    linear = nn.Linear(4, 1)
    with_dropout = nn.Sequential(kind(0.9), copy.deepcopy(linear))
    x = batch()
    without = nn.Sequential(nn.Identity(), copy.deepcopy(linear))
    a, b = (record(net, mse, x, x[:, 0], torch.zeros(1)) for net in (with_dropout, without))
    assert a.real_losses == b.real_losses


def blocks(draw):
    width = draw(st.integers(2, 5))
    kinds = {
        "linear": lambda: nn.Linear(width, width),
        "relu": nn.ReLU,
        "batch": lambda: nn.BatchNorm1d(width),
        "layer": lambda: nn.LayerNorm(width),
        "dropout": lambda: nn.Dropout(0.3),
        "alpha": lambda: nn.AlphaDropout(0.3),
        "rrelu": nn.RReLU,
        "prelu": nn.PReLU,
    }
    names = draw(st.lists(st.sampled_from(sorted(kinds)), max_size=5))
    torch.manual_seed(draw(st.integers(0, 99)))
    model = nn.Sequential(*(kinds[name]() for name in names), nn.Linear(width, 1))
    for part in model:
        part.train(draw(st.booleans()))
    return model, width


models = st.composite(blocks)()


def state_of(model):
    return {
        "values": copy.deepcopy(model.state_dict()),
        "modes": [m.training for m in model.modules()],
        "gradients": [None if p.grad is None else p.grad.clone() for p in model.parameters()],
        "asked": [p.requires_grad for p in model.parameters()],
        "hooks": [len(m._forward_hooks) for m in model.modules()],
        "random": torch.get_rng_state(),
    }


def assert_as_before(before, after):
    assert before["values"].keys() == after["values"].keys()
    for name, value in before["values"].items():
        assert torch.equal(value, after["values"][name]), name
    for name in ("modes", "asked", "hooks"):
        assert before[name] == after[name], name
    for a, b in zip(before["gradients"], after["gradients"], strict=True):
        assert (a is None and b is None) or torch.equal(a, b)
    assert torch.equal(before["random"], after["random"])


@settings(max_examples=30, deadline=None)
@given(models, st.booleans())
def test_the_model_and_torchs_generator_are_left_as_they_were(few, had_gradients):
    model, width = few
    x = batch(12, width)
    if had_gradients:
        mse(model(x), x[:, 0]).backward()
    before, inputs = state_of(model), x.clone()
    steps, module.OVERFIT_STEPS = module.OVERFIT_STEPS, 3
    try:
        record(model, mse, x, x[:, 0], torch.zeros(1))
    finally:
        module.OVERFIT_STEPS = steps
    assert_as_before(before, state_of(model))
    assert torch.equal(x, inputs)


@pytest.mark.usefixtures("few_steps")
def test_a_loss_that_fails_leaves_the_generator_as_it_was():
    def broken(outputs, y):
        torch.rand(3)
        raise RuntimeError("shapes do not match")

    model = nn.Linear(4, 1)
    before = torch.get_rng_state()
    with pytest.raises(RuntimeError, match="shapes do not match"):
        record(model, broken, batch(), batch()[:, 0], torch.zeros(1))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.usefixtures("few_steps")
def test_the_same_model_gives_the_same_evidence():
    model = nn.Sequential(nn.Linear(4, 8), nn.RReLU(), nn.BatchNorm1d(8), nn.Linear(8, 1))
    x = batch()
    torch.manual_seed(3)
    first = record(model, mse, x, x[:, 0], torch.zeros(1))
    assert record(model, mse, x, x[:, 0], torch.zeros(1)) == first
