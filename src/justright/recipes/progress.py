"""What a recipe tells its caller while it works, and how it is asked to stop."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the command line listens before torch is loaded
    from justright.kinds import Tried
    from justright.recipes.crew import Crew
    from justright.train.population import Outcome, Population

#: The stages of a fit, in order.
STAGES = (
    "reading",
    "profile",
    "design",
    "preflight",
    "learning rate",
    "training",
    "search",
    "one network",
    "evaluation",
    "saving",
)


class Progress(Protocol):
    """Listens to a recipe. Rooms below the command line never print: they tell this."""

    def stage(self, name: str) -> None:
        """A stage of `STAGES` begins."""

    def say(self, text: str) -> None:
        """One line worth keeping on the screen: what was read, decided, found."""

    def warn(self, text: str) -> None:
        """One line that the user should not miss."""

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """How far the current training is.

        Args:
            done_share: Share of its planned work that is done, 0 to 1.
            best: The best score so far, in words; empty before the first.
            left_s: Seconds left of the budget.
        """

    def should_stop(self) -> bool:
        """Whether the user asked to stop soon and keep the best so far."""


class Following(Protocol):
    """Follows a population in training."""

    def look(self) -> None:
        """There are new figures."""

    def end(self, outcome: "Outcome") -> None:
        """The training came to its end.

        Args:
            outcome: What it came to.
        """


class Listener(Progress, Protocol):
    """Listens from inside a recipe, and is told also who is trained."""

    def trains(self, crew: "Crew", population: "Population") -> Following | None:
        """A population is about to be trained.

        Args:
            crew: What its members stand for.
            population: The members.

        Returns:
            Who follows it; None for nobody.
        """

    def tried(self, tried: "Sequence[Tried]") -> None:
        """A round of a search is over: what became of its configurations."""


class Silent:
    """Listens to nothing and never stops."""

    def stage(self, name: str) -> None:
        """Ignore it."""

    def say(self, text: str) -> None:
        """Ignore it."""

    def warn(self, text: str) -> None:
        """Ignore it."""

    def training(self, *, done_share: float, best: str, left_s: float) -> None:
        """Ignore it."""

    def should_stop(self) -> bool:
        """Never."""
        return False

    def trains(self, crew: "Crew", population: "Population") -> Following | None:
        """Nobody follows."""
        return None

    def tried(self, tried: "Sequence[Tried]") -> None:
        """Ignore it."""
