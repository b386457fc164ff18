"""The final score: the one time that the test part is looked at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.target import target_values
from justright.kinds import Baseline, Calibration, Confusion, PredictedTrue, Score, Task
from justright.recipes.baselines import Rival, linear, trivial
from justright.recipes.encoded import Encoded
from justright.recipes.ground import Ground
from justright.recipes.metrics import METRICS, gain, names, resamples, scores
from justright.recipes.predictor import Predictor

CALIBRATION_BINS = 10  # Guo et al. 2017, arXiv:1706.04599, use 15 on far more rows
SHOWN_ROWS = 2_000  # points of the predicted-against-true picture; more are one blot

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came out on the test part, beside the baselines.

    Attributes:
        scores: The network's, the design's metric first.
        validation_scores: The same on out-of-fold development rows.
        baselines: Trivial and linear.
        verdict: Whether the network is worth its while, in one sentence.
        worth_it: Whether it beats the linear baseline by more than the interval.
        confusion: For classes.
        calibration: For classes.
        predicted_true: For numbers.
    """

    scores: tuple[Score, ...]
    validation_scores: tuple[Score, ...]
    baselines: tuple[Baseline, ...]
    verdict: str
    worth_it: bool
    confusion: Confusion | None
    calibration: Calibration | None
    predicted_true: PredictedTrue | None


def evaluate(
    ground: Ground, encoded: Encoded, predictor: Predictor, out_of_fold: Array, *, seed: int
) -> Evaluation:
    """Score networks and baselines on the same test rows.

    Args:
        ground: The table; its test part is used here and nowhere else.
        encoded: The development rows.
        predictor: The trained networks.
        out_of_fold: Their mean outputs on validation rows, as `Predictor.out_of_fold` gives them.
        seed: Seed of the resampled rows.
    """
    task, metric = ground.schema.task, ground.design.word("metric")
    test = _test_frame(ground)
    y = target_values(test, task)
    predictions = predictor.predict(test)
    development = ground.prepared.frame[ground.development]
    rivals = (
        linear(task, ground.schema, development, encoded.targets, test, seed=seed),
        trivial(task, encoded.targets, len(y), metric, last=_last(ground, encoded)),
    )
    wanted, draws = names(task, metric), resamples(len(y), seed, _groups(ground, test))
    found = scores(wanted, y, predictions, draws)
    first = found[0].metric
    verdict, worth_it = _verdict(first, y, predictions, rivals, draws)
    return Evaluation(
        scores=found,
        validation_scores=_validation_scores(
            ground, encoded, predictor.finish(out_of_fold), wanted, seed
        ),
        baselines=tuple(
            Baseline(name=r.name, what=r.what, scores=scores(wanted, y, r.predictions, draws))
            for r in rivals
        ),
        verdict=verdict,
        worth_it=worth_it,
        confusion=_confusion(task, y, predictions) if task.is_classification else None,
        calibration=(
            _calibration(y, predictions, predictor.temperature) if task.is_classification else None
        ),
        predicted_true=None if task.is_classification else _predicted_true(y, predictions),
    )


def _groups(ground: Ground, frame: pl.DataFrame) -> NDArray[Any] | None:
    """The group of each row, where a group column was named and the frame has it."""
    name = ground.schema.group
    if name is None or name not in frame.columns:
        return None
    return frame[name].cast(pl.String).fill_null("").to_numpy()


def _last(ground: Ground, encoded: Encoded) -> float | None:
    """The newest target of the development rows; None without an order column or for classes."""
    order = ground.schema.order
    if order is None or ground.schema.task.is_classification:
        return None
    newest = ground.prepared.frame[order][ground.development].arg_max()
    return None if newest is None else float(encoded.targets[newest])


def _test_frame(ground: Ground) -> pl.DataFrame:
    if ground.test is not None:
        return ground.prepared.frame[ground.test]
    if ground.test_table is None:
        raise ValueError("the ground has neither test rows nor a test table")
    return ground.test_table.frame


def _validation_scores(
    ground: Ground, encoded: Encoded, predictions: Array, wanted: tuple[str, ...], seed: int
) -> tuple[Score, ...]:
    """Scores on the development rows that some member did not train on; the others are NaN."""
    known = np.isfinite(predictions.reshape(len(predictions), -1)).all(1)
    y = encoded.targets[known]
    groups = _groups(ground, ground.prepared.frame)
    if groups is not None:
        groups = groups[ground.development][known]
    return scores(wanted, y, predictions[known], resamples(len(y), seed, groups))


def _verdict(
    metric: str, y: NDArray[np.float64] | NDArray[np.int64], network: Array,
    rivals: tuple[Rival, ...], draws: NDArray[np.int64],
) -> tuple[str, bool]:  # fmt: skip
    """The network against the better baseline, paired by rows."""
    spoken = {"linear": "the linear baseline", "trivial": "the trivial baseline"}
    sign = 1.0 if METRICS[metric].higher_is_better else -1.0
    rival = max(rivals, key=lambda r: sign * METRICS[metric].value(y, r.predictions))
    value, low, high = gain(metric, y, network, rival.predictions, draws)
    against, figures = spoken[rival.name], f"95 % interval {low:+.3g} to {high:+.3g}"
    how = f"{metric} better by {value:.3g}" if value >= 0 else f"{metric} worse by {-value:.3g}"
    if low == high == 0:
        same = f"No difference from {against} on the {len(y):,} test rows"
        return f"{same}: {metric} is the same; a network may not be worth it here.", False
    if low > 0:
        return f"The network beats {against}: {how} ({figures}).", True
    if high < 0:
        return (
            f"The network is worse than {against}: {how} ({figures}). Use the {rival.name} one.",
            False,
        )
    worth = "a network may not be worth it here" if rival.name == "linear" else (
        "the inputs may not tell the target"
    )  # fmt: skip
    return f"No clear difference from {against}: {how} ({figures}); {worth}.", False


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


def _predicted_true(y: NDArray[np.int64] | Array, p: Array) -> PredictedTrue:
    rows = np.linspace(0, len(y) - 1, min(len(y), SHOWN_ROWS)).astype(int)
    return PredictedTrue(predicted=tuple(p[rows].tolist()), true=tuple(y[rows].tolist()))
