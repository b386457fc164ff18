"""Does a fit name what is wrong with a table first, and is its score honest?

Six real tables with a defect each. For every one: what is found, in the order of the report; the
score of a fit that falls for the defect (naive), and of one that does not (honest):

* bike: two columns add up to the target. Naive: they stay. Honest: without them, as flagged.
* iris: sorted by class. Naive: a column that counts the rows stays, as it is no plain 1, 2, 3.
  Honest: without it.
* maternal: more than half the rows are duplicates. Naive: test rows drawn as if they were not.
  Honest: as a fit does it, equal rows on one side.
* communities: two dozen columns are mostly gaps. Naive: only columns without a gap. Honest: all.
* crx: decimal points are lost. Naive: as it is. Honest: without the columns flagged for it.
* nursery: a class of 2 rows. Naive: with them (an error). Honest: as a fit does it.

    python benchmarks/defects.py --time 15s --sets bike,iris

The table goes to stdout as Markdown.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from datasets import CASES

from justright.kinds import Finding
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.wish import Wish

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A table with a defect.

    Attributes:
        name: Of the set in `datasets.py`.
        what: The defect.
        spoil: Brings the defect in, where the set has it not.
        naive: Data and options of a fit that falls for it; None: the table as it is.
        drops: Whether the honest fit leaves out the columns that its findings name.
        checks: Findings that name the defect.
    """

    name: str
    what: str
    checks: tuple[str, ...]
    spoil: Callable[[pl.DataFrame], pl.DataFrame] = field(default=lambda frame: frame)
    naive: Callable[[pl.DataFrame], tuple[pl.DataFrame, Options]] | None = None
    drops: bool = False


def counted(frame: pl.DataFrame) -> pl.DataFrame:
    """With a column that counts the rows in steps of 3."""
    return frame.with_columns(visit=pl.int_range(pl.len()) * 3 + 7)


def split_by_chance(frame: pl.DataFrame) -> tuple[pl.DataFrame, Options]:
    """A fifth of the rows to test on, equal rows or not."""
    order = np.random.default_rng(0).permutation(frame.height)
    n_test = frame.height // 5
    return frame[order[n_test:]], {"test": frame[order[:n_test]]}


def without_gaps(frame: pl.DataFrame) -> tuple[pl.DataFrame, Options]:
    """Only columns of which every cell is known."""
    return frame.select(c.name for c in frame.iter_columns() if not c.null_count()), {}


DEFECTS = (
    Defect(name="bike", what="columns add up to the target", checks=("leak-sum",), drops=True),
    Defect(
        name="iris",
        what="rows sorted by class",
        checks=("row-order", "leak-single-column"),
        spoil=counted,
        drops=True,
    ),
    Defect(
        name="maternal",
        what="duplicate rows",
        checks=("duplicate-rows",),
        naive=split_by_chance,
    ),
    Defect(
        name="communities",
        what="columns mostly missing",
        checks=("mostly-missing",),
        naive=without_gaps,
    ),
    Defect(name="crx", what="decimal points lost", checks=("lost-decimal-point",), drops=True),
    Defect(name="nursery", what="a class of 2 rows", checks=("rare-classes",)),
)


def found(frame: pl.DataFrame, target: str) -> tuple[Finding, ...]:
    """The findings of the table, in the order of the report."""
    return lay_ground(Wish(data=frame, target=target)).findings


def dropped(findings: tuple[Finding, ...], checks: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the findings of some checks say to leave out."""
    names: list[str] = []
    for finding in findings:
        words = shlex.split(finding.remedy)
        if finding.check in checks and words[:1] == ["--drop"]:
            names += words[1:]
        elif finding.check in checks and finding.column is not None:
            names.append(finding.column)
    return tuple(dict.fromkeys(names))


def score(frame: pl.DataFrame, target: str, time_s: float, options: Options) -> str:
    """The first test score of a fit, with its interval."""
    first = fit(frame, target, time_s=time_s, **options).run.scores[0]
    return f"{first.metric} {first.value:.3f} [{first.low:.3f}, {first.high:.3f}]"


def line(defect: Defect, time_s: float) -> str:
    """One row of the table."""
    case = next(case for case in CASES if case.name == defect.name)
    target = case.target if isinstance(case.target, str) else case.target[0]
    frame = defect.spoil(case.load())
    findings = found(frame, target)
    named = ", ".join(finding.check for finding in findings) or "nothing"
    first = bool(findings) and findings[0].check in defect.checks
    drop = dropped(findings, defect.checks) if defect.drops else ()
    data, options = (frame, {}) if defect.naive is None else defect.naive(frame)
    naive = score(data, target, time_s, options) if defect.naive or drop else "-"
    honest = score(frame, target, time_s, {"drop": drop})
    cells = (defect.name, defect.what, named, "yes" if first else "no", naive, honest)
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", default=",".join(defect.name for defect in DEFECTS))
    parser.add_argument("--time", default="15s", help="for each fit, such as 15s")
    options = parser.parse_args()
    wanted = options.sets.split(",")
    print("| set | defect | found, in order | named first | naive | honest |")
    print("|---|---|---|---|---|---|")
    for defect in DEFECTS:
        if defect.name in wanted:
            print(f"{defect.name} ...", file=sys.stderr)
            print(line(defect, float(options.time.removesuffix("s"))), flush=True)


if __name__ == "__main__":
    main()
