"""What a prediction is told as: labels, numbers, columns of a frame."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.repair import as_text
from justright.kinds import Task
from justright.recipes.metrics_several import CHOSEN


def told(task: Task, outputs: NDArray[np.float64]) -> NDArray[Any]:
    """Outputs as the user wants them.

    Args:
        task: What is predicted.
        outputs: As `Predictor.predict` gives them.

    Returns:
        Class labels, shape (rows,); whether each row has each label, (rows, labels); or numbers.

    Example:
        >>> task = Task(kind="binary", target="y", classes=("no", "yes"))
        >>> told(task, np.array([[0.2, 0.8]])).tolist()
        ['yes']
    """
    if task.kind == "multilabel":
        return outputs >= CHOSEN
    if not task.is_classification:
        return outputs
    labels: NDArray[Any] = np.array(task.classes)[outputs.argmax(1)]
    return labels


def prediction_columns(
    task: Task, outputs: NDArray[np.float64], frame: pl.DataFrame
) -> dict[str, Any]:
    """The columns of a table of predictions.

    Args:
        task: What is predicted.
        outputs: As `Predictor.predict` gives them.
        frame: The rows as read, for the query of a ranking.

    Example:
        >>> task = Task(kind="multilabel", target="genres", classes=("a", "b"))
        >>> prediction_columns(task, np.array([[0.9, 0.7]]), pl.DataFrame())["prediction"]
        ['a|b']
    """
    if task.kind == "multi-target":
        return {f"prediction_{name}": outputs[:, k] for k, name in enumerate(task.columns)}
    shown: Any = told(task, outputs)
    if task.kind == "multilabel":
        shown = ["|".join(np.array(task.classes)[row]) for row in shown]
    columns: dict[str, Any] = {"prediction": shown}
    for k, label in enumerate(task.classes):
        columns[f"prob_{label}"] = outputs[:, k]
    if task.kind == "ranking" and task.query in frame.columns:
        query = as_text(frame[task.query]).fill_null("")
        scored = pl.DataFrame({"query": query, "score": outputs})
        place = pl.col("score").rank("ordinal", descending=True).over("query")
        columns["rank"] = scored.select(place).to_series()
    return columns


def interval_columns(task: Task, ends: NDArray[np.float64]) -> dict[str, Any]:
    """The columns of a table of intervals.

    Args:
        task: What is predicted.
        ends: As `intervals` gives them.

    Example:
        >>> task = Task(kind="regression", target="price")
        >>> sorted(interval_columns(task, np.array([[1.0, 2.0]])))
        ['high', 'low']
    """
    if task.kind != "multi-target":
        return {"low": ends[:, 0], "high": ends[:, 1]}
    return {
        f"{end}_{name}": ends[:, k, place]
        for k, name in enumerate(task.columns)
        for place, end in enumerate(("low", "high"))
    }
