import pytest
import torch

from justright.nets.dropout import SELU_FLOOR, Dropout
from justright.nets.noise import Noise

ROWS, WIDTH = 400, 250  # 100,000 values a member: a mean is known to about 0.003
RATES = torch.tensor([0.01, 0.1, 0.5])


def dropout(raw, rate, *, alpha=False):
    """The mask of a second draw: each must write it anew."""
    drop = Dropout(rate, tuple(raw.shape[1:]), alpha=alpha)
    drop.draw(raw.flip(1))
    drop.draw(raw)
    return drop.mask


def alpha_dropout(raw, rate):
    return dropout(raw, rate, alpha=True)


def raw():
    return Noise([1, 2, 3]).deal(ROWS * WIDTH).view(3, ROWS, WIDTH)


def normal():
    x = torch.randn(1, ROWS, WIDTH, generator=torch.Generator().manual_seed(0))
    return x.expand(3, -1, -1).clone()


def dropped(x, drop=dropout):
    mask = drop(raw(), RATES)
    mask.apply(x)
    return x


def test_dropout_drops_each_members_share():
    out = dropped(torch.ones(3, ROWS, WIDTH))
    shares = (out == 0).float().mean((1, 2))
    # Four standard errors of each share.
    assert ((shares - RATES).abs() < 4 * (RATES * (1 - RATES) / (ROWS * WIDTH)).sqrt()).all()


def test_dropout_keeps_the_expectation():
    x = normal() + 2
    before = x.mean((1, 2))
    torch.testing.assert_close(dropped(x).mean((1, 2)), before, atol=0.03, rtol=0)


def test_what_is_kept_is_scaled_by_the_share_kept():
    x = normal().abs() + 1
    before, out = x.clone(), dropped(x)
    for k, rate in enumerate(RATES):
        kept = out[k] != 0
        torch.testing.assert_close(out[k][kept], before[k][kept] / (1 - rate))


def test_alpha_dropout_keeps_mean_and_variance():
    out = dropped(normal(), alpha_dropout)
    torch.testing.assert_close(out.mean((1, 2)), torch.zeros(3), atol=0.02, rtol=0)
    torch.testing.assert_close(out.var((1, 2)), torch.ones(3), atol=0.03, rtol=0)


def test_alpha_dropout_sets_to_one_floor():
    """All dropped values of a member are equal, and as many as its rate says."""
    out = dropped(normal(), alpha_dropout)[1]
    values, counts = out.flatten().unique(return_counts=True)
    keep = 0.9
    scale = (keep + SELU_FLOOR**2 * keep * (1 - keep)) ** -0.5
    floor = SELU_FLOOR * scale - scale * (1 - keep) * SELU_FLOOR
    assert values[counts.argmax()].item() == pytest.approx(floor, rel=1e-5)
    assert counts.max() / out.numel() == pytest.approx(0.1, abs=0.005)


def test_the_floor_is_where_selu_ends():
    assert torch.nn.functional.selu(torch.tensor(-50.0)).item() == pytest.approx(SELU_FLOOR)


@pytest.mark.parametrize("drop", [dropout, alpha_dropout])
def test_the_gradient_is_scaled_as_the_values_are(drop):
    x = normal().requires_grad_()
    mask = drop(raw(), RATES)
    out = x * mask.scale + (0 if mask.shift is None else mask.shift)
    (grad,) = torch.autograd.grad(out.sum(), x)
    assert torch.equal(grad, mask.scale)
    lost = mask.scale == 0
    torch.testing.assert_close(lost.float().mean((1, 2)), RATES, atol=0.01, rtol=0)


@pytest.mark.parametrize("rate", [1e-9, 0.999])
@pytest.mark.parametrize("drop", [dropout, alpha_dropout])
def test_rates_at_the_very_ends_stay_finite(drop, rate):
    mask = drop(raw(), torch.full((3,), rate, dtype=torch.float64))
    x = torch.ones(3, ROWS, WIDTH, dtype=torch.float64)
    mask.apply(x)
    assert x.isfinite().all()
    assert (mask.scale == 0).double().mean().item() == pytest.approx(rate, abs=1e-4)


@pytest.mark.parametrize("drop", [dropout, alpha_dropout])
def test_a_rate_of_0_keeps_every_value_to_the_last_bit(drop):
    every = torch.arange(-(2**15), 2**15).to(torch.int16).view(1, -1, 1)
    x = torch.randn(1, 2**16, 1, generator=torch.Generator().manual_seed(0))
    before = x.clone()
    drop(every, torch.zeros(1)).apply(x)
    assert torch.equal(x, before)


def test_rates_are_kept_to_one_in_65_536():
    """One noise number of each value: what is dropped is the rate, rounded."""
    every = torch.arange(-(2**15), 2**15).to(torch.int16).view(1, -1, 1)
    for rate in (0.1, 0.25, 1 / 3, 0.9):
        mask = dropout(every, torch.tensor([rate], dtype=torch.float64))
        assert (mask.scale == 0).sum().item() == 2**16 - round((1 - rate) * 2**16)
