"""How good is `justright.recipes.fit` on real tables, and how long does it take?

Measures, on outer folds that are the same for every seed and every row: the metric of the set on
the rows left out (mean and standard deviation over folds) and the seconds of a fit, imports not
counted. The rows:

* justright: `fit(frame, target)` within `--time`, with the choices of `--set`;
* trivial: the commonest class with the shares of the classes, or the mean;
* linear: logistic regression with C = 1, or ridge with its penalty from `RidgeCV`;
* MLP: scikit-learn's with its defaults (a number to predict is standardised for it);
* LightGBM: its defaults, with native categories.

linear and MLP see medians for missing numbers, standardised numbers and one-hot categories.
On a machine that others use too, seconds say little, and threads that wait for each other make
them worse by far: set OMP_NUM_THREADS=1, which holds for every row.
A set's bar is judged on the folds measured, so only a run of all its folds counts.

    python benchmarks/tables.py --sets penguins,wine --time 15 --folds 2
    python benchmarks/tables.py --rows justright,linear --set depth=3 --json depth-3.json

Progress goes to stderr, the tables to stdout as Markdown.
"""

import argparse
import contextlib
import json
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
import polars as pl
from datasets import CASES, Case
from rows import ROWS, Answer, Job
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score, root_mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold

from justright.cli.arguments import duration, seed, setting
from justright.designer.levers import parse

# ---------------------------------------------------------------- one fold, all folds


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row on one fold; `value` is None where it failed."""

    set: str
    row: str
    fold: int
    value: float | None
    log_loss: float | None
    seconds: float
    notes: Mapping[str, Any]


def splits(case: Case, frame: pl.DataFrame, folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The first `folds` of five folds, so that every fit learns from four fifths."""
    kind = StratifiedKFold if case.is_classification else KFold
    parts = kind(max(5, folds), shuffle=True, random_state=0)
    target = frame[case.target].cast(pl.String).to_numpy()
    return list(parts.split(np.zeros(len(target)), target))[:folds]


def score(job: Job, answer: Answer) -> tuple[float, float | None]:
    """The metric of the set, and the log loss of classes."""
    true = job.answers(job.test)
    if answer.shares is None:
        return float(root_mean_squared_error(true, answer.predicted)), None
    loss = float(log_loss(true, answer.shares, labels=range(len(job.classes))))
    if job.case.metric == "roc_auc":
        return float(roc_auc_score(true, answer.shares[:, 1])), loss
    return float(accuracy_score(true, answer.predicted)), loss


def measure(row: str, job: Job, fold: int) -> Result:
    """Fit, answer, score; a failure is printed and becomes a result without a value."""
    start = time.perf_counter()
    try:
        # Stray prints of a row must not end up between the tables.
        with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
            if row != "justright":
                warnings.simplefilter("ignore")
            answer = ROWS[row](job)
            value, loss = score(job, answer)
        seconds, notes = answer.seconds, answer.notes
    except Exception as error:
        traceback.print_exc()
        value, loss, seconds = None, None, time.perf_counter() - start
        notes = {"error": f"{type(error).__name__}: {error}"}
    return Result(
        set=job.case.name,
        row=row,
        fold=fold,
        value=value,
        log_loss=loss,
        seconds=seconds,
        notes=notes,
    )


def measure_set(
    case: Case, options: argparse.Namespace, overrides: Mapping[str, Any]
) -> Iterator[Result]:
    """Every row on every fold of one set, in turn."""
    frame = case.load()
    classes: tuple[str, ...] = ()
    if case.is_classification:
        classes = tuple(frame[case.target].cast(pl.String).unique().sort())
    for fold, (train, test) in enumerate(splits(case, frame, options.folds or case.folds)):
        job = Job(
            case=case,
            train=frame[train],
            test=frame[test],
            classes=classes,
            seed=options.seed,
            time_s=options.time or case.time_s,
            overrides=overrides,
        )
        for row in options.rows:
            yield measure(row, job, fold)


# ---------------------------------------------------------------- the table and its bar


def _values(results: Sequence[Result], row: str) -> dict[int, float]:
    return {r.fold: r.value for r in results if r.row == row and r.value is not None}


def _spread(values: Sequence[float], digits: int = 4) -> str:
    if not values:
        return "—"
    tail = f" ± {stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{fmean(values):.{digits}f}{tail}"


def _against(case: Case, results: Sequence[Result], row: str, rival: str) -> str:
    """The paired gain in a metric of classes, or the ratio of two errors."""
    mine, theirs = _values(results, row), _values(results, rival)
    shared = sorted(mine.keys() & theirs.keys())
    if not shared or row == rival:
        return "—"
    if case.higher_is_better:
        gains = [mine[fold] - theirs[fold] for fold in shared]
        tail = f" ± {stdev(gains):.4f}" if len(gains) > 1 else ""
        return f"{round(fmean(gains), 4) + 0.0:+.4f}{tail}"  # + 0.0: no "-0.0000"
    ratio = fmean(mine[fold] for fold in shared) / fmean(theirs[fold] for fold in shared)
    return f"× {ratio:.3f}"


