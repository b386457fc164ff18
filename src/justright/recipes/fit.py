"""The main journey: from a table to a trained, explained network."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from justright.designer.levers import check
from justright.errors import BudgetError
from justright.kinds import Finding, Severity, Sweep, Value
from justright.nets.family import Spec, parameter_slots
from justright.nets.slots import total
from justright.recipes.encoded import Encoded, encode
from justright.recipes.evaluation import evaluate
from justright.recipes.final import train
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.model import Model
from justright.recipes.network import spec_of
from justright.recipes.predictor import Predictor
from justright.recipes.preflight import look_over
from justright.recipes.progress import Progress, Silent
from justright.recipes.run_record import record
from justright.recipes.training import lay_out, sweep, with_rate
from justright.recipes.wish import Wish, apart
from justright.train.population import Outcome

MIN_TIME_S = 1.0  # below it not even the smallest table is read, trained on and scored
RESERVE_SHARE, RESERVE_S = 0.06, 1.0  # of the time, and seconds: kept for scoring and the report
GRACE_S = 3.0  # seconds of training for who stops before it began
SCORING_SHARE = 0.25  # of the seconds that reading and encoding took, kept besides for scoring


@dataclass(slots=True)
class Stopwatch:
    """Seconds spent in each stage, told to the listener as they begin.

    Attributes:
        listener: Who listens.
        deaf: Whether a wish to stop is heard no longer, as what is left is short.
        spent_s: Seconds by stage, in order.
    """

    listener: Progress
    deaf: bool = False
    spent_s: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = field(default_factory=time.monotonic)
    _begin: float = field(default_factory=time.monotonic)

    def stage(self, name: str) -> None:
        """End the stage before and begin one."""
        self.end()
        self._stage = name
        self.listener.stage(name)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the watch was started."""
        return time.monotonic() - self._begin

    def end(self) -> None:
        """End the stage."""
        now = time.monotonic()
        if self._stage:
            self.spent_s[self._stage] = self.spent_s.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = "", now

    def say(self, text: str) -> None:
        """Pass on."""
        self.listener.say(text)

    def warn(self, text: str) -> None:
        """Pass on."""
        self.listener.warn(text)

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """Pass on."""
        self.listener.training(done_share=done_share, best=best, left_s=left_s)

    def should_stop(self) -> bool:
        """Pass on."""
        return not self.deaf and self.listener.should_stop()


def fit(
    data: Any,
    target: Any = None,
    *,
    out: str | Path | None = None,
    time_s: float = 60.0,
    seed: int = 0,
    metric: str | None = None,
    overrides: Mapping[str, Value] | None = None,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    test: Any = None,
    task: str | None = None,
    progress: Progress | None = None,
) -> Model:
    """Design, check, train and score a network for a table or for images.

    Args:
        data: A path (CSV, TSV, Parquet, Arrow, JSON lines, also .csv.gz), a polars or pandas
            frame, a dict of columns, or a 2-D array. Images: a folder with a folder for each
            class, a table with a column of paths, or an array (images, channels, height, width).
        target: Name of the column to predict; or the labels of the rows or images, which then
            are the column "label". None is "label", as folders of images have it.
        out: Folder to save the model in; must not exist. None to save nothing.
        time_s: Time for all of it, in seconds, at least 1.
        seed: Same seed, same result on the same machine, as far as the time does not cut in.
        metric: The metric to report first, in place of the rule book's.
        overrides: Levers to set, by name: `{"dropout": 0.3}`.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split (a patient, a user).
        order: Column that orders the rows (a date): the last rows are the test part.
        test: Rows for the final score, in a table apart; else 20 % of the rows are held out.
        task: "binary", "multiclass" or "regression", where the guess is wrong.
        progress: Who listens, and may ask to stop soon.

    Returns:
        The model, scored on rows that no choice has seen.

    Raises:
        DataError: If the table cannot be used.
        DesignError: If an override cannot work.
        PreflightError: If the network fails a check before training.
        TrainingError: If every network diverged.
        ModelError: If the folder exists or cannot be written.

    Example:
        >>> rows = range(60)
        >>> model = fit({"x": [i % 20 for i in rows], "y": [i % 20 * 2.0 for i in rows]}, "y",
        ...             time_s=3)
        >>> model.run.scores[0].metric
        'rmse'
    """
    begin = time.monotonic()
    if not time_s >= MIN_TIME_S:
        raise BudgetError(
            f"{time_s:g} s were given",
            f"at least {MIN_TIME_S:g} s",
            try_="--time 60s",
        )
    time_s, seed = float(time_s), index(seed)  # numpy's numbers are welcome, but not recorded
    data, target = apart(data, target)
    wish = Wish(
        data=data,
        target=target,
        time_s=time_s,
        seed=seed,
        metric=metric,
        overrides={name: check(name, value) for name, value in (overrides or {}).items()},
        drop=tuple(drop),
        group=group,
        order=order,
        test=test,
        task=task,
    )
    watch = Stopwatch(progress or Silent())
    ground = lay_ground(wish, watch)
    deadline_s = begin + time_s - RESERVE_S - RESERVE_SHARE * time_s
    model = _trained(ground, wish, watch, deadline_s)
    if out is not None:
        watch.stage("saving")
        model.save(out)
        watch.end()
    return model


