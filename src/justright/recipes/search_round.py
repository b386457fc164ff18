"""One round of a search: many start on one fold, few are left at its end and go on to all folds."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from justright.recipes.contender import Contender
from justright.recipes.crew import Crew, trained
from justright.recipes.encoded import Encoded
from justright.recipes.progress import Listener
from justright.recipes.speed import Pace
from justright.report.words import plural
from justright.search.rungs import Rung, cost, raced, survivors
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.population import Epoch, Outcome, Population
from justright.train.threads import threads

FEW_EPOCHS = 4  # of a schedule, after which most are cut
EARLIEST, LATEST = 0.03, 0.12  # of the steps: the first cut is not before, nor after
#: A first cut after a few epochs, a second one when three tenths of the steps are made (house run).
RUNGS = (Rung(share=LATEST, keep=0.25), Rung(share=0.3, keep=0.35))
MOST_RACERS = 5  # that go on to other folds from a round: these cost most of it
MOST_FINALISTS = 3  # of these, that are trained on every fold
FIRST_FOLDS = 2  # further folds before the race is looked at for the first time


@dataclass(slots=True, kw_only=True)
class Field:
    """What every round needs.

    Attributes:
        encoded: The data.
        seed: Seed of the search.
        base_scores: Stopping score of the rule book's design on each fold.
        pace: How populations run fastest here.
        deadline_s: Moment on the monotonic clock at which the search ends.
        begin_s: Moment at which it began.
        progress: Who listens.
        horizon: Share of the design's epochs that schedules have.
        rungs: Where a population is cut.
        racers: Contenders of a round that go on to other folds at most.
        finalists: Of these, that are trained on every fold.
    """

    encoded: Encoded
    seed: int
    base_scores: Mapping[int, float]
    pace: Pace
    deadline_s: float
    begin_s: float
    progress: Listener
    horizon: float = 1.0
    rungs: tuple[Rung, ...] = RUNGS
    racers: int = MOST_RACERS
    finalists: int = MOST_FINALISTS

    @property
    def folds(self) -> tuple[int, ...]:
        """Every fold."""
        return tuple(view.fold for view in self.encoded.views)

    def relative(self, contender: Contender) -> float | None:
        """Its score against the rule book's design on the same folds; None if never finite."""
        gaps = [
            (e.score - self.base_scores[e.fold]) / max(abs(self.base_scores[e.fold]), 1e-12)
            for e in contender.ended.values()
            if e.fold in self.base_scores
        ]
        mean = float(np.mean(gaps)) if gaps else math.inf
        return mean if math.isfinite(mean) else None


def rungs_of(epochs: float) -> tuple[Rung, ...]:
    """Where a population is cut whose schedules have so many epochs.

    Example:
        >>> [rung.share for rung in rungs_of(80)], [rung.share for rung in rungs_of(10)]
        ([0.05, 0.3], [0.12, 0.3])
    """
    first, *others = RUNGS
    share = min(LATEST, max(EARLIEST, FEW_EPOCHS / max(epochs, 1e-9)))
    return (Rung(share=share, keep=first.keep), *others)


def round_cost(
    n: int,
    rungs: Sequence[Rung],
    n_folds: int,
    racers: int = MOST_RACERS,
    finalists: int = MOST_FINALISTS,
) -> float:
    """What a round costs that starts with `n`, in trainings of one on one fold.

    Args:
        n: Configurations at the start.
        rungs: Cuts, by rising share.
        n_folds: Folds.
        racers: Configurations that go on to other folds.
        finalists: Those of them that go on to all.

    Example:
        >>> round_cost(40, RUNGS, 1) < round_cost(40, RUNGS, 10) < 50
        True
    """
    race = min(racers, n) * min(FIRST_FOLDS, n_folds - 1)
    return cost(n, rungs) + race + min(finalists, n) * max(0, n_folds - 1 - FIRST_FOLDS)


def run_round(field: Field, contenders: Sequence[Contender], fold: int) -> bool:
    """Train contenders on one fold, cut them, and race those that are left over all folds.

    Args:
        field: The data and the time.
        contenders: Who takes part; what they come to is kept with them.
        fold: The first fold.

    Returns:
        Whether it came to its end before the time was over.
    """
    rng = np.random.default_rng([field.seed, contenders[0].number])
    going = _first_fold(field, contenders, fold, rng)
    others = [own for own in field.folds if own != fold]
    for folds in (others[:FIRST_FOLDS], others[FIRST_FOLDS:]):
        if folds and going:
            _train(field, [(c, own) for c in going for own in folds], _never)
            going = _race(field, going)
            if folds == others[:FIRST_FOLDS]:
                going = _best(going, field.finalists)
    for contender in going:
        complete = len(contender.ended) == len(field.folds)
        contender.fate = "kept" if complete else "time"
    at_s = time.monotonic() - field.begin_s
    for contender in contenders:
        contender.at_s = at_s
    return time.monotonic() < field.deadline_s


