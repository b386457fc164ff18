import copy
import dataclasses

import pytest
import torch

from justright.nets.activation import RRELU_HIGH, RRELU_LOW
from justright.nets.dropout import SELU_FLOOR
from justright.nets.stack import DenseStack
from justright.nets.strands import MOST_AHEAD, NoiseNeed, Strands
from tests.nets.specs import spec_with

BATCH = 40


def strands(specs, dropout, input_dropout, seeds=None):
    stack = DenseStack(specs)
    return Strands(
        stack.noise_needs(BATCH, dropout, input_dropout),
        range(len(specs)) if seeds is None else seeds,
        dropout=dropout,
        input_dropout=input_dropout,
        dtype=torch.float64,
    )


DEEP, FLAT = spec_with(depth=2, width=6), spec_with(depth=1, width=9)
MIXED = [
    dataclasses.replace(DEEP, activation="rrelu"),
    dataclasses.replace(DEEP, activation="rrelu"),
    DEEP,
    dataclasses.replace(DEEP, activation="selu"),
    FLAT,
    FLAT,
]
DROPS, INPUTS = [0.2, 0.3, 0.0, 0.5, 0.1, 0.4], [0.1, 0.1, 0.0, 0.0, 0.2, 0.6]

NEEDS = {
    "nothing": ({}, 0.0, 0.0, NoiseNeed(None, (None, None), (None, None))),
    "dropped inputs": ({}, 0.0, 0.1, NoiseNeed((BATCH, 5), (None, None), (None, None))),
    "dropout": ({}, 0.1, 0.0, NoiseNeed(None, (None, None), ((BATCH, 6),) * 2)),
    "slopes, as many as units": (
        {"activation": "rrelu", "shape": "funnel", "width": 32},
        0.0,
        0.0,
        NoiseNeed(None, ((BATCH, 32), (BATCH, 16)), (None, None)),
    ),
    "SELU's dropout": (
        {"activation": "selu"},
        0.1,
        0.0,
        NoiseNeed(None, (None, None), ((BATCH, 6),) * 2, alpha=True),
    ),
}


@pytest.mark.parametrize(("changes", "drop", "inputs", "need"), NEEDS.values(), ids=NEEDS)
def test_what_a_network_needs(changes, drop, inputs, need):
    [found] = DenseStack([dataclasses.replace(DEEP, **changes)]).noise_needs(
        BATCH, [drop], [inputs]
    )
    assert found == need
    assert found.any is (need != NEEDS["nothing"][3])


def dealt_by(many):
    """The noise of the next step; a copy, as the next one is written over it."""
    many.deal()
    return copy.deepcopy(many.dealt)


def of(dealt, k, needs=None):
    """What one member is dealt in its own units; the masks of who drops nothing keep all."""
    need, found = (needs or NEEDS_OF_MIXED)[k], {}
    masks = [(-1, *entry) for entry in dealt.inputs]
    masks += [(i, *entry) for i, entries in dealt.drops.items() for entry in entries]
    for i, a, b, mask in masks:
        shape = need.inputs if i < 0 else need.drops[i] if i < len(need.drops) else None
        if a <= k < b and shape is not None:
            found["inputs" if i < 0 else f"drops {i}"] = mask.scale[k - a, :, : shape[1]]
        elif a <= k < b:
            assert (mask.scale[k - a] == 1).all()
            assert mask.shift is None or not mask.shift[k - a].any()
    for i, entries in dealt.slopes.items():
        for a, b, slopes in entries:
            if a <= k < b:
                found[f"slopes {i}"] = slopes[k - a, :, : need.slopes[i][1]]
    return found


NEEDS_OF_MIXED = DenseStack(MIXED).noise_needs(BATCH, DROPS, INPUTS)


