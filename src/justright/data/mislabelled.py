"""Labels and numbers that networks which did not train on them do not believe."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

_NEAR = 1e-6  # two probabilities that differ by less are equal, as in cleanlab
_KEPT = 1  # rows of a class that are left unsuspected at least, as in cleanlab
FAR = 6.0  # robust standard deviations; residuals have heavy tails, so not the usual 3.5 (house)
MAD_TO_SPREAD = 1.4826  # of a normal distribution; Rousseeuw and Croux 1993
_WINDOWS = 10  # parts by predicted value in which the spread is measured (house convention)
_WINDOW_ROWS = 50  # rows of a part at least: a median deviation is then known to 15 %


def mislabelled(labels: NDArray[np.int64], probabilities: Array) -> NDArray[np.int64]:
    """Rows whose label is probably wrong: confident learning, pruned by noise rate.

    A row counts as truly of a class where its probability reaches the mean that rows labelled so
    have. From these counts it is estimated how many rows of each class carry another one's label;
    so many rows, those with the widest margin, are suspects, if the prediction contradicts them.

    Args:
        labels: Given class numbers, shape (rows,).
        probabilities: From networks that did not train on the row, shape (rows, classes).

    Returns:
        Row numbers, the least believed label first.

    Source:
        Northcutt, Jiang and Chuang 2021, arXiv:1911.00068; as `find_label_issues` of cleanlab
        2.9.0 does it by default.

    Example:
        >>> p = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.05, 0.95]])
        >>> mislabelled(np.array([0, 0, 1, 1, 0]), p)
        array([4])
    """
    n_classes = probabilities.shape[1]
    noise = _noise_counts(_confident_joint(labels, probabilities))
    suspect = np.zeros(len(labels), dtype=bool)
    for given in range(n_classes):
        rows = np.flatnonzero(labels == given)
        if len(rows) <= _KEPT:
            continue
        for true in np.flatnonzero(noise[given] > 0):
            if true != given:
                margin = probabilities[rows, true] - probabilities[rows, given]
                suspect[rows[np.argsort(-margin)[: noise[given, true]]]] = True
    own = probabilities[np.arange(len(labels)), labels]
    believed = probabilities.copy()
    believed[np.arange(len(labels)), labels] += _NEAR
    suspect &= believed.argmax(1) != labels
    found = np.flatnonzero(suspect)
    return found[np.argsort(own[found])]


def _confident_joint(labels: NDArray[np.int64], probabilities: Array) -> Counts:
    """Rows of each given and each probable true class, scaled to the given labels' counts."""
    n = probabilities.shape[1]
    counts = np.bincount(labels, minlength=n)
    threshold = np.array(
        [probabilities[labels == k, k].mean() if counts[k] else 2.0 for k in range(n)]
    )
    sure = probabilities >= np.maximum(threshold, 2 * _NEAR) - _NEAR
    n_sure = sure.sum(1)
    true = np.where(n_sure > 1, probabilities.argmax(1), sure.argmax(1))
    cells = (labels * n + true)[n_sure > 0]
    joint = np.bincount(cells, minlength=n * n).reshape(n, n)
    np.fill_diagonal(joint, joint.diagonal().clip(min=1))
    scaled = (joint.T / joint.sum(1) * counts).T
    return _rounded(scaled / scaled.sum() * counts.sum())


def _noise_counts(joint: Counts) -> Counts:
    """Rows of each given class that are of another, so that `_KEPT` rows stay in each class."""
    own = np.maximum(joint.diagonal(), _KEPT)
    added = own - joint.diagonal()
    others = np.maximum(np.count_nonzero(joint, axis=1) - 1.0, 1.0)
    left = np.maximum(joint - (added / others)[:, None], 0.0)
    np.fill_diagonal(left, own)
    # cleanlab works on whole numbers from here on, cut off and not rounded.
    return np.asarray(left, dtype=np.int64)


def _rounded(table: Array) -> Counts:
    """Whole numbers with the same sum in each row."""
    return np.array([_rounded_row(row) for row in table])


def _rounded_row(row: Array) -> Counts:
    whole = row.round()
    while missing := int(np.round(row.sum().round() - whole.sum())):
        step = 1 if missing > 0 else -1
        order = np.argsort(row - whole)[::-step]
        whole[order[: min(abs(missing), len(row))]] += step
    return whole.astype(np.int64)


def misvalued(values: Array, predictions: Array) -> tuple[NDArray[np.int64], Array]:
    """Rows whose number is far from what networks predict that did not train on it.

    The distance is counted in robust standard deviations of the residuals: of all rows, or of
    those with a similar prediction where these spread more.

    Args:
        values: Given numbers, shape (rows,).
        predictions: Predicted numbers, shape (rows,).

    Returns:
        Row numbers, the farthest first; the distance of every row, shape (rows,).

    Source:
        Iglewicz and Hoaglin 1993 (the modified z-score)

    Example:
        >>> residuals = np.tile([-1.0, -0.5, 0.0, 0.5, 1.0], 20)
        >>> residuals[7] = 30.0
        >>> misvalued(residuals, np.zeros(100))[0]
        array([7])
    """
    residual = values - predictions
    residual = residual - np.median(residual)
    spread = np.maximum(MAD_TO_SPREAD * np.median(np.abs(residual)), _local(residual, predictions))
    usable = spread > 0  # a constant that is always met tells of no spread
    distance = np.divide(np.abs(residual), spread, out=np.zeros_like(residual), where=usable)
    found = np.flatnonzero(distance >= FAR)
    return found[np.argsort(-distance[found], kind="stable")], distance


def _local(residual: Array, predictions: Array) -> Array:
    """Robust spread of the residuals of rows with a similar prediction."""
    n_windows = max(1, min(_WINDOWS, len(residual) // _WINDOW_ROWS))
    spread = np.empty_like(residual)
    for rows in np.array_split(np.argsort(predictions, kind="stable"), n_windows):
        spread[rows] = MAD_TO_SPREAD * np.median(np.abs(residual[rows]))
    return spread
