import torch
from hypothesis import given, settings

from justright.nets.dense import parameter_slots, statistic_slots
from justright.nets.slots import Slot, named, spans, total
from tests.nets.specs import spec_with, specs


@settings(max_examples=60, deadline=None)
@given(specs)
def test_slots_cover_the_buffer_without_overlap(spec):
    for slots in (parameter_slots(spec), statistic_slots(spec)):
        flat = torch.zeros(2, total(slots))
        views = named(slots, flat)
        assert len(views) == len(slots), "two slots share a name"
        for number, slot in enumerate(slots, start=1):
            assert views[slot.name].shape == (2, *slot.shape)
            views[slot.name] += number
        # Added to, so an overlap or a gap would show as a sum that no single slot has.
        sizes = torch.tensor([slot.size for slot in slots], dtype=torch.long)
        expected = torch.repeat_interleave(torch.arange(1.0, len(slots) + 1), sizes)
        assert torch.equal(flat, expected.expand(2, -1))


def test_spans_follow_each_other():
    slots = (Slot(name="a.weight", shape=(2, 3)), Slot(name="a.bias", shape=(3,)))
    assert [(start, stop) for _, start, stop in spans(slots)] == [(0, 6), (6, 9)]


def test_views_share_the_buffers_memory():
    slots, flat = (
        (Slot(name="a.weight", shape=(2,)), Slot(name="b.bias", shape=(1,))),
        torch.ones(2, 3),
    )
    named(slots, flat)["b.bias"][1] = 7.0
    assert flat.tolist() == [[1, 1, 1], [1, 1, 7]]


def test_the_layer_is_the_name_without_its_last_part():
    assert Slot(name="hidden.0.weight", shape=(1,)).layer == "hidden.0"


def test_weights_decay_and_nothing_else_does():
    spec = spec_with(
        activation="prelu",
        normalisation="layer",
        cardinalities=(4,),
        numeric_embedding="periodic",
        depth=1,
    )
    decaying = {slot.name for slot in parameter_slots(spec) if slot.decays}
    assert decaying == {"numbers.weight", "hidden.0.weight", "output.weight"}
