"""Who is in the ensemble: never to the harm of the design that it begins with."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from justright.kinds import Task, View
from justright.recipes.committee import CAP, Committee
from justright.recipes.metrics import METRICS
from justright.recipes.predictor import Squad

N = 60
RNG = np.random.default_rng(0)
fold_of = np.arange(N) % 3
METRIC = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse", "mae": "mae"}


@dataclasses.dataclass(frozen=True)
class Told:
    """In the place of networks: a squad's prediction is kept in its weights, a row a place."""

    task: Task
    squads: tuple

    def out_of_fold(self, x, views):
        total = sum(own.weight for own in self.squads)
        return sum(own.weight * own.theta.numpy() for own in self.squads) / total


def squad(prediction, folds=(0, 1, 2)):
    return Squad(spec=None, theta=torch.tensor(prediction), statistics=torch.zeros(0), folds=folds)


class Entrant:
    """A contender that was trained on some folds."""

    def __init__(self, number, prediction, folds=(0, 1, 2)):
        self.number, self.metric = number, None
        self.squad = None if prediction is None else squad(prediction, folds)


def committee(kind, truth, base, metric=None):
    classes = {"binary": ("no", "yes"), "multiclass": ("a", "b", "c")}.get(kind, ())
    views = tuple(
        View(
            train=np.flatnonzero(fold_of != k) + k * N,
            validation=np.flatnonzero(fold_of == k) + k * N,
            fold=k,
        )
        for k in range(3)
    )
    encoded = SimpleNamespace(
        data=SimpleNamespace(x=None), views=views, full_views=views, targets=truth, n_rows=N
    )
    own = Told(Task(kind="regression" if kind == "mae" else kind, target="y", classes=classes), ())
    own = dataclasses.replace(own, squads=(squad(base),))
    return Committee(own, encoded, metric or METRIC[kind])


def case(kind, rng=RNG, n=7):
    """Truth, and predictions each of which is of some use."""
    if kind in ("regression", "mae"):
        truth = rng.normal(size=N)
        return truth, [truth + rng.normal(size=N) for _ in range(n)]
    k = 2 if kind == "binary" else 3
    truth = rng.integers(0, k, N)
    raw = [np.eye(k)[truth] + rng.exponential(size=(N, k)) for _ in range(n)]
    return truth, [own / own.sum(1, keepdims=True) for own in raw]


def filled(kind, **options):
    truth, (base, *others) = case(kind, np.random.default_rng(1), **options)
    found = committee(kind, truth, base)
    for number, own in enumerate(others, 5):
        found.add(Entrant(number, own))
    return found


@pytest.mark.parametrize("kind", METRIC)
def test_it_is_never_worse_than_its_base(kind):
    found = filled(kind, n=20)
    alone = found.score
    found.choose()
    assert found.score < alone and 1 < len(found.picks) <= CAP
    assert sum(pick.weight for pick in found.picks) == pytest.approx(1)
    assert [p.weight for p in found.told()] == sorted((p.weight for p in found.picks), reverse=True)
    assert {p.number for p in found.told()} <= {0, *range(5, 24)}, "as the search counts them"
    weights = {own.number: own.weight for own in found.told()}
    joint = found.predictor()
    assert sorted(own.weight for own in joint.squads) == sorted(weights.values())
    mean = sum(p.weight * found.predictions[p.number] for p in found.picks)
    np.testing.assert_allclose(joint.out_of_fold(None, None), mean, rtol=1e-6)
    assert found.value(mean) == pytest.approx(found.together)


def test_only_harm_is_left_out():
    truth, (base, *_) = case("regression")
    found = committee("regression", truth, base)
    found.add(Entrant(1, base + 100))
    found.choose()
    assert [(p.number, p.weight) for p in found.told()] == [(0, 1.0)]


def test_back_to_the_base():
    found = filled("regression")
    found.choose()
    found.alone()
    assert [(p.number, p.weight) for p in found.told()] == [(0, 1.0)]
    assert len(found.predictor().squads) == 1 and found.together == found.value(
        found.predictions[0]
    )


def test_who_lacks_a_fold_is_not_taken():
    truth, (base, good, *_) = case("regression")
    found = committee("regression", truth, base)
    spoilt = np.where(fold_of == 1, np.nan, good)
    refused = [Entrant(1, None), Entrant(2, good, (0, 2)), Entrant(3, spoilt)]
    for entrant in refused:
        found.add(entrant)
    assert found.numbers == [0] and all(entrant.metric is None for entrant in refused)
    last = Entrant(4, good)
    found.add(last)
    assert found.numbers == [0, 4] and last.metric == found.value(good)


def test_rows_that_nobody_may_speak_of_do_not_count():
    truth, (base, good, *_) = case("regression")
    half = np.arange(N) < N // 2
    found = committee("regression", truth, np.where(half, base, np.nan))
    found.add(Entrant(1, np.where(half, good, np.nan)))
    assert found.numbers == [0, 1] and len(found.predictions[1]) == N // 2
    found.choose()
    assert np.isfinite(found.together)


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss", "accuracy"])
def test_a_fold_without_a_class_has_no_ranking(metric):
    truth = np.where(fold_of == 1, 0, RNG.integers(0, 2, N))
    base, good = (np.stack([1 - p, p], 1) for p in RNG.random((2, N)))
    found = committee("binary", truth, base, metric)
    found.add(Entrant(1, good))
    found.choose()
    table = found.by_fold()
    assert table.shape == (2, 3) and np.isfinite(table[:, [0, 2]]).all()
    assert np.isfinite(table[:, 1]).all() == (metric != "roc_auc")
    rows = fold_of == 2
    sign = -1 if METRICS[metric].higher_is_better else 1
    assert table[1, 2] == pytest.approx(sign * METRICS[metric].value(truth[rows], good[rows]))
    told = found.honest(0, None)
    assert told is None or np.isfinite(told.gain)


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision", "f1_macro"])
def test_rows_of_one_class_are_told_by_what_has_a_value(metric):
    base, good = (np.stack([1 - p, p], 1) for p in RNG.random((2, N)))
    found = committee("binary", np.zeros(N, dtype=int), base, metric)
    entrant = Entrant(1, good)
    found.add(entrant)
    found.choose()
    assert (
        np.isfinite([found.together, entrant.metric]).all() and np.isfinite(found.by_fold()).all()
    )
    assert (found.metric == metric) == (metric == "f1_macro")


def test_columns_of_several_units_count_alike():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=(N, 2))
    guesses = [truth + rng.normal(size=(N, 2)) * [a, 1 - a] for a in (0.5, 0.1, 0.9, 0.5, 0.3)]
    found = []
    for unit in (1.0, np.array([1e-3, 1e3])):
        own = committee("multi-target", unit * truth, unit * guesses[0], "scaled_rmse")
        for number, guess in enumerate(guesses[1:], 1):
            own.add(Entrant(number, unit * guess))
        own.choose()
        found.append([(p.number, round(p.weight, 9)) for p in own.told()])
    assert found[0] == found[1] and len(found[0]) > 2


def test_luck_is_not_told_as_a_gain():
    truth = RNG.normal(size=N)
    found = committee("regression", truth, np.full(N, truth.mean()))
    for number in range(1, 30):
        found.add(Entrant(number, RNG.normal(size=N)))
    found.choose()
    told = found.honest(0, None)
    assert found.together < found.value(found.predictions[0]), "on the rows that chose it"
    assert told.gain < found.value(found.predictions[0]) - found.together and told.low < 0
