"""Who survives a cut or a race, and how many can start."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.search.rungs import raced, survivors

NAN, INF = math.nan, math.inf

CUTS = {
    "the best quarter": ([4, 3, 2, 1, 8, 7, 6, 5], 0.25, (2, 3)),
    "one at least": ([3.0, 1.0, 2.0], 0.1, (1,)),
    "diverged never": ([NAN, INF, None, 9.0], 1.0, (3,)),
    "nothing finite": ([NAN, None, INF], 0.5, ()),
    "nobody": ([], 0.5, ()),
    "ties to the first": ([1.0, 1.0, 1.0, 1.0], 0.5, (0, 1)),
}


@pytest.mark.parametrize(("scores", "keep", "goes_on"), CUTS.values(), ids=CUTS)
def test_cuts(scores: list[float | None], keep: float, goes_on: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    assert survivors(scores, keep=keep, random_share=0.0, rng=rng) == goes_on


def test_a_tenth_more_is_drawn_among_the_losers() -> None:
    scores = [float(k) for k in range(100)] + [NAN] * 100
    drawn = [
        survivors(scores, keep=0.1, random_share=0.1, rng=np.random.default_rng(seed))[20:]
        for seed in range(400)
    ]
    assert all(len(each) == 2 and min(each) >= 20 and max(each) < 100 for each in drawn)
    assert len({each for each in drawn}) > 300
    few = [
        len(survivors(scores[:20], keep=0.25, rng=np.random.default_rng(seed)))
        for seed in range(400)
    ]
    assert set(few) == {5, 6} and np.mean(few) == pytest.approx(5.5, abs=0.1)


@given(
    st.lists(st.none() | st.floats(), max_size=30), st.floats(0, 1), st.floats(0, 1),
    st.integers(0, 99),
)  # fmt: skip
def test_survivors_are_finite_and_one_at_least(
    scores: list[float | None], keep: float, share: float, seed: int
) -> None:
    goes_on = survivors(scores, keep=keep, random_share=share, rng=np.random.default_rng(seed))
    finite = {i for i, s in enumerate(scores) if s is not None and math.isfinite(s)}
    assert set(goes_on) <= finite and bool(goes_on) == bool(finite)
    assert list(goes_on) == sorted(set(goes_on))


RACES = {
    "a clear gap drops": ([[1, 2, 3], [2, 3, 4.1]], (0,)),
    "hard folds are no gap": ([[1, 9, 5], [1.2, 8.9, 5]], (0, 1)),
    "two folds drop nobody": ([[1, 2, NAN], [5, 6, NAN]], (0, 1)),
    "divergence drops at once": ([[1, NAN, NAN], [INF, NAN, NAN]], (0,)),
    "twins both go on": ([[1, 2, 3], [1, 2, 3]], (0, 1)),
    "who saw few folds is not judged": ([[1, 2, 3], [9, NAN, NAN]], (0, 1)),
    "nothing seen yet": ([[NAN, NAN], [NAN, NAN]], (0, 1)),
    "all diverged": ([[INF, 1], [INF, INF]], ()),
}


@pytest.mark.parametrize(("by_fold", "goes_on"), RACES.values(), ids=RACES)
def test_races(by_fold: list[list[float]], goes_on: tuple[int, ...]) -> None:
    assert raced(np.array(by_fold, dtype=float)) == goes_on


def test_an_equal_one_is_rarely_dropped_and_a_worse_one_often() -> None:
    rng = np.random.default_rng(0)
    equal = worse = 0
    for _ in range(400):
        by_fold = rng.normal(size=5) * 3 + rng.normal(size=(3, 5))
        by_fold[2] += 4
        goes_on = raced(by_fold)
        equal += not {0, 1} <= set(goes_on)
        worse += 2 not in goes_on
    assert equal / 400 < 0.12 and worse / 400 > 0.9
