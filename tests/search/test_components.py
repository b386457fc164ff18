"""Variance of scores: parted into that of seeds and that of validation sets."""

import math

import numpy as np
import pytest

from justright.search.components import components, least_difference


def test_known_components_are_found():
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        places, seeds = rng.normal(0, 0.8, size=(10, 1)), rng.normal(0, 1.0, size=(10, 4))
        found.append(components(places + seeds))
    assert np.mean([one.seed_sd**2 for one in found]) == pytest.approx(1.0, rel=0.05)
    assert np.mean([one.place_sd**2 for one in found]) == pytest.approx(0.64, rel=0.1)
    held = np.mean([one.seed_low <= 1.0 <= one.seed_high for one in found])
    assert 0.92 <= held <= 0.98


def test_alike_designs_differ_by_less_in_all_but_a_few_repetitions():
    rng = np.random.default_rng(1)
    beyond = [0, 0]
    for _ in range(1000):
        places = rng.normal(0, 2.0, size=(5, 1))
        known = components(places + rng.normal(0, 0.5, size=(5, 4)))
        first, second = places + rng.normal(0, 0.5, size=(2, 5, 3))
        beyond[0] += abs(first[0, 0] - second[0, 0]) > least_difference(known, 1, 1, 0.25)
        beyond[1] += abs(first.mean() - second.mean()) > least_difference(known, 5, 3, 0.25)
    assert 35 <= beyond[0] <= 65  # of 1,000: 5 %
    assert beyond[1] <= 50  # the correction for shared rows makes it no smaller


@pytest.mark.parametrize(
    ("values", "seeds", "places"),
    [
        ([[1.0], [2.0]], math.nan, math.nan),
        ([[1.0, 3.0]], math.sqrt(2), math.nan),
        ([[1.0, 3.0, math.nan], [math.nan, 2.0, math.nan]], math.sqrt(2), 0.0),
        ([[math.nan, math.nan]], math.nan, math.nan),
    ],
)
def test_what_cannot_be_told_is_nan(values, seeds, places):
    found = components(np.array(values))
    assert found.seed_sd == pytest.approx(seeds, nan_ok=True)
    assert found.place_sd == pytest.approx(places, nan_ok=True)
    assert math.isnan(least_difference(found, 1, 1, 0.0)) == math.isnan(seeds)
