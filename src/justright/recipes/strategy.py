"""How a search goes about it: who proposes, how that is trained, and what is learnt from it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from justright.kinds import SearchStage
from justright.recipes.contender import Contender
from justright.recipes.search_round import (
    MOST_FINALISTS,
    MOST_RACERS,
    Field,
    round_cost,
    run_round,
)
from justright.search.samplers import Proposal, Sampler, replay

ROUND_SHARE = 1 / 3  # of the time left for a round, so that later ones build on what it found
#: Who races over other folds, and who of them is trained on every fold: few where time is short.
RACES = ((MOST_RACERS, MOST_FINALISTS), (3, 2), (2, 1))
MAKING_S = 0.01  # seconds to propose a configuration and lay its network out, before any step
ENOUGH = 48  # configurations of a round; before there are fewer, fewer race
FEWEST, MOST = 12, 192  # configurations of a round; fewer are not worth a cut


class Strategy(Protocol):
    """One way to search. The same seed, asks and tells lead to the same proposals.

    Attributes:
        levers: Levers that it moves.
        sampler: Who proposes, in words for the record; empty where it does so itself.
        has_end: Whether it comes to an end of its own, so that rounds without a gain do not.
    """

    levers: tuple[str, ...]
    sampler: str
    has_end: bool

    def size(self, left_s: float, one_s: float) -> int:
        """Configurations to ask for next; 0 where the time left is too short.

        Args:
            left_s: Seconds left.
            one_s: Seconds that a configuration adds to a population, to the end on one fold.
        """

    def propose(self, n: int) -> tuple[Proposal, ...]:
        """The next configurations, at most `n`; none where there is nothing left to try.

        The very first one is the rule book's own design.
        """

    def train(self, contenders: Sequence[Contender], n_rounds: int) -> None:
        """Train them, as their stage has it; what they come to is kept with them.

        Args:
            contenders: Those of the last proposals that can work.
            n_rounds: Rounds before this one.
        """

    def begin(self, number: int) -> None:
        """Learn that this one is the rule book's own, which all are measured against."""

    def learn(self, contenders: Sequence[Contender]) -> tuple[SearchStage, ...]:
        """Learn what became of the last proposals, and tell of it."""

    def state(self) -> dict[str, Any]:
        """What it was asked and told, as plain data for `go_on`."""

    def go_on(self, state: Mapping[str, Any]) -> None:
        """Come to where another one was, by the same asks and tells."""


class Rounds:
    """The population's way: many at once, the worst cut early, round after round.

    Args:
        field: The data and the time.
        sampler: Who proposes.
        name: Its name.
        levers: Levers that it moves.
    """

    def __init__(self, field: Field, sampler: Sampler, name: str, levers: tuple[str, ...]) -> None:
        self._field, self._sampler = field, sampler
        self.sampler, self.levers, self.has_end = name, levers, False

    def size(self, left_s: float, one_s: float) -> int:
        """As `Strategy.size`: a share of the time left, so that later rounds build on this."""
        field = self._field

        def fits(n: int, seconds: float) -> bool:
            cost = round_cost(n, field.rungs, len(field.folds), field.racers, field.finalists)
            return one_s * cost + MAKING_S * n <= seconds

        budget_s = ROUND_SHARE * left_s
        for field.racers, field.finalists in RACES:
            if fits(ENOUGH, budget_s):
                break
        if not fits(FEWEST, left_s):
            return 0
        able = [n for n in range(FEWEST, MOST + 1) if fits(n, budget_s)]
        return max(able, default=FEWEST)

    def propose(self, n: int) -> tuple[Proposal, ...]:
        """As `Strategy.propose`."""
        return self._sampler.ask(n)

    def train(self, contenders: Sequence[Contender], n_rounds: int) -> None:
        """Train them as one population, with cuts, each round on another fold first."""
        folds = self._field.folds
        run_round(self._field, contenders, folds[n_rounds % len(folds)])

    def begin(self, number: int) -> None:
        """As `Strategy.begin`."""
        self._sampler.tell(number, 0.0, 1.0)

    def learn(self, contenders: Sequence[Contender]) -> tuple[SearchStage, ...]:
        """Pass on the scores; there are no stages to tell of."""
        for contender in contenders:
            share = max((e.share for e in contender.ended.values()), default=0.0)
            self._sampler.tell(contender.number, self._field.relative(contender), share)
        return ()

    def state(self) -> dict[str, Any]:
        """As `Strategy.state`."""
        return self._sampler.state()

    def go_on(self, state: Mapping[str, Any]) -> None:
        """As `Strategy.go_on`."""
        replay(self._sampler, state)
