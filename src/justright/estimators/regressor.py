"""A network for numbers, as scikit-learn has regressors."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array, check_consistent_length, column_or_1d

from justright.estimators.network import Network
from justright.estimators.rows import checked_rows, free_name, row_weights


class NetRegressor(RegressorMixin, Network):  # type: ignore[misc]
    """A neural network that designs itself for the rows, checks itself, and tells numbers.

    Every parameter but the first four is a lever of the design (`justright rules` lists them);
    None leaves it to the rule book. No row is set aside for a test: split the rows yourself, as
    `cross_val_score` does.

    Args:
        time: Time for the whole fit, in seconds or as "2m". Less may be needed.
        seed: Seed of all chance, in the place of scikit-learn's `random_state`. Same seed, same
            result on the same machine, as far as the time does not cut in.
        design: Name of a design to start from, in place of the rule book's own.
        search: Whether to search for designs beside the rule book's, and to average the best. None:
            where time is left when the rule book's is trained; all of the time is then taken.

    Attributes:
        model_: The trained model; None where the targets are constant.
        n_features_in_: Columns of the rows.
        feature_names_in_: Their names, where the rows were a frame with names.

    Example:
        >>> X = [[n % 7, n % 5] for n in range(35)]
        >>> y = [2.0 * a - b for a, b in X]
        >>> NetRegressor(search=False, epochs=60, learning_rate=0.01).fit(X, y).score(X, y) > 0.9
        True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NetRegressor":
        """Design, check and train.

        Args:
            X: Rows: an array of numbers, NaN where missing; or a polars, pandas or pyarrow frame
                of numbers, words, dates and missing cells.
            y: Number of each row, or several, shape (rows, targets).
            sample_weight: How much each row counts, 0 or more: 2 is the row twice.

        Returns:
            Itself.

        Raises:
            ValueError: If the rows or the numbers cannot be used.
        """
        rows = checked_rows(self, X, y)
        y = check_array(y, ensure_2d=False, dtype=np.float64, input_name="y")
        if y.ndim == 1 or y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        check_consistent_length(rows, y)
        weights = row_weights(sample_weight, rows.height)
        counts = weights > 0
        self._names = tuple(rows.columns)
        self._shape = y.shape[1:]
        columns = y[counts].reshape(int(counts.sum()), -1)
        self._constant = columns[0].copy()
        self._moves = np.flatnonzero((columns != columns[0]).any(0))
        self.model_ = None
        if len(self._moves):
            targets = self._targets(rows.columns, columns)
            task = "regression" if len(targets) == 1 else "multi-target"
            self.model_ = self._learn(rows.filter(counts), targets, weights[counts], task)
        return self

    def _targets(self, taken: list[str], columns: NDArray[np.float64]) -> dict[str, pl.Series]:
        """The columns to predict that are not constant, by a name of their own."""
        if len(self._moves) == 1:
            return {free_name("target", taken): pl.Series(columns[:, self._moves[0]])}
        return {free_name(f"target{k}", taken): pl.Series(columns[:, k]) for k in self._moves}

    def predict(self, X: Any) -> NDArray[np.float64]:
        """The number of each row, or several.

        Args:
            X: Rows, as for `fit`.

        Returns:
            Shape (rows,), or (rows, targets).
        """
        model, rows = self._outputs(X)
        found = np.tile(self._constant, (rows.height, 1))
        if model is not None:
            found[:, self._moves] = model.predict(rows).reshape(rows.height, -1)
        return found.reshape(rows.height, *self._shape)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
