"""Write down what a fit did, so that its report and model card need nothing else."""

import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version

from justright.kinds import (
    Contest,
    DataFacts,
    Design,
    Doubt,
    Finding,
    RunRecord,
    Search,
    Severity,
    Single,
    Sweep,
)
from justright.recipes.encoded import Encoded
from justright.recipes.evaluation import Evaluation
from justright.recipes.ground import Ground
from justright.recipes.overuse import gap, overuse
from justright.recipes.wish import Wish
from justright.train.population import Outcome

FEW_TEST_ROWS = 100  # below it a 95 % interval of an accuracy of 0.9 is wider than ± 6 points
PACKAGES = ("justright", "torch", "numpy", "polars", "scikit-learn")


def record(
    ground: Ground,
    encoded: Encoded,
    wish: Wish,
    *,
    design: Design,
    n_parameters: int,
    findings: tuple[Finding, ...],
    sweep: Sweep | None,
    contest: Contest | None,
    outcome: Outcome,
    evaluation: Evaluation,
    doubt: Doubt,
    search: Search | None,
    single: Single | None,
    timings_s: Mapping[str, float],
    hurried: bool = False,
) -> RunRecord:
    """Gather the record of a run."""
    over = overuse(
        outcome.traces,
        sweep,
        len(encoded.views) // encoded.repeats,
        validation=evaluation.validation_scores,
        loss=design.word("loss"),
    )
    apart = gap(ground, evaluation.scores, evaluation.validation_scores, over)
    findings = findings if apart is None else (*findings, apart)
    return RunRecord(
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        command=wish.command(),
        python=wish.python(),
        seed=wish.seed,
        versions={"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        data=_facts(ground, encoded),
        profile=ground.profile,
        columns=ground.schema.columns,
        logbook=ground.log,
        design=design,
        n_parameters=n_parameters,
        findings=findings,
        sweep=sweep,
        contest=contest,
        traces=outcome.traces,
        scores=evaluation.scores,
        validation_scores=evaluation.validation_scores,
        baselines=evaluation.baselines,
        verdict=evaluation.verdict,
        warnings=_warnings(ground, design, findings, outcome, hurried=hurried),
        timings_s=dict(timings_s),
        confusion=evaluation.pictures.confusion,
        calibration=evaluation.pictures.calibration,
        predicted_true=evaluation.pictures.predicted_true,
        labels=evaluation.pictures.labels,
        places=evaluation.pictures.places,
        overuse=over,
        doubt=doubt,
        search=search,
        single=single,
        intervals=evaluation.measured.intervals,
        coverage=evaluation.measured.coverage,
    )


def _facts(ground: Ground, encoded: Encoded) -> DataFacts:
    """Where the data came from and how it was parted."""
    return DataFacts(
        source=ground.table.source,
        fingerprint=ground.table.fingerprint,
        n_rows=ground.table.frame.height,
        n_columns=ground.table.frame.width,
        n_development=encoded.n_rows,
        n_test=ground.n_test,
        n_folds=len(encoded.views) // encoded.repeats,
        n_validation=len(encoded.full_views[0].validation),
        n_repeats=encoded.repeats,
    )


def _warnings(
    ground: Ground,
    design: Design,
    findings: tuple[Finding, ...],
    outcome: Outcome,
    *,
    hurried: bool = False,
) -> tuple[str, ...]:
    """What the reader should know before using the model."""
    said = [f"{f.sign}: {f.meaning}" for f in findings if f.severity is not Severity.NOTE]
    if not ground.n_test:
        said.append("no row was set aside: the scores are of validation rows, which choices saw")
    elif ground.n_test < FEW_TEST_ROWS:
        said.append(f"the test part has {ground.n_test} rows only, so the interval is wide")
    if ground.schema.weight is not None:
        said.append(
            f"{ground.schema.weight!r} weighs the rows in training; the scores count each row once"
        )
    rate = design.decision("learning_rate")
    if rate.origin == "rule" and not rate.named:
        said.append("the learning rate is the rule book's, as there was no time to measure it")
    reasons = {trace.stopped for trace in outcome.traces}
    if hurried:
        said.append("training was interrupted before it began and lasted a moment only")
    elif "interrupted" in reasons:
        said.append("training was interrupted; the networks are the best so far")
    elif "time" in reasons:
        said.append("training ended because the time was over; more --time may score better")
    return tuple(said)
