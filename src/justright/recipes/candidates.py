"""The designs that a population compares: planned by the rule book, and named."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from justright.designer.levers import check, lever, words
from justright.designer.planner import plan
from justright.errors import DesignError, JustrightError
from justright.kinds import Design, Value
from justright.recipes.design import PlannedDesign
from justright.recipes.ground import Ground

#: What the population decides, and so no design of one network can.
OF_THE_POPULATION = {
    "evaluation": "views=justright.views.k_fold(5)",
    "folds": "views=justright.views.k_fold(5)",
    "repeats": "views=justright.views.k_fold(5, repeats=3)",
    "split": "group='column', order='column'",
    "sampling": "views=[View(train=..., validation=...)], rows of the rare class named often",
    "metric": "metric='accuracy'",
    "ensemble_size": "seeds=5",
}

#: One design: levers that are set, a design that was planned before, or the name of one.
Choice = Mapping[str, Value] | PlannedDesign | Design | str


def candidates(
    designs: Sequence[Choice] | Mapping[str, Choice], ground: Ground, epochs: int | None
) -> dict[str, Design]:
    """Plan each design on the same facts.

    Args:
        designs: Levers that are set, or designs, with or without names.
        ground: The data, with the facts that the rules read.
        epochs: Epochs of all of them; None for each its own.

    Returns:
        Designs by name, in their order.

    Raises:
        DesignError: If there is none, or one cannot work.
    """
    chosen = _named(designs)
    if not chosen:
        raise DesignError(
            "0 designs to compare",
            "at least one: levers that are set, by name",
            try_='Population([{}, {"depth": 3}], data, "target"), where {} is the rule book\'s own',
        )
    return {name: _design(name, choice, ground, epochs) for name, choice in chosen.items()}


def one_output(designs: Iterable[Design]) -> str:
    """The output activation of all designs of a population.

    Raises:
        DesignError: If they differ, for the scale of the target follows from it.
    """
    words = list(dict.fromkeys(design.word("output_activation") for design in designs))
    if len(words) > 1:
        raise DesignError(
            f"the designs have {len(words)} output activations: {', '.join(words)}",
            "one for all designs of a population, which share one scaled target",
            try_="a population for each output_activation",
        )
    return words[0]


def _named(designs: Any) -> dict[str, Any]:
    if isinstance(designs, Mapping) and all(_is_choice(own) for own in designs.values()):
        return {str(name): choice for name, choice in designs.items()}
    if _is_choice(designs) or isinstance(designs, str) or not isinstance(designs, Sequence):
        raise DesignError(
            f"designs is of type {type(designs).__name__}, as one design would be",
            "a list of designs, or a dict from names to designs",
            try_='Population([{}, {"depth": 3}], data, "target")',
        )
    texts = [design_words(choice) for choice in designs]
    seen: Counter[str] = Counter()
    found = {}
    for text, choice in zip(texts, designs, strict=True):
        seen[text] += 1
        many = texts.count(text) > 1
        found[f"{text} ({seen[text]})" if many else text] = choice
    return found


def _is_choice(choice: Any) -> bool:
    return isinstance(choice, (Mapping, Design, PlannedDesign))


def design_words(choice: Any) -> str:
    """The levers that are set, as a name.

    Example:
        >>> design_words({"depth": 3, "dropout": 0.1}), design_words({})
        ('depth=3 dropout=0.1', 'rule book')
    """
    if isinstance(choice, (Design, PlannedDesign)):
        return "design"
    if not isinstance(choice, Mapping):
        return choice if isinstance(choice, str) else repr(choice)
    said = (f"{name}={_word(value)}" for name, value in choice.items())
    return " ".join(said) or "rule book"


def plain(choice: Choice) -> str | Mapping[str, Value]:
    """A design as a name or levers; one that was planned before as all levers of its network."""
    if isinstance(choice, PlannedDesign):
        choice = choice.design
    if not isinstance(choice, Design):
        return choice
    own = (one for one in choice.decisions if one.lever not in OF_THE_POPULATION)
    return {one.lever: one.value for one in own}


def _word(value: Any) -> str:
    return words(value) if isinstance(value, (bool, int, float, str)) else str(value)


def _design(name: str, choice: Any, ground: Ground, epochs: int | None) -> Design:
    try:
        if isinstance(choice, str):
            return _planned({}, ground, epochs, start=choice)
        if isinstance(choice, Mapping):
            return _planned(choice, ground, epochs)
        if isinstance(choice, (Design, PlannedDesign)):
            return _taken(choice, ground, epochs)
    except JustrightError as error:
        # What the command line would be told, in Python's words.
        hint = re.sub(r"--set (\w+)=(\S+)", r"a design with \1 = \2", error.try_)
        hint = hint.replace("--design ", "the design ")
        raise DesignError(f"design {name!r}: {error.seen}", error.needed, try_=hint) from error
    raise DesignError(
        f"design {name!r} is of type {type(choice).__name__}",
        "a dict of levers, the name of a design, or what justright.design returns",
        try_='{"depth": 3, "optimizer": "sgd"}',
    )


def _planned(
    choice: Mapping[str, Value], ground: Ground, epochs: int | None, start: str | None = None
) -> Design:
    overrides: dict[str, Value] = {}
    for text, value in choice.items():
        if text == "design":
            start = str(value)
            continue
        found = lever(str(text)).name
        if found in OF_THE_POPULATION:
            raise DesignError(
                f"{found} = {_word(value)}",
                f"levers of one network: {found} is for the whole population to decide",
                try_=OF_THE_POPULATION[found],
            )
        if found in overrides:
            raise DesignError(
                f"{found} is set twice",
                "each lever once, in snake or kebab case",
                try_=f"{found} once",
            )
        overrides[found] = _checked(found, value)
    if epochs is not None:
        overrides["epochs"] = check("epochs", epochs)
    return plan(ground.profile, ground.schema.task, overrides, design=start)


def _checked(name: str, value: Any) -> Value:
    """A lever's value; what is no value at all is refused as one that the lever cannot take."""
    try:
        return check(name, value)
    except (TypeError, ValueError) as error:
        raise DesignError(
            f"{name} = {value!r}", lever(name).range, try_="one value for each lever of a design"
        ) from error


