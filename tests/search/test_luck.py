"""The winner's curse, on simulated configurations whose true scores are known."""

import math

import numpy as np
import pytest

from justright.search.luck import luck

RNG = np.random.default_rng(0)


def test_of_pure_noise_the_whole_lead_is_luck() -> None:
    leads, lucks = [], []
    for _ in range(300):
        by_fold = RNG.normal(size=(40, 5)) + 3 * RNG.normal(size=5)
        leads.append(float(np.mean(by_fold) - by_fold.mean(axis=1).min()))
        lucks.append(luck(by_fold))
    assert np.mean(lucks) == pytest.approx(np.mean(leads), rel=0.1)


def test_of_a_truly_better_one_little_is_luck() -> None:
    by_fold = RNG.normal(size=(300, 40, 5))
    by_fold[:, 7] -= 4
    assert np.mean([luck(one) for one in by_fold]) < 0.05 * 4


def test_half_true_is_half_luck() -> None:
    """True scores spread as far as the noise of a mean does: about half of the lead is true."""
    found, owed = [], []
    for _ in range(300):
        true = RNG.normal(size=40) / math.sqrt(5)
        by_fold = true[:, None] + RNG.normal(size=(40, 5))
        found.append(luck(by_fold))
        means = by_fold.mean(axis=1)
        owed.append(true[means.argmin()] - means.min())
    assert np.mean(found) == pytest.approx(np.mean(owed), rel=0.25)


NOTHING = {
    "two folds": (np.ones((5, 2)), None),
    "one configuration": (np.ones((1, 5)), None),
    "one is usable": (np.array([[1.0, 2, 3], [math.nan, 2, 3], [math.inf, 1, 1]]), None),
    "the base is not usable": (np.array([[1.0, 2, math.nan], [1, 2, 3], [2, 3, 1]]), 0),
}


@pytest.mark.parametrize(("by_fold", "base"), NOTHING.values(), ids=NOTHING)
def test_says_nothing_of_too_few(by_fold: np.ndarray, base: int | None) -> None:
    assert luck(by_fold, base=base) is None


def test_no_more_than_the_lead_is_luck() -> None:
    by_fold = np.array([[2.4, 2.4, 2.4], [1.0, 3.0, 3.0], [3.0, 1.0, 3.0], [3.0, 3.0, 1.0]])
    assert luck(by_fold) == pytest.approx(3 - 7 / 3)
    assert luck(by_fold, base=0) == pytest.approx(2.4 - 7 / 3)
    assert luck(by_fold, base=1) == 0.0
