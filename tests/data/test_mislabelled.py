"""Doubtful targets and far rows: as cleanlab finds them, and where the answer is known."""

import numpy as np
import polars as pl
import pytest

from justright.data.far_rows import FAR, reaches
from justright.data.mislabelled import mislabelled, misvalued


def drawn(seed):
    """Labels of which some are wrong, uneven in every third draw, and what networks believe."""
    rng = np.random.default_rng(seed)
    n_classes, n = int(rng.integers(2, 7)), int(rng.integers(20, 400))
    labels = rng.integers(0, n_classes, n)
    if seed % 3 == 0:
        labels = np.minimum(labels, rng.integers(0, n_classes, n))
    labels[:n_classes] = np.arange(n_classes)
    if seed % 5 == 0:  # a class of few rows that are nearly all of other classes
        labels[labels == 0] = 1
        labels[: rng.integers(2, 9)] = 0
    true = np.where(rng.random(n) < 0.15, rng.integers(0, n_classes, n), labels)
    if seed % 5 == 0:
        true[labels == 0] = rng.integers(1, n_classes, int((labels == 0).sum()))
    p = rng.dirichlet(np.full(n_classes, rng.uniform(0.3, 3)), n)
    p[np.arange(n), true] += rng.uniform(0.2, 3)
    return labels, p / p.sum(1, keepdims=True)


@pytest.mark.filterwarnings("ignore")  # of cleanlab and of what it imports
def test_the_same_rows_in_the_same_order_as_cleanlab():
    peer = pytest.importorskip("cleanlab.filter", reason="needs justright[bench]")
    n_found = 0
    for seed in range(60):
        labels, p = drawn(seed)
        theirs = peer.find_label_issues(
            labels, p, return_indices_ranked_by="self_confidence", n_jobs=1
        )
        np.testing.assert_array_equal(mislabelled(labels, p), theirs)
        n_found += len(theirs)
    assert n_found > 500


def sure(labels, at=0.9):
    """Probabilities that believe the labels."""
    p = np.full((len(labels), labels.max() + 1), (1 - at) / labels.max())
    p[np.arange(len(labels)), labels] = at
    return p


def test_swapped_labels_are_named_the_least_believed_first():
    true = np.repeat([0, 1, 2], 40)
    p = sure(true)
    p[50] = (0.01, 0.98, 0.01)
    given = true.copy()
    given[[3, 50, 100]] = (1, 0, 1)
    assert mislabelled(given, p).tolist() == [50, 3, 100]


@pytest.mark.parametrize(
    "labels",
    [
        np.repeat([0, 1], 30),
        np.zeros(20, dtype=np.int64),
        np.r_[np.zeros(20, dtype=np.int64), 2],  # no row of class 1, and one of class 2
    ],
    ids=["right", "one class", "a class without rows"],
)
def test_no_false_alarm(labels):
    p = sure(labels) if labels.max() else np.tile([0.9, 0.1], (len(labels), 1))
    assert len(mislabelled(labels, p)) == 0


def test_a_prediction_that_agrees_is_never_named():
    for seed in range(20):
        labels, p = drawn(seed)
        found = mislabelled(labels, p)
        assert (p[found].argmax(1) != labels[found]).all()


def test_numbers_far_from_their_prediction():
    rng = np.random.default_rng(0)
    guesses = np.linspace(1, 100, 1000)
    values = guesses + rng.normal(size=1000)
    values[[10, 500]] += (40, -20)
    found, distance = misvalued(values, guesses)
    assert found.tolist() == [10, 500]
    assert distance[10] == pytest.approx(40, rel=0.15)


def test_a_spread_that_grows_with_the_prediction_is_no_error():
    rng = np.random.default_rng(0)
    guesses = np.linspace(1, 100, 1000)
    values = guesses + rng.normal(size=1000) * np.r_[np.full(800, 0.1), np.full(200, 10.0)]
    values[3] += 40
    assert misvalued(values, guesses)[0].tolist() == [3]


def test_targets_that_are_met_exactly():
    assert len(misvalued(np.arange(50.0), np.arange(50.0))[0]) == 0


@pytest.mark.parametrize(
    ("cells", "far"),
    [
        ([*np.random.default_rng(0).normal(size=500), 40.0, -40.0, None], [500, 501]),
        (list(np.random.default_rng(0).exponential(size=500)), []),
        ([*np.random.default_rng(0).exponential(size=500), 60.0], [500]),
        ([0.0] * 99 + [5.0], []),  # no spread to measure by
        ([None] * 5, []),
        ([1e308, -1e308, 0.0, 1.0], []),
    ],
    ids=["both sides", "a long tail", "beyond a long tail", "nearly constant", "empty", "huge"],
)
def test_reaches(cells, far):
    found = reaches(pl.Series(cells, dtype=pl.Float64))
    assert np.flatnonzero(np.abs(found) >= FAR).tolist() == far
