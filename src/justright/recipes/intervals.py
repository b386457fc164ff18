"""Intervals of predicted numbers: made from out-of-fold errors, measured on the test rows."""

import math
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from justright.data.conformal import ROUNDING, Conformal, conformal
from justright.data.schema import Schema
from justright.data.target_scale import TargetScale
from justright.errors import ModelError
from justright.kinds import Coverage, Intervals, Task
from justright.recipes.folder import decoded
from justright.recipes.metrics import wilson

INTERVALS = "intervals.json"  # in the model folder
LEVELS = (0.5, 0.8, 0.9, 0.95)  # at which coverage is measured (house convention)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The errors that intervals are made from, and how often the intervals held.

    Attributes:
        conformals: One for each column that is predicted; none for classes and rankings.
        intervals: How they are made; None for classes and rankings.
        coverage: For each column and level.
    """

    conformals: tuple[Conformal, ...] = ()
    intervals: Intervals | None = None
    coverage: tuple[Coverage, ...] = ()


def learn(
    schema: Schema,
    scale: TargetScale | None,
    targets: NDArray[Any],
    out_of_fold: Array,
    groups: NDArray[Any] | None,
    seed: int,
) -> Measured:
    """Learn intervals from rows that the networks had not seen.

    Errors are measured on the scale that the network learns, so that those of a logarithm are
    ratios, and each column by itself.

    Args:
        schema: The task, and which columns order or group the rows.
        scale: Of the target; None where nothing is scaled.
        targets: Of the development rows, as `target_values` gives them.
        out_of_fold: As `Predictor.out_of_fold` gives them; NaN where no network may speak.
        groups: Group of each development row; None where each row is by itself.
        seed: Seed of the rows that are kept of many.
    """
    task = schema.task
    if scale is None or not has_intervals(task):
        return Measured()
    known = np.isfinite(out_of_fold.reshape(len(out_of_fold), -1)).all(1)
    truth = _learnt(scale, targets[known].astype(np.float64))
    guesses = _learnt(scale, out_of_fold[known])
    group_of = None if groups is None else np.unique(groups[known], return_inverse=True)[1]
    found = tuple(
        conformal(truth[:, k], guesses[:, k], groups=group_of, seed=seed)
        for k in range(truth.shape[1])
    )
    return Measured(
        conformals=found,
        intervals=Intervals(
            columns=task.columns,
            narrower=tuple(one.narrower for one in found),
            by_prediction=tuple(bool(one.sizes) for one in found),
            n_rows=len(found[0].scores),
            n_groups=0 if groups is None else found[0].n_units,
            cautions=_cautions(schema),
        ),
    )


def has_intervals(task: Task) -> bool:
    """Whether a prediction is a number, or several, that has an interval."""
    return task.is_numeric and task.kind != "ranking"


def intervals(
    predictions: Array,
    conformals: tuple[Conformal, ...],
    scale: TargetScale | None,
    task: Task,
    level: float,
) -> Array:
    """Both ends of the interval of each prediction, in the unit of the target.

    Args:
        predictions: As `Predictor.predict` gives them.
        conformals: One for each column.
        scale: Of the target.
        task: What is predicted; the intervals keep to its bounds.
        level: Share of new rows that they shall hold, 0 to 1.

    Returns:
        Low and high, shape (rows, 2) or (rows, columns, 2).

    Raises:
        ModelError: If the model predicts no numbers, was saved without errors, or has too few of
            them for the level.
    """
    _refuse(task, conformals, level)
    if scale is None:
        raise ValueError("numbers are learnt on a scale")
    guesses = _learnt(scale, predictions)
    each = [one.interval(guesses[:, k], level) for k, one in enumerate(conformals)]
    low, high = (np.stack([ends[i] for ends in each], axis=1) for i in (0, 1))
    # There and back again costs the last bit, and the prediction lies inside.
    low = np.minimum(scale.back(low.reshape(predictions.shape)), predictions)
    high = np.maximum(scale.back(high.reshape(predictions.shape)), predictions)
    bottom = task.low if task.kind == "bounded" else 0.0 if task.kind == "positive" else -np.inf
    top = task.high if task.kind == "bounded" else np.inf
    return np.clip(np.stack([low, high], axis=-1), bottom, top)


def measure(
    learnt: Measured,
    scale: TargetScale | None,
    task: Task,
    y: NDArray[Any],
    predictions: Array,
    groups: NDArray[Any] | None,
) -> Measured:
    """The same with the share of test rows that the intervals held, at each level they can show.

    Args:
        learnt: As `learn` gives it.
        scale: Of the target.
        task: What is predicted.
        y: True numbers of the test rows, as `target_values` gives them.
        predictions: As `Predictor.predict` gives them.
        groups: Group of each test row; None where each row is by itself.
    """
    if learnt.intervals is None or not len(y):
        return learnt
    truth = y.astype(np.float64).reshape(len(y), -1)
    found: list[Coverage] = []
    for level in LEVELS:
        if level > min(one.highest for one in learnt.conformals):
            continue
        ends = intervals(predictions, learnt.conformals, scale, task, level)
        ends = ends.reshape(*truth.shape, 2)
        inside = (ends[..., 0] <= truth) & (truth <= ends[..., 1])
        widths = np.median(ends[..., 1] - ends[..., 0], axis=0)
        found += [
            _coverage(name, level, inside[:, k], float(widths[k]), groups)
            for k, name in enumerate(task.columns)
        ]
    found.sort(key=lambda one: task.columns.index(one.column))
    cautions = (*learnt.intervals.cautions, *_missed(found))
    return replace(
        learnt, coverage=tuple(found), intervals=replace(learnt.intervals, cautions=cautions)
    )


def intervals_file(conformals: tuple[Conformal, ...]) -> dict[str, bytes]:
    """The file of the errors by its name; none where there are none."""
    return {INTERVALS: msgspec.json.encode(conformals)} if conformals else {}


def read_intervals(content: bytes | None, schema: Schema, folder: str) -> tuple[Conformal, ...]:
    """Read what `intervals_file` wrote; nothing where the folder has no such file.

    Args:
        content: The file.
        schema: The task.
        folder: Where it lies, for the error.

    Raises:
        ModelError: If it is cut short or edited, or not of the columns of the task.
    """
    if content is None:
        return ()
    found = decoded(content, tuple[Conformal, ...], f"{folder}/{INTERVALS}")
    wanted = schema.task.columns
    if len(found) != len(wanted) or not all(one.scores for one in found):
        raise ModelError(
            f"{INTERVALS} has errors of {len(found)} columns",
            f"those of the {len(wanted)} that the model predicts",
            try_="a fresh copy of the folder, or fit again",
        )
    return found


def _learnt(scale: TargetScale, values: Array) -> Array:
    """Numbers as the network learns them, shape (rows, columns)."""
    if scale.curve == "log":  # a prediction of e^-800 is 0
        values = np.maximum(values, np.finfo(np.float64).tiny)
    return scale.forward(values).reshape(len(values), -1)


def _refuse(task: Task, conformals: tuple[Conformal, ...], level: float) -> None:
    if not has_intervals(task):
        ranked = task.kind == "ranking"
        raise ModelError(
            f"the model predicts {'an order' if ranked else 'classes'}, {task.target!r}",
            "a model of numbers, as an interval has two ends",
            try_="leave the interval out: the rank is beside the score" if ranked else
            "leave the interval out: the columns prob_<class> say how sure each prediction is",
        )  # fmt: skip
    if not conformals:
        raise ModelError(
            f"the model has no {INTERVALS}: it was saved before intervals were kept",
            "the errors out of fold, which a fit keeps since",
            try_="fit again",
        )
    if not 0 < level < 1:
        raise ModelError(
            f"an interval of {level:g} was asked for",
            "the share of rows that it shall hold, above 0 and below 1",
            try_="0.9 for 90 %",
        )
    fewest = min(conformals, key=lambda one: one.n_units)
    if level > fewest.highest:
        n_needed = math.ceil(level / (1 - level) * (1 - ROUNDING))
        what = "groups" if fewest.masses else "rows"
        raise ModelError(
            f"an interval of {level:g} was asked for, and the errors are of"
            f" {fewest.n_units:,} {what}",
            f"a level of at most {fewest.highest:.4g}, or {n_needed:,} {what} that some network"
            " had not seen",
            try_="a lower level, or fit again with more rows (--set evaluation=k-fold uses all)",
        )


def _cautions(schema: Schema) -> tuple[str, ...]:
    """Why new rows may be unlike those that the intervals were learnt from."""
    said = []
    if schema.order is not None:
        said.append(
            f"rows follow each other by {schema.order!r}: where later ones are unlike earlier"
            " ones, intervals hold less often than they promise"
        )
    if schema.group is not None:
        said.append(
            f"intervals promise to hold on rows of a new {schema.group!r}, each of which counts"
            " alike"
        )
    return tuple(said)


def _coverage(
    name: str, level: float, inside: NDArray[np.bool_], width: float, groups: NDArray[Any] | None
) -> Coverage:
    share = float(inside.mean())
    low, high = wilson(share, _worth(inside, groups))
    return Coverage(
        column=name,
        level=level,
        observed=share,
        low=low,
        high=high,
        width=width,
        n_rows=len(inside),
    )


def _worth(inside: NDArray[np.bool_], groups: NDArray[Any] | None) -> int:
    """Rows that a share is worth: as many as there are, fewer where those of a group are alike.

    Source:
        Kish 1965, Survey Sampling, section 8.2 (the design effect)
    """
    if groups is None:
        return len(inside)
    _, group_of = np.unique(groups, return_inverse=True)
    n_groups = int(group_of.max()) + 1
    share = float(inside.mean())
    excess = np.bincount(group_of, weights=inside - share)
    variance = (excess**2).sum() * n_groups / max(n_groups - 1, 1) / len(inside) ** 2
    worth = share * (1 - share) / max(variance, np.finfo(np.float64).tiny)
    return int(np.clip(worth, n_groups, len(inside)))


def _missed(found: list[Coverage]) -> tuple[str, ...]:
    """The highest level that held too seldom on the test rows, for each column."""
    worst = {one.column: one for one in found if one.high < one.level}
    return tuple(
        f"on the {one.n_rows:,} test rows the {one.level * 100:g} % intervals of {name!r} held on"
        f" {one.observed * 100:.0f} % only ({one.low * 100:.0f} to {one.high * 100:.0f})"
        for name, one in worst.items()
    )
