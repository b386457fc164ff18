from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.train.ramp import ramp_rates
from justright.train.schedules import CYCLE_DIP, HIGHEST, Plateau, pace

FALLING = ("constant", "step", "exponential", "cosine", "linear", "plateau")
totals = st.integers(1, 300)
epochs = st.integers(1, 50)
warmups = st.sampled_from((0.0, 0.05, 0.3, 1.0))


def rates(name, total, epoch_steps=10, warmup_share=0.0):
    return [
        pace(name, i, total=total, epoch_steps=epoch_steps, warmup_share=warmup_share).rate
        for i in range(total)
    ]


ENDS = {  # schedule: rate at the first and the last of 100 steps of 10 epochs
    "constant": (1.0, 1.0),
    "plateau": (1.0, 1.0),
    "step": (1.0, 0.01),
    "exponential": (1.0, 0.01**0.9),
    "cosine": (1.0, 0.5 * (1 + np.cos(np.pi * 0.99))),
    "linear": (1.0, 0.01),
    "one_cycle": (0.04, 0.04e-4),
}


@pytest.mark.parametrize(("name", "ends"), ENDS.items(), ids=ENDS)
def test_end_points(name, ends):
    found = rates(name, 100)
    assert (found[0], found[-1]) == pytest.approx(ends)


def test_step_drops_at_each_third():
    found = rates("step", 90, epoch_steps=10)
    assert found == pytest.approx([1.0] * 30 + [0.1] * 30 + [0.01] * 30)


def test_exponential_moves_once_an_epoch():
    found = rates("exponential", 40, epoch_steps=10)
    assert len(set(found)) == 4
    assert found[10] / found[0] == pytest.approx(found[30] / found[20]) == 0.01**0.25


def test_one_cycle_peaks_after_three_tenths_with_the_momentum_opposite():
    paces = [pace("one_cycle", i, total=100, epoch_steps=10, warmup_share=0.0) for i in range(100)]
    assert max(paces, key=lambda p: p.rate) is paces[29]
    assert paces[29].rate == pytest.approx(1.0)
    assert paces[29].momentum_drop == pytest.approx(CYCLE_DIP)
    assert paces[0].momentum_drop == paces[-1].momentum_drop == 0


def test_warmup_rises_evenly_and_then_reaches_the_peak():
    found = rates("constant", 50, warmup_share=0.1)
    assert found[:6] == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1.0])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FALLING), totals, epochs, warmups)
def test_rates_rise_in_warmup_and_never_afterwards(name, total, epoch_steps, warmup_share):
    found = rates(name, total, epoch_steps, warmup_share)
    n_warm = int(warmup_share * total)
    assert all(a < b for a, b in pairwise(found[:n_warm]))
    assert all(a >= b for a, b in pairwise(found[n_warm:]))
    assert all(0 <= r <= 1 for r in found)
    assert found[0] > 0, "the first step must move"


@settings(max_examples=60, deadline=None)
@given(totals, epochs)
def test_one_cycle_rises_once_and_falls_once(total, epoch_steps):
    paces = [
        pace("one_cycle", i, total=total, epoch_steps=epoch_steps, warmup_share=0.5)
        for i in range(total)
    ]
    found = [p.rate for p in paces]
    top = int(np.argmax(found))
    assert all(a <= b for a, b in pairwise(found[: top + 1]))
    assert all(a >= b for a, b in pairwise(found[top:]))
    assert all(0 < r <= 1 for r in found)
    assert all(0 <= p.momentum_drop <= CYCLE_DIP for p in paces)


def test_an_unknown_schedule_is_named():
    with pytest.raises(ValueError, match="not a schedule: name='triangle'"):
        pace("triangle", 0, total=10, epoch_steps=1, warmup_share=0.0)


def factors(scores):
    plateau, found = Plateau(), []
    for score in scores:
        plateau.see(score)
        found.append(plateau.factor)
    return found


PLATEAUS = {
    "gains all along": ([9.0, 8, 7, 6, 5, 4, 3, 2], [1] * 8),
    "five waits are borne, the sixth halves": ([1.0] * 7, [1] * 6 + [0.5]),
    "and again, counted anew": ([1.0] * 13, [1] * 6 + [0.5] * 6 + [0.25]),
    "a gain starts the count anew": ([1.0] * 6 + [0.5] + [0.5] * 5, [1] * 12),
    "a gain too small to count": ([1.0] + [0.99995] * 6, [1] * 6 + [0.5]),
    "a gain just large enough": ([1.0] + [0.9998] * 6, [1] * 7),
    "scores below zero count as others": ([-1.0] + [-0.5] * 6, [1] * 6 + [0.5]),
    "and gain as others": ([-1.0 - i for i in range(8)], [1] * 8),
    "scores that are not finite are waits": ([1.0] + [np.nan] * 3 + [np.inf] * 3, [1] * 6 + [0.5]),
}


@pytest.mark.parametrize(("scores", "expected"), PLATEAUS.values(), ids=PLATEAUS)
def test_plateau(scores, expected):
    assert factors(scores) == expected


def test_a_state_goes_on():
    plateau = Plateau()
    for score in (1.0, 1.0, 0.9, 0.9, 0.9):
        plateau.see(score)
    again = Plateau(**plateau.state())
    for one in (plateau, again):
        for _ in range(4):
            one.see(0.9)
    assert again == plateau
    assert plateau.factor == 0.5


def test_a_ramp_rises_through_the_rates_that_are_read():
    found = HIGHEST * np.array(rates("ramp", 71))
    assert found == pytest.approx(np.array(ramp_rates(71)), rel=1e-7)
