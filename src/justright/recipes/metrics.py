"""Figures of merit, with intervals from resampled test rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn import metrics as sk

from justright.kinds import Score, Task
from justright.recipes.metrics_several import (
    average_precision,
    average_precision_of_draws,
    label_f1_of_draws,
    label_log_loss,
    mean_where_told,
    ndcg,
    query_figures,
    scaled_rmse,
)

N_RESAMPLES = 200  # enough for the ends of a 95 % interval to within a tenth of its width
RESAMPLED_ROWS = 20_000  # rows drawn at most; the interval of more is scaled by the root
LEVEL = 0.95  # share of repetitions that the interval covers
TINY = 1e-12  # smallest probability whose logarithm is taken

Array = NDArray[np.float64]
Truth = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of merit.

    Attributes:
        value: From truth and predictions (probabilities or numbers) to the figure.
        higher_is_better: Its direction.
        rows: From truth and predictions to a figure per row whose mean, after `finish`, is the
            value; None where there is no such thing.
        finish: What is done to the mean.
        quick: From truth, predictions and draws to the figure of every draw, where that can be
            had without a call for each; the same figure as `value`.
    """

    value: Callable[[Truth, Array], float]
    higher_is_better: bool
    rows: Callable[[Truth, Array], Array] | None = None
    finish: Callable[[Array], Array] = np.asarray
    quick: Callable[[Truth, Array, NDArray[np.int64]], Array] | None = None


def _mean_of(
    rows: Callable[[Truth, Array], Array],
    *,
    higher: bool = False,
    finish: Callable[[Array], Array] = np.asarray,
) -> Metric:
    return Metric(lambda y, p: float(finish(rows(y, p).mean())), higher, rows, finish)


def _square(y: Truth, p: Array) -> Array:
    """Squared error of each row, the mean of several numbers."""
    error = (y - p) ** 2
    return error if error.ndim == 1 else np.asarray(error.mean(axis=1))


def _size(y: Truth, p: Array) -> Array:
    """Absolute error of each row, the mean of several numbers."""
    error = np.abs(y - p)
    return error if error.ndim == 1 else np.asarray(error.mean(axis=1))


def _f1_macro(y: Truth, p: Array) -> float:
    if y.ndim > 1:
        return float(label_f1_of_draws(y, p, np.arange(len(y))[None], "macro")[0])
    return float(sk.f1_score(y, p.argmax(1), average="macro", zero_division=0))


def _f1_macro_of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    if y.ndim > 1:
        return label_f1_of_draws(y, p, draws, "macro")
    return np.asarray(np.nanmean(_f1_of_draws(y, p, draws), axis=1))


def _ranked(figure: Any) -> Metric:
    """A figure of each query, averaged over queries."""

    def of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
        figures = query_figures(y.astype(np.float64), p, figure)
        told = np.isfinite(figures)
        total = np.array([figures[draw][told[draw]].sum() for draw in draws])
        count = np.array([told[draw].sum() for draw in draws])
        found = np.divide(total, count, out=np.full(len(draws), np.nan), where=count > 0)
        return np.asarray(found)

    return _of_all(of_draws)


def _log_loss_rows(y: Truth, p: Array) -> Array:
    if y.ndim > 1:
        return label_log_loss(y.astype(np.float64), p)
    return -np.log(np.maximum(p[np.arange(len(y)), y.astype(np.int64)], TINY))


def _rmsle_rows(y: Truth, p: Array) -> Array:
    return np.asarray((np.log1p(np.maximum(p, -0.999)) - np.log1p(y)) ** 2)