def _trained(ground: Ground, wish: Wish, watch: Stopwatch, deadline_s: float) -> Model:
    """Everything after the design."""
    watch.stage("preflight")
    encoded = encode(ground, wish.seed)
    deadline_s -= SCORING_SHARE * watch.elapsed_s
    spec = spec_of(ground.design, encoded.layout)
    findings = look_over(ground.design, spec, encoded, wish.seed)
    for finding in findings:
        watch.warn(f"preflight: {finding.sign}; {finding.meaning}")
    found, design = None, ground.design
    if design.decision("learning_rate").origin != "user":
        watch.stage("learning rate")
        found = sweep(design, spec, encoded, seed=wish.seed, deadline_s=deadline_s, progress=watch)
        if found is None:
            watch.say("learning rate: no time to measure it, so the rule book's is taken")
        else:
            design = with_rate(design, found)
            watch.say(_rate_in_words(found))
    if watch.should_stop():
        # Nothing is trained yet: a moment of training makes the difference to a model of use.
        deadline_s, watch.deaf = min(deadline_s, time.monotonic() + GRACE_S), True
    watch.stage("training")
    plan = lay_out(design, spec, encoded, seed=wish.seed, deadline_s=deadline_s)
    outcome, design = train(plan, encoded, deadline_s=deadline_s, progress=watch)
    watch.stage("evaluation")
    predictor, out_of_fold = _predictor(ground, spec, encoded, outcome)
    result = evaluate(ground, encoded, predictor, out_of_fold, seed=wish.seed)
    watch.end()
    run = record(
        ground,
        encoded,
        wish,
        design=design,
        n_parameters=total(parameter_slots(spec)),
        findings=(*findings, *_training_findings(outcome)),
        sweep=found,
        outcome=outcome,
        evaluation=result,
        timings_s=watch.spent_s,
        hurried=watch.deaf,
    )
    for warning in run.warnings:
        watch.warn(warning)
    return Model(ground.schema, predictor, run)


def _rate_in_words(found: Sweep) -> str:
    diverges = "" if found.diverges_at is None else f", diverges at {found.diverges_at:.2g}"
    return (
        f"learning rate {found.chosen:g} (usable {found.usable_low:.2g} to"
        f" {found.usable_high:.2g}{diverges})"
    )


def _predictor(
    ground: Ground, spec: Spec, encoded: Encoded, outcome: Outcome
) -> tuple[Predictor, NDArray[np.float64]]:
    """The members that came to a finite loss, calibrated, and their out-of-fold outputs."""
    kept = [i for i, score in enumerate(outcome.scores) if math.isfinite(score)]
    predictor = Predictor(
        task=ground.schema.task,
        spec=spec,
        theta=torch.stack([outcome.thetas[i] for i in kept]),
        statistics=torch.stack([outcome.statistics[i] for i in kept]),
        folds=tuple(outcome.traces[i].fold for i in kept),
        encoders=encoded.encoders,
        scale=encoded.scale,
    )
    mean = predictor.out_of_fold(encoded.data.x, encoded.full_views)
    if ground.schema.task.is_classification:
        known = np.isfinite(mean).all(1)
        predictor = predictor.calibrated(mean[known], encoded.targets[known].astype(np.int64))
    return predictor, mean


def _training_findings(outcome: Outcome) -> tuple[Finding, ...]:
    """What the traces of the members show."""
    return tuple(
        Finding(
            check="diverged",
            severity=Severity.WARN,
            sign=f"the network of seed {trace.seed} diverged at step {trace.steps[-1]:,}",
            meaning=f"learning rate {trace.learning_rate:g} is too high for it; it is left out",
            remedy=f"--set learning_rate={trace.learning_rate / 3:.2g}",
            numbers={"learning_rate": trace.learning_rate},
        )
        for trace in outcome.traces
        if trace.stopped == "diverged"
    )