def table(case: Case, results: Sequence[Result]) -> list[str]:
    """The Markdown table of one set."""
    lines = [
        f"| row | {case.metric} | log loss | s a fit | slowest | to linear | to LightGBM |",
        "|---|---|---|---|---|---|---|",
    ]
    digits = 4 if fmean([r.value for r in results if r.value is not None] or [0.0]) < 10 else 2
    for row in dict.fromkeys(r.row for r in results):
        mine = [r for r in results if r.row == row]
        fits = [r.seconds for r in mine]
        failed = sum(r.value is None for r in mine)
        cells = (
            row,
            _spread(list(_values(results, row).values()), digits)
            + (f" ({failed} of {len(mine)} failed)" if failed else ""),
            _spread([r.log_loss for r in mine if r.log_loss is not None]),
            f"{fmean(fits):.1f}",
            f"{max(fits):.1f}",
            _against(case, results, row, "linear"),
            _against(case, results, row, "LightGBM"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def judge(case: Case, results: Sequence[Result], time_s: float) -> list[str]:
    """Whether justright reached the bar of the set and kept its time."""
    mine = [r for r in results if r.row == "justright"]
    values = list(_values(results, "justright").values())
    if case.bar is None or not mine:
        return []
    if len(values) < len(mine):
        return [f"FAIL: {len(mine) - len(values)} of {len(mine)} fits of justright failed"]
    slowest, allowed = max(r.seconds for r in mine), 1.1 * time_s + 5  # s, as the bar is written
    timing = f"slowest fit {slowest:.1f} s ≤ {allowed:.1f} s: {_verdict(slowest <= allowed)}"
    limit, words = case.bar.limit, f"{case.bar.limit:g}"
    if case.bar.against is not None:
        rival = list(_values(results, case.bar.against).values())
        if not rival:
            return [f"not judged: run the row {case.bar.against} as well", timing]
        limit, words = limit * fmean(rival), f"{limit:g} × {case.bar.against}'s {fmean(rival):.5g}"
    value = fmean(values)
    reached = value >= limit if case.higher_is_better else value <= limit
    sign = "≥" if case.higher_is_better else "≤"
    return [f"{case.metric} {value:.5g} {sign} {words}: {_verdict(reached)}", timing]


def _verdict(holds: bool) -> str:
    return "PASS" if holds else "FAIL"


def report(case: Case, results: Sequence[Result], time_s: float) -> str:
    folds = len({r.fold for r in results})
    head = f"### {case.name}: {folds} fold{'s' * (folds > 1)}, {time_s:g} s a fit"
    judged = [f"* {line}" for line in judge(case, results, time_s)]
    return "\n".join([head, "", *table(case, results), "", *judged, *[""][: len(judged)]])


# ---------------------------------------------------------------- the command line


def _names(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Read names between commas; capitals do not matter."""

    def read(text: str) -> list[str]:
        spelled = {name.lower(): name for name in known}
        asked = [part.strip().lower() for part in text.split(",")]
        for name in asked:
            if name not in spelled:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return [spelled[name] for name in asked]

    return read


def _settings() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    sets = [case.name for case in CASES]
    parser.add_argument("--sets", type=_names(sets), default=sets, help="default: all")
    parser.add_argument("--rows", type=_names(tuple(ROWS)), default=list(ROWS), help="default: all")
    parser.add_argument("--time", type=duration, help="60s, 2m (default: 60s; diamonds 120s)")
    parser.add_argument("--folds", type=int, help="folds measured (default: 5; diamonds 1)")
    parser.add_argument("--seed", type=seed, default=0, help="of the fits; folds stay the same")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write each result there at once")
    parser.add_argument(
        "--set",
        dest="settings",
        type=setting,
        nargs="+",
        action="extend",
        default=[],
        metavar="LEVER=VALUE",
        help="overrule a choice of justright",
    )
    return parser.parse_args()


def _keep(path: Path | None, results: Sequence[Result], settings: Mapping[str, Any]) -> None:
    """Write all results so far, so that a killed run keeps what it measured."""
    if path is not None:
        content = {"settings": settings, "results": [asdict(result) for result in results]}
        path.write_text(json.dumps(content, indent=1, default=str) + "\n")


def _progress(case: Case, result: Result) -> None:
    value = "failed" if result.value is None else f"{case.metric} {result.value:.5g}"
    loss = "" if result.log_loss is None else f", log loss {result.log_loss:.4f}"
    line = f"{result.set} fold {result.fold} {result.row}: {value}{loss}, {result.seconds:.1f} s"
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    options = _settings()
    overrides = {name: parse(name, text) for name, text in options.settings}
    settings = {"time_s": options.time, "seed": options.seed, "overrides": overrides}
    everything: list[Result] = []
    for case in (case for case in CASES if case.name in options.sets):
        results: list[Result] = []
        for result in measure_set(case, options, overrides):
            _progress(case, result)
            results.append(result)
            _keep(options.json, [*everything, *results], settings)
        everything += results
        print(report(case, results, options.time or case.time_s), flush=True)
    return int(any(result.value is None for result in everything))


if __name__ == "__main__":
    raise SystemExit(main())