def _counts(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    """Confusion counts of every draw, shape (draws, true, predicted)."""
    n = p.shape[1]
    cell = y.astype(np.int64) * n + p.argmax(1)
    counts = np.stack([np.bincount(cell[draw], minlength=n * n) for draw in draws])
    return np.asarray(counts.reshape(-1, n, n), dtype=np.float64)


def _f1_of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    """F1 of every class (that occurs or is predicted) of every draw; NaN for the others."""
    counts = _counts(y, p, draws)
    right = counts.diagonal(axis1=1, axis2=2)
    total = counts.sum(1) + counts.sum(2)
    f1 = np.divide(2 * right, total, out=np.full_like(right, np.nan), where=total > 0)
    return np.asarray(f1)


def _recall_of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    counts = _counts(y, p, draws)
    right, present = counts.diagonal(axis1=1, axis2=2), counts.sum(2)
    recall = np.divide(right, present, out=np.full_like(right, np.nan), where=present > 0)
    return np.asarray(np.nanmean(recall, axis=1))


def _auc_of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    """ROC AUC of every draw: of many classes the mean of each against the rest.

    A class that a draw does not hold has no ranking there, and is left out of its mean.
    """
    if y.ndim == 1 and p.shape[1] == 2:
        return _ranking_of_draws(y == 1, p[:, 1], draws)
    truths = [y[:, k] == 1 if y.ndim > 1 else y == k for k in range(p.shape[1])]
    return mean_where_told([_ranking_of_draws(t, p[:, k], draws) for k, t in enumerate(truths)])


def _precision_of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    """Average precision of every draw; of labels the mean."""
    if y.ndim == 1:
        return average_precision_of_draws(y == 1, p[:, 1], draws)
    columns = range(p.shape[1])
    return mean_where_told(
        [average_precision_of_draws(y[:, k] == 1, p[:, k], draws) for k in columns]
    )


def _ranking_of_draws(positive: NDArray[np.bool_], p: Array, draws: NDArray[np.int64]) -> Array:
    """Binary ROC AUC of every draw, from how often each row was drawn: Mann and Whitney 1947."""
    _, place = np.unique(p, return_inverse=True)
    size = int(place.max()) + 1
    values = []
    for draw in draws:
        truth, at = positive[draw], place[draw]
        above = np.bincount(at[truth], minlength=size)
        negative = np.bincount(at[~truth], minlength=size)
        below = np.cumsum(negative) - negative
        pairs = above.sum() * negative.sum()
        values.append((above * (below + negative / 2)).sum() / pairs if pairs else np.nan)
    return np.array(values)


def _of_all(quick: Callable[[Truth, Array, NDArray[np.int64]], Array]) -> Metric:
    """A metric whose value is its quick form on all rows, each once."""
    return Metric(lambda y, p: float(quick(y, p, np.arange(len(y))[None])[0]), True, quick=quick)


def _r2_of_draws(y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    error = np.array([((y[d] - p[d]) ** 2).sum(axis=0) for d in draws])
    spread = np.array([((y[d] - y[d].mean(axis=0)) ** 2).sum(axis=0) for d in draws])
    share = np.divide(error, spread, out=np.full_like(error, np.nan), where=spread > 0)
    if share.ndim == 1:
        return np.asarray(1 - share)
    known = ~np.isnan(share)  # a column may be constant in a draw, and in small ones every column
    counts = known.sum(axis=1)
    total = np.where(known, share, 0.0).sum(axis=1)
    mean = np.divide(total, counts, out=np.full(len(draws), np.nan), where=counts > 0)
    return np.asarray(1 - mean)


#: The words of the metric lever, as scikit-learn defines them.
METRICS: dict[str, Metric] = {
    "accuracy": _mean_of(lambda y, p: (p.argmax(1) == y).astype(np.float64), higher=True),
    "balanced_accuracy": _of_all(_recall_of_draws),
    "f1": Metric(
        lambda y, p: float(sk.f1_score(y, p.argmax(1), zero_division=0)),
        True,
        quick=lambda y, p, draws: np.nan_to_num(_f1_of_draws(y, p, draws)[:, 1]),
    ),
    "f1_macro": Metric(_f1_macro, True, quick=_f1_macro_of_draws),
    "f1_micro": _of_all(lambda y, p, draws: label_f1_of_draws(y, p, draws, "micro")),
    "roc_auc": _of_all(_auc_of_draws),
    "average_precision": _of_all(_precision_of_draws),
    "log_loss": _mean_of(_log_loss_rows),
    "rmse": _mean_of(_square, finish=np.sqrt),
    "mae": _mean_of(_size),
    "r2": Metric(lambda y, p: float(sk.r2_score(y, p)), True, quick=_r2_of_draws),
    "rmsle": _mean_of(_rmsle_rows, finish=np.sqrt),
    "scaled_rmse": Metric(
        lambda y, p: float(scaled_rmse(y.astype(np.float64), p, np.arange(len(y))[None])[0]),
        False,
        quick=lambda y, p, draws: scaled_rmse(y.astype(np.float64), p, draws),
    ),
    "ndcg": _ranked(ndcg),
    "mean_average_precision": _ranked(average_precision),
}

#: What is reported beside the design's own metric.
BESIDE = {
    "binary": ("roc_auc", "accuracy", "f1", "log_loss"),
    "multiclass": ("accuracy", "f1_macro", "log_loss"),
    "multilabel": ("average_precision", "roc_auc", "f1_micro", "log_loss"),
    "regression": ("rmse", "mae", "r2"),
    "multi-target": ("scaled_rmse", "r2", "mae"),
    "bounded": ("rmse", "mae", "r2"),
    "positive": ("rmse", "rmsle", "mae", "r2"),
    "ranking": ("ndcg", "mean_average_precision"),
}


def names(task: Task, first: str) -> tuple[str, ...]:
    """The metrics of a task, the design's first."""
    return (first, *(name for name in BESIDE[task.kind] if name != first))


def defined(name: str, y: Truth) -> bool:
    """Whether a metric has a value on these rows: ranking needs two classes, R2 some spread."""
    if name in ("ndcg", "mean_average_precision"):
        return len(np.unique(y, axis=0)) > len(np.unique(y[:, 1]))
    if name in ("roc_auc", "average_precision", "r2"):
        return len(np.unique(y)) > 1
    return True


def resamples(n_rows: int, seed: int, groups: NDArray[Any] | None = None) -> NDArray[np.int64]:
    """Row numbers drawn with replacement, shape (resamples, rows drawn).

    Args:
        n_rows: Rows to draw from.
        seed: Seed of the draws.
        groups: The group of each row. Rows of one group say much the same, so whole groups are
            drawn: with single rows the interval would be too narrow.

    Source:
        Field and Welsh 2007 (the cluster bootstrap), https://doi.org/10.1111/j.1467-9868.2007.00593.x

    Example:
        >>> draw = resamples(4, 0, np.array(["a", "a", "b", "b"]))[0]
        >>> np.bincount(draw, minlength=4).tolist() in ([2, 2, 0, 0], [1, 1, 1, 1], [0, 0, 2, 2])
        True
    """
    rng = np.random.default_rng(seed)
    n_drawn = min(n_rows, RESAMPLED_ROWS)
    if groups is None:
        return rng.integers(0, n_rows, size=(N_RESAMPLES, n_drawn))
    _, group_of = np.unique(groups, return_inverse=True)
    order, sizes = np.argsort(group_of, kind="stable"), np.bincount(group_of)
    rows_of = np.split(order, np.cumsum(sizes)[:-1])
    draws = np.empty((N_RESAMPLES, n_drawn), dtype=np.int64)
    for draw in draws:
        chosen = rng.integers(0, len(rows_of), size=len(rows_of))
        # Groups differ in size: what is too much is cut, what is too little starts again.
        draw[:] = np.resize(np.concatenate([rows_of[i] for i in chosen]), n_drawn)
    return draws


def resampled(metric: Metric, y: Truth, p: Array, draws: NDArray[np.int64]) -> Array:
    """The figure on each resample, shape (resamples,); NaN where it is not defined there.

    The spread is that of all rows, also where fewer are drawn.
    """
    if metric.rows is not None:
        rows = metric.rows(y, p)
        values = metric.finish(np.array([rows[draw].mean() for draw in draws]))
    elif metric.quick is not None:
        values = metric.quick(y, p, draws)
    else:
        values = np.array([_value_or_nan(metric, y[draw], p[draw]) for draw in draws])
    if np.isnan(values).all():
        return np.asarray(values)
    shrink = np.sqrt(draws.shape[1] / len(y))
    return np.asarray(np.nanmean(values) + (values - np.nanmean(values)) * shrink)


def _value_or_nan(metric: Metric, y: Truth, p: Array) -> float:
    return metric.value(y, p) if len(np.unique(y)) > 1 else np.nan


def interval(values: Array, level: float = LEVEL) -> tuple[float, float]:
    """Ends of the interval that covers this share of the values."""
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def wilson(share: float, n_rows: int) -> tuple[float, float]:
    """Interval of a share of rows. Resampling would give 67 right of 67 no width at all.

    Source:
        Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    found = binomtest(round(share * n_rows), n_rows).proportion_ci(LEVEL, method="wilson")
    return float(found.low), float(found.high)


def scores(
    wanted: tuple[str, ...], y: Truth, predictions: Array, draws: NDArray[np.int64]
) -> tuple[Score, ...]:
    """The value and interval of each metric that is defined on these rows.

    Args:
        wanted: Names of metrics.
        y: Class indices or numbers.
        predictions: Probabilities, shape (rows, classes), or numbers, shape (rows,).
        draws: Resampled row numbers, as `resamples` draws them.

    Source:
        Efron 1979, the percentile bootstrap
    """
    found = []
    for name in wanted:
        if not defined(name, y):
            continue
        metric = METRICS[name]
        value = metric.value(y, predictions)
        drawn = resampled(metric, y, predictions, draws)
        if np.isnan(drawn).all():  # so few rows that no draw has what the metric needs
            continue
        low, high = interval(drawn)
        if name == "accuracy":
            edges = wilson(value, len(y))
            low, high = min(low, edges[0]), max(high, edges[1])
        found.append(
            Score(
                metric=name,
                value=value,
                low=min(low, value),
                high=max(high, value),
                level=LEVEL,
                n_rows=len(y),
                higher_is_better=metric.higher_is_better,
            )
        )
    return tuple(found)


def gain(
    name: str,
    y: Truth,
    new: Array,
    old: Array,
    draws: NDArray[np.int64],
    level: float = LEVEL,
) -> tuple[float, float, float]:
    """How much better the new predictions are: value and interval, paired by rows.

    Positive is better, whatever the direction of the metric.
    """
    metric = METRICS[name]
    sign = 1.0 if metric.higher_is_better else -1.0
    value = sign * (metric.value(y, new) - metric.value(y, old))
    differences = sign * (resampled(metric, y, new, draws) - resampled(metric, y, old, draws))
    low, high = interval(differences, level)
    return value + 0.0, low + 0.0, high + 0.0  # never -0, which would be spoken


def by_name(found: tuple[Score, ...]) -> Mapping[str, Score]:
    """Scores by the name of their metric."""
    return {score.metric: score for score in found}
