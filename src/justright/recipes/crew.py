"""Who is trained: what the members of a population stand for, told to who listens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from justright.kinds import Design, Value
from justright.recipes.progress import Listener
from justright.train.budget import Budget
from justright.train.population import Epoch, Outcome, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What the members of a population stand for; one entry for each member.

    Attributes:
        group: What they are for: "sweep", "contest", "final", "search", "compared", ...
        names: What to call each.
        designs: The design of each.
        more: What else sets each apart, by name; empty where nothing does.
    """

    group: str
    names: Sequence[str]
    designs: Sequence[Design]
    more: Sequence[Mapping[str, Value]] = ()


def trained(
    population: Population,
    crew: Crew,
    listener: Listener,
    budget: Budget | None = None,
    tell: Callable[[Epoch], None] | None = None,
    save: Callable[[Population], None] | None = None,
) -> Outcome:
    """Train a population, and let who listens look on.

    Args:
        population: The members.
        crew: What they stand for.
        listener: Who listens.
        budget: As `Population.run` takes it.
        tell: As `Population.run` takes it; None for nothing.
        save: As `Population.run` takes it.

    Returns:
        What `Population.run` returns.
    """
    following = listener.trains(crew, population)

    def told(epoch: Epoch) -> None:
        if tell is not None:
            tell(epoch)
        if following is not None:
            following.look()

    outcome = population.run(budget, told, save)
    if following is not None:
        following.end(outcome)
    return outcome
