"""Learning curves: known curves, what has no power law, and how often forecasts hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.errors import TrainingError
from justright.search.curve_fit import learning_curve, value_at

ROWS = np.array([100.0, 200, 400, 800, 1600])
LAW = 0.3 + 2 * ROWS**-0.5


@pytest.mark.parametrize("higher", [False, True])
def test_a_power_law_is_found_again(higher):
    scores = 1 - LAW if higher else LAW
    found = learning_curve(
        ROWS, scores.reshape(1, 1, -1), higher_is_better=higher, best=1.0 if higher else 0.0
    )
    gain = 2 * (1600**-0.5 - 3200**-0.5)
    assert (found.form, found.n_points, found.n_curves, found.rows) == ("power law", 5, 1, 1600)
    assert found.power == pytest.approx(0.5, rel=0.02)
    assert found.limit == pytest.approx(0.7 if higher else 0.3, abs=0.003)
    assert found.gain == pytest.approx(gain, rel=0.02)
    assert found.doubled - found.now == pytest.approx(found.gain if higher else -found.gain)
    assert value_at(found, ROWS) == pytest.approx(scores, abs=1e-3)
    assert math.isnan(found.low) and math.isnan(found.gain_high)  # one curve has no spread


def test_no_loss_is_foretold_below_its_best():
    falling = 3 * ROWS**-0.8 - 0.01  # would end below 0
    found = learning_curve(ROWS, falling.reshape(1, 1, -1), higher_is_better=False, best=0.0)
    assert found.limit >= 0 and found.doubled >= 0
    free = learning_curve(ROWS, falling.reshape(1, 1, -1), higher_is_better=False)
    assert free.limit == pytest.approx(-0.01, abs=1e-3)


LINED = {
    "three sizes": (ROWS[:3], LAW[:3]),
    "rising loss": (ROWS, LAW[::-1]),
    "straight over the logarithm": (ROWS, 5 - np.log(ROWS) / 10),
    "flat from the second size on": (ROWS, np.array([9.0, 1, 1, 1, 1])),
}


@pytest.mark.parametrize(("rows", "scores"), LINED.values(), ids=LINED)
def test_without_a_power_law_the_last_sizes_are_continued(rows, scores):
    found = learning_curve(rows, scores.reshape(1, 1, -1), higher_is_better=False)
    slope, _ = np.polyfit(np.log2(rows[-3:]), scores[-3:], 1)
    assert (found.form, found.n_points, found.power) == ("log-linear", 3, 0)
    assert found.gain == pytest.approx(-slope, abs=1e-9)


def test_sizes_and_curves_that_diverged_are_left_out():
    scores = np.tile(LAW, (4, 1, 1))
    scores[0, 0, 1] = scores[:3, 0, 4] = np.nan
    found = learning_curve(ROWS, scores, higher_is_better=False)
    assert (found.n_points, found.n_curves, found.rows) == (4, 3, 800)
    with pytest.raises(TrainingError, match=r"only 1 of 5[\s\S]*at which most networks"):
        learning_curve(ROWS, np.where(ROWS > 100, np.nan, scores), higher_is_better=False)


def test_other_sizes_are_refused():
    with pytest.raises(ValueError, match="same sizes"):
        learning_curve(ROWS, np.ones((2, 1, 4)), higher_is_better=False)


@settings(deadline=None, max_examples=25)
@given(
    st.floats(0.05, 1.5), st.floats(0.01, 100), st.integers(2, 5), st.integers(0, 10), st.booleans()
)
def test_forecasts_keep_their_promises(power, scale, n_places, seed, higher):
    noise = np.random.default_rng(seed).normal(size=(n_places, 2, 5)) * 0.02
    scores = (0.2 + 2 * (ROWS / 100) ** -power + noise) * scale * (-1 if higher else 1)
    best = 0.0
    found = learning_curve(ROWS, scores, higher_is_better=higher, best=best, seed=1)
    assert found == learning_curve(ROWS, scores, higher_is_better=higher, best=best, seed=1)
    assert found.low <= found.high and found.gain_low <= found.gain_high
    assert found.doubled <= best if higher else found.doubled >= best
    # In another unit of rows, and with the score turned round, it is the same forecast.
    other = learning_curve(7 * ROWS, -scores, higher_is_better=not higher, best=best, seed=1)
    assert other.gain == pytest.approx(found.gain, rel=1e-6, abs=1e-9 * scale)
    assert other.low == pytest.approx(-found.high, rel=1e-6, abs=1e-9 * scale)


def test_intervals_hold_the_true_gain():
    rng, rows, n_places = np.random.default_rng(0), 100 * 2.0 ** np.arange(6), 5
    hits, gains = [], []
    for power in rng.uniform(0.3, 1.0, size=120):
        true = 0.3 + (rows / 100) ** -power
        noise = 0.05 * rng.normal(size=(n_places, 1, 1)) + rng.normal(size=(n_places, 1, 6)) * 0.03
        found = learning_curve(rows, true + noise, higher_is_better=False, best=0.0)
        gain = true[-1] - (0.3 + 64.0**-power)
        hits.append((found.gain_low <= gain <= found.gain_high, found.low <= true[-1] - gain))
        gains.append(found.gain - gain)
    covered, above = np.mean(hits, axis=0)
    assert covered >= 0.9 and above >= 0.93
    assert abs(np.mean(gains)) < 0.01
