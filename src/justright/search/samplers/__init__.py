"""Who proposes what a search trains next."""

from pathlib import Path

from justright.designer.levers import nearest
from justright.errors import DesignError
from justright.search.samplers.by_optuna import OptunaSampler
from justright.search.samplers.quasi_random import QuasiRandom
from justright.search.samplers.sampler import Proposal, Sampler, replay
from justright.search.space import Space

__all__ = [
    "SAMPLERS",
    "OptunaSampler",
    "Proposal",
    "QuasiRandom",
    "Sampler",
    "replay",
    "sampler",
]

#: Names of the samplers, the usual one first.
SAMPLERS = ("quasi-random", "optuna")


def sampler(name: str, space: Space, seed: int, storage: str | Path | None = None) -> Sampler:
    """The sampler of this name.

    Args:
        name: "quasi-random" or "optuna".
        space: What may be tried.
        seed: Seed of all chance.
        storage: Where Optuna keeps its study, as `OptunaSampler` takes it; None for memory.

    Raises:
        DesignError: If there is none of this name, or it keeps nothing where storage is named.
        JustrightError: If Optuna is asked for and not installed, or cannot use the storage.

    Example:
        >>> from justright.designer import plan
        >>> from justright.kinds import Profile, Task
        >>> facts = Profile(task="regression", n_rows=500, n_numeric=4)
        >>> space = Space.of(plan(facts, Task(kind="regression", target="y")), facts)
        >>> base, other = sampler("quasi-random", space, seed=0).ask(2)
        >>> base.levers == space.centre, other.idea
        (True, 'quasi-random')
    """
    if name not in SAMPLERS:
        raise DesignError(
            f"no sampler is called {name!r}",
            f"one of: {', '.join(SAMPLERS)}",
            try_=f"sampler={nearest(name, SAMPLERS)!r}",
        )
    if name == "optuna":
        return OptunaSampler(space, seed, storage)
    if storage is not None:
        raise DesignError(
            f"storage = {str(storage)!r} with the sampler {name}",
            "the sampler optuna, which keeps a study there",
            try_="sampler='optuna'",
        )
    return QuasiRandom(space, seed)
