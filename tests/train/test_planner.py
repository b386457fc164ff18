"""Whatever the members: all are planned once, in order, for no more time, in the memory told."""

import dataclasses
import gc
import types

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.train.pack import Pack
from justright.train.planner import bucket_key, plan, step_seconds
from tests.train.mixed import ACTIVATIONS, NORMS, OPTIMIZERS, data_of, mixed
from tests.train.small import HALVES, member, view

OTHER = view(range(0, 40), range(40, 48))
members_at_random = st.lists(
    st.builds(
        member,
        seed=st.integers(0, 9),
        view=st.sampled_from((HALVES, OTHER)),
        order_seed=st.integers(0, 2),
        batch_size=st.sampled_from((8, 16)),
        depth=st.integers(0, 4),
        width=st.sampled_from((1, 8, 9, 64, 700)),
        shape=st.sampled_from(("same", "funnel")),
        activation=st.sampled_from(ACTIVATIONS),
        normalisation=st.sampled_from(NORMS),
        numeric_embedding=st.sampled_from(("none", "none", "periodic")),
        optimizer=st.sampled_from(OPTIMIZERS),
        averaging=st.sampled_from(("none", "ema", "swa", "last_k")),
        dropout=st.sampled_from((0.0, 0.2)),
        input_dropout=st.sampled_from((0.0, 0.1)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(members_at_random)
def test_every_member_is_in_one_bucket_by_falling_depth_beside_its_like(members):
    buckets = plan(members)
    assert sorted(i for bucket in buckets for i in bucket.members) == list(range(len(members)))
    for bucket in buckets:
        own = [members[i] for i in bucket.members]
        assert len({bucket_key(m) for m in own}) == 1
        depths = [m.spec.depth for m in own]
        assert depths == sorted(depths, reverse=True)
        assert bucket.step_s == step_seconds(own) > 0
        assert bucket.n_bytes > 0
        assert 0 <= bucket.padded_share < 1
        assert bucket.why.startswith(f"{len(own)} of batch size {own[0].batch_size}")


@settings(max_examples=60, deadline=None)
@given(members_at_random)
def test_together_is_never_estimated_slower_than_widths_apart(members):
    apart = {}
    for m in members:
        apart.setdefault((bucket_key(m), max(m.spec.widths, default=0)), []).append(m)
    planned = sum(bucket.step_s for bucket in plan(members))
    parts = (plan(own) for own in apart.values())
    assert planned <= sum(b.step_s for part in parts for b in part) * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(members_at_random, st.randoms(use_true_random=False))
def test_the_order_of_the_list_moves_nobody_to_another_bucket(members, random):
    numbered = [dataclasses.replace(m, seed=i) for i, m in enumerate(members)]
    shuffled = random.sample(numbered, len(numbered))

    def found(own):
        return {frozenset(own[i].seed for i in bucket.members) for bucket in plan(own)}

    assert found(numbered) == found(shuffled)


WIDTHS = {  # widths of members, and how many buckets they come to
    "alike": ([16] * 8, 1),
    "a little apart: padding is cheaper than more calls": ([8, 10, 12, 16], 1),
    "far apart: padding is dearer": ([8] * 20 + [2_000], 2),
}


@pytest.mark.parametrize(("widths", "n"), WIDTHS.values(), ids=WIDTHS)
def test_widths_share_a_bucket_where_that_is_cheaper(widths, n):
    buckets = plan([member(seed=i, width=w, depth=2) for i, w in enumerate(widths)])
    assert len(buckets) == n
    assert ("as padding would cost more" in buckets[0].why) is (n > 1)


def test_another_batch_size_is_another_bucket_and_said_to_be():
    buckets = plan([member(batch_size=8), member(batch_size=16), member(batch_size=8)])
    assert [bucket.members for bucket in buckets] == [(0, 2), (1,)]
    assert "another batch size or input cannot share a step" in buckets[0].why


PASSED_BY = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


def held(pack, data):
    """Bytes of all tensors that can be reached from a pack, each storage once, the data aside."""
    aside = {t.untyped_storage().data_ptr() for t in (data.x, data.y)}
    seen, found, todo = set(), {}, [pack]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, PASSED_BY):
            continue
        seen.add(id(one))
        if isinstance(one, torch.Tensor):
            storage = one.untyped_storage()
            found[storage.data_ptr()] = storage.nbytes()
        else:
            todo += gc.get_referents(one)
    return sum(n for place, n in found.items() if place not in aside)


@pytest.mark.parametrize("seed", range(12))
def test_the_memory_told_is_what_a_pack_holds(seed):
    n, embedding = (1, 3, 9, 20)[seed % 4], ("none", "periodic", "piecewise_linear")[seed % 3]
    cardinalities = (12,) * (seed % 2)
    members = mixed(seed, n, numeric_embedding=embedding, cardinalities=cardinalities)
    averagings = ("none", "ema", "swa", "last_k")
    members = [
        dataclasses.replace(m, averaging=averagings[(seed + i) % 4], total_steps=8, epoch_steps=2)
        for i, m in enumerate(members)
    ]
    data = data_of(n_codes=seed % 2)
    for bucket in plan(members, value_bytes=8):
        pack = Pack([members[i] for i in bucket.members], data)
        for _ in range(8):
            pack.step_and_look()
        assert bucket.n_bytes == pytest.approx(held(pack, data), rel=0.25)


def test_memory_counts_what_is_large():
    """Wide layers, where weights and activations rule."""
    members = [
        member(seed=i, n_plain=3, width=300, depth=2, normalisation="batch", batch_size=64)
        for i in range(5)
    ]
    data = data_of("regression")
    [bucket] = plan(members, value_bytes=8)
    pack = Pack(members, data)
    pack.step()
    assert bucket.n_bytes == pytest.approx(held(pack, data), rel=0.1)