def _taken(choice: Design | PlannedDesign, ground: Ground, epochs: int | None) -> Design:
    design = choice.design if isinstance(choice, PlannedDesign) else choice
    task = ground.schema.task
    if (design.task.kind, design.task.classes) != (task.kind, task.classes):
        raise DesignError(
            f"it is for {design.task.target!r} ({design.task.kind},"
            f" {len(design.task.classes)} classes), the data for {task.target!r}"
            f" ({task.kind}, {len(task.classes)} classes)",
            "a design for the same task",
            try_="justright.design(data, target) with the data of the population",
        )
    if epochs is None:
        return design
    old = design.decision("epochs")
    reason = f"you set it for all designs of the population, in place of {old.value}"
    return design.replace(
        replace(
            old,
            value=int(check("epochs", epochs)),
            origin="user",
            rule="user",
            reason=reason,
            source="you",
            turn=None,
        )
    )


def differing(designs: Mapping[str, Design]) -> tuple[str, ...]:
    """Levers of a network in which the designs differ, in the order of the rule book.

    Example:
        >>> differing({})
        ()
    """
    every = list(designs.values())
    if not every:
        return ()
    return tuple(
        own.lever
        for own in every[0].decisions
        if own.lever not in OF_THE_POPULATION and len({design[own.lever] for design in every}) > 1
    )


def twins(
    designs: Mapping[str, Design], name: str, first: Value, second: Value
) -> tuple[tuple[str, str], ...]:
    """Designs that differ in one lever alone of those that the user set.

    Args:
        designs: The designs by name.
        name: The lever.
        first: Its value in the first of each pair.
        second: Its value in the other.

    Returns:
        Names, two by two.

    Raises:
        DesignError: If there are none.
    """
    found, values = lever(name).name, (_checked(name, first), _checked(name, second))
    sides: list[dict[tuple[object, ...], str]] = [{}, {}]
    for own, design in designs.items():
        rest = tuple(
            (decision.lever, decision.value)
            for decision in design.decisions
            if decision.is_given and decision.lever != found
        )
        for side, value in zip(sides, values, strict=True):
            if design[found] == value:
                side.setdefault(rest, own)
    one, other = sides
    pairs = tuple((one[rest], other[rest]) for rest in one if rest in other)
    if not pairs or values[0] == values[1]:
        seen = sorted({_word(design[found]) for design in designs.values()})
        raise DesignError(
            f"no two designs differ in {found}, {_word(values[0])} and {_word(values[1])}, alone",
            f"two values of {found} that were tried with the other levers alike"
            f" (tried: {', '.join(seen)})",
            try_="itertools.product over the values of all levers, for a design each",
        )
    return pairs
