"""Dumb and simple predictors: what a network has to beat to be worth its while."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeCV

from justright.data.encode import Encoder
from justright.data.encode import fit as fit_encoder
from justright.data.schema import Schema
from justright.data.text_column import TextPlan
from justright.kinds import Task

LINEAR_ROWS = 50_000  # rows the linear model learns from at most; it gains nothing from more
LINEAR_CELLS = 5_000_000  # rows × columns at most; 40 MB, and a second or two of work
ONE_HOT_COLUMNS = 1_000  # columns that category levels may become; beyond, a column is left out
ALPHAS = tuple(10.0**k for k in range(-3, 4))  # strengths of the ridge that are tried

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A baseline's predictions on the test rows.

    Attributes:
        name: "trivial" or "linear".
        what: What it is, in words.
        predictions: Probabilities or numbers, as the network's.
    """

    name: str
    what: str
    predictions: Array


def trivial(
    task: Task, y: NDArray[Any], n_test: int, metric: str, *, last: float | None = None
) -> Rival:
    """Always the same answer: the class shares, the mean, for MAE the median, or the last value.

    Args:
        task: What is predicted.
        y: Targets of the development rows.
        n_test: Test rows.
        metric: The design's metric.
        last: The newest target where rows have an order; a number's trivial prediction then.
    """
    if task.is_classification:
        shares = np.bincount(y, minlength=len(task.classes)) / len(y)
        what = f"always the class shares (most often {task.classes[int(shares.argmax())]!r})"
        return Rival(name="trivial", what=what, predictions=np.tile(shares, (n_test, 1)))
    if task.kind == "ranking":
        return Rival(name="trivial", what="rows as they come", predictions=np.zeros(n_test))
    if y.ndim > 1:
        mean = np.median(y, axis=0) if metric == "mae" else y.mean(axis=0)
        what = (
            "always the share of each label" if task.classes else "always the mean of each column"
        )
        return Rival(name="trivial", what=what, predictions=np.tile(mean, (n_test, 1)))
    if last is not None:
        what = f"always the last value before the test ({last:.4g})"
        return Rival(name="trivial", what=what, predictions=np.full(n_test, last))
    value = float(np.median(y) if metric == "mae" else np.mean(y))
    what = f"always the {'median' if metric == 'mae' else 'mean'} ({value:.4g})"
    return Rival(name="trivial", what=what, predictions=np.full(n_test, value))


def linear(
    task: Task,
    schema: Schema,
    train: pl.DataFrame,
    y: NDArray[Any],
    test: pl.DataFrame,
    *,
    text: TextPlan | None = None,
    seed: int,
) -> Rival:
    """Logistic regression for classes and labels, ridge for numbers, on the same columns.

    Args:
        task: What is predicted.
        schema: What each column is.
        train: Development rows, typed.
        y: Their targets.
        test: Test rows, typed.
        text: How free text enters; None for hashed words.
        seed: Seed of the rows that are drawn where there are too many.
    """
    encoder = fit_encoder(train, schema, scaler="standard", text=text or TextPlan())
    n_rows = min(LINEAR_ROWS, max(1_000, LINEAR_CELLS // max(1, encoder.layout.n_columns)))
    if train.height > n_rows:
        rows = np.random.default_rng(seed).choice(train.height, n_rows, replace=False)
        train, y = train[rows], y[rows]
    x, x_test = _one_hot(encoder, train), _one_hot(encoder, test)
    share = f" on {train.height:,} rows" if train.height == n_rows else ""
    if task.is_numeric:
        return _ridge(task, x, y[:, 0] if task.kind == "ranking" else y, x_test, share)
    if task.kind == "multilabel":
        return _by_label(task, x, y, x_test, share)
    p = np.zeros((test.height, len(task.classes)))
    if len(np.unique(y)) == 1:  # early rows of an order, or a rare class not drawn
        p[:, y[0]] = 1.0
        what = f"always {task.classes[y[0]]!r}, the only class of its rows{share}"
        return Rival(name="linear", what=what, predictions=p)
    classifier = _logistic(x, y)
    p[:, classifier.classes_] = classifier.predict_proba(x_test)
    return Rival(name="linear", what=f"logistic regression (C 1){share}", predictions=p)


def _ridge(task: Task, x: Array, y: Array, x_test: Array, share: str) -> Rival:
    """Ridge regression, held within the bounds that the target has."""
    model = RidgeCV(alphas=ALPHAS).fit(x, y)
    found = np.asarray(model.predict(x_test), dtype=np.float64)
    if task.kind == "bounded":
        found = found.clip(task.low, task.high)
    if task.kind == "positive":
        found = found.clip(y.min(), None)
    what = f"ridge regression (alpha {model.alpha_:g}){share}"
    return Rival(name="linear", what=what, predictions=found)


def _by_label(task: Task, x: Array, y: Array, x_test: Array, share: str) -> Rival:
    """A logistic regression for each label; the share of those that all or no rows have."""
    p = np.tile(y.mean(axis=0), (len(x_test), 1))
    for k in range(y.shape[1]):
        if 0 < y[:, k].sum() < len(y):
            p[:, k] = _logistic(x, y[:, k]).predict_proba(x_test)[:, 1]
    what = f"logistic regression of each of {len(task.classes):,} labels (C 1){share}"
    return Rival(name="linear", what=what, predictions=p)


def _logistic(x: Array, y: NDArray[Any]) -> LogisticRegression:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=1.0, max_iter=300).fit(x, y)


def _one_hot(encoder: Encoder, frame: pl.DataFrame) -> Array:
    """The encoded matrix with category indices spread over columns of their own."""
    x = encoder.transform(frame)
    layout = encoder.layout
    n_dense = layout.n_dense
    parts, room = [x[:, :n_dense]], ONE_HOT_COLUMNS
    for i, levels in enumerate(layout.cardinalities):
        if levels <= room:
            room -= levels
            parts.append(np.eye(levels, dtype=np.float32)[x[:, n_dense + i].astype(np.int64)])
    return np.concatenate(parts, axis=1).astype(np.float64)
