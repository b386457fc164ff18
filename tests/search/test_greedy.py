"""Greedy selection finds what averages well, and is never worse than where it began."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.kinds import Pick
from justright.search.greedy import averaged, bagged, greedy
from justright.search.honest import honest
from justright.search.quick import LogLoss, SquaredError


def library(n: int, rows: int, classes: int, seed: int = 0) -> tuple[np.ndarray, list[np.ndarray]]:
    """Classifiers of different strength, and the true classes."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, rows)
    found = []
    for k in range(n):
        scores = 1.5 * rng.normal(size=(rows, classes))
        scores[np.arange(rows), truth] += 2 * (k + 1) / n
        found.append(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True))
    return truth, found


def test_opposite_errors_are_averaged_and_bad_ones_left_out() -> None:
    truth = np.array([0.0, 0.0])
    up, down, bad = np.array([1.0, 2.0]), np.array([-1.0, -2.0]), np.array([50.0, 50.0])
    picks = greedy([bad, up, down], SquaredError(truth))
    assert {p.number: p.weight for p in picks} == {1: 0.5, 2: 0.5}


def test_weight_comes_from_being_taken_again() -> None:
    picks = greedy([np.array([1.0]), np.array([-3.0])], SquaredError(np.array([0.0])))
    assert picks == (Pick(number=0, weight=0.75), Pick(number=1, weight=0.25))


def test_twins_do_not_enter_the_ensemble_twice() -> None:
    one = np.array([0.3, 0.7])
    truth = np.array([0.0, 1.0])
    for score in (SquaredError(truth), lambda mean: SquaredError(truth)(mean)):
        assert greedy([one, one.copy(), one.copy()], score) == (Pick(number=0, weight=1.0),)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 4), st.integers(1, 9),
    st.sampled_from(["log loss", "squared", "plain"]), st.booleans(),
)  # fmt: skip
def test_promises(seed: int, n: int, cap: int, rounds: int, kind: str, given_start: bool) -> None:
    truth, found = library(n, 12, 3, seed)
    score = {
        "log loss": LogLoss(truth),
        "squared": SquaredError(np.eye(3)[truth]),
        "plain": lambda mean: -float((mean.argmax(axis=1) == truth).mean()),
    }[kind]
    start = n // 2 if given_start else None
    bound = score(found[start]) if start is not None else min(score(p) for p in found)
    for picks in (
        greedy(found, score, rounds=rounds, cap=cap, start=start),
        bagged(found, score, rounds=rounds, cap=cap, start=start, bags=3, seed=seed),
    ):
        assert score(averaged(found, picks)) <= bound + 1e-12
        assert 1 <= len(picks) <= cap and len({p.number for p in picks}) == len(picks)
        assert sum(p.weight for p in picks) == pytest.approx(1.0)
        assert [p.weight for p in picks] == sorted((p.weight for p in picks), reverse=True)


@pytest.mark.parametrize("kind", ["log loss", "squared"])
def test_the_quick_way_chooses_as_the_plain_one(kind: str) -> None:
    truth, found = library(15, 60, 3)
    score = LogLoss(truth) if kind == "log loss" else SquaredError(np.eye(3)[truth])
    quick, plain = greedy(found, score), greedy(found, lambda mean: score(mean))
    assert len(quick) > 2 and quick == plain


def test_scores_that_are_not_finite_are_never_chosen() -> None:
    odd = {0: np.nan, 1: np.inf, 2: 0.4, 3: 0.5}
    found = [np.array([float(k)]) for k in odd]
    assert greedy(found, lambda mean: odd.get(float(mean[0]), 9.0)) == (Pick(number=2, weight=1.0),)
    assert len(greedy(found, lambda mean: odd.get(float(mean[0]), 9.0), start=0)) > 1


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"cap": 0}])
def test_numbers_below_one_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="each must be at least 1"):
        greedy([np.array([1.0])], SquaredError(np.array([1.0])), **wrong)


def test_it_is_quick() -> None:
    truth, found = library(200, 10_000, 10)
    began = time.perf_counter()
    picks = greedy(found, LogLoss(truth), rounds=50, cap=25, start=0)
    assert len(picks) > 1 and time.perf_counter() - began < 6  # 0.4 s on an idle core


def test_bagging_takes_more_of_the_library() -> None:
    truth, found = library(30, 100, 3)
    once, often = greedy(found, LogLoss(truth), cap=30), bagged(found, LogLoss(truth), cap=30)
    assert len(often) > len(once)
    assert often == bagged(found, LogLoss(truth), cap=30)


def test_the_honest_gain_of_pure_noise_is_none() -> None:
    """Chosen among guesses, an ensemble looks better on its own rows and is not."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 200)
    plain = np.full((200, 2), 0.5)
    guesses = [plain + np.outer(rng.normal(size=200) * 0.1, [1, -1]) for _ in range(40)]
    found = [plain, *guesses]
    seeming = LogLoss(truth)(plain) - LogLoss(truth)(
        averaged(found, greedy(found, LogLoss(truth), start=0))
    )
    told = honest(found, lambda rows: LogLoss(truth[rows]), base=0)
    assert told is not None and seeming > 0.005
    assert told.gain < 0.2 * seeming and told.low < 0.001


def test_the_honest_gain_of_a_better_one_is_told() -> None:
    truth, found = library(8, 400, 2)
    told = honest(found, lambda rows: LogLoss(truth[rows]), base=0)
    assert told is not None and 0 < told.low < told.gain < told.high
    assert told.gain == pytest.approx(told.base - told.together)
    assert told == honest(found, lambda rows: LogLoss(truth[rows]), base=0)


def test_the_interval_holds_the_true_gain() -> None:
    """Simulated: what the ensemble of two gains over one is known, (1 - 1/2) of the variance."""
    held = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        truth = np.zeros(200)
        found = [rng.normal(size=200), rng.normal(size=200)]

        def judge(rows: np.ndarray, truth: np.ndarray = truth) -> SquaredError:
            return SquaredError(truth[rows])

        told = honest(found, judge, base=0, seed=seed)
        assert told is not None
        held += told.low <= 0.5 <= told.high
    assert held >= 34


def test_rows_of_a_group_choose_and_are_judged_together() -> None:
    """Each group has an error of its own that one configuration knows: copies would leak it."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(30), 10)
    parts: list[set[int]] = []

    def choose(predictions: object, score: SquaredError) -> tuple[Pick, ...]:
        parts.append(set(score.truth.astype(int).tolist()))
        return (Pick(number=0, weight=1.0),)

    found = [rng.normal(size=300)]
    told = honest(
        found, lambda rows: SquaredError(groups[rows].astype(float)), base=0, choose=choose,
        groups=groups, n_repeats=1,
    )  # fmt: skip
    assert told is not None and len(parts) == 2 and not parts[0] & parts[1]
    assert honest(found, lambda rows: SquaredError(np.zeros(len(rows))), base=0,
                  groups=groups // 20) is None  # fmt: skip
