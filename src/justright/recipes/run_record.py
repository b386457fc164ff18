"""Write down what a fit did, so that its report and model card need nothing else."""

import platform
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from justright.data.table import fingerprint
from justright.designer.levers import words
from justright.kinds import DataFacts, Design, Finding, RunRecord, Severity, Sweep, Value
from justright.recipes.encoded import Encoded
from justright.recipes.evaluation import Evaluation
from justright.recipes.ground import Ground
from justright.train.population import Outcome

FEW_TEST_ROWS = 100  # below it a 95 % interval of an accuracy of 0.9 is wider than ± 6 points
GAP = 2.0  # half-widths of the test interval between validation and test score; beyond, it is said
PACKAGES = ("justright", "torch", "numpy", "polars", "scikit-learn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asked for, as given to `fit`."""

    data: Any
    time_s: float
    seed: int
    metric: str | None
    overrides: Mapping[str, Value]
    drop: tuple[str, ...]
    group: str | None
    order: str | None
    test: Any
    task: str | None

    def command(self, target: str) -> str:
        """The command line that repeats the run."""
        parts = ["justright", "fit", _place(self.data, "DATA.csv"), *_flag("--target", target)]
        parts += ["--time", f"{_exact(self.time_s)}s", "--seed", str(self.seed)]
        for flag, value in (
            ("--metric", self.metric),
            ("--group", self.group),
            ("--order", self.order),
            ("--task", self.task),
            ("--test", None if self.test is None else _place(self.test, "TEST.csv")),
        ):
            parts += [] if value is None else _flag(flag, value)
        for lever, chosen in self.overrides.items():
            setting = _exact(chosen) if isinstance(chosen, float) else words(chosen)
            parts += ["--set", f"{lever}={setting}"]
        for column in self.drop:
            parts += _flag("--drop", column)
        return shlex.join(parts)

    def python(self, target: str) -> str:
        """The Python lines that repeat the run."""
        arguments = [repr(_place(self.data, "")) if _is_place(self.data) else "data", repr(target)]
        arguments += [f"time_s={_exact(self.time_s)}", f"seed={self.seed}"]
        for name in ("metric", "group", "order", "task"):
            value = getattr(self, name)
            arguments += [] if value is None else [f"{name}={value!r}"]
        if self.test is not None:
            place = repr(_place(self.test, "")) if _is_place(self.test) else "test"
            arguments.append(f"test={place}")
        if self.overrides:
            arguments.append(f"overrides={dict(self.overrides)!r}")
        if self.drop:
            arguments.append(f"drop={list(self.drop)!r}")
        return f"import justright\nmodel = justright.fit({', '.join(arguments)})"


def _flag(flag: str, value: str) -> list[str]:
    """A flag and its value, which may itself look like a flag."""
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]


def _exact(number: float) -> str:
    """A number with all its digits and no exponent, as `--time` needs it."""
    return np.format_float_positional(number, trim="-")


def _is_place(data: Any) -> bool:
    return isinstance(data, (str, Path))


def _place(data: Any, otherwise: str) -> str:
    return str(data) if _is_place(data) else otherwise


def record(
    ground: Ground,
    encoded: Encoded,
    wish: Wish,
    *,
    design: Design,
    n_parameters: int,
    findings: tuple[Finding, ...],
    sweep: Sweep | None,
    outcome: Outcome,
    evaluation: Evaluation,
    timings_s: Mapping[str, float],
    hurried: bool = False,
) -> RunRecord:
    """Gather the record of a run."""
    target = ground.schema.target
    return RunRecord(
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        command=wish.command(target),
        python=wish.python(target),
        seed=wish.seed,
        versions={"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        data=DataFacts(
            source=ground.table.source,
            fingerprint=fingerprint(ground.table.frame),
            n_rows=ground.table.frame.height,
            n_columns=ground.table.frame.width,
            n_development=encoded.n_rows,
            n_test=ground.n_test,
            n_folds=len(encoded.views),
            n_validation=len(encoded.full_views[0].validation),
        ),
        profile=ground.profile,
        columns=ground.schema.columns,
        logbook=ground.log,
        design=design,
        n_parameters=n_parameters,
        findings=findings,
        sweep=sweep,
        traces=outcome.traces,
        scores=evaluation.scores,
        validation_scores=evaluation.validation_scores,
        baselines=evaluation.baselines,
        verdict=evaluation.verdict,
        warnings=_warnings(ground, design, findings, outcome, evaluation, hurried=hurried),
        timings_s=dict(timings_s),
        confusion=evaluation.confusion,
        calibration=evaluation.calibration,
        predicted_true=evaluation.predicted_true,
    )


def _warnings(
    ground: Ground,
    design: Design,
    findings: tuple[Finding, ...],
    outcome: Outcome,
    evaluation: Evaluation,
    *,
    hurried: bool = False,
) -> tuple[str, ...]:
    """What the reader should know before using the model."""
    said = [f"{f.sign}: {f.meaning}" for f in findings if f.severity is not Severity.NOTE]
    if ground.n_test < FEW_TEST_ROWS:
        said.append(f"the test part has {ground.n_test} rows only, so the interval is wide")
    if design.decision("learning_rate").origin == "rule":
        said.append("the learning rate is the rule book's, as there was no time to measure it")
    reasons = {trace.stopped for trace in outcome.traces}
    if hurried:
        said.append("training was interrupted before it began and lasted a moment only")
    elif "interrupted" in reasons:
        said.append("training was interrupted; the networks are the best so far")
    elif "time" in reasons:
        said.append("training ended because the time was over; more --time may score better")
    gap = _gap(evaluation)
    return (*said, gap) if gap else tuple(said)


def _gap(evaluation: Evaluation) -> str:
    """A word when validation promised much more than the test kept."""
    by_name = {score.metric: score for score in evaluation.validation_scores}
    test = evaluation.scores[0]
    promised = by_name.get(test.metric)
    if promised is None:
        return ""
    sign = 1.0 if test.higher_is_better else -1.0
    half_width = max((test.high - test.low) / 2, 1e-12)
    if sign * (promised.value - test.value) <= GAP * half_width:
        return ""
    return (
        f"{test.metric} was {promised.value:.4g} in validation and is {test.value:.4g} on the test"
        " part: the two differ in kind, or a column gives the target away"
    )
