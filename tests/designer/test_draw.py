"""Draws: known shares, and what must hold for any share."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.designer.draw import Near, Range, Words, ZeroOr

RATE = Near(factor=3, low=1e-6, high=10, reach=10).around(0.002)
DRAWS = {
    "words": Words((("none", 7), ("batch", 2), ("layer", 1))),
    "switch": Words(((False, 3), (True, 1))),
    "counts": Words(((16, 1), (32, 2), (64, 1))),
    "one word": Words((("none", 1),)),
    "even": Range(0.05, 0.5),
    "log": Range(1e-6, 0.1, "log"),
    "whole": Range(32, 128, "log", multiple=8),
    "rest": Range(0.8, 0.999, "rest"),
    "zero or": ZeroOr(0.75, Range(0.05, 0.5)),
    "near": RATE,
    "near one": Near(factor=2, low=0.8, high=0.999, scale="rest").around(0.9),
    "centre unknown": Near(factor=2, low=0.01, high=1),
    "centre at an end": Near(factor=2, low=0.01, high=1).around(5),
}
shares = st.floats(0, math.nextafter(1, 0))


@pytest.mark.parametrize("name", DRAWS)
@given(u=shares, v=shares)
def test_any_share_gives_a_value_that_can_be_drawn(name, u, v):
    for draw in (DRAWS[name], DRAWS[name].flat()):
        value = draw.value(u)
        moved = draw.moved(value, v)
        assert draw.holds(value) and draw.holds(moved) and type(moved) is type(value)
        assert 0 <= draw.share(value) < 1
        if not isinstance(value, str | bool):
            low, high = sorted((u, v))
            assert draw.value(low) <= draw.value(high)


@pytest.mark.parametrize("name", DRAWS)
@given(u=shares)
def test_the_share_of_a_value_leads_back_to_it(name, u):
    draw = DRAWS[name]
    value = draw.value(u)
    back = draw.value(draw.share(value))
    assert back == value if isinstance(value, str | int) else back == pytest.approx(value, rel=0.02)


KNOWN = {
    "a word's share": ("words", 0.69, "none"),
    "the next word": ("words", 0.71, "batch"),
    "the last word": ("words", 0.95, "layer"),
    "the middle of a line": ("even", 0.5, 0.275),
    "the middle of a logarithm": ("log", 0.5, 3.16e-4),
    "the middle of a rest": ("rest", 0.5, 0.9859),
    "still zero": ("zero or", 0.74, 0.0),
    "half of the rest": ("zero or", 0.875, 0.275),
    "the design's own": ("near", 0.5, 0.002),
    "the reach": ("near", 0.0, 0.0002),
    "one factor above": ("near", 0.854, 0.006),
    "the end itself": ("centre at an end", 0.999999, 1.0),
}


@pytest.mark.parametrize("name, u, value", KNOWN.values(), ids=KNOWN)
def test_known_values(name, u, value):
    found = DRAWS[name].value(u)
    assert found == (value if isinstance(value, str) else pytest.approx(value, rel=0.05))


def test_a_whole_number_is_as_frequent_at_the_ends():
    even = Range(1, 4, multiple=1)
    found = [even.value((i + 0.5) / 400) for i in range(400)]
    assert [found.count(n) for n in (1, 2, 3, 4)] == [100, 100, 100, 100]


def test_measured_ends_stand_for_the_reach():
    assert (RATE.low, RATE.high) == pytest.approx((0.0002, 0.02))
    near = Near(factor=3, low=1e-6, high=10, reach=10).around(0.002, (0.001, 0.5))
    assert (near.low, near.high) == (0.001, 0.5)
    outside = Near(factor=3, low=1e-6, high=10, reach=10).around(5, (20, 400))
    assert (outside.low, outside.high) == pytest.approx((0.5, 10))


def test_a_small_move_is_small_and_goes_both_ways():
    counts, dropout = DRAWS["counts"], DRAWS["zero or"]
    assert [counts.moved(32, u) for u in (0.1, 0.9)] == [64, 16]
    assert [counts.moved(n, u) for n in (16, 64) for u in (0.1, 0.9)] == [32, 32, 32, 32]
    assert DRAWS["words"].moved("none", 0.5) == "batch"
    assert dropout.moved(0.3, 0.1) == 0.0 and dropout.moved(0.0, 0.5) < 0.2
    steps = [RATE.moved(0.002, (i + 0.5) / 100) / 0.002 for i in range(100)]
    assert sum(step < 1 for step in steps) == pytest.approx(50, abs=2)
    assert sum(1 / 3 < step < 3 for step in steps) > 95
