"""Figures of merit of rows with several labels or numbers, and of ranked rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sk

CHOSEN = 0.5  # probability from which a label counts as predicted
TINY = 1e-12  # smallest probability whose logarithm is taken

Array = NDArray[np.float64]


def mean_where_told(figures: Sequence[Array]) -> Array:
    """The mean over labels of the figures of every draw, those left out that have none.

    Args:
        figures: One line of draws for each label; NaN where a label has no figure.

    Example:
        >>> mean_where_told([np.array([0.5, 1.0]), np.array([np.nan, 0.0])])
        array([0.5, 0.5])
    """
    each = np.stack(figures)
    told = np.isfinite(each)
    total, n_told = np.where(told, each, 0.0).sum(0), told.sum(0)
    found = np.divide(total, n_told, out=np.full(each.shape[1], np.nan), where=n_told > 0)
    return np.asarray(found)


def average_precision_of_draws(
    positive: NDArray[np.bool_], p: Array, draws: NDArray[np.int64]
) -> Array:
    """Average precision of every draw, from how often each row was drawn; NaN without a positive.

    Args:
        positive: Whether each row is, shape (rows,).
        p: Its probability, shape (rows,).
        draws: Row numbers, shape (draws, rows drawn).

    Example:
        >>> p = np.array([0.9, 0.8, 0.1])
        >>> average_precision_of_draws(np.array([True, False, True]), p, np.array([[0, 1, 2]]))
        array([0.83333333])
    """
    _, place = np.unique(-p, return_inverse=True)  # the surest first
    size = int(place.max()) + 1
    values = []
    for draw in draws:
        at = place[draw]
        right = np.bincount(at, weights=positive[draw], minlength=size)
        n_right = right.sum()
        drawn = np.cumsum(np.bincount(at, minlength=size))
        precision = np.cumsum(right) / np.maximum(drawn, 1)
        values.append((right * precision).sum() / n_right if n_right else np.nan)
    return np.array(values)


def label_f1_of_draws(y: NDArray[Any], p: Array, draws: NDArray[np.int64], average: str) -> Array:
    """F1 of the labels that are more likely than not, of every draw.

    Args:
        y: 0 and 1, shape (rows, labels).
        p: Probabilities, of the same shape.
        draws: Row numbers, shape (draws, rows drawn).
        average: "micro" over all cells, or "macro" over labels (0 for one that never occurs).

    Example:
        >>> y, p = np.array([[1, 0], [1, 1]]), np.array([[0.9, 0.1], [0.2, 0.8]])
        >>> label_f1_of_draws(y, p, np.array([[0, 1]]), "micro")
        array([0.8])
    """
    true, chosen = y > 0, p >= CHOSEN
    both, any_ = (true & chosen).astype(np.float64), true.astype(np.float64) + chosen
    right = np.stack([both[draw].sum(axis=0) for draw in draws])
    total = np.stack([any_[draw].sum(axis=0) for draw in draws])
    if average == "micro":
        right, total = right.sum(axis=1), total.sum(axis=1)
    f1 = np.divide(2 * right, total, out=np.zeros_like(right), where=total > 0)
    return np.asarray(f1 if average == "micro" else f1.mean(axis=1))


def label_log_loss(y: Array, p: Array) -> Array:
    """Mean binary log-loss over the labels of each row, shape (rows,)."""
    true = np.where(y > 0, p, 1 - p)
    return np.asarray(-np.log(np.maximum(true, TINY)).mean(axis=1))


def scaled_rmse(y: Array, p: Array, draws: NDArray[np.int64]) -> Array:
    """Of every draw: the root mean squared error of each column in units of its spread, averaged.

    Args:
        y: Numbers, shape (rows, columns).
        p: Predictions, of the same shape.
        draws: Row numbers, shape (draws, rows drawn).

    Example:
        >>> y = np.array([[0.0, 10.0], [2.0, 30.0]])
        >>> scaled_rmse(y, y + [[1.0, 0.0]], np.array([[0, 1]]))
        array([0.5])
    """
    squared, found = (y - p) ** 2, []
    for draw in draws:
        spread = y[draw].std(axis=0)
        error = np.sqrt(squared[draw].mean(axis=0))
        found.append((error / np.where(spread > 0, spread, 1.0)).mean())
    return np.array(found)


def query_figures(y: Array, scores: Array, figure: Any) -> Array:
    """A figure of every query, laid on its first row.

    Queries whose rows are all of one relevance cannot be ranked, and are left out.

    Args:
        y: Relevance and number of the query, shape (rows, 2).
        scores: What the rows are ranked by, shape (rows,).
        figure: From relevance and scores of one query to its figure.

    Returns:
        Shape (rows,); NaN on all other rows.

    Example:
        >>> y = np.array([[1.0, 0], [0.0, 0], [0.0, 1], [1.0, 1]])
        >>> query_figures(y, np.array([2.0, 1.0, 2.0, 1.0]), average_precision).tolist()
        [1.0, nan, 0.5, nan]
    """
    order = np.argsort(y[:, 1], kind="stable")
    _, starts = np.unique(y[order, 1], return_index=True)
    out = np.full(len(y), np.nan)
    for rows in np.split(order, starts[1:]):
        if len(np.unique(y[rows, 0])) > 1:
            out[rows[0]] = figure(y[rows, 0], scores[rows])
    return out


def ndcg(relevance: Array, scores: Array) -> float:
    """Normalised discounted cumulated gain of one query, ties averaged; Järvelin 2002."""
    return float(sk.ndcg_score(relevance[None], scores[None]))


def average_precision(relevance: Array, scores: Array) -> float:
    """Average precision of one query, rows of more than the least relevance being right."""
    return float(sk.average_precision_score(relevance > relevance.min(), scores))