def _first_fold(
    field: Field, contenders: Sequence[Contender], fold: int, rng: np.random.Generator
) -> list[Contender]:
    """Those that come to the end of the first fold."""
    cutter = _Cutter(field, contenders, rng)
    _train(field, [(c, fold) for c in contenders], cutter)
    going = []
    for contender in contenders:
        own = contender.ended[fold]
        if not math.isfinite(own.score):
            contender.fate = "diverged"
        elif own.whole:
            going.append(contender)
        else:
            contender.fate = "cut" if contender.number in cutter.lost else "time"
    going.sort(key=lambda contender: contender.ended[fold].score)
    for contender in going[field.racers :] if len(field.folds) > 1 else ():
        contender.fate = "cut"
    return going[: field.racers] if len(field.folds) > 1 else going


def _race(field: Field, going: Sequence[Contender]) -> list[Contender]:
    """Those that are not clearly behind the leader; the others are told that they lost."""
    table = np.full((len(going), len(field.folds)), math.nan)
    for i, contender in enumerate(going):
        for own in contender.ended.values():
            if own.whole:
                table[i, field.folds.index(own.fold)] = own.score
    kept = set(raced(table))
    still = []
    for i, contender in enumerate(going):
        whole = all(own.whole for own in contender.ended.values())
        if i in kept and whole:
            still.append(contender)
        else:
            contender.fate = "raced out" if whole else "time"
    return still


def _best(going: list[Contender], most: int) -> list[Contender]:
    """The few that are worth the other folds."""

    def mean(contender: Contender) -> float:
        return float(np.mean([own.score for own in contender.ended.values()]))

    ordered = sorted(going, key=mean)
    for contender in ordered[most:]:
        contender.fate = "raced out"
    return ordered[:most]


class _Cutter:
    """Cuts a population whenever all of it has passed a rung."""

    def __init__(
        self, field: Field, contenders: Sequence[Contender], rng: np.random.Generator
    ) -> None:
        self._contenders, self._rng = contenders, rng
        self._rungs = list(field.rungs)
        self._alive = set(range(len(contenders)))
        self.lost: set[int] = set()

    def __call__(self, population: Population) -> None:
        shares = [pack.done_share for pack in population.packs]
        while self._rungs and shares and min(shares) >= self._rungs[0].share:
            rung = self._rungs.pop(0)
            alive = sorted(self._alive)
            scores = population.best_scores
            kept = survivors([scores[i] for i in alive], keep=rung.keep, rng=self._rng)
            self._alive = {alive[k] for k in kept}
            cut = [i for i in alive if i not in self._alive]
            self.lost |= {self._contenders[i].number for i in cut}
            for i in self._alive:
                self._contenders[i].rung += 1
            population.prune(cut)
            shares = [pack.done_share for pack in population.packs]


def _never(_: Population) -> None:
    """Nobody is cut."""


def _train(
    field: Field,
    pairs: Sequence[tuple[Contender, int]],
    cut: Callable[[Population], None],
) -> Outcome:
    """Train some contenders on some folds, and keep with each what it came to."""
    begin_s = time.monotonic()
    members = [c.member(field.encoded, fold, field.seed, field.horizon) for c, fold in pairs]
    population = Population(members, field.encoded.data, workers=field.pace.n_workers)

    def tell(epoch: Epoch) -> None:
        cut(population)
        field.progress.training(
            done_share=epoch.done_share,
            best=f"search: {plural(epoch.running, 'network')} in training",
            left_s=max(0.0, field.deadline_s - time.monotonic()),
        )

    budget = Budget(field.deadline_s, field.progress.should_stop)
    with threads(field.pace.n_threads):
        outcome = trained(population, crew_of(pairs), field.progress, budget, tell)
    spent_s = time.monotonic() - begin_s
    made = [_made(outcome, i, member) for i, member in enumerate(members)]
    for i, ((contender, _), member) in enumerate(zip(pairs, members, strict=True)):
        contender.take(outcome, i, member)
        contender.cost_s += spent_s * made[i] / max(sum(made), 1e-12)
    return outcome


def crew_of(pairs: Sequence[tuple[Contender, int]], kind: str = "search") -> Crew:
    """What the members of a round stand for.

    Args:
        pairs: The contender and the fold of each member.
        kind: What they are trained for: "search" or "grow".
    """
    return Crew(
        group=kind,
        names=[f"design {c.number}, fold {fold}" for c, fold in pairs],
        designs=[c.design for c, _ in pairs],
        more=[{"number": c.number, "idea": c.idea} for c, _ in pairs],
    )


def _made(outcome: Outcome, i: int, member: Member) -> float:
    """Share of its steps that a member made."""
    steps = outcome.traces[i].steps
    return steps[-1] / member.total_steps if steps else 0.0
