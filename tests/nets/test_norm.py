import torch
from torch import nn

from justright.nets.norm import batch_norm, batch_statistics, layer_norm, track

MEMBERS, BATCH, WIDTH = 3, 12, 4


def hidden(seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(MEMBERS, BATCH, WIDTH, generator=generator) * 3 + 5


def test_track_moves_as_torchs_running_statistics_do():
    twins = [nn.BatchNorm1d(WIDTH).train() for _ in range(MEMBERS)]
    mean, variance = torch.zeros(MEMBERS, WIDTH), torch.ones(MEMBERS, WIDTH)
    for seed in range(5):
        x = hidden(seed)
        track(mean, variance, *batch_statistics(x), BATCH)
        for k, twin in enumerate(twins):
            twin(x[k])
            torch.testing.assert_close(mean[k], twin.running_mean)
            torch.testing.assert_close(variance[k], twin.running_var)


def test_batch_norm_uses_the_statistics_it_is_given():
    gain, bias = torch.randn(MEMBERS, WIDTH), torch.randn(MEMBERS, WIDTH)
    x = hidden(0)
    mean, variance = batch_statistics(x)
    out = batch_norm(x, gain, bias, mean=mean, variance=variance)
    for k in range(MEMBERS):
        alone = nn.functional.batch_norm(x[k], None, None, gain[k], bias[k], training=True)
        torch.testing.assert_close(out[k], alone, rtol=1e-4, atol=1e-5)


def test_layer_norm_equals_torchs():
    gain, bias = torch.randn(MEMBERS, WIDTH), torch.randn(MEMBERS, WIDTH)
    x = hidden(1)
    out = layer_norm(x, gain, bias)
    for k in range(MEMBERS):
        alone = nn.functional.layer_norm(x[k], (WIDTH,), gain[k], bias[k])
        torch.testing.assert_close(out[k], alone)


def test_a_constant_feature_is_not_divided_by_zero():
    x = torch.full((1, BATCH, WIDTH), 7.0)
    mean, variance = batch_statistics(x)
    ones, zeros = torch.ones(1, WIDTH), torch.zeros(1, WIDTH)
    for out in (
        batch_norm(x, ones, zeros, mean=mean, variance=variance),
        layer_norm(x, ones, zeros),
    ):
        assert torch.equal(out, torch.zeros_like(x))
