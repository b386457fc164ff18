"""Do the doctor's remedies work? A sick design and its mended twin, on the same folds.

Each remedy that is a change of a lever is tried in one population for each data set: the sick
design and its mended twin start from the same seeds and see the same batches. Scores are shares of
what the best constant leaves (log-loss over the entropy of the classes, RMSE over the spread of
the target), so that sets can be averaged: 1 is no better than a constant, less is better. Each
network keeps its best weights, so a sick one is shown at its best moment.

    python benchmarks/remedies.py [--sets breast-cancer,wine] [--rows 400] [--folds 5] [--write]
"""

import argparse
import math
import statistics
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
import polars as pl
from datasets import CASES
from remedy_pairs import BASE, REMEDIES, Remedy

import justright
from justright.designer.levers import words
from justright.doctor.effect import Effect
from justright.doctor.member import member_findings
from justright.kinds import Value
from justright.recipes.scores import Scores
from justright.search.spread import t_interval

SETS = ("breast-cancer", "wine", "digits", "diabetes", "airfoil", "maternal")
RARE_SHARE = 0.05  # of the rows, where the rare class is thinned (house convention)
FEWEST = 15  # rows of a rare class: three for each of five folds
EFFECTS = Path(__file__).parents[1] / "src" / "justright" / "doctor" / "effects.py"
DATE = "2026-11-21"  # of the run that --write keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A data set as it is trained on.

    Attributes:
        frame: The rows.
        target: The column to predict.
        metric: What it is judged by.
        constant: The best constant's score: spread of a number, entropy of classes in nats, or
            one half for balanced accuracy.
    """

    frame: pl.DataFrame
    target: str
    metric: str
    constant: float

    def left(self, score: float) -> float:
        """What a score leaves of the constant's."""
        missing = 1 - score if self.metric == "balanced_accuracy" else score
        return missing / self.constant


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A remedy on one data set, in shares of what the best constant leaves.

    Attributes:
        sick: Mean of the sick networks.
        mended: Mean of their twins.
        way: -1 where the mended are clearly better, 1 where they are clearly worse, else 0.
        n_better: Pairs in which the mended network is better.
        n_pairs: Pairs.
        found: How many sick networks' traces each check finds something in.
        n_alarms: Mended networks in whose traces any check finds something.
    """

    sick: float
    mended: float
    way: int
    n_better: int
    n_pairs: int
    found: Mapping[str, int]
    n_alarms: int


def table_of(name: str, rows: int, *, rare: bool) -> Table:
    """A data set by its name; with `rare` its least class alone against all others, thinned."""
    case = next(case for case in CASES if case.name == name)
    frame, target = case.frame(rows), case.target
    if rare:
        return Table(
            frame=thinned(frame, target), target=target, metric="balanced_accuracy", constant=0.5
        )
    values = frame[target]
    if case.kind == "regression":
        spread = float(np.std(values.to_numpy()))
        return Table(frame=frame, target=target, metric="rmse", constant=spread)
    shares = values.value_counts()["count"].to_numpy() / len(values)
    entropy = float(-(shares * np.log(shares)).sum())
    return Table(frame=frame, target=target, metric="log_loss", constant=entropy)


def thinned(frame: pl.DataFrame, target: str) -> pl.DataFrame:
    """Rows with two classes: a few of the least class, and all others."""
    least = frame[target].value_counts().sort("count", target)[target][0]
    own, others = frame.filter(pl.col(target) == least), frame.filter(pl.col(target) != least)
    n_kept = max(FEWEST, round(RARE_SHARE * others.height))
    mark = pl.when(pl.col(target) == least).then(pl.lit("rare")).otherwise(pl.lit("usual"))
    mixed = pl.concat([others, own.head(n_kept)]).with_columns(mark.alias(target))
    return mixed.sample(fraction=1.0, shuffle=True, seed=0)


def trained(table: Table, remedies: Sequence[Remedy], folds: int) -> Scores:
    """The twins of all remedies on one table, as one population."""
    designs = {
        f"{side} {i}": {**BASE, **remedy.setting, **levers}
        for i, remedy in enumerate(remedies)
        for side, levers in (("sick", remedy.sick), ("mended", remedy.mended))
    }
    views = justright.views.k_fold(folds)
    population = justright.Population(
        designs, table.frame, table.target, views=views, metric=table.metric, test_share=0.0
    )
    return population.run()


def tried(scores: Scores, table: Table, i: int) -> Tried:
    """One remedy on one table."""
    sick, mended = _left(scores, table, f"sick {i}"), _left(scores, table, f"mended {i}")
    found, alarms = _findings(scores, f"sick {i}"), _findings(scores, f"mended {i}")
    # As `scores.difference`, which would leave out the pairs whose sick network failed.
    gaps = [b - a for a, b in zip(sick, mended, strict=True)]
    low, high = t_interval(gaps, scores.overlap[""])
    return Tried(
        sick=statistics.fmean(sick),
        mended=statistics.fmean(mended),
        way=int(low > 0) - int(high < 0),
        n_better=sum(gap < 0 for gap in gaps),
        n_pairs=len(sick),
        found=Counter(check for own in found for check in own),
        n_alarms=sum(map(bool, alarms)),
    )


def _left(scores: Scores, table: Table, name: str) -> list[float]:
    """What the networks of a design leave, by fold; one that failed is worth a constant."""
    values = [table.left(m.value) for m in scores.members if m.name == name]
    return [value if math.isfinite(value) else 1.0 for value in values]


def _findings(scores: Scores, name: str) -> list[set[str]]:
    """The checks that find something in the traces of a design's networks."""
    return [
        {finding.check for finding in member_findings(trace)}
        for member, trace in zip(scores.members, scores.traces, strict=True)
        if member.name == name
    ]


