"""Intervals from errors: ranks by hand, crepes on chance cases, and the promise itself."""

import numpy as np
import pytest
from crepes import ConformalRegressor
from hypothesis import given
from hypothesis import strategies as st

from justright.data.conformal import MOST_SCORES, Conformal, conformal

LEVELS = (0.5, 0.8, 0.9, 0.95)


def drawn(n, seed=0, *, growing=False):
    """Predictions from 0 to 10, and truths around them, where wished the wider the larger."""
    rng = np.random.default_rng(seed)
    predictions = rng.uniform(0, 10, n)
    size = 0.2 + predictions if growing else 1.0
    return predictions + size * rng.normal(size=n), predictions


# ---- known answers -------------------------------------------------------------------------------

NINE = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
RANKS = {0.05: 1.0, 0.1: 1.0, 0.11: 2.0, 0.5: 5.0, 0.7: 7.0, 0.85: 9.0, 0.9: 9.0}


@pytest.mark.parametrize(("level", "reach"), RANKS.items())
def test_reach_is_the_error_of_the_next_rank(level, reach):
    found = conformal(np.array(NINE) * [1, -1, 1, -1, 1, -1, 1, -1, 1], np.zeros(9))
    assert found.scores == NINE and found.reach(level) == reach


def test_a_rank_is_not_missed_by_rounding():
    assert 0.07 * 100 > 7
    assert conformal(np.arange(1.0, 100.0), np.zeros(99)).reach(0.07) == 7


@pytest.mark.parametrize("level", [0.0, 0.91, 1.0])
def test_levels_that_nine_rows_cannot_show(level):
    with pytest.raises(ValueError, match="9 rows"):
        conformal(np.array(NINE), np.zeros(9)).reach(level)


def test_groups_count_alike():
    # Group 0 has four rows of a quarter of its mass each, groups 1 and 2 one row each: of four
    # groups, the new one included, each has a quarter.
    found = conformal(
        np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), np.zeros(6), groups=np.array([0, 0, 0, 0, 7, 3])
    )
    assert found.n_units == 3 and found.highest == 0.75
    assert found.masses == pytest.approx([1 / 16, 2 / 16, 3 / 16, 4 / 16, 8 / 16, 12 / 16])
    assert [found.reach(level) for level in (0.06, 0.25, 0.26, 0.5, 0.75)] == [1, 4, 5, 5, 6]


def test_groups_of_one_row_are_rows():
    truth, predictions = drawn(60)
    alone = conformal(truth, predictions, groups=np.arange(60))
    plain = conformal(truth, predictions)
    assert [alone.reach(level) for level in LEVELS] == [plain.reach(level) for level in LEVELS]


def test_one_size_where_errors_are_alike_and_sizes_where_they_grow():
    alike, growing = conformal(*drawn(2_000)), conformal(*drawn(2_000, growing=True))
    assert alike.sizes == () and alike.narrower is not None and alike.narrower < 0.02
    assert growing.narrower is not None and growing.narrower > 0.1
    assert np.all(np.diff(growing.sizes) > 0) and np.all(np.diff(growing.places) > 0)
    low, high = growing.interval(np.array([1.0, 9.0]), 0.9)
    # Normal errors of spread 1.2 and 9.2.
    assert high - low == pytest.approx(2 * 1.645 * np.array([1.2, 9.2]), rel=0.15)


def test_too_few_rows_to_tell_of_sizes():
    assert conformal(*drawn(90, growing=True)).narrower is None
    assert conformal(*drawn(130, growing=True)).narrower is not None


def test_a_wild_error_moves_no_size():
    truth, predictions = drawn(500, growing=True)
    before = conformal(truth, predictions)
    truth[np.argmin(np.abs(predictions - 5))] += 1_000
    after = conformal(truth, predictions)
    assert after.sizes == pytest.approx(before.sizes, rel=0.1) and after.scores[-1] > 100


