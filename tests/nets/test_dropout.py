import pytest
import torch

from justright.nets.dropout import SELU_FLOOR, alpha_dropout, dropout
from justright.nets.noise import Noise

ROWS, WIDTH = 400, 250  # 100,000 values a member: a mean is known to about 0.003


def normal():
    return torch.randn(1, ROWS, WIDTH, generator=torch.Generator().manual_seed(0)).expand(3, -1, -1)


RATES = torch.tensor([0.0, 0.1, 0.5])


def test_dropout_drops_each_members_share():
    out = dropout(torch.ones(3, ROWS, WIDTH), RATES, Noise([1, 2, 3]))
    shares = (out == 0).float().mean((1, 2))
    torch.testing.assert_close(shares, RATES, atol=0.01, rtol=0)
    assert torch.equal(out[0], torch.ones(ROWS, WIDTH))


def test_dropout_keeps_the_expectation():
    x = normal() + 2
    out = dropout(x, RATES, Noise([1, 2, 3]))
    torch.testing.assert_close(out.mean((1, 2)), x.mean((1, 2)), atol=0.03, rtol=0)


def test_what_is_kept_is_scaled_by_the_share_kept():
    x = normal().abs() + 1
    out = dropout(x, RATES, Noise([1, 2, 3]))
    kept = out[2] != 0
    torch.testing.assert_close(out[2][kept], x[2][kept] / 0.5)


def test_alpha_dropout_keeps_mean_and_variance():
    out = alpha_dropout(normal(), RATES, Noise([1, 2, 3]))
    torch.testing.assert_close(out.mean((1, 2)), torch.zeros(3), atol=0.02, rtol=0)
    torch.testing.assert_close(out.var((1, 2)), torch.ones(3), atol=0.03, rtol=0)


def test_alpha_dropout_sets_to_one_floor():
    """All dropped values of a member are equal, and as many as its rate says."""
    out = alpha_dropout(normal(), RATES, Noise([1, 2, 3]))[1]
    values, counts = out.flatten().unique(return_counts=True)
    keep = 0.9
    scale = (keep + SELU_FLOOR**2 * keep * (1 - keep)) ** -0.5
    floor = SELU_FLOOR * scale - scale * (1 - keep) * SELU_FLOOR
    assert values[counts.argmax()].item() == pytest.approx(floor, rel=1e-5)
    assert counts.max() / out.numel() == pytest.approx(0.1, abs=0.005)


def test_the_floor_is_where_selu_ends():
    assert torch.nn.functional.selu(torch.tensor(-50.0)).item() == pytest.approx(SELU_FLOOR)


def test_without_rate_nothing_changes():
    x = normal()
    for drop in (dropout, alpha_dropout):
        assert torch.equal(drop(x, torch.zeros(3), Noise([1, 2, 3])), x)
