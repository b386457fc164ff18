import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.nets import noise as room
from justright.nets.noise import LEVELS, PER_WORD, POOL, STREAM, Noise, uniform

LOTS = st.lists(st.integers(1, 3_000), min_size=1, max_size=6)


def words(size):
    """Numbers that are used up where `size` are dealt."""
    return -(-size // PER_WORD) * PER_WORD


def straight(seed, size):
    """The stream of a seed as SFC64 has it."""
    raw = np.random.SFC64(seed ^ STREAM).random_raw(words(size) // PER_WORD)
    return torch.from_numpy(raw.view(np.int16))


@settings(max_examples=30, deadline=None)
@given(LOTS, st.integers(0, 2**40))
def test_a_stream_is_the_generators_whatever_is_dealt_at_a_time(sizes, seed):
    noise, start = Noise([seed]), 0
    whole = straight(seed, sum(map(words, sizes)))
    for size in sizes:
        assert torch.equal(noise.deal(size)[0], whole[start : start + size])
        start += words(size)


@pytest.mark.parametrize("first", [1, 15, POOL - 4, POOL - 1, POOL, POOL + 1, 3 * POOL])
def test_a_stream_goes_on_across_a_refill(first):
    """A pool that runs out in the middle of a request loses no number and repeats none."""
    noise, start = Noise([3]), 0
    whole = straight(3, words(first) + 2 * POOL)
    for size in (first, POOL, POOL):
        assert torch.equal(noise.deal(size)[0], whole[start : start + size])
        start += words(size)


def test_a_stream_does_not_depend_on_the_size_of_the_pool(monkeypatch):
    sizes = [5, 1_000, 17, POOL, 3]
    wide, narrow = Noise([8, 9]), Noise([8, 9])
    expected = [wide.deal(size).clone() for size in sizes]
    monkeypatch.setattr(room, "POOL", 64)
    assert all(torch.equal(narrow.deal(n), e) for n, e in zip(sizes, expected, strict=True))


@pytest.mark.parametrize("seeds", [[7], [7, 1], [2, 7, 1], [7, 7]])
def test_a_member_does_not_depend_on_its_neighbours(seeds):
    noise, alone = Noise(seeds), Noise([7])
    k = seeds.index(7)
    for size in (20, 1, 90_000):
        assert torch.equal(noise.deal(size)[k], alone.deal(size)[0])


def test_members_of_different_seeds_are_independent():
    a, b = uniform(Noise([0, 1]).deal(50_000), torch.float64)
    # Four times the standard error of a correlation of 50,000 pairs.
    assert abs(torch.corrcoef(torch.stack([a, b]))[0, 1]) < 0.018


def test_numbers_cut_from_one_word_are_independent():
    drawn = uniform(Noise([5]).deal(200_000)[0], torch.float64).view(-1, PER_WORD).T
    among = torch.corrcoef(torch.cat([drawn[:, 1:], drawn[:1, :-1]])) - torch.eye(PER_WORD + 1)
    assert among.abs().max() < 0.018


def test_numbers_are_uniform():
    numbers = uniform(Noise([5]).deal(100_000)[0], torch.float32)
    assert numbers.dtype == torch.float32
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts = torch.histc(numbers, bins=20, min=0, max=1)
    # 19 degrees of freedom: 43.8 is passed once in 1,000 seeds.
    assert ((counts - 5_000) ** 2 / 5_000).sum() < 43.8


def test_the_ends_of_uniform():
    ends = torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16)
    assert uniform(ends, torch.float64).tolist() == [0.0, 1 - 1 / LEVELS]


def going_on(noise):
    return [noise.deal(size).clone() for size in (9, 70_000, 4)]


@pytest.mark.parametrize("before", [[], [12], [POOL], [30_000, 40_001]])
def test_a_state_goes_on_bit_for_bit(before):
    noise = Noise([3, 4])
    for size in before:
        noise.deal(size)
    states = [noise.state(0), noise.state(1)]
    fresh = Noise([0, 0])
    fresh.load(states)
    assert all(map(torch.equal, going_on(fresh), going_on(noise)))


def test_members_go_on_together_whatever_is_left_in_their_pools():
    """Who comes from other company has drawn more or less ahead."""
    sources = [Noise([seed]) for seed in (3, 4, 5)]
    for noise, sizes in zip(sources, [[8], [POOL - 4, 40], [100, POOL]], strict=True):
        for size in sizes:
            noise.deal(size)
    states = [noise.state(0) for noise in sources]
    left = {len(state["noise_pool"]) for state in states}
    assert len(left) == 3, "the case must mix pools"
    together = Noise([0, 0, 0])
    together.load(states)
    found = going_on(together)
    for k, noise in enumerate(sources):
        assert all(torch.equal(f[k], e[0]) for f, e in zip(found, going_on(noise), strict=True))


def test_a_state_stays_as_it_was_taken():
    noise = Noise([3])
    noise.deal(10)
    state = noise.state(0)
    kept = {name: value.clone() for name, value in state.items()}
    fresh = Noise([1])
    fresh.load([state])
    fresh.deal(POOL)
    noise.deal(POOL)
    assert all(torch.equal(state[name], kept[name]) for name in kept)
