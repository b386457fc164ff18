"""What may be asked of a search, and what is refused before anything is read."""

from justright.designer.levers import nearest
from justright.errors import BudgetError, DesignError
from justright.recipes.wish import SAMPLER, STRATEGY, Wish
from justright.search.samplers import SAMPLERS

MOST_TRIALS = 1_000_000  # more are a mistake
STRATEGIES = ("population", "classic")


def refuse_search(wish: Wish) -> None:
    """Refuse what a search cannot be asked for.

    Raises:
        BudgetError: If the number of trials is no number above 0.
        DesignError: If there is no such sampler or strategy, or what is asked for is contradictory.
    """
    if wish.trials is not None and not 1 <= wish.trials <= MOST_TRIALS:
        raise BudgetError(
            f"trials = {wish.trials}", f"1 to {MOST_TRIALS:,} trials", try_="--trials 100"
        )
    for name, word, known in (
        ("sampler", wish.sampler, SAMPLERS),
        ("strategy", wish.strategy, STRATEGIES),
    ):
        if word not in known:
            raise DesignError(
                f"no {name} is called {word!r}",
                f"one of: {', '.join(known)}",
                try_=f"--{name} {nearest(word, known)}",
            )
    asked = [flag for flag, is_set in _flags(wish) if is_set]
    if wish.search is False and asked:
        raise DesignError(
            f"--no-search with {' and '.join(asked)}",
            "a search, where something is asked of it",
            try_=f"without --no-search, or without {asked[0]}",
        )
    if wish.storage is not None and wish.sampler != "optuna":
        raise DesignError(
            f"--storage with the sampler {wish.sampler}",
            "the sampler optuna, which keeps a study there",
            try_="--sampler optuna",
        )


def _flags(wish: Wish) -> tuple[tuple[str, bool], ...]:
    """What may be asked of a search, and whether it is."""
    return (
        ("--trials", wish.trials is not None),
        ("--sampler", wish.sampler != SAMPLER),
        ("--strategy", wish.strategy != STRATEGY),
        ("--storage", wish.storage is not None),
    )
