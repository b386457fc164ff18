"""Rounds of networks that are not compared one with another: as many as the time allows."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.recipes.arena import Arena, Trained
from justright.recipes.asking import Asking
from justright.recipes.judging import Entry
from justright.recipes.rounds import FAIR_SHARE, FEWEST_PLACES, SLOW
from justright.recipes.score_lines import MemberScore
from justright.report.words import plural

SCORE_S = 0.01  # seconds that the scoring of a network takes, before it is known (house run)
KEPT = 0.7  # of the time that is planned with: a round that is cut short is worth little


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One round.

    Attributes:
        trained: Its networks.
        scores: Their scores, in the same order; empty where none were wanted.
        seconds: Seconds of training and scoring.
    """

    trained: Trained
    scores: tuple[MemberScore, ...]
    seconds: float


def passes(
    arena: Arena,
    asking: Asking,
    rounds: Iterable[Sequence[Entry]],
    *,
    share: float,
    until_s: float | None = None,
    enough: Callable[[Sequence[Pass]], str] = lambda _: "",
    scored: bool = True,
) -> tuple[list[Pass], str]:
    """Train round after round, until it is enough, or the next would end too late.

    A round that the time cuts short is left out, unless it is the first: its networks would have
    learnt for a shorter time than the others.

    Args:
        arena: The designs on their views.
        asking: The question.
        rounds: The networks of each round.
        share: Share of the epochs that schedules are laid out for.
        until_s: Moment on the monotonic clock at which it ends; None for that of the question.
        enough: Why it may end, from the rounds so far; empty to go on.
        scored: Whether networks are scored; not where their losses in training say all.

    Returns:
        The rounds, and why they ended: "time", "interrupted", "done", or what `enough` says.
    """
    end_s = asking.left_s + time.monotonic() if until_s is None else until_s
    done: list[Pass] = []
    for entries in rounds:
        begin_s = time.monotonic()
        if done and begin_s + _expected_s(done, len(entries)) > end_s:
            return done, "time"
        number = len(done) + 1
        trained = arena.train(
            entries,
            asking.watch,
            deadline_s=max(begin_s + 0.1, end_s - SCORE_S * len(entries) * scored),
            share=share,
            best=lambda epoch: f"round {number}: {plural(epoch.running, 'network')} in training",  # noqa: B023
        )
        asking.n_networks += len(entries)
        ended = "interrupted" if asking.watch.should_stop() else "time" if trained.cut else ""
        if trained.cut and done:
            return done, ended
        if trained.cut:
            asking.cautions.append(
                f"the networks were cut off after {100 * _reached(trained):.0f} % of their"
                " schedules: more --time tells more"
            )
        scores = arena.judge.scores(entries, trained.outcome) if scored else ()
        done.append(Pass(trained=trained, scores=scores, seconds=time.monotonic() - begin_s))
        ended = ended or enough(done)
        if ended:
            return done, ended
    return done, "done"


def fitted(
    arena: Arena, asking: Asking, rounds: Sequence[Sequence[Entry]], limit_s: float
) -> tuple[float, list[list[Entry]]]:
    """Fewer seeds, then places, then shorter schedules, where one round would take too long.

    Args:
        arena: The designs on their views.
        asking: The question; schedules that are shorter are told to it as a caution.
        rounds: The networks of each round.
        limit_s: Time for one round, in seconds.

    Returns:
        Share of their epochs that the networks can make, at most 1; the rounds.
    """
    kept = [list(entries) for entries in rounds]
    while True:
        seconds = KEPT * limit_s - SCORE_S * len(kept[0])
        expected_s = arena.expected_s(kept[0], arena.pace(kept[0]))
        share = min(1.0, max(0.0, seconds) / expected_s)
        fewer = [_fewer(own) for own in kept]
        if share >= FAIR_SHARE or len(fewer[0]) == len(kept[0]):
            break
        kept = fewer
    asking.tell_share(share)
    return share, kept


def _reached(trained: Trained) -> float:
    """Share of their schedules that the networks of a training made, on average."""
    pairs = zip(trained.entries, trained.outcome.traces, strict=True)
    shares = [
        (trace.steps[-1] if trace.steps else 0) / (trained.share * entry.member.total_steps)
        for entry, trace in pairs
        if trace.stopped in ("time", "interrupted")
    ]
    return float(np.mean(shares)) if shares else 1.0


def _fewer(entries: Sequence[Entry]) -> list[Entry]:
    """One seed of each place; where that is all there is, one place less, down to three."""
    first = min(entry.seed for entry in entries)
    alone = [entry for entry in entries if entry.seed == first]
    places = sorted({entry.part.place for entry in entries})
    if len(alone) < len(entries) or len(places) <= FEWEST_PLACES:
        return alone
    return [entry for entry in entries if entry.part.place != places[-1]]


def by_place(found: Sequence[Pass], names: Sequence[str]) -> NDArray[np.float64]:
    """Scores as an array; NaN where a network diverged or is missing.

    Args:
        found: The rounds.
        names: Lines of the scores, as `MemberScore.name`.

    Returns:
        Shape (places, seeds, names).
    """
    scores = [score for one in found for score in one.scores]
    places = {place: i for i, place in enumerate(sorted({s.place for s in scores}))}
    seeds = {seed: i for i, seed in enumerate(sorted({s.seed for s in scores}))}
    lines = {name: i for i, name in enumerate(names)}
    table = np.full((len(places), len(seeds), len(lines)), np.nan)
    for score in scores:
        table[places[score.place], seeds[score.seed], lines[score.name]] = score.value
    return table


def _expected_s(done: Sequence[Pass], n: int) -> float:
    """Seconds of a round of so many networks, by what those of the last took."""
    last = done[-1]
    return n * SLOW * last.seconds / len(last.trained.entries)
