"""Seconds spent in each stage of a recipe."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from justright.kinds import Tried
from justright.recipes.crew import Crew
from justright.recipes.ledger import Ledger
from justright.recipes.ledger_members import Members
from justright.recipes.progress import Progress
from justright.train.population import Population


@dataclass(slots=True)
class Stopwatch:
    """Seconds spent in each stage, told to the listener as they begin; all is kept in the lab.

    Attributes:
        listener: Who listens.
        ledger: What keeps it; by default nothing does.
        deaf: Whether a wish to stop is heard no longer, as what is left is short.
        spent_s: Seconds by stage, in order.
    """

    listener: Progress
    ledger: Ledger = field(default_factory=Ledger)
    deaf: bool = False
    spent_s: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = field(default_factory=time.monotonic)
    _begin: float = field(default_factory=time.monotonic)

    def stage(self, name: str) -> None:
        """End the stage before and begin one."""
        self.end()
        self._stage = name
        self.listener.stage(name)
        self.ledger.stage(name)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the watch was started."""
        return time.monotonic() - self._begin

    @property
    def so_far_s(self) -> dict[str, float]:
        """Seconds by stage, with those of the stage under way."""
        if not self._stage:
            return dict(self.spent_s)
        now_s = time.monotonic() - self._since
        return self.spent_s | {self._stage: self.spent_s.get(self._stage, 0.0) + now_s}

    def end(self) -> None:
        """End the stage."""
        now = time.monotonic()
        if self._stage:
            self.spent_s[self._stage] = self.spent_s.get(self._stage, 0.0) + now - self._since
        self._stage, self._since = "", now

    def say(self, text: str) -> None:
        """Pass on."""
        self.listener.say(text)
        self.ledger.say(text)

    def warn(self, text: str) -> None:
        """Pass on."""
        self.listener.warn(text)
        self.ledger.warn(text)

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """Pass on."""
        self.listener.training(done_share=done_share, best=best, left_s=left_s)

    def trains(self, crew: Crew, population: Population) -> Members | None:
        """A population is about to be trained: the ledger follows it."""
        return self.ledger.trains(crew, population)

    def tried(self, tried: Sequence[Tried]) -> None:
        """A round of a search is over."""
        self.ledger.tried(tried)

    def should_stop(self) -> bool:
        """Pass on."""
        return not self.deaf and self.listener.should_stop()
