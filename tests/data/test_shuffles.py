"""Orders of targets: what moves together, and what stays where it is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from justright.data.shuffles import mixed, shifted

seeds = st.integers(0, 2**31 - 1)


@given(seed=seeds, n=st.integers(1, 40), size=st.integers(1, 4))
def test_blocks_move_whole_within_their_cell(seed, n, size):
    blocks = np.repeat(np.arange(n), size)
    cells = np.repeat(np.arange(n) % 3 - 1, size)
    order = mixed(cells, blocks, np.random.default_rng(seed))
    assert sorted(order) == list(range(n * size))
    assert (cells[order] == cells).all() and (order[cells < 0] == np.flatnonzero(cells < 0)).all()
    moved = blocks[order].reshape(n, size)
    assert (moved == moved[:, :1]).all()


def test_every_order_of_three_is_as_likely():
    rng, cells, blocks = np.random.default_rng(0), np.zeros(3, dtype=int), np.arange(3)
    found = [tuple(mixed(cells, blocks, rng)) for _ in range(6_000)]
    counts = np.unique(found, axis=0, return_counts=True)[1]
    assert len(counts) == 6 and (abs(counts - 1_000) < 120).all()  # 4 standard deviations


@given(seed=seeds, n=st.integers(2, 60))
def test_a_shift_keeps_neighbours_in_time(seed, n):
    ranks = np.random.default_rng(seed).permutation(n)
    order = shifted(ranks, np.random.default_rng(seed))
    steps = (ranks[order] - ranks) % n
    assert (steps == steps[0]).all() and steps[0] > 0
