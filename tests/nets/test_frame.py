import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.nets.dense import parameter_slots, statistic_slots
from justright.nets.frame import frame_of, runs
from justright.nets.slots import Slot, total
from justright.nets.stack import DenseStack
from tests.nets.specs import spec_with, stacks


def slot(name, *shape, decays=False):
    return Slot(name=name, shape=shape, decays=decays)


W, B = slot("a.weight", 2, 3, decays=True), slot("a.bias", 3)
WIDE, GAIN = slot("a.weight", 4, 2, decays=True), slot("n.gain", 3)
#: Three members: the first and the last have a gain, the second has a wider weight and no bias.
GAPS = frame_of([(W, B, GAIN), (WIDE,), (W, GAIN)])

RUNS = {
    "none": ([], []),
    "one": ([5], [(0, 1, 5)]),
    "all alike": ("aaa", [(0, 3, "a")]),
    "the same again later": ("aba", [(0, 1, "a"), (1, 2, "b"), (2, 3, "a")]),
}


@pytest.mark.parametrize(("keys", "found"), RUNS.values(), ids=RUNS)
def test_runs(keys, found):
    assert list(runs(keys)) == found


def test_a_block_is_as_wide_as_its_widest_and_spans_gaps():
    weight, gain, bias = GAPS["a.weight"], GAPS["n.gain"], GAPS["a.bias"]
    assert (weight.first, weight.last, weight.shape) == (0, 3, (4, 3))
    assert (gain.first, gain.last, gain.shape) == (0, 3, (3,))
    assert (bias.first, bias.last) == (0, 1)
    assert GAPS.size == 3 * 12 + 3 * 3 + 3


def test_what_decays_comes_first():
    assert [block.decays for block in GAPS.blocks] == [True, False, False]


def test_views_cover_the_buffer_once():
    flat = torch.zeros(GAPS.size)
    for view in GAPS.views(flat).values():
        view += 1
    assert (flat == 1).all()


def test_put_and_take_by_hand():
    flat = torch.zeros(GAPS.size)
    views = GAPS.views(flat)
    GAPS.put(views, 0, torch.arange(1.0, 13.0))
    GAPS.put(views, 1, torch.arange(21.0, 29.0))
    assert views["a.weight"][0].tolist() == [[1, 2, 3], [4, 5, 6], [0, 0, 0], [0, 0, 0]]
    assert views["a.weight"][1].tolist() == [[21, 22, 0], [23, 24, 0], [25, 26, 0], [27, 28, 0]]
    assert views["a.bias"].tolist() == [[7, 8, 9]]
    assert views["n.gain"].tolist() == [[10, 11, 12], [0, 0, 0], [0, 0, 0]]
    taken = GAPS.take(views, 0)
    assert taken.tolist() == list(range(1, 13))
    taken.zero_()
    assert flat.sum() == sum(range(1, 13)) + sum(range(21, 29)), "a copy was taken"


def test_who_has_nothing_takes_nothing():
    frame = frame_of([(), (B,)])
    views = frame.views(torch.ones(3))
    assert frame.take(views, 0).shape == (0,)
    frame.put(views, 0, torch.empty(0))


@settings(max_examples=50, deadline=None)
@given(stacks, st.integers(0, 99))
def test_every_member_gets_back_its_own_and_nothing_else_is_touched(specs, seed):
    stack, generator = DenseStack(specs), torch.Generator().manual_seed(seed)
    for frame, slots_of in (
        (stack.parameters, parameter_slots),
        (stack.statistics, statistic_slots),
    ):
        flat = torch.zeros(frame.size)
        views = frame.views(flat)
        # Between 1 and 2, so that no value of a member is taken for padding.
        own = [torch.rand(total(slots_of(s)), generator=generator) + 1 for s in specs]
        for k, values in enumerate(own):
            frame.put(views, k, values)
        for k, values in enumerate(own):
            assert torch.equal(frame.take(views, k), values)
        assert (flat != 0).sum().item() == sum(map(len, own)), "the rest is padding, and zero"


def test_output_layers_are_told_apart_by_depth():
    stack = DenseStack([spec_with(depth=d, width=8 + d) for d in (3, 1, 1, 0)])
    heads = {b.name: (b.first, b.last) for b in stack.parameters.blocks if "output" in b.name}
    assert {name: heads[name] for name in heads if "weight" in name} == {
        "output@3.weight": (0, 1),
        "output@1.weight": (1, 3),
        "output@0.weight": (3, 4),
    }