def test_each_member_gets_what_it_needs():
    dealt = dealt_by(strands(MIXED, DROPS, INPUTS))
    layers = {"slopes 0", "slopes 1", "drops 0", "drops 1"}
    alpha, flat = {"drops 0", "drops 1"}, {"inputs", "drops 0"}
    names = [layers | {"inputs"}, layers | {"inputs"}, set(), alpha, flat, flat]
    assert [set(of(dealt, k)) for k in range(6)] == names
    assert of(dealt, 4)["drops 0"].shape == (BATCH, 9)
    slopes = of(dealt, 0)["slopes 1"]
    assert RRELU_LOW <= slopes.min() < slopes.max() <= RRELU_HIGH
    assert slopes.mean().item() == pytest.approx((RRELU_LOW + RRELU_HIGH) / 2, abs=0.02)


def test_each_member_drops_at_its_own_rates():
    many = strands(MIXED, DROPS, INPUTS)
    shares = {}
    for _ in range(40):
        dealt = dealt_by(many)
        for k in range(6):
            for name, scale in of(dealt, k).items():
                if not name.startswith("slopes"):
                    shares.setdefault((k, name), []).append((scale == 0).double().mean().item())
    assert len(shares) == 2 + 2 * 2 + 2 + 2 * 2
    for (k, name), found in shares.items():
        rate = INPUTS[k] if name == "inputs" else DROPS[k]
        # Four standard errors of 40 batches of the narrowest layer, five values wide.
        assert sum(found) / 40 == pytest.approx(rate, abs=4 * (rate * (1 - rate) / 8_000) ** 0.5)


def test_selu_is_dropped_to_its_floor():
    [(_, _, mask)] = [e for e in dealt_by(strands(MIXED, DROPS, INPUTS)).drops[0] if e[0] == 3]
    lost = mask.scale == 0
    keep = 0.5
    scale = (keep + SELU_FLOOR**2 * keep * (1 - keep)) ** -0.5
    torch.testing.assert_close(
        mask.shift[lost], torch.full_like(mask.shift[lost], SELU_FLOOR * scale * keep)
    )


@pytest.mark.parametrize("k", range(6))
def test_a_member_does_not_depend_on_its_neighbours(k):
    together = strands(MIXED, DROPS, INPUTS)
    alone = strands([MIXED[k]], [DROPS[k]], [INPUTS[k]], [k])
    for _ in range(3 * MOST_AHEAD + 1):
        ours, own = of(dealt_by(together), k), of(dealt_by(alone), 0, NEEDS_OF_MIXED[k : k + 1])
        assert ours.keys() == own.keys()
        assert all(torch.equal(ours[name], own[name]) for name in own)


@pytest.mark.parametrize("ahead", [3, 1, MOST_AHEAD, 500])
def test_members_go_on_in_other_company(ahead):
    """Some from each of two packs meet, though one pack has come further."""
    first, second = strands(MIXED, DROPS, INPUTS), strands(MIXED, DROPS, INPUTS, range(10, 16))
    for _ in range(3):
        first.deal()
    for _ in range(ahead):
        second.deal()
    who = [(first, 0), (second, 1), (first, 2), (first, 4), (second, 4)]
    joint = strands(
        [MIXED[k] for _, k in who], [DROPS[k] for _, k in who], [INPUTS[k] for _, k in who],
        [99] * 5,
    )  # fmt: skip
    states = [source.state(k) for source, k in who]
    needs = [NEEDS_OF_MIXED[k] for _, k in who]
    expected = [[dealt_by(s) for _ in range(MOST_AHEAD + 5)] for s in (first, second)]
    for _ in range(2):  # twice, as a state stays as it was taken
        joint.load(states)
        for step in range(MOST_AHEAD + 5):
            found = dealt_by(joint)
            for i, (source, k) in enumerate(who):
                ours, own = of(found, i, needs), of(expected[source is second][step], k)
                assert ours.keys() == own.keys()
                assert all(torch.equal(ours[name], own[name]) for name in own)


def test_who_draws_nothing_has_no_state():
    assert strands(MIXED, DROPS, INPUTS).state(2) == {}