FLAT = {
    "no error": (np.ones(500), np.ones(500)),
    "one prediction": (drawn(500)[0], np.zeros(500)),
    "most are right": (np.where(np.arange(500) % 3 == 0, 5.0, 0.0), np.zeros(500)),
}


def test_rows_that_are_wrong_in_one_group_of_many():
    errors = np.concatenate([np.ones(200), np.zeros(30)])
    groups = np.concatenate([np.zeros(200, dtype=int), np.arange(1, 31)])
    found = conformal(errors, np.zeros(230), groups=groups)
    assert found.reach(0.9) == 0 and found.sizes == ()


@pytest.mark.parametrize("name", FLAT)
def test_ties(name):
    truth, predictions = FLAT[name]
    found = conformal(truth, predictions)
    low, high = found.interval(predictions, 0.9)
    assert np.mean((low <= truth) & (truth <= high)) >= 0.9


def test_of_many_rows_some_are_kept_always_the_same():
    truth, predictions = drawn(MOST_SCORES + 5_000)
    found = conformal(truth, predictions, seed=3)
    assert len(found.scores) == found.n_units == MOST_SCORES
    assert found == conformal(truth, predictions, seed=3) != conformal(truth, predictions, seed=4)


def test_no_rows():
    with pytest.raises(ValueError, match="no rows"):
        conformal(np.zeros(0), np.zeros(0))


# ---- crepes --------------------------------------------------------------------------------------


@given(
    n=st.integers(20, 300),
    percent=st.integers(5, 94),
    growing=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_ends_are_those_of_crepes(n, percent, growing, seed):
    # Where (n + 1) · level is whole, crepes' rounding may go either way.
    level = percent / 100 + 0.0037
    truth, predictions = drawn(n, seed, growing=growing)
    sizes = 0.2 + predictions if growing else np.ones(n)
    errors = np.sort(np.abs(truth - predictions) / sizes)
    places = tuple(np.linspace(0, 10, 5).tolist()) if growing else ()
    ours = Conformal(
        scores=tuple(errors.tolist()),
        n_units=n,
        places=places,
        sizes=tuple(0.2 + place for place in places),
    )
    if level > ours.highest:
        return
    theirs = ConformalRegressor().fit(truth - predictions, sigmas=sizes)
    wanted = theirs.predict_int(predictions, sigmas=sizes, confidence=level)
    assert np.stack(ours.interval(predictions, level), axis=1) == pytest.approx(wanted)


# ---- the promise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("growing", [False, True])
@pytest.mark.parametrize("level", LEVELS)
def test_holds_as_often_as_promised_on_rows_drawn_alike(level, growing):
    held = []
    for seed in range(60):
        found = conformal(*drawn(300, seed, growing=growing))
        truth, predictions = drawn(300, 10_000 + seed, growing=growing)
        low, high = found.interval(predictions, level)
        held.append(np.mean((low <= truth) & (truth <= high)))
    # Each trial has the spread of 300 rows that teach and of 300 that test.
    margin = 3 * np.sqrt(level * (1 - level) * 2 / 300 / 60)
    assert abs(np.mean(held) - level) < margin + 1 / 301


def test_groups_hold_as_often_as_promised_on_rows_of_new_groups():
    def grouped(seed, n_groups=40):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(1, 20, n_groups)
        group = np.repeat(np.arange(n_groups), sizes)
        return rng.normal(size=n_groups)[group] + 0.2 * rng.normal(size=len(group)), group

    held = []
    for seed in range(200):
        truth, group = grouped(seed)
        found = conformal(truth, np.zeros(len(truth)), groups=group)
        new, new_group = grouped(10_000 + seed)
        low, high = found.interval(np.zeros(len(new)), 0.8)
        inside = (low <= new) & (new <= high)
        held.append(np.mean([inside[new_group == k].mean() for k in range(40)]))
    assert abs(np.mean(held) - 0.8) < 0.02
