"""A stream that fills the space evenly, then more and more of what was good."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import qmc

from justright.kinds import Value
from justright.kinds.search import Idea
from justright.search.samplers.sampler import Ledger, Proposal
from justright.search.space import Point, Space

ROUND = 4  # proposals: one uniform, one from the stream, two perturbed (house convention)
UNIFORM, PERTURBED = (0,), (1, 3)  # their places in a round
ENOUGH = 6  # scores before anything is perturbed: the best third is then two (house convention)
BEST_SHARE = 1 / 3  # of what has a score, from which parents are chosen (house convention)
PARENTS = 6  # at most, so that many of a round are of one make (house convention)
ALIKE = 12  # proposals of one make in a row (house run: a step of 16 costs that of 4 unlike ones)
SAME_MAKE = 0.75  # of the perturbed keep the make of their parent (house convention)
TRIES = 40  # draws for a proposal unlike all before; then there is none (house convention)


class QuasiRandom:
    """Proposals from a Sobol sequence through the book's draws.

    The first is the base itself. Every fourth is uniform: what the book thinks unlikely is tried
    too. Once enough is told, two of four are a proposal from the best with a few levers moved;
    before, they come from the sequence.

    Networks of one make, which differ in numbers alone, share a step and cost little each. So the
    words of a design (activation, optimizer, ...) are drawn for a dozen proposals at a time, first
    those of the base itself.

    Args:
        space: What may be tried.
        seed: Seed of all chance.

    Source:
        Sobol sequence with Owen's scrambling: scipy.stats.qmc.Sobol

    Example:
        >>> from justright.designer import plan
        >>> from justright.kinds import Profile, Task
        >>> facts = Profile(task="regression", n_rows=500, n_numeric=4)
        >>> space = Space.of(plan(facts, Task(kind="regression", target="y")), facts)
        >>> [each.idea for each in QuasiRandom(space, seed=1).ask(5)]
        ['rule book', 'quasi-random', 'quasi-random', 'quasi-random', 'uniform']
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._space, self._seed, self._ledger = space, seed, Ledger()
        self._stream = Stream(space, seed)
        self._make, self._n_alike = space.make(space.centre), 0

    def ask(self, n: int) -> tuple[Proposal, ...]:
        """The next proposals; fewer than `n` where the space has nothing new."""
        self._ledger.asked(n)
        found = (self._next() for _ in range(n))
        return tuple(proposal for proposal in found if proposal is not None)

    def tell(self, number: int, score: float | None, share: float) -> None:
        """Say what came of a proposal, once; None where it diverged."""
        self._ledger.tell(number, score, share)

    def state(self) -> dict[str, Any]:
        """What was asked and told, as plain data for `replay`."""
        return self._ledger.state()

    def _next(self) -> Proposal | None:
        number = len(self._ledger.proposals)
        if number == 0:
            return self._ledger.propose(self._space.centre, "rule book")
        rng = np.random.default_rng([self._seed, number])
        for left in range(TRIES, 0, -1):
            # The last tries come from the stream: a parent may have no new neighbour left.
            point, idea, parent = self._draw(number if left > TRIES // 2 else 2, rng)
            if self._ledger.is_new(point):
                return self._ledger.propose(point, idea, parent)
        return None

    def _draw(self, number: int, rng: np.random.Generator) -> tuple[Point, Idea, int | None]:
        """A point by its place in the round, where it came from, and its parent."""
        place = number % ROUND
        if place in PERTURBED and self._ledger.n_scores >= ENOUGH:
            parent = int(rng.choice(self._ledger.best(BEST_SHARE)[:PARENTS]))
            levers = self._ledger.proposals[parent].levers
            still = self._space.make(levers) if rng.random() < SAME_MAKE else ()
            return self._space.perturbed(levers, rng, still=still), "perturbed", parent
        uniform = place in UNIFORM
        if self._n_alike >= ALIKE:
            self._make, self._n_alike = self._space.make(self._drawn(rng, uniform)), 0
        self._n_alike += 1
        return (
            self._drawn(rng, uniform, self._make),
            ("uniform" if uniform else "quasi-random"),
            None,
        )

    def _drawn(
        self, rng: np.random.Generator, uniform: bool, make: Mapping[str, Value] | None = None
    ) -> Point:
        """A point of no parent, of a make where one is given."""
        if uniform:
            shares = rng.random(len(self._space.levers)).tolist()
            return self._space.point(shares, flat=True, make=make)
        return self._stream.point(make)


class Stream:
    """Points of a space that fill it evenly, by the book's draws.

    Args:
        space: What may be tried.
        seed: Seed of the scrambling.
    """

    def __init__(self, space: Space, seed: int) -> None:
        self._space, n_levers = space, len(space.levers)
        self._sobol = qmc.Sobol(n_levers, scramble=True, seed=seed) if n_levers else None

    def point(self, make: Mapping[str, Value] | None = None) -> Point:
        """The next point.

        Args:
            make: Values of levers that it is to have where they can be; None for none.
        """
        if self._sobol is None:
            return self._space.centre
        return self._space.point(self._sobol.random(1)[0].tolist(), make=make)
