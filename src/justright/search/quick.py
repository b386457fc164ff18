"""Scores of averaged predictions that need not look at every number of every prediction."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: The score of an averaged prediction; lower is better.
Score = Callable[[Array], float]

TINY = float(np.finfo(np.float64).tiny)  # smallest probability whose logarithm is taken


class LogLoss:
    """Mean negative logarithm of the probability given to the true class.

    Only the probability of the true class counts, and it is averaged like all others.

    Args:
        truth: Number of the true class of each row, shape (rows,).

    Example:
        >>> round(LogLoss(np.array([0, 1]))(np.array([[0.5, 0.5], [0.5, 0.5]])), 4)
        0.6931
    """

    def __init__(self, truth: NDArray[np.int64]) -> None:
        self.truth = truth

    def __call__(self, mean: Array) -> float:
        """The score of one averaged prediction, shape (rows, classes)."""
        return float(self.scored(self.boiled([mean]))[0])

    def boiled(self, predictions: Sequence[Array]) -> Array:
        """Probabilities of the true classes, shape (configurations, rows)."""
        rows = np.arange(len(self.truth))
        return np.array([p[rows, self.truth] for p in predictions], dtype=np.float64)

    def scored(self, means: Array) -> Array:
        """Scores of averaged probabilities of the true classes."""
        return np.asarray(-np.log(np.maximum(means, TINY)).mean(axis=1))


class SquaredError:
    """Mean squared error; over all columns alike where there are several.

    The error of an average depends on the predictions only by the mean products of their errors,
    of which there is one for each pair of configurations, however many rows there are. What is
    left of a prediction is a short vector that has these products.

    Args:
        truth: True values, of the shape of a prediction.
        unit: What errors are measured in: one number for each column, so that columns of several
            units count alike.

    Example:
        >>> SquaredError(np.array([1.0, 3.0]))(np.array([1.0, 1.0]))
        2.0
    """

    def __init__(self, truth: Array, unit: Array | float = 1.0) -> None:
        self.truth, self.unit = truth, unit

    def __call__(self, mean: Array) -> float:
        """The score of one averaged prediction, of the shape of the truth."""
        return float(np.square((mean - self.truth) / self.unit).mean())

    def boiled(self, predictions: Sequence[Array]) -> Array:
        """Vectors with the mean products of the errors, shape (configurations, configurations)."""
        errors = np.array(
            [np.ravel((p - self.truth) / self.unit) for p in predictions], dtype=np.float64
        )
        products = errors @ errors.T / errors.shape[1]
        values, vectors = np.linalg.eigh(products)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))

    def scored(self, means: Array) -> Array:
        """Scores of averaged vectors."""
        return np.asarray(np.square(means).sum(axis=1))
