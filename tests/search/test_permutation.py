"""P-values of shuffled targets: known answers, and that they are uniform where there is nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from justright.search.permutation import permutation_p, smallest_p

SHUFFLED = np.array([[0.5, 0.7], [0.9, 0.9], [0.4, 0.6], [0.6, 0.6]])

CASES = {
    "better than all": ([0.95, 0.93], True, 1 / 5),
    "one is better": ([0.7, 0.7], True, 2 / 5),
    "a tie counts": ([0.5, 0.7], True, 4 / 5),
    "lower is better": ([0.4, 0.3], False, 1 / 5),
    "of the mean, not of each place": ([0.55, 0.85], True, 2 / 5),
    "diverged": ([0.99, np.nan], True, 1.0),
}


@pytest.mark.parametrize(("true", "higher", "p"), CASES.values(), ids=CASES)
def test_known_values(true, higher, p):
    assert permutation_p(np.array(true), SHUFFLED, higher_is_better=higher) == p


def test_a_diverged_shuffle_counts_as_better():
    shuffled = np.where(SHUFFLED == 0.4, np.nan, SHUFFLED)
    assert permutation_p(np.array([0.95, 0.93]), shuffled, higher_is_better=True) == 2 / 5


def test_other_places_are_refused():
    with pytest.raises(ValueError, match="same places"):
        permutation_p(np.zeros(3), SHUFFLED, higher_is_better=True)


@given(arrays(float, st.tuples(st.integers(0, 9), st.just(2)), elements=st.floats(-1, 1)))
def test_no_p_value_is_below_the_smallest(shuffled):
    best, worst = np.full(2, 2.0), np.full(2, -2.0)
    assert permutation_p(best, shuffled, higher_is_better=True) == smallest_p(len(shuffled))
    assert permutation_p(worst, shuffled, higher_is_better=True) == 1.0


def test_p_values_are_uniform_although_places_are_alike():
    rng, n_sets, n_shuffles = np.random.default_rng(0), 1_000, 19
    # Each order of the targets, the true one first, is good or bad in all places.
    scores = rng.normal(size=(n_sets, 1 + n_shuffles, 1)) + rng.normal(size=(n_sets, 20, 5))
    found = [permutation_p(one[0], one[1:], higher_is_better=True) for one in scores]
    for p in (0.05, 0.25, 0.5):
        assert np.mean(np.array(found) <= p + 1e-9) == pytest.approx(p, abs=0.04)
