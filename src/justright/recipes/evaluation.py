"""The final score: the one time that the test part is looked at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.target_values import target_values
from justright.kinds import Baseline, Score
from justright.recipes.baselines import Rival, linear, trivial
from justright.recipes.encoded import Encoded
from justright.recipes.ground import Ground
from justright.recipes.intervals import Measured, learn, measure
from justright.recipes.metrics import METRICS, gain, names, resamples, scores
from justright.recipes.pictures import Pictures, pictures
from justright.recipes.predictor import Predictor
from justright.recipes.text import text_plan

SINGLE_NUMBERS = ("regression", "bounded", "positive")  # tasks of one number a row

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came out on the test part, beside the baselines.

    Where no row was set aside, scores and pictures are of out-of-fold development rows, and
    there are no baselines.

    Attributes:
        scores: The network's, the design's metric first.
        validation_scores: The same on out-of-fold development rows.
        baselines: Trivial and linear.
        verdict: Whether the network is worth its while, in one sentence.
        worth_it: Whether it beats the linear baseline by more than the interval.
        pictures: What the report draws of the predictions.
        measured: Intervals of numbers, and how often they held.
    """

    scores: tuple[Score, ...]
    validation_scores: tuple[Score, ...]
    baselines: tuple[Baseline, ...]
    verdict: str
    worth_it: bool
    pictures: Pictures
    measured: Measured


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
    if not ground.n_test:
        return _untested(ground, encoded, predictor, out_of_fold, seed)
    test = final_frame(ground)
    y = target_values(test, task)
    predictions = predictor.predict(test)
    development = ground.prepared.frame[ground.development]
    rivals = (
        linear(
            task,
            ground.schema,
            development,
            encoded.targets,
            test,
            text=text_plan(ground.design),
            seed=seed,
        ),
        trivial(task, encoded.targets, len(y), metric, last=_last(ground, encoded)),
    )
    wanted, draws = names(task, metric), resamples(len(y), seed, groups_of(ground, test))
    found = scores(wanted, y, predictions, draws)
    first = found[0].metric
    verdict, worth_it = _verdict(first, y, predictions, rivals, draws)
    learnt = _learnt(ground, encoded, predictor, out_of_fold, seed)
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
        pictures=pictures(task, y, predictions, predictor.temperature),
        measured=measure(learnt, predictor.scale, task, y, predictions, groups_of(ground, test)),
    )


def _untested(
    ground: Ground, encoded: Encoded, predictor: Predictor, out_of_fold: Array, seed: int
) -> Evaluation:
    """The evaluation on validation rows alone."""
    task, predictions = ground.schema.task, predictor.finish(out_of_fold)
    wanted = names(task, ground.design.word("metric"))
    found = _validation_scores(ground, encoded, predictions, wanted, seed)
    known, first = _known(predictions), found[0]
    return Evaluation(
        scores=found,
        validation_scores=found,
        baselines=(),
        verdict=f"No row was set aside for a test: {first.metric} {first.value:.4g} is of"
        " validation rows, which choices looked at.",
        worth_it=False,
        pictures=pictures(task, encoded.targets[known], predictions[known], predictor.temperature),
        measured=_learnt(ground, encoded, predictor, out_of_fold, seed),
    )


def _learnt(
    ground: Ground, encoded: Encoded, predictor: Predictor, out_of_fold: Array, seed: int
) -> Measured:
    """Intervals of numbers, from the development rows alone."""
    groups = groups_of(ground, ground.prepared.frame)
    if groups is not None:
        groups = groups[ground.development]
    return learn(ground.schema, predictor.scale, encoded.targets, out_of_fold, groups, seed)


def _known(predictions: Array) -> NDArray[np.bool_]:
    """Development rows that some member did not train on; the others are NaN."""
    return np.asarray(np.isfinite(predictions.reshape(len(predictions), -1)).all(1))


def groups_of(ground: Ground, frame: pl.DataFrame) -> NDArray[Any] | None:
    """The group of each row, where a group column was named and the frame has it."""
    name = ground.schema.group
    if name is None or name not in frame.columns:
        return None
    return frame[name].cast(pl.String).fill_null("").to_numpy()


def _last(ground: Ground, encoded: Encoded) -> float | None:
    """The newest target of the development rows; None without an order column or for classes."""
    order = ground.schema.order
    if order is None or ground.schema.task.kind not in SINGLE_NUMBERS:
        return None
    newest = ground.prepared.frame[order][ground.development].arg_max()
    return None if newest is None else float(encoded.targets[newest])


def final_frame(ground: Ground) -> pl.DataFrame:
    """The test rows: those held out, or the table apart."""
    if ground.test is not None:
        return ground.prepared.frame[ground.test]
    if ground.test_table is None:
        raise ValueError("the ground has neither test rows nor a test table")
    return ground.test_table.frame


def _validation_scores(
    ground: Ground, encoded: Encoded, predictions: Array, wanted: tuple[str, ...], seed: int
) -> tuple[Score, ...]:
    """Scores on the development rows that some member did not train on."""
    known = _known(predictions)
    y = encoded.targets[known]
    groups = groups_of(ground, ground.prepared.frame)
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