def effect_of(remedy: Remedy, found: Sequence[Tried]) -> Effect:
    """A remedy over all data sets, each of which counts once."""
    gaps = [one.mended - one.sick for one in found]
    low, high = t_interval(gaps)
    n_pairs = sum(one.n_pairs for one in found)
    named = sum((Counter(one.found) for one in found), Counter[str]())
    return Effect(
        checks=remedy.checks,
        setting=lever_words(remedy.setting, but=remedy.sick),
        sick=lever_words(remedy.sick),
        mended=", ".join(f"{words(value)}" for value in remedy.mended.values()),
        metric="balanced error" if remedy.rare else "loss",
        sick_score=round(statistics.fmean(one.sick for one in found), 3),
        mended_score=round(statistics.fmean(one.mended for one in found), 3),
        difference=round(statistics.fmean(gaps), 3),
        low=round(low, 3),
        high=round(high, 3),
        better_share=round(sum(one.n_better for one in found) / n_pairs, 3),
        n_clear=sum(one.way < 0 for one in found),
        n_worse=sum(one.way > 0 for one in found),
        found=tuple((check, round(n / n_pairs, 3)) for check, n in named.most_common()),
        alarm_share=round(sum(one.n_alarms for one in found) / n_pairs, 3),
        n_networks=2 * n_pairs,
        n_sets=len(found),
        date=DATE,
    )


def lever_words(levers: Mapping[str, Value], but: Mapping[str, Value] | None = None) -> str:
    """Levers and their values: "depth 6, activation relu"."""
    shown = {name: value for name, value in levers.items() if name not in (but or {})}
    return ", ".join(f"{name} {words(value)}" for name, value in shown.items())


def measured(names: Sequence[str], rows: int, folds: int, *, rare: bool) -> list[Effect]:
    """All remedies of one kind over the data sets."""
    remedies = [remedy for remedy in REMEDIES if remedy.rare is rare]
    found: list[list[Tried]] = [[] for _ in remedies]
    for name in names:
        table = table_of(name, rows, rare=rare)
        scores = trained(table, remedies, folds)
        for i, own in enumerate(found):
            own.append(tried(scores, table, i))
        print(f"{name}: {process_time():.0f} s of processor time", file=sys.stderr)
    return [effect_of(*pair) for pair in zip(remedies, found, strict=True)]


def module(effects: Sequence[Effect]) -> str:
    """The module that keeps the figures."""
    entries = "".join(f"    {effect!r},\n" for effect in effects)
    return (
        '"""What remedies did. Written by `benchmarks/remedies.py --write`; do not edit."""\n'
        "# ruff: noqa: E501\n# fmt: off\n\n"  # one line for each, as in a table
        "from justright.doctor.effect import Effect\n\n"
        "#: One for each remedy that is a change of a lever and was tried.\n"
        f"EFFECTS: tuple[Effect, ...] = (\n{entries})\n"
    )


def line(effect: Effect) -> str:
    """A row of the table."""
    named = ", ".join(f"{check} {share:.0%}" for check, share in effect.found)
    setting = f" ({effect.setting})" if effect.setting else ""
    return (
        f"| {', '.join(effect.checks)} | {effect.sick} → {effect.mended}{setting} |"
        f" {effect.sick_score:.2f} → {effect.mended_score:.2f} | {effect.difference:+.2f}"
        f" ({effect.low:+.2f} to {effect.high:+.2f}) | {effect.better_share:.0%} |"
        f" {effect.n_clear}, {effect.n_worse} of {effect.n_sets} | {effect.verdict} |"
        f" {named or '-'} | {effect.alarm_share:.0%} |"
    )


def main() -> None:
    """Print the table, and keep the figures where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--rows", type=int, default=400, help="most rows of a set")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {EFFECTS.name}")
    options = parser.parse_args()
    names = options.sets.split(",")
    classes = [c.name for c in CASES if c.name in names and c.one_class]
    effects = [
        *measured(names, options.rows, options.folds, rare=False),
        *measured(classes, options.rows, options.folds, rare=True),
    ]
    print(
        "| checks | change | score | difference (95 %) | better | clearly better, worse |", end=""
    )
    print(" verdict | traces of the sick | alarms |\n|---|---|---|---|---|---|---|---|---|")
    print("\n".join(map(line, effects)))
    print(f"\n{process_time():.0f} s of processor time")
    if options.write:
        EFFECTS.write_text(module(effects), encoding="utf-8")


if __name__ == "__main__":
    main()
