import pytest
import torch
from torch import nn
from torch.nn import functional as F

from justright.nets.norm import (
    EPSILON,
    Normalised,
    backward,
    batch_norm,
    normalise,
    recompute,
    track,
)

MEMBERS, BATCH, WIDTH = 3, 12, 4
BATCH_AXIS, LAYER_AXIS = 1, 2
AXES = pytest.mark.parametrize("axis", [BATCH_AXIS, LAYER_AXIS], ids=["batch", "layer"])


def values(*shape, seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def hidden(seed):
    return values(MEMBERS, BATCH, WIDTH, seed=seed) * 3 + 5


def rows(seed):
    return values(MEMBERS, WIDTH, seed=seed)


def normalised(z, gain, bias, axis):
    """In place; what is kept was filled with something else before."""
    kept = Normalised.like(z, axis)
    for part in (kept.values, kept.mean, kept.variance, kept.rscale, kept.room):
        part.fill_(9.0)
    normalise(z, gain.unsqueeze(1), bias.unsqueeze(1), kept)
    return kept


def torchs(axis, z, gain, bias):
    if axis == BATCH_AXIS:
        return F.batch_norm(z, None, None, gain, bias, training=True)
    return F.layer_norm(z, (WIDTH,), gain, bias)


@AXES
def test_both_passes_are_autograds(axis):
    z, gain, bias, grad = hidden(0), rows(1), rows(2), hidden(3)
    leaves = [v.clone().requires_grad_() for v in (z, gain, bias)]
    expected = torch.stack([torchs(axis, *(v[k] for v in leaves)) for k in range(MEMBERS)])
    by_z, by_gain, by_bias = torch.autograd.grad(expected, leaves, grad)
    before = z.clone()
    kept = normalised(z, gain, bias, axis)
    torch.testing.assert_close(z, expected.detach())
    torch.testing.assert_close(kept.mean, before.mean(axis, keepdim=True))
    torch.testing.assert_close(kept.variance, before.var(axis, keepdim=True, unbiased=False))
    found = torch.full_like(gain, 99.0), torch.full_like(bias, 99.0)
    backward(kept, grad, gain.unsqueeze(1), gain_grad=found[0], bias_grad=found[1])
    torch.testing.assert_close(grad, by_z)
    torch.testing.assert_close(found[0], by_gain)
    torch.testing.assert_close(found[1], by_bias)


@AXES
def test_a_members_own_units_within_wider_tensors(axis):
    """A stretch of members, as wide as they are: the rest stays, and counts for nothing."""
    own = (slice(1, 3), slice(None), slice(0, WIDTH - 1))
    z, gain, bias, grad = hidden(0), rows(1), rows(2), hidden(3)
    alone, gain_part, bias_part = z[own].clone(), gain[1:3, :-1], bias[1:3, :-1]
    kept = normalised(alone, gain_part, bias_part, axis)
    alone_grad, sums = grad[own].clone(), torch.zeros(2, 2, WIDTH - 1, dtype=torch.float64)
    backward(kept, alone_grad, gain_part.unsqueeze(1), gain_grad=sums[0], bias_grad=sums[1])
    before = z.clone()
    kept = normalised(z[own], gain_part, bias_part, axis)
    grad_before, wide = grad.clone(), torch.zeros(2, MEMBERS, WIDTH, dtype=torch.float64)
    sums_wide = {"gain_grad": wide[0, 1:3, :-1], "bias_grad": wide[1, 1:3, :-1]}
    backward(kept, grad[own], gain_part.unsqueeze(1), **sums_wide)
    torch.testing.assert_close(z[own], alone)
    torch.testing.assert_close(grad[own], alone_grad)
    torch.testing.assert_close(wide[:, 1:3, :-1], sums)
    assert torch.equal(z[..., -1], before[..., -1])
    assert torch.equal(z[0], before[0])
    assert torch.equal(grad[..., -1], grad_before[..., -1])
    assert not wide[:, 0].any()


def test_track_moves_as_torchs_running_statistics_do():
    twins = [nn.BatchNorm1d(WIDTH).double().train() for _ in range(MEMBERS)]
    ones, zeros = torch.ones(MEMBERS, WIDTH).double(), torch.zeros(MEMBERS, WIDTH).double()
    mean, variance = zeros.clone().unsqueeze(1), ones.clone().unsqueeze(1)
    for seed in range(5):
        x = hidden(seed)
        for k, twin in enumerate(twins):
            twin(x[k])
        kept = normalised(x, ones, zeros, BATCH_AXIS)
        track(kept, mean, variance)
        for k, twin in enumerate(twins):
            torch.testing.assert_close(mean[k, 0], twin.running_mean)
            torch.testing.assert_close(variance[k, 0], twin.running_var)
    recompute(kept, mean, variance)
    torch.testing.assert_close(mean[:, 0], hidden(4).mean(1))
    torch.testing.assert_close(variance[:, 0], hidden(4).var(1, unbiased=False))


def test_batch_norm_uses_the_statistics_it_is_given():
    gain, bias, mean, variance = rows(1), rows(2), rows(3), rows(4).square()
    x = hidden(0)
    columns = {"mean": mean.unsqueeze(1), "variance": variance.unsqueeze(1)}
    batch_norm(x, gain.unsqueeze(1), bias.unsqueeze(1), **columns)
    for k in range(MEMBERS):
        own = hidden(0)[k]
        alone = F.batch_norm(own, mean[k], variance[k], gain[k], bias[k], eps=EPSILON)
        torch.testing.assert_close(x[k], alone)


@AXES
def test_a_constant_feature_is_not_divided_by_zero(axis):
    x = torch.full((1, BATCH, WIDTH), 7.0)
    ones, zeros = torch.ones(1, WIDTH), torch.zeros(1, WIDTH)
    kept = normalised(x, ones, zeros, axis)
    assert not x.any()
    assert not kept.variance.any()
    assert (kept.mean == 7).all()
    grad = torch.randn(1, BATCH, WIDTH, generator=torch.Generator().manual_seed(0))
    backward(kept, grad, ones.unsqueeze(1), gain_grad=ones.clone(), bias_grad=zeros.clone())
    assert grad.isfinite().all()
