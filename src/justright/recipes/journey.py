"""How far a fit has come: what is kept of it, so that it can go on after a kill."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from justright.kinds import Contest, Design, Finding, Sweep
from justright.recipes.hunt import Hunt
from justright.recipes.speed import Pace
from justright.train.dataset import Dataset
from justright.train.member import Member
from justright.train.population import Outcome, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How the learning-rate sweep is laid out.

    Attributes:
        rates: The rates, rising.
        n_folds: Folds that each rate is tried on.
        n_steps: Steps of each member.
        look_steps: Steps between two evaluations.
        pace: How it runs fastest.
        limit_s: Moment on the monotonic clock at which it is cut.
        start_loss: Mean score before the first step.
    """

    rates: tuple[float, ...]
    n_folds: int
    n_steps: int
    look_steps: int
    pace: Pace
    limit_s: float
    start_loss: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """How the contest of ways to train on uneven classes is laid out.

    Attributes:
        n_folds: Folds that each way is trained on.
        n_seeds: Networks of each way and fold.
        n_steps: Steps of each network.
        look_steps: Steps between two evaluations.
        pace: How it runs fastest.
        limit_s: Moment on the monotonic clock at which it is cut.
    """

    n_folds: int
    n_seeds: int
    n_steps: int
    look_steps: int
    pace: Pace
    limit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the final population was laid out.

    Attributes:
        n_members: Its members.
        total_steps: Steps of the schedule.
        look_steps: Steps between two evaluations.
        patience: Evaluations without a gain after which a member stops.
        pace: How it runs fastest.
    """

    n_members: int
    total_steps: int
    look_steps: int
    patience: int
    pace: Pace


class Keep(Protocol):
    """Keeps a journey where a kill does not reach it."""

    def due(self) -> bool:
        """Whether the last save is old enough for another one."""

    def write(self, journey: "Journey", population: dict[str, Any] | None) -> None:
        """Save a journey, and the state of the population under way."""


@dataclass(slots=True, kw_only=True)
class Journey:
    """How far a fit has come: all that was measured or decided on the way, and when it must end.

    What hangs on the speed of the machine is measured once and kept here, so that a fit that is
    cut off and goes on comes to the same result as one that is not.

    Attributes:
        deadline_s: Moment on the monotonic clock at which training ends.
        findings: What preflight found.
        design: The design with what was measured so far; None before preflight.
        trial: The sweep under way; None before it.
        swept: Whether the sweep is over.
        sweep: What it found; None where there was no time for it.
        heat: The contest of ways to train on uneven classes under way; None before it.
        contested: Whether that is over.
        contest: What it found; None where there was none.
        layout: The final population; None before its training.
        begin_s: Moment on the monotonic clock at which its training began.
        outcome: What its training came to; None before its end.
        again: Steps of the second training under way; 0 for none.
        hunt: The search under way, at the end of a round; None before its first.
        saved_s: Moment on the monotonic clock of the save that it goes on from; None at a start.
        left: State of the population to go on from; None to begin.
        keep: Who saves it; None for nobody.
    """

    deadline_s: float
    findings: tuple[Finding, ...] = ()
    design: Design | None = None
    trial: Trial | None = None
    swept: bool = False
    sweep: Sweep | None = None
    heat: Heat | None = None
    contested: bool = False
    contest: Contest | None = None
    layout: Layout | None = None
    begin_s: float = 0.0
    outcome: Outcome | None = None
    again: int = 0
    hunt: Hunt | None = None
    saved_s: float | None = None
    left: dict[str, Any] | None = None
    keep: Keep | None = None

    def go_on(self) -> None:
        """Shift its moments by the time that it lay: that is not taken from its budget."""
        if self.saved_s is None:
            return
        lay_s, self.saved_s = time.monotonic() - self.saved_s, None
        self.deadline_s += lay_s
        self.begin_s += lay_s
        if self.trial is not None:
            self.trial = replace(self.trial, limit_s=self.trial.limit_s + lay_s)
        if self.heat is not None:
            self.heat = replace(self.heat, limit_s=self.heat.limit_s + lay_s)

    def population(self, members: Sequence[Member], data: Dataset, pace: Pace) -> Population:
        """A population as it was saved, in the packs it was in; or a new one."""
        if self.left is None:
            return Population(members, data, workers=pace.n_workers)
        # Its packs come with its state, so nothing is measured.
        population = Population(members, data, together=len(members), workers=pace.n_workers)
        population.load(self.left)
        self.left = None
        return population

    def reach(self, population: Population | None = None) -> None:
        """Save it at a turning point.

        Args:
            population: The one that is about to begin; None where none is.
        """
        if self.keep is None:
            return
        if population is None:
            self.keep.write(self, None)
            return
        # Members that have not begun follow from the design: only their packs were measured.
        packs = [{"numbers": list(numbers), "states": None} for numbers in population.numbers]
        self.keep.write(self, {"packs": packs, "ended": {}})

    def save(self, population: Population) -> None:
        """Save it on the way, if the last save is old enough."""
        if self.keep is not None and self.keep.due():
            self.keep.write(self, population.state())
