"""How good is `justright.recipes.fit` on real tables, and how long does it take?

Every set of `datasets.py`, every rival of `table_rivals.py`, several seeds. A seed says which
fifth of the rows is left out (0 to 4 are five folds of one shuffle, 5 to 9 of the next; with the
same share of each class), and seeds the fit; so all rivals learn from and answer for the same
rows. Of a large set, 5,000 rows are used, always the same ones (`--most-rows`).

The rivals:

* justright: `fit(frame, target)` within `--time`, with the choices of `--set`; and its designs;
* trivial: the commonest class with the shares of the classes, or the mean;
* linear: logistic regression with C = 1, or ridge with its penalty from `RidgeCV`;
* MLP: scikit-learn's with its defaults (a number to predict is standardised for it);
* LightGBM, CatBoost: their defaults, stopped early on a fifth of the training rows;
* RealMLP, TabM: pytabkit's tuned defaults ("TD", "D"); where they would take more than about
  `--limit`, their epochs are cut (†).

Preparation, for those that need it: medians and an indicator for missing numbers, a category of
their own for missing categories; linear and MLP see standardised numbers and one-hot categories.
Of several targets, all but justright learn one model each. Only the fit is timed, imports are not.
`--limit` is processor time for each thread; what has not answered after twice of it is a failure,
as is any error.

On a machine that others use too, seconds by the clock say little, and threads that wait for each
other make them worse by far: set OMP_NUM_THREADS=1, which holds for every rival.
A set's bar is judged where justright was measured with the seeds 0 to 4 on all rows.

    python benchmarks/tables.py --sets penguins,wine --time 15s --seeds 0,1
    python benchmarks/tables.py --keep tables.jsonl
    python benchmarks/tables.py --keep tables.jsonl --table

With `--keep`, what is in the file is not measured again, so that a run that was stopped goes on.
Progress goes to stderr, the tables to stdout as Markdown.
"""

import argparse
import contextlib
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import polars as pl
from datasets import CASES, MOST_ROWS, Case
from job import Answer, Job, classes_of, threads, timed
from results import Result, keep, kept, key
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    log_loss,
    roc_auc_score,
    root_mean_squared_error,
)
from sklearn.model_selection import KFold, StratifiedKFold
from standings import Field, report
from table_rivals import RIVALS, Rival

from justright.cli.arguments import duration, seed, setting
from justright.designer.levers import parse

FOLDS = 5  # so that every fit learns from four fifths of the rows
RESAMPLES = 200  # of the test rows, for a 95 % interval (house convention)

# ---------------------------------------------------------------- one fit


