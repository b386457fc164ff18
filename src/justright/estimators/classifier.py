"""A network for classes, as scikit-learn has classifiers."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite, check_consistent_length, column_or_1d

from justright.data.target import understand_target
from justright.errors import DataError
from justright.estimators.network import Network
from justright.estimators.rows import checked_rows, free_name, row_weights


class NetClassifier(ClassifierMixin, Network):  # type: ignore[misc]
    """A neural network that designs itself for the rows, checks itself, and tells classes.

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
        classes_: Labels, sorted.
        model_: The trained model; None where all rows are of one class.
        n_features_in_: Columns of the rows.
        feature_names_in_: Their names, where the rows were a frame with names.

    Example:
        >>> X = [[n % 7, n % 5] for n in range(35)]
        >>> y = ["low" if row[0] < 3 else "high" for row in X]
        >>> net = NetClassifier(search=False, epochs=60, learning_rate=0.01).fit(X, y)
        >>> net.predict([[0, 4], [6, 1]])
        array(['low', 'high'], dtype='<U4')
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NetClassifier":
        """Design, check and train.

        Args:
            X: Rows: an array of numbers, NaN where missing; or a polars, pandas or pyarrow frame
                of numbers, words, dates and missing cells.
            y: Class of each row.
            sample_weight: How much each row counts, 0 or more: 2 is the row twice.

        Returns:
            Itself.

        Raises:
            ValueError: If the rows or the classes cannot be used.
        """
        rows = checked_rows(self, X, y)
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_consistent_length(rows, y)
        check_classification_targets(y)
        weights = row_weights(sample_weight, rows.height)
        counts = weights > 0
        self.classes_, codes = np.unique(y[counts], return_inverse=True)
        self._names = tuple(rows.columns)
        self.model_ = None
        if len(self.classes_) == 1:
            return self
        name = free_name("target", rows.columns)
        task = "binary" if len(self.classes_) == 2 else "multiclass"
        self._told = _told(self.classes_)
        cells = pl.Series(np.array(self._told)[codes])
        model = self._learn(rows.filter(counts), {name: cells}, weights[counts], task)
        self.model_ = model
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """The most likely class of each row.

        Args:
            X: Rows, as for `fit`.

        Returns:
            Labels, shape (rows,).
        """
        best = self.predict_proba(X).argmax(1)
        labels: NDArray[Any] = self.classes_[best]
        return labels

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Probability of each class, in the order of `classes_`.

        Args:
            X: Rows, as for `fit`.

        Returns:
            Shape (rows, classes).
        """
        model, rows = self._outputs(X)
        if model is None:
            return np.ones((rows.height, 1))
        found = model.predict_proba(rows)
        return found[:, [model.classes.index(label) for label in self._told]]


def _told(classes: NDArray[Any]) -> tuple[str, ...]:
    """What the model calls each class: its label, or its number where labels could be mixed up."""
    labels = tuple(str(label) for label in classes)
    try:
        cells = pl.Series("y", labels * 2)
        found = understand_target(cells, "multiclass" if len(labels) > 2 else None, tested=False)
        if sorted(found.task.classes) == sorted(labels):
            return labels
    except DataError:
        pass
    return tuple(f"class {number}" for number in range(len(labels)))
