import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.nets.noise import POOL, STREAM, Noise

LOTS = st.lists(st.integers(1, 3_000), min_size=1, max_size=6)


@settings(max_examples=30, deadline=None)
@given(LOTS, st.integers(0, 2**40))
def test_a_stream_does_not_depend_on_how_it_is_dealt(sizes, seed):
    whole = Noise([seed]).uniform(sum(sizes))
    noise = Noise([seed])
    parts = torch.cat([noise.uniform(size) for size in sizes], dim=1)
    assert torch.equal(parts, whole)


@pytest.mark.parametrize("first", [1, 15, POOL - 1, POOL, POOL + 1])
def test_a_stream_goes_on_across_a_refill(first):
    """A pool that runs out in the middle of a request loses no number and repeats none."""
    noise = Noise([3])
    dealt = torch.cat([noise.uniform(first), noise.uniform(POOL), noise.uniform(POOL)], dim=1)
    straight = torch.rand(first + 2 * POOL, generator=torch.Generator().manual_seed(3 ^ STREAM))
    assert torch.equal(dealt[0], straight)


@pytest.mark.parametrize("seeds", [[7], [7, 1], [2, 7, 1], [7, 7]])
def test_a_member_does_not_depend_on_its_neighbours(seeds):
    noise, alone = Noise(seeds), Noise([7])
    k = seeds.index(7)
    for shape in ((4, 5), (1,), (300, 300)):
        assert torch.equal(noise.uniform(*shape)[k], alone.uniform(*shape)[0])


def test_members_of_different_seeds_are_independent():
    a, b = Noise([0, 1]).uniform(50_000)
    assert abs(torch.corrcoef(torch.stack([a, b]))[0, 1]) < 0.02


def test_uniform():
    noise = Noise([5]).uniform(100_000)[0]
    assert noise.dtype == torch.float32
    assert noise.min() >= 0
    assert noise.max() < 1
    counts = torch.histc(noise, bins=20, min=0, max=1)
    # 19 degrees of freedom: 43.8 is passed once in 1,000 seeds.
    assert ((counts - 5_000) ** 2 / 5_000).sum() < 43.8


def test_shape_has_members_first():
    assert Noise([1, 2, 3]).uniform(4, 5).shape == (3, 4, 5)
