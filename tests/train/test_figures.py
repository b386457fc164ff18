import pytest
import torch

from justright.nets.frame import frame_of
from justright.nets.slots import Slot
from justright.train.figures import layer_norms
from justright.train.pack import Pack
from tests.train.small import data_of, member

W, B = Slot(name="hidden.0.weight", shape=(1, 2)), Slot(name="hidden.0.bias", shape=(1,))
OUT = Slot(name="output.weight", shape=(2,))


def test_norms_by_hand():
    """The second member has no bias; its other layer is one of its own depth."""
    frame = frame_of(
        [(W, B, OUT), (W, OUT)], lambda name, k: f"{name}@{k}" if k and name == OUT.name else name
    )
    flat = torch.zeros(frame.size)
    views = frame.views(flat)
    frame.put(views, 0, torch.tensor([3.0, 4.0, 12.0, 8.0, 6.0]))
    frame.put(views, 1, torch.tensor([6.0, 8.0, 0.0, 2.0]))
    first, second = layer_norms(frame, flat, [0, 1])
    assert first == {"hidden.0": 13.0, "output": 10.0}
    assert second == {"hidden.0": 10.0, "output": 2.0}
    assert list(first) == ["hidden.0", "output"], "first layer first"
    assert layer_norms(frame, flat, [1]) == [second]


def test_a_lost_member_is_lost_alone():
    frame = frame_of([(W,), (W,)])
    flat = torch.tensor([float("nan"), 1.0, 3.0, 4.0])
    assert layer_norms(frame, flat, [1]) == [{"hidden.0": 5.0}]


@pytest.mark.parametrize("depth", [0, 2])
def test_what_a_step_leaves_in_the_trace(depth):
    """The norm of the gradient, and how far it moved the weights, as plain SGD has them."""
    members = [
        member(seed=i, optimizer="sgd", momentum=0.0, depth=depth, width=5 + i, epoch_steps=1,
               learning_rate=0.01 * (i + 1))
        for i in range(2)
    ]  # fmt: skip
    pack = Pack(members, data_of(dtype=torch.float64))
    before = [pack.team.own(k)[0] for k in range(2)]
    pack.step_and_look()
    for k, m in enumerate(members):
        after, start = pack.team.own(k)[0], 0
        moved = before[k] - after
        trace, sizes = pack.courses[k].trace(), {}
        for slot in pack.team.stack.parameters.slots[k]:
            part = slice(start, start + slot.size)
            sizes.setdefault(slot.layer, []).append((moved[part], before[k][part]))
            start += slot.size
        assert list(trace.gradient_norm) == list(sizes)
        for layer, parts in sizes.items():
            step, weights = (torch.cat(values).norm().item() for values in zip(*parts, strict=True))
            assert trace.gradient_norm[layer] == pytest.approx((step / m.learning_rate,))
            assert trace.update_ratio[layer] == pytest.approx((step / weights,))


def test_weights_of_zero_give_a_finite_ratio():
    pack = Pack([member(depth=0, epoch_steps=1, learning_rate=0.0)], data_of())
    pack.team.theta.zero_()
    pack.step_and_look()
    assert pack.courses[0].trace().update_ratio == {"output": (0.0,)}
