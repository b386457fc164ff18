"""The benchmark of rates: how a grid is read, and how far off a finder is."""

from typing import Any

import numpy as np
import pytest

RATES = (0.001, 0.01, 0.1, 1.0, 10.0)
NOISE = np.array([[0.02], [-0.02], [0.01], [-0.01], [0.0]])  # of a fold, alike for all rates


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([0.9, 0.5, 0.2, 0.5, np.inf], (0.1, 0.1, 0.1)),
        ([0.9, 0.2, 0.2, 0.2, np.inf], (0.1, 0.01, 1.0)),  # a flat valley: its middle
        ([0.2, 0.25, 0.9, 0.1, 0.9], (0.001, 0.001, 0.001)),  # one lucky rate does not win
        ([0.2, 0.3, 0.4, np.inf, np.inf], (0.001, 0.001, 0.001)),
    ],
)
def test_the_best_of_a_grid_and_what_is_as_good(script: Any, losses: Any, expected: Any) -> None:
    truth = script("rates").read_grid(RATES, np.array(losses) + NOISE)
    assert (truth.best, truth.low, truth.high) == expected


def test_noise_that_differs_by_fold_and_rate_widens_what_is_as_good(script: Any) -> None:
    scores = np.tile([0.9, 0.21, 0.20, 0.9, 0.9], (5, 1))
    assert script("rates").read_grid(RATES, scores + NOISE).low == 0.1
    scores[:, 1] += 10 * NOISE[:, 0]
    assert script("rates").read_grid(RATES, scores).low == 0.01


def test_a_finder_is_counted_by_its_factor(script: Any) -> None:
    rates = script("rate_tables")
    assert [rates.off(rate, 0.1) for rate in (0.1, None, 0.0)] == [1.0, np.inf, np.inf]
    assert rates.off(0.05, 0.1) == rates.off(0.2, 0.1) == pytest.approx(2.0)
    cases = [
        rates.Found(set="a", optimizer="adamw", best=0.1, low=0.1, high=1.0, said=said, errors=gone)
        for said, gone in [
            ({"ours": 0.3, "other": 0.31}, {}),
            ({"ours": 0.9}, {"other": "ValueError: too few points"}),
        ]
    ]
    told = rates.report(cases)
    assert "| a, adamw | 0.1 (0.1–1) | 3 | **3.1** |" in told
    assert "| ours | 1 of 2 (50%) | 1 | 0 | 0 | 2 of 2 |" in told
    assert "| other | 0 of 2 (0%) |" in told
    assert "* a, adamw, other: ValueError: too few points" in told
