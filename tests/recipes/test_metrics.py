"""Every figure is scikit-learn's, its quick form is the slow one, and its interval covers."""

import numpy as np
import pytest
from sklearn import metrics as sk

from justright.kinds import Task
from justright.recipes.metrics import (
    BESIDE,
    METRICS,
    by_name,
    defined,
    gain,
    interval,
    names,
    resampled,
    resamples,
    scores,
)

N = 150


def classes(n_classes, n=N, seed=0):
    """Labels and probabilities that know something of them."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n)
    p = rng.dirichlet(np.ones(n_classes), n) + 0.4 * np.eye(n_classes)[y]
    return y, p / p.sum(1, keepdims=True)


def numbers(n=N, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.gamma(2.0, size=n)
    return y, np.abs(y + 0.5 * rng.normal(size=n))


def top(p):
    return p.argmax(1)


BINARY = {
    "accuracy": lambda y, p: sk.accuracy_score(y, top(p)),
    "balanced_accuracy": lambda y, p: sk.balanced_accuracy_score(y, top(p)),
    "f1": lambda y, p: sk.f1_score(y, top(p)),
    "f1_macro": lambda y, p: sk.f1_score(y, top(p), average="macro"),
    "roc_auc": lambda y, p: sk.roc_auc_score(y, p[:, 1]),
    "average_precision": lambda y, p: sk.average_precision_score(y, p[:, 1]),
    "log_loss": lambda y, p: sk.log_loss(y, p, labels=range(2)),
}
MULTICLASS = {
    "accuracy": BINARY["accuracy"],
    "balanced_accuracy": BINARY["balanced_accuracy"],
    "f1_macro": BINARY["f1_macro"],
    "roc_auc": lambda y, p: sk.roc_auc_score(y, p, multi_class="ovr", labels=range(4)),
    "log_loss": lambda y, p: sk.log_loss(y, p, labels=range(4)),
}
REGRESSION = {
    "rmse": sk.root_mean_squared_error,
    "mae": sk.mean_absolute_error,
    "r2": sk.r2_score,
    "rmsle": sk.root_mean_squared_log_error,
}
SEVERAL = {
    "roc_auc": lambda y, p: sk.roc_auc_score(y, p),
    "average_precision": lambda y, p: sk.average_precision_score(y, p),
    "f1_micro": lambda y, p: sk.f1_score(y, p >= 0.5, average="micro"),
    "f1_macro": lambda y, p: sk.f1_score(y, p >= 0.5, average="macro"),
    "log_loss": lambda y, p: np.mean([sk.log_loss(y[:, k], p[:, k]) for k in range(3)]),
}
COLUMNS = {
    "rmse": lambda y, p: sk.mean_squared_error(y, p) ** 0.5,
    "mae": sk.mean_absolute_error,
    "r2": sk.r2_score,
    "scaled_rmse": lambda y, p: sk.root_mean_squared_error(y / y.std(0), p / y.std(0)),
}
RANKED = {
    "ndcg": lambda y, p: np.mean(
        [sk.ndcg_score([y[of, 0]], [p[of]]) for of in queries(y) if len(set(y[of, 0])) > 1]
    ),
    "mean_average_precision": lambda y, p: np.mean(
        [
            sk.average_precision_score(y[of, 0] > y[of, 0].min(), p[of])
            for of in queries(y)
            if len(set(y[of, 0])) > 1
        ]
    ),
}


def queries(y):
    return [np.flatnonzero(y[:, 1] == q) for q in np.unique(y[:, 1])]


def labelled():
    rng = np.random.default_rng(0)
    y = (rng.random((N, 3)) < (0.5, 0.3, 0.1)).astype(float)
    return y, np.clip(0.5 * y + rng.random((N, 3)) * 0.6, 0.01, 0.99).round(2)


def columns():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(N, 2)) * (1, 50)
    return y, y + rng.normal(size=(N, 2)) * (0.5, 10)


def ranked():
    rng = np.random.default_rng(0)
    y = np.stack([rng.integers(0, 4, N), rng.integers(0, 25, N)], axis=1).astype(float)
    return y, y[:, 0] + rng.normal(size=N)


def test_the_interval_of_a_ranking_stays_within_its_bounds():
    y, _ = ranked()
    p = y[:, 0] + np.random.default_rng(1).normal(size=N) * 0.1
    for score in scores(tuple(RANKED), y, p, resamples(N, 0, y[:, 1])):
        assert 0 < score.low <= score.value <= score.high <= 1


CASES = [
    *((name, labelled(), truth) for name, truth in SEVERAL.items()),
    *((name, columns(), truth) for name, truth in COLUMNS.items()),
    *((name, ranked(), truth) for name, truth in RANKED.items()),
    *((name, classes(2), truth) for name, truth in BINARY.items()),
    *((name, classes(4), truth) for name, truth in MULTICLASS.items()),
    *((name, numbers(), truth) for name, truth in REGRESSION.items()),
]
IDS = [f"{name}-{data[0].ndim}-{data[1].shape[1:]}" for name, data, _ in CASES]


def test_every_metric_has_a_case():
    assert {name for name, _, _ in CASES} == set(METRICS)


@pytest.mark.parametrize(("name", "data", "truth"), CASES, ids=IDS)
def test_value_is_scikit_learns(name, data, truth):
    assert METRICS[name].value(*data) == pytest.approx(truth(*data), rel=1e-12)


@pytest.mark.parametrize(("name", "data", "truth"), CASES, ids=IDS)
def test_resampled_is_the_value_of_each_draw(name, data, truth):
    if name in RANKED:
        pytest.skip("a row drawn twice is in no query twice: the figures of queries are drawn")
    y, p = data
    draws = resamples(len(y), 1)[:25]
    slow = [METRICS[name].value(y[draw], p[draw]) for draw in draws]
    np.testing.assert_allclose(resampled(METRICS[name], y, p, draws), slow, rtol=1e-9)


def test_ties_count_half_in_the_quick_auc():
    y, p = classes(2)
    p = np.round(p, 1)
    draws = resamples(len(y), 1)[:25]
    slow = [sk.roc_auc_score(y[draw], p[draw, 1]) for draw in draws]
    np.testing.assert_allclose(resampled(METRICS["roc_auc"], y, p, draws), slow, rtol=1e-9)


def test_fewer_rows_drawn_give_the_spread_of_all():
    y, p = numbers(4_000)
    rng = np.random.default_rng(0)
    few, many = rng.integers(0, 4_000, (400, 100)), rng.integers(0, 4_000, (400, 4_000))
    spread = [resampled(METRICS["mae"], y, p, draws).std() for draws in (few, many)]
    assert spread[0] == pytest.approx(spread[1], rel=0.15)


def test_direction():
    higher = {name for name, metric in METRICS.items() if metric.higher_is_better}
    assert set(METRICS) - higher == {"log_loss", "rmse", "mae", "rmsle", "scaled_rmse"}


# ---- rare classes and lucky draws ------------------------------------------------------------


@pytest.mark.parametrize("name", ["accuracy", "balanced_accuracy", "f1_macro", "log_loss"])
def test_a_class_that_the_rows_do_not_hold(name):
    y, p = classes(4)
    y[y == 3] = 0
    (score,) = scores((name,), y, p, resamples(len(y), 0))
    assert score.low <= score.value <= score.high and np.isfinite(score.value)


def test_a_class_that_the_rows_do_not_hold_is_not_ranked():
    y, p = classes(4)
    y[y == 3] = 0
    (score,) = scores(("roc_auc",), y, p, resamples(len(y), 0))
    assert score.value == pytest.approx(
        np.mean([sk.roc_auc_score(y == k, p[:, k]) for k in range(3)])
    )
    assert 0 < score.low <= score.value <= score.high < 1


@pytest.mark.parametrize("name", MULTICLASS)
def test_a_class_of_one_row_is_missing_in_some_draws(name):
    y, p = classes(4)
    y[y == 3] = 0
    y[7] = 3
    (score,) = scores((name,), y, p, resamples(len(y), 0))
    assert score.low <= score.value <= score.high
    assert np.isfinite([score.low, score.high]).all()


@pytest.mark.parametrize("name", BINARY)
def test_a_positive_class_of_one_row(name):
    y, p = classes(2)
    y[:] = 0
    y[7] = 1
    (score,) = scores((name,), y, p, resamples(len(y), 0))
    assert np.isfinite([score.low, score.value, score.high]).all()


def test_one_class_only():
    y, p = np.zeros(30, dtype=np.int64), classes(2, 30)[1]
    found = by_name(scores(tuple(BINARY), y, p, resamples(30, 0)))
    assert set(BINARY) - set(found) == {"roc_auc", "average_precision"}
    assert not defined("roc_auc", y) and defined("accuracy", y)


def test_a_constant_number():
    y, p = np.ones(30), numbers(30)[1]
    assert [s.metric for s in scores(("rmse", "r2", "mae"), y, p, resamples(30, 0))] == [
        "rmse", "mae",
    ]  # fmt: skip


def test_nearly_constant_numbers_have_an_r2_where_a_draw_has_none():
    y = np.array([0.0, 0, 0, 0, 1])
    (score,) = scores(("r2",), y, y * 0.5, resamples(5, 0))
    assert score.value == pytest.approx(sk.r2_score(y, y * 0.5)) and np.isfinite(score.low)


def test_log_loss_of_a_sure_mistake_is_finite():
    (score,) = scores(("log_loss",), np.array([0, 1]), np.eye(2)[::-1], resamples(2, 0))
    assert score.value == pytest.approx(-np.log(1e-12))


# ---- intervals ---------------------------------------------------------------------------------


def test_interval_of_known_values():
    assert interval(np.arange(201.0)) == pytest.approx((5.0, 195.0))


def test_the_interval_covers_what_it_says():
    truth, n_rows, repetitions = 0.8, 200, 200
    rng = np.random.default_rng(0)
    covered = []
    for repetition in range(repetitions):
        y = np.zeros(n_rows, dtype=np.int64)
        right = (rng.random(n_rows) < truth).astype(np.int64)
        p = np.stack([right, 1 - right], axis=1).astype(np.float64)
        (score,) = scores(("accuracy",), y, p, resamples(n_rows, repetition))
        covered.append(score.low <= truth <= score.high)
    assert 0.88 <= np.mean(covered) <= 0.99


def test_score_says_what_it_is():
    y, p = numbers()
    (score,) = scores(("mae",), y, p, resamples(len(y), 0))
    assert (score.metric, score.n_rows, score.level) == ("mae", N, 0.95)
    assert not score.higher_is_better


def test_resamples_of_a_seed():
    one = resamples(50, 3)
    assert one.shape == (200, 50) and one.min() >= 0 and one.max() < 50
    assert (one == resamples(50, 3)).all() and (one != resamples(50, 4)).any()
    assert resamples(1_000_000, 0).shape == (200, 20_000)


# ---- comparison --------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data", "_"), CASES, ids=IDS)
def test_gain_is_positive_where_the_new_one_is_better(name, data, _):
    y, p = data
    best = (
        np.eye(p.shape[1])[y] if p.ndim == 2 and y.ndim == 1 else y[:, 0] if p.ndim < y.ndim else y
    )
    worst = best.max() * 2 - best
    if name in BINARY | MULTICLASS | SEVERAL:
        worst = 1 - best if y.ndim == 2 else (1 - best) / (1 - best).sum(1, keepdims=True)
    draws = resamples(len(y), 0, y[:, 1] if name in RANKED else None)
    value, low, high = gain(name, y, best, worst, draws)
    assert 0 < low <= value <= high or low == value == high
    back = gain(name, y, worst, best, draws)
    assert back == pytest.approx((-value, -high, -low))


def test_no_gain_over_oneself():
    y, p = numbers()
    assert gain("rmse", y, p, p, resamples(len(y), 0)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("kind", BESIDE)
def test_names_start_with_the_designs(kind):
    task = Task(kind=kind, target="y")
    for first in BESIDE[kind]:
        found = names(task, first)
        assert found[0] == first and sorted(found) == sorted(set(BESIDE[kind]))


def test_whole_groups_are_drawn_and_widen_the_interval():
    """Ten rows of a group that are all right or all wrong are worth one row, not ten."""
    groups = np.repeat(np.arange(20), 10)
    y = np.repeat(np.arange(20) % 2, 10).astype(np.float64)
    p = np.zeros(200)
    apart = scores(("mae",), y, p, resamples(200, 0))[0]
    grouped = scores(("mae",), y, p, resamples(200, 0, groups))[0]
    assert grouped.high - grouped.low > 2.5 * (apart.high - apart.low)  # root of 10 is 3.2
    for draw in resamples(200, 1, groups)[:20]:
        assert (np.bincount(draw, minlength=200).reshape(20, 10).std(1) == 0).all()
