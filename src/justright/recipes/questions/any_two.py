"""Which of two designs is better?"""

from collections.abc import Mapping

from justright.designer.levers import lever
from justright.errors import DesignError
from justright.kinds import Reply
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.candidates import OF_THE_POPULATION, Choice, candidates, design_words
from justright.recipes.questions.lever import MARGIN, told
from justright.recipes.rounds import compete, rounds_of
from justright.recipes.tuned import tuned


def answer(asking: Asking) -> Reply:
    """Compare two designs, each at the learning rate that suits it.

    Args:
        asking: The question.

    Raises:
        DesignError: If there are not two, or they are the same.
    """
    asking.sharp()
    if len(asking.designs) != 2:
        raise DesignError(
            f"{len(asking.designs)} designs to compare",
            "two",
            try_='justright ask any "depth=3" "realmlp" FILE --target COL',
        )
    designs = candidates(_named(asking), asking.ground, None)
    first, second = designs.values()
    values = [{d.lever: d.value for d in design.decisions} for design in (first, second)]
    if values[0] == values[1]:
        raise DesignError(
            f"both designs have the same levers: {' and '.join(map(repr, designs))}",
            "two that differ",
            try_='justright ask any "depth=1" "depth=3" FILE --target COL',
        )
    data = asking.parted()
    arena = Arena(data, designs, asking.seed, calibrated=True)
    given = [n for n, d in designs.items() if d.decision("learning_rate").is_given]
    if len(given) < len(designs):
        arena = Arena(data, tuned(arena, asking, keep=given), asking.seed, calibrated=True)
    base = next(iter(designs))
    found = compete(arena, asking, base, rounds_of(arena, asking, 1), MARGIN)
    return told(asking, base, found, "", arena.designs)


def _named(asking: Asking) -> dict[str, Choice]:
    """Both designs by name, with the levers that the user sets for both."""
    names = [design_words(choice) for choice in asking.designs]
    if names[0] == names[1]:
        names = [f"{name} ({i})" for i, name in enumerate(names, start=1)]
    return {
        name: _with_shared(choice, asking)
        for name, choice in zip(names, asking.designs, strict=True)
    }


def _with_shared(choice: Choice, asking: Asking) -> Choice:
    """A design on the levers that the user sets for both, its own before them."""
    wish = asking.wish
    shared = {n: value for n, value in wish.overrides.items() if n not in OF_THE_POPULATION}
    if isinstance(choice, str):
        return {"design": choice, **shared} if shared else choice
    if isinstance(choice, Mapping):
        start = {} if wish.design is None else {"design": wish.design}
        own = {n if n == "design" else lever(n).name: value for n, value in choice.items()}
        return start | shared | own
    if shared or wish.design:
        asking.cautions.append("a design that was planned before keeps all that it holds")
    return choice
