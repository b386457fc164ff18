"""What the report draws of the predictions on the test rows, kind of task by kind of task."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.data.target_values import Values
from justright.kinds import (
    Calibration,
    Confusion,
    LabelFigures,
    Places,
    PredictedTrue,
    Task,
)
from justright.recipes.metrics import METRICS
from justright.recipes.metrics_several import CHOSEN

CALIBRATION_BINS = 10  # Guo et al. 2017, arXiv:1706.04599, use 15 on far more rows
SHOWN_ROWS = 2_000  # points of the predicted-against-true picture; more are one blot
SHOWN_PLACES = 20  # places of a ranked list; few look further

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What applies to a task; the rest is None or empty.

    Attributes:
        confusion: For one class of several.
        calibration: For one class of several.
        predicted_true: For numbers, one for each column.
        labels: For multilabel tasks, the rarest label last.
        places: For rankings.
    """

    confusion: Confusion | None = None
    calibration: Calibration | None = None
    predicted_true: tuple[PredictedTrue, ...] = ()
    labels: tuple[LabelFigures, ...] = ()
    places: Places | None = None


def pictures(task: Task, y: Values, predictions: Array, temperature: float) -> Pictures:
    """The figures behind the pictures of a task.

    Args:
        task: What is predicted.
        y: Truth, as `target_values` gives it.
        predictions: As `Predictor.predict` gives them.
        temperature: Of the probabilities.

    Example:
        >>> task = Task(kind="regression", target="price")
        >>> pictures(task, np.array([1.0, 2.0]), np.array([1.5, 2.5]), 1.0).predicted_true[0].true
        (1.0, 2.0)
    """
    if task.is_classification:
        return Pictures(
            confusion=_confusion(task, y, predictions),
            calibration=_calibration(y, predictions, temperature),
        )
    if task.kind == "multilabel":
        return Pictures(labels=_labels(task, y.astype(np.float64), predictions))
    if task.kind == "ranking":
        return Pictures(places=_places(y.astype(np.float64), predictions))
    true, predicted = y.reshape(len(y), -1), predictions.reshape(len(y), -1)
    rows = np.linspace(0, len(y) - 1, min(len(y), SHOWN_ROWS)).astype(int)
    return Pictures(
        predicted_true=tuple(
            PredictedTrue(
                name=name,
                predicted=tuple(predicted[rows, k].tolist()),
                true=tuple(true[rows, k].tolist()),
            )
            for k, name in enumerate(task.columns)
        )
    )


def _labels(task: Task, y: Array, p: Array) -> tuple[LabelFigures, ...]:
    """Each label by itself, the most frequent first."""
    found = []
    for k in np.argsort(-y.sum(axis=0), kind="stable"):
        one, own = y[:, [k]], p[:, [k]]
        told = 0 < one.sum() < len(one)
        value = METRICS["average_precision"].value(one, own) if told else None
        right = float((one * (own >= CHOSEN)).sum())
        total = float(one.sum() + (own >= CHOSEN).sum())
        found.append(
            LabelFigures(
                name=task.classes[k],
                n_rows=int(one.sum()),
                average_precision=value,
                f1=2 * right / total if total else 0.0,
            )
        )
    return tuple(found)


def _places(y: Array, scores: Array) -> Places:
    """Mean relevance by place, over queries."""
    order = np.argsort(y[:, 1], kind="stable")
    _, starts = np.unique(y[order, 1], return_index=True)
    ranked, best = np.zeros(SHOWN_PLACES), np.zeros(SHOWN_PLACES)
    reach = np.zeros(SHOWN_PLACES, dtype=np.int64)
    for rows in np.split(order, starts[1:]):
        n = min(len(rows), SHOWN_PLACES)
        ranked[:n] += y[rows[np.argsort(-scores[rows], kind="stable")], 0][:n]
        best[:n] += np.sort(y[rows, 0])[::-1][:n]
        reach[:n] += 1
    used = reach > 0
    return Places(
        predicted=tuple((ranked[used] / reach[used]).tolist()),
        best=tuple((best[used] / reach[used]).tolist()),
        chance=float(y[:, 0].mean()),
        n_queries=tuple(reach[used].tolist()),
    )


def _confusion(task: Task, y: NDArray[np.int64] | Array, p: Array) -> Confusion:
    n = len(task.classes)
    cells = np.bincount(y.astype(np.int64) * n + p.argmax(1), minlength=n * n).reshape(n, n)
    return Confusion(classes=task.classes, counts=tuple(tuple(row) for row in cells.tolist()))


def _calibration(y: NDArray[np.int64] | Array, p: Array, temperature: float) -> Calibration:
    """How often the predicted class came true, by how sure the network was."""
    binary = p.shape[1] == 2
    sure = p[:, 1] if binary else p.max(1)
    hit = (y == 1) if binary else (p.argmax(1) == y)
    bins = np.minimum((sure * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    used = [b for b in range(CALIBRATION_BINS) if (bins == b).any()]
    predicted = [float(sure[bins == b].mean()) for b in used]
    observed = [float(hit[bins == b].mean()) for b in used]
    counts = [int((bins == b).sum()) for b in used]
    gaps = [n * abs(a - b) for n, a, b in zip(counts, predicted, observed, strict=True)]
    return Calibration(
        predicted=tuple(predicted),
        observed=tuple(observed),
        n_rows=tuple(counts),
        error=sum(gaps) / len(y),
        temperature=temperature,
    )
