"""Is `justright fit --search` worth its time beside what others do with the same time?

Twelve sets of `datasets.py`; every method of `search_rivals.py` gets the same rows, the same test
part and the same time by the clock on the same cores; each fit in a process of its own.

* justright: `fit(frame, target, search=True)`, and the same without the search;
* RealMLP, TabM: pytabkit's tuned defaults, their epochs cut where the time ends before them;
* AutoGluon-NN: the networks of AutoGluon's portfolio and its ensemble (`AUTOGLUON_PYTHON`);
* Optuna+Lightning: TPE and the median pruner over the same space, an MLP a trial;
* Optuna+MLP: the same with scikit-learn's network and three folds;
* LightGBM, CatBoost: their defaults, stopped early on a fifth of the training rows.

Imports are not timed. "Configurations tried" counts what a method trained at all, also what it cut.
Beside a rival, ours is judged by paired resamples of the test rows.

    python benchmarks/search.py --time 60s --keep search.jsonl
    python benchmarks/search.py --time 60s --keep search.jsonl --table
    python benchmarks/search.py --sets german,concrete --rivals justright,LightGBM --time 15s

With `--keep`, what is in the file is not measured again, so that a run that was stopped goes on.
Progress goes to stderr, the tables to stdout as Markdown.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from datasets import CASES, Case
from job import threads
from results import Result, keep, kept, key
from search_rivals import LIGHTNING, METHODS, TREES
from search_tables import beside_table, ranked_table, seconds_table, tried_table, verdicts
from standings import Field, failure_lines, rank_table
from tables import job_of, measure, names, progress, seeds

from justright.cli.arguments import duration

#: Of `datasets.py`, sets of one target and 500 to 5,000 rows, on which good methods neither reach
#: the metric's end (as on penguins, iris, wine, shuttle) nor all come to the same (as on diabetes);
#: four of each kind of task, and kinds in turn, so that the first few are a fair sample too.
SETS = (
    "credit_data",
    "contraceptive",
    "concrete",
    "german",
    "digits",
    "insurance",
    "attrition",
    "hpc_data",
    "airfoil",
    "cells",
    "maternal",
    "ames",
)
# A fit is ended after so many times its time, and seconds: pytabkit's are tried out before.
HUNG_TIMES, HUNG_S = 4.0, 180.0


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """What changes a method's figures on a set, besides the seed."""
    return {"time_s": options.time, "threads": threads()}


def measured(case: Case, name: str, part: int, settings: dict[str, Any]) -> Result:
    """One fit, in this process."""
    job = job_of(
        case,
        case.frame(),
        part,
        time_s=settings["time_s"],
        limit_s=settings["time_s"],
        overrides={},
    )
    return measure(name, METHODS[name], replace(job, by_clock=True), settings)


def _send(pipe: Connection, *asked: Any) -> None:
    pipe.send(measured(*asked))


def measured_apart(case: Case, name: str, part: int, settings: dict[str, Any]) -> Result:
    """One fit in a process of its own; one that crashes or hangs is a failure."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    work = spawn.Process(target=_send, args=(there, case, name, part, settings))
    work.start()
    there.close()
    said = "it hung, and was ended"
    try:
        if here.poll(HUNG_TIMES * settings["time_s"] + HUNG_S):
            return here.recv()
    except EOFError:
        said = "its process ended without an answer"
    finally:
        work.kill()
        work.join()
    return Result(
        set=case.name,
        rival=name,
        seed=part,
        settings=settings,
        metric=case.metric,
        value=None,
        low=None,
        high=None,
        log_loss=None,
        seconds=0.0,
        cpu_s=0.0,
        threads=threads(),
        version="",
        notes={"error": said},
        cut=False,
    )


def measure_all(options: argparse.Namespace) -> Iterator[Result]:
    """Each fit in turn: out of the file, or measured now and put there."""
    done, settings = kept(options.keep), settings_of(options)
    cases = {case.name: case for case in CASES}
    for name in options.sets:
        for part in options.seeds:
            for rival in options.rivals:
                found = done.get(key(name, rival, part, settings))
                again = options.again and found is not None and found.value is None
                if (found is None or again) and not options.table:
                    found = measured_apart(cases[name], rival, part, settings)
                    keep(options.keep, found)
                    progress(found)
                if found is not None:
                    yield found


def report(results: Sequence[Result], options: argparse.Namespace) -> str:
    """All tables of those who were measured at all, as Markdown."""
    seen = {result.rival for result in results}
    rivals = [name for name in options.rivals if name in seen]
    cases = {case.name: case for case in CASES if case.name in {r.set for r in results}}
    field = Field(
        sets=[name for name in options.sets if name in cases],
        rivals=rivals,
        neural=[name for name in rivals if METHODS[name].neural],
        higher_is_better={name: case.higher_is_better for name, case in cases.items()},
    )
    rows_of = {name: case.frame().height for name, case in cases.items()}
    judged = verdicts(results, field, rows_of, trees=TREES, paced=LIGHTNING)
    parts = {
        f"Metric on the test rows and rank, {options.time:g} s each": ranked_table(results, field),
        "Ranks, on the sets on which all were measured": rank_table(results, field),
        "Ours beside each": beside_table(results, field),
        "Configurations tried a minute": tried_table(results, field, rows_of, LIGHTNING),
        "Seconds by the clock": seconds_table(results, field),
        "Failures": failure_lines(results) or ["None."],
        "What is asked": judged or ["Measure justright and the others too."],
    }
    return "\n\n".join("\n".join([f"### {head}", "", *lines]) for head, lines in parts.items())


def _settings(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    methods, all_sets = list(METHODS), [case.name for case in CASES if len(case.targets) == 1]
    add = parser.add_argument
    add("--sets", type=names(all_sets), default=list(SETS), help="default: the twelve")
    add("--rivals", type=names(methods), default=methods, help="default: all")
    add("--seeds", type=seeds, default=[0], help="parts left out, and seeds: 0,1,2,3,4")
    add("--time", type=duration, default=60.0, help="of every fit (default: 60s)")
    add("--keep", type=Path, metavar="FILE", help="one line of JSON a result; go on from there")
    add("--again", action="store_true", help="measure anew what failed in the file")
    add("--table", action="store_true", help="only print what is in the file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _settings(arguments)
    results = list(measure_all(options))
    print(report(results, options))
    return int(any(result.value is None for result in results))


if __name__ == "__main__":
    sys.exit(main())