def split(case: Case, frame: pl.DataFrame, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to answer for, which are the fold `part`."""
    kind = StratifiedKFold if case.one_class else KFold
    parts = kind(FOLDS, shuffle=True, random_state=part // FOLDS)
    target = frame[case.targets[0]].cast(pl.String).to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class of fewer rows than folds is left as it is
        train, test = list(parts.split(np.zeros(len(target)), target))[part % FOLDS]
    return train, test


def value(job: Job, true: np.ndarray, answer: Answer, rows: np.ndarray) -> float:
    """The metric of the set on some of the test rows."""
    true, metric = true[rows], job.case.metric
    if metric == "rmse":
        spread = np.maximum(job.y.std(axis=0), 1e-12) if true.ndim > 1 else 1.0
        return float(root_mean_squared_error(true / spread, answer.predicted[rows] / spread))
    if metric == "accuracy":
        return float(accuracy_score(true, answer.predicted[rows]))
    assert answer.shares is not None
    shares = answer.shares[rows] if true.ndim > 1 else answer.shares[rows, 1]
    area = roc_auc_score if metric == "roc_auc" else average_precision_score
    return float(area(true, shares))


def resampled(job: Job, answer: Answer) -> list[float]:
    """The metric on resamples of the test rows: the same ones for all who answer for these rows."""
    rng, true = np.random.default_rng(0), job.answers(job.test)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a resample that lacks a class has no area
        return [
            value(job, true, answer, rng.integers(len(true), size=len(true)))
            for _ in range(RESAMPLES)
        ]


@contextlib.contextmanager
def alarm(cpu_s: float) -> Iterator[None]:
    """Raise TimeoutError in the work, when it has used so much processor time; 0 for never."""

    def ring(*_: Any) -> None:
        raise TimeoutError(f"no answer within {cpu_s:g} s of processor time")

    handler = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)


def scored(job: Job, answer: Answer) -> dict[str, Any]:
    """The fields of a result that an answer fills."""
    true = job.answers(job.test)
    low, high = map(float, np.nanquantile(resampled(job, answer), (0.025, 0.975)))
    classes = range(len(job.classes))
    return {
        "value": value(job, true, answer, np.arange(len(true))),
        "low": low,
        "high": high,
        "log_loss": float(log_loss(true, answer.shares, labels=classes)) if classes else None,
        "seconds": answer.seconds,
        "cpu_s": answer.cpu_s,
        "notes": answer.notes,
        "cut": answer.cut,
    }


def measure(name: str, rival: Rival, job: Job, settings: Mapping[str, Any]) -> Result:
    """Fit, answer, score; a failure is printed and becomes a result without a value."""
    failed = dict.fromkeys(("value", "low", "high", "log_loss"))
    with timed() as clock:
        try:
            # Stray prints of a rival must not end up between the tables.
            with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
                if not rival.ours:
                    warnings.simplefilter("ignore")
                with alarm(0.0 if rival.ours else 2 * threads() * job.limit_s):
                    answer = rival(job)
                figures = scored(job, answer)
        except Exception as error:
            traceback.print_exc()
            figures = failed | {"notes": {"error": f"{type(error).__name__}: {error}"}}
    figures = {"seconds": clock.seconds, "cpu_s": clock.cpu_s} | figures
    return Result(
        set=job.case.name,
        rival=name,
        seed=job.seed,
        settings=settings,
        metric=job.case.metric,
        threads=threads(),
        version=rival.version,
        **figures,
    )


# ---------------------------------------------------------------- all fits


def settings_of(name: str, case: Case, options: argparse.Namespace) -> dict[str, Any]:
    """What changes a rival's figures on a set, besides the seed."""
    rows = {"most_rows": options.most_rows}
    if not RIVALS[name].ours:
        return rows | {"limit_s": options.limit}
    return rows | {"time_s": options.time or case.time_s, "overrides": options.overrides}


def wanted(options: argparse.Namespace) -> Iterator[tuple[Case, int, str, dict[str, Any]]]:
    """Each fit that was asked for."""
    for case in (case for case in CASES if case.name in options.sets):
        for part in options.seeds:
            for name in options.rivals:
                yield case, part, name, settings_of(name, case, options)


def measure_all(options: argparse.Namespace) -> Iterator[Result]:
    """Each fit in turn: out of the file, or measured now and put there."""
    done = {} if options.again else kept(options.keep)
    loaded: tuple[str, pl.DataFrame] = ("", pl.DataFrame())
    for case, part, name, settings in wanted(options):
        found = done.get(key(case.name, name, part, settings))
        if found is None and not options.table:
            if loaded[0] != case.name:
                loaded = case.name, case.frame(options.most_rows)
            job = job_of(
                case,
                loaded[1],
                part,
                time_s=options.time or case.time_s,
                limit_s=options.limit,
                overrides=options.overrides,
            )
            found = measure(name, RIVALS[name], job, settings)
            keep(options.keep, found)
            progress(found)
        if found is not None:
            yield found


def job_of(
    case: Case,
    frame: pl.DataFrame,
    part: int,
    *,
    time_s: float,
    limit_s: float,
    overrides: Mapping[str, Any],
) -> Job:
    """The job of one part of a set; the other arguments are those of `Job`."""
    train, test = split(case, frame, part)
    return Job(
        case=case,
        train=frame[train],
        test=frame[test],
        classes=classes_of(case, frame),
        seed=part,
        time_s=time_s,
        limit_s=limit_s,
        overrides=overrides,
    )


def progress(result: Result) -> None:
    """Say on stderr what was measured."""
    found = "failed" if result.value is None else f"{result.metric} {result.value:.5g}"
    loss = "" if result.log_loss is None else f", log loss {result.log_loss:.4f}"
    head = f"{time.strftime('%H:%M:%S')} {result.set} seed {result.seed} {result.rival}"
    print(f"{head}: {found}{loss}, {result.seconds:.1f} s", file=sys.stderr, flush=True)


# ---------------------------------------------------------------- the bars


def judge(case: Case, results: Sequence[Result], time_s: float) -> list[str]:
    """Whether justright reached the bar of the set and kept its time."""
    mine = [r for r in results if r.set == case.name and r.rival == "justright"]
    values = [r.value for r in mine if r.value is not None]
    if case.bar is None or {r.seed for r in mine} != set(range(FOLDS)):
        return []
    if len(values) < len(mine):
        return [f"* {case.name}: FAIL, {len(mine) - len(values)} of {len(mine)} fits failed"]
    slowest, allowed = max(r.seconds for r in mine), 1.1 * time_s + 5  # s, as the bar is written
    timing = f"slowest fit {slowest:.1f} s ≤ {allowed:.1f} s: {_verdict(slowest <= allowed)}"
    limit, words = case.bar.limit, f"{case.bar.limit:g}"
    if case.bar.against is not None:
        rivals = [r for r in results if r.set == case.name and r.rival == case.bar.against]
        theirs = [r.value for r in rivals if r.value is not None]
        if len(theirs) < FOLDS:
            return [f"* {case.name}: not judged, run {case.bar.against} as well; {timing}"]
        limit, words = (
            limit * fmean(theirs),
            f"{limit:g} × {case.bar.against}'s {fmean(theirs):.5g}",
        )
    mean = fmean(values)
    reached = mean >= limit if case.higher_is_better else mean <= limit
    sign = "≥" if case.higher_is_better else "≤"
    line = f"{case.metric} {mean:.5g} {sign} {words}: {_verdict(reached)}"
    return [f"* {case.name}: {line}; {timing}"]


def _verdict(holds: bool) -> str:
    return "PASS" if holds else "FAIL"


def _whole(case: Case, most_rows: int) -> bool:
    """Whether all rows of the set were used."""
    return most_rows == 0 or case.load().height <= most_rows


def bars(results: Sequence[Result], options: argparse.Namespace) -> list[str]:
    """The bars of all sets that were measured for it."""
    measured = {result.set for result in results if result.rival == "justright"}
    judged = [case for case in CASES if case.bar is not None and case.name in measured]
    return [
        line
        for case in judged
        if _whole(case, options.most_rows)
        for line in judge(case, results, options.time or case.time_s)
    ]


# ---------------------------------------------------------------- the command line


def names(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Read names between commas; capitals do not matter."""

    def read(text: str) -> list[str]:
        spelled = {name.lower(): name for name in known}
        asked = [part.strip().lower() for part in text.split(",")]
        for name in asked:
            if name not in spelled:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return [spelled[name] for name in asked]

    return read


def seeds(text: str) -> list[int]:
    """Read seeds between commas."""
    return [seed(part) for part in text.split(",")]


def _settings(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    sets, rivals = [case.name for case in CASES], list(RIVALS)
    add = parser.add_argument
    add("--sets", type=names(sets), default=sets, help="default: all")
    add("--rivals", type=names(rivals), default=rivals, help="default: all")
    add("--seeds", type=seeds, default=[0], help="parts left out, and seeds: 0,1,2,3,4")
    add("--time", type=duration, help="of a fit of justright (default: 60s; diamonds 120s)")
    add("--limit", type=duration, default=90.0, help="of a fit of the others (default: 90s)")
    add("--most-rows", type=int, default=MOST_ROWS, help=f"of a set (default: {MOST_ROWS}; 0: all)")
    add("--keep", type=Path, metavar="FILE", help="one line of JSON a result; go on from there")
    add("--again", action="store_true", help="measure also what is in the file")
    add("--table", action="store_true", help="only print what is in the file")
    add(
        "--set",
        dest="settings",
        type=setting,
        nargs="+",
        action="extend",
        default=[],
        metavar="LEVER=VALUE",
        help="overrule a choice of justright",
    )
    options = parser.parse_args(arguments)
    options.overrides = {name: parse(name, text) for name, text in options.settings}
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    options = _settings(arguments)
    if options.table:
        options.again = False
    results = list(measure_all(options))
    field = Field(
        sets=options.sets,
        rivals=options.rivals,
        neural=[name for name in options.rivals if RIVALS[name].neural],
        higher_is_better={case.name: case.higher_is_better for case in CASES},
    )
    print(report(results, field))
    if lines := bars(results, options):
        print("\n".join(["", "### Bars", "", *lines]))
    return int(any(result.value is None for result in results))


if __name__ == "__main__":
    raise SystemExit(main())
