import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.train.batches import AHEAD, Batches
from tests.train.small import member, view

rows = st.lists(st.integers(0, 99), min_size=1, max_size=40, unique=True)


def drawn(batches, n):
    return torch.stack([batches.next() for _ in range(n)])


@settings(max_examples=40, deadline=None)
@given(rows, st.integers(1, 50), st.integers(0, 99))
def test_each_pass_visits_every_row_once(train, batch_size, seed):
    rows = view(train, [100])
    batches = Batches([member(view=rows, order_seed=seed, batch_size=batch_size)])
    n_batches = 2 * AHEAD + 3  # past two refills
    stream = drawn(batches, n_batches)
    assert stream.shape == (n_batches, 1, batch_size), "no batch is smaller than the others"
    flat = stream.flatten().tolist()
    for start in range(0, len(flat) - len(train) + 1, len(train)):
        assert sorted(flat[start : start + len(train)]) == sorted(train)
    tail = flat[len(flat) // len(train) * len(train) :]
    assert len(set(tail)) == len(tail)


def test_each_pass_has_an_order_of_its_own():
    batches = Batches([member(view=view(range(30), [100]), batch_size=30)])
    first, second = batches.next()[0].tolist(), batches.next()[0].tolist()
    assert first != second
    assert first != list(range(30))


def test_a_batch_larger_than_the_rows_repeats_them():
    batches = Batches([member(view=view([3, 5], [100]), batch_size=7)])
    counts = torch.bincount(batches.next()[0])
    assert sorted(counts[counts > 0].tolist()) == [3, 4]


FIRST, SECOND = view(range(10), [30]), view(range(10, 20), [31])
SHUFFLED = dataclasses.replace(FIRST, targets=np.arange(40)[::-1])
STREAMS = {  # members by order seed and view; which pairs see the same batches
    "the same seed and view": ([(0, FIRST), (0, FIRST)], True, True),
    "another seed": ([(0, FIRST), (1, FIRST)], False, False),
    "another view": ([(0, FIRST), (0, SECOND)], False, False),
    "the same rows with other targets": ([(0, FIRST), (0, SHUFFLED)], True, True),
    "another view of the same rows": ([(0, FIRST), (0, view(range(10), [30]))], False, True),
}


@pytest.mark.parametrize(("keys", "shared", "same"), STREAMS.values(), ids=STREAMS)
def test_members_of_one_seed_and_view_see_the_same_batches(keys, shared, same):
    members = [member(seed=i, order_seed=s, view=v) for i, (s, v) in enumerate(keys)]
    batches = Batches(members)
    assert batches.shared is shared
    stream = drawn(batches, 10).expand(-1, 2, -1)
    assert torch.equal(stream[:, 0], stream[:, 1]) is same


def test_folds_never_leave_their_rows():
    rows = np.arange(30)
    folds = [view(rows[rows % 3 != k], rows[rows % 3 == k], k) for k in range(3)]
    members = [member(seed=i, order_seed=i % 2, view=folds[i % 3]) for i in range(6)]
    stream = drawn(Batches(members), 50)
    for i in range(6):
        assert set(stream[:, i].flatten().tolist()) == set(folds[i % 3].train.tolist())


def test_a_members_batches_do_not_depend_on_its_neighbours():
    ours = member(order_seed=3, view=FIRST)
    neighbours = [member(order_seed=1, view=SECOND), ours, member(order_seed=4, view=FIRST)]
    together, alone = drawn(Batches(neighbours), 100), drawn(Batches([ours]), 100)
    assert torch.equal(together[:, 1], alone[:, 0])


def test_batches_leave_torchs_own_generator_alone():
    before = torch.get_rng_state()
    drawn(Batches([member()]), 3)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("before", [1, 7, AHEAD - 1, AHEAD, AHEAD + 1, 3 * AHEAD + 5])
def test_states_go_on_bit_for_bit(before):
    members = [member(order_seed=s, view=v) for s, v in ((0, FIRST), (0, SECOND), (0, FIRST))]
    batches = Batches(members)
    drawn(batches, before)
    states = [batches.state(k) for k in range(3)]
    expected = drawn(batches, 2 * AHEAD)
    for who in ([0, 1, 2], [2], [1, 2]):
        for _ in range(2):  # twice, as a state stays as it was taken
            some = Batches([members[k] for k in who])
            some.load([states[k] for k in who])
            assert torch.equal(drawn(some, 2 * AHEAD).expand(-1, len(who), -1), expected[:, who])
