"""Choices compared in rounds: until the answer is clear, or cannot become clear in the time."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Effect
from justright.recipes.arena import Arena, Trained
from justright.recipes.asking import MOST_ROUNDS, PLACES, Asking
from justright.recipes.metrics import METRICS
from justright.recipes.scores import Scores
from justright.recipes.views import Part
from justright.report.words import plural
from justright.search.effects import effects, paired
from justright.search.stopping import Look, ends

SEEDS = (0, 1)  # of each validation set: two tell what of a spread is seeds, and not rows
FEWEST_PLACES = 3  # of a round, where time is short: two values have no spread to speak of
FAIR_SHARE = 0.5  # of the epochs: below it, fewer places are trained instead
ROUNDING = 1e-6  # of the base's score: networks are computed in single precision
ENOUGH_ROUNDS = 3  # before it is given up: of few places the spread is hardly known
SLOW = 1.3  # times: how much longer a round may take than the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """What the rounds came to.

    Attributes:
        scores: Every network's.
        effects: Each choice against the base.
        means: Mean score of each choice.
        n_rounds: Rounds that were trained.
        share: Share of the epochs that schedules had.
        ended: "clear", "hopeless", "time", "interrupted", "done".
    """

    scores: Scores
    effects: tuple[Effect, ...]
    means: dict[str, float]
    n_rounds: int
    share: float
    ended: str


#: Views, and numbers of the seeds, of one round.
Round = tuple[tuple[Part, ...], tuple[int, ...]]


def rounds_of(arena: Arena, asking: Asking, skip: int = 0) -> list[Round]:
    """Each repeat of the folds is a round; where there is one repeat, each pair of seeds is.

    Args:
        arena: The designs on their views.
        asking: The question.
        skip: Repeats that served another purpose.
    """
    parts = arena.data.parts
    repeats = len(parts) // PLACES
    if asking.ground.schema.order is not None or repeats <= 1:
        return [(parts, (2 * own, 2 * own + 1)) for own in range(MOST_ROUNDS)]
    return [(parts[r * PLACES : (r + 1) * PLACES], SEEDS) for r in range(skip, repeats)]


def compete(
    arena: Arena, asking: Asking, base: str, rounds: Sequence[Round], margin: float = 0.0
) -> Rounds:
    """Train all designs of an arena round by round, and compare each with the base.

    Args:
        arena: The designs on their views.
        asking: The question.
        base: Name of the design that the others are compared with.
        rounds: Views and seeds of each round.
        margin: Gain that does not matter, as a share of the base's score.

    Raises:
        BudgetError: If no time is left.
    """
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    share, rounds = _fitted(arena, asking, rounds)
    trained: list[Trained] = []
    planned, ended = len(rounds), "done"
    while True:
        one = _train(arena, asking, rounds[len(trained)], share, trained)
        if trained and one.cut:
            ended = "interrupted" if asking.watch.should_stop() else "time"
            break  # those that came further than others would win
        trained.append(one)
        if len(trained) == 1:  # what a round takes is known now; no score has been looked at yet
            more = int(max(0.0, asking.left_s) / (SLOW * one.seconds))
            planned = 1 + min(len(rounds) - 1, more)
        over = one.cut or asking.watch.should_stop() or len(trained) == planned
        late = not over and asking.left_s < SLOW * one.seconds
        look = Look(done=len(trained), planned=planned, last=over or late)
        scores, found = _compared(arena, trained, base, look)
        if over or late:
            ended = _why(asking, late=late or one.cut, full=len(rounds) == planned)
            break
        base_score = _mean(scores, base)
        why = ends(found, look, margin=margin * abs(base_score))
        if why == "clear" or (why == "hopeless" and len(trained) >= ENOUGH_ROUNDS):
            ended = why
            break
    if one is not trained[-1]:
        look = Look(done=len(trained), planned=planned, last=True)
        scores, found = _compared(arena, trained, base, look)
    if ended == "hopeless":
        found = _at_the_end(found, arena, trained, base, planned)
    _tell(asking, arena, trained, share)
    return Rounds(
        scores=scores,
        effects=found,
        means={name: _mean(scores, name) for name in arena.designs},
        n_rounds=len(trained),
        share=share,
        ended=ended,
    )


def _at_the_end(
    found: tuple[Effect, ...],
    arena: Arena,
    trained: Sequence[Trained],
    base: str,
    planned: int,
) -> tuple[Effect, ...]:
    """The effects where nothing more is to come: their intervals may spend what errors are left.

    An early look spends next to nothing, so that its intervals are wider than what is known. No
    verdict is made of them: those are the ones of the look that ended it.
    """
    look = Look(done=len(trained), planned=planned, last=True)
    narrower = {e.name: e for e in _compared(arena, trained, base, look)[1]}
    return tuple(narrower[e.name] if narrower[e.name].verdict == e.verdict else e for e in found)


def _why(asking: Asking, *, late: bool, full: bool) -> str:
    if asking.watch.should_stop():
        return "interrupted"
    return "time" if late or not full else "done"


def _fitted(arena: Arena, asking: Asking, rounds: Sequence[Round]) -> tuple[float, list[Round]]:
    """Fewer places, then shorter schedules, where one round of all would take too long."""
    rounds = list(rounds)
    while True:
        parts, seeds = rounds[0]
        entries = arena.entries(parts=parts, seeds=seeds)
        expected = arena.expected_s(entries, arena.pace(entries))
        share = min(1.0, 0.9 * asking.left_s / expected)
        if share >= FAIR_SHARE or (len(parts) <= FEWEST_PLACES and len(seeds) == 1):
            break
        if len(seeds) > 1:
            rounds = [(parts, seeds[:1]) for parts, seeds in rounds]
        else:
            rounds = [(parts[: len(parts) - 1], seeds) for parts, seeds in rounds]
    if share <= 0:
        asking.refuse_late("time for one round of networks")
    asking.tell_share(share)
    return share, rounds


def _train(
    arena: Arena, asking: Asking, one: Round, share: float, before: Sequence[Trained]
) -> Trained:
    parts, seeds = one
    entries = arena.entries(parts=parts, seeds=seeds)
    asking.n_networks += len(entries)
    number = len(before) + 1
    return arena.train(
        entries,
        asking.watch,
        deadline_s=time.monotonic() + max(0.1, asking.left_s),
        share=share,
        best=lambda epoch: f"round {number}: {plural(epoch.running, 'network')} in training",
    )


def _compared(
    arena: Arena, trained: Sequence[Trained], base: str, look: Look
) -> tuple[Scores, tuple[Effect, ...]]:
    scores = arena.scores(trained)
    tables = tables_of(scores)
    gains = {
        name: paired(tables[name], tables[base], higher_is_better=scores.higher_is_better)
        for name in arena.designs
        if name != base
    }
    # Networks that do the same are computed side by side with others, and differ in rounding.
    least = ROUNDING * abs(_mean(scores, base))
    gains = {name: np.where(abs(found) < least, 0.0, found) for name, found in gains.items()}
    return scores, effects(gains, base=base, overlap=_overlap(arena), look=look)


def tables_of(scores: Scores) -> dict[str, NDArray[np.float64]]:
    """Scores of each line, shape (places, seeds); NaN where a network diverged or is missing.

    Args:
        scores: What a population came to.
    """
    places = {place: i for i, place in enumerate(sorted({m.place for m in scores.members}))}
    seeds = {seed: i for i, seed in enumerate(sorted({m.seed for m in scores.members}))}
    tables: dict[str, NDArray[np.float64]] = {}
    for member in scores.members:
        table = tables.setdefault(member.name, np.full((len(places), len(seeds)), math.nan))
        table[places[member.place], seeds[member.seed]] = member.value
    return tables


def _overlap(arena: Arena) -> float:
    return float(np.mean(list(arena.overlap().values())))


def _mean(scores: Scores, name: str) -> float:
    own = [m.value for m in scores.members if m.name == name and math.isfinite(m.value)]
    return float(np.mean(own)) if own else math.nan


def _tell(asking: Asking, arena: Arena, trained: Sequence[Trained], share: float) -> None:
    """Say how it was measured."""
    entries = [entry for own in trained for entry in own.entries]
    n_places = len({entry.part.place for entry in entries})
    n_seeds = len({entry.seed for entry in entries})
    n_designs = len({entry.name for entry in entries})
    better = "higher" if METRICS[asking.metric].higher_is_better else "lower"
    asking.how.append(
        f"{plural(n_designs, 'design')} × {plural(n_places, 'validation set')}"
        f" × {plural(n_seeds, 'seed')}, trained together; networks of one validation set and seed"
        f" start alike and see the same batches. {asking.metric} on rows that a network did not"
        f" train on; {better} is better."
    )
    asking.how.append(
        "95 % intervals: Student's t over validation sets, corrected for the training rows that"
        " they share (Nadeau and Bengio 2003), for the number of choices and for early looks."
    )
