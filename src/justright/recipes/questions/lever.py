"""Is X useful here? One lever at several values, everything else equal."""

import math
from collections.abc import Mapping, Sequence

from justright.designer.compared import values_for
from justright.designer.conflicts import refuse_conflicts
from justright.designer.levers import check, words
from justright.errors import DesignError
from justright.kinds import Design, Effect, Reply, Value
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.assembled import Assembled
from justright.recipes.metrics import METRICS
from justright.recipes.questions.told import (
    Unit,
    effect_rows,
    effect_words,
    forest,
    half_width,
)
from justright.recipes.rounds import Rounds, compete, rounds_of
from justright.recipes.tuned import MOVERS, tuned
from justright.report.words import lever_name, metric_name

MARGIN = 0.002  # of the base's score: a gain that matters to nobody (house convention)


def answer(asking: Asking) -> Reply:
    """Compare the design with itself at other values of one lever.

    Args:
        asking: The question.

    Raises:
        DesignError: If there is nothing to compare.
    """
    lever = asking.topic.lever
    if lever is None:
        raise ValueError(f"a question about no lever: {asking.topic.name}")
    asking.sharp()
    base = asking.rated()
    designs = _designs(asking, lever, base)
    own = next(iter(designs))
    rate_is_given = base.decision("learning_rate").is_given
    moves = lever in MOVERS and not rate_is_given
    data = asking.parted()
    if lever == "ensemble_size":
        asking.how.append(
            "An ensemble says the mean of what its networks say. All sizes are made of the same"
            " networks, and each is the mean of the ensembles that can be made of them."
        )
        arena: Arena = Assembled(data, designs, asking.seed)
    else:
        arena = Arena(data, designs, asking.seed, calibrated=True)
    if moves:
        designs = tuned(arena, asking)
        arena = Arena(data, designs, asking.seed, calibrated=True)
    elif lever in MOVERS:
        asking.cautions.append("the learning rate that you set is kept for every value")
    found = compete(arena, asking, own, rounds_of(arena, asking, int(moves)), MARGIN)
    return told(asking, own, found, lever_name(lever), designs, setting=lever)


def _designs(asking: Asking, lever: str, base: Design) -> dict[str, Design]:
    """The designs by their value in words, the base first; what cannot work is left out."""
    wanted: Sequence[Value] = (
        values_for(lever, base[lever], asking.ground.profile)
        if asking.values is None
        else [base[lever], *(check(lever, value) for value in asking.values)]
    )
    found: dict[str, Design] = {}
    refused: DesignError | None = None
    for value in wanted:
        design = asking.with_value(base, lever, value)
        try:
            refuse_conflicts(design, asking.ground.profile)
        except DesignError as error:
            refused = error
            if asking.values is not None:
                raise
            asking.cautions.append(f"{words(value)} is left out: {error.seen}")
            continue
        found.setdefault(words(value), design)
    if len(found) < 2:
        raise refused or DesignError(
            f"one value of {lever} to compare: {', '.join(found)}",
            "two or more",
            try_=f"--values with other values of {lever}",
        )
    return found


def told(
    asking: Asking,
    base: str,
    found: Rounds,
    what: str,
    designs: Mapping[str, Design],
    setting: str = "",
) -> Reply:
    """The answer to a comparison of choices.

    Args:
        asking: The question.
        base: What the others are compared with.
        found: What came out.
        what: What is compared, as "dropout"; empty where names say it.
        designs: The designs by name.
        setting: The lever to set; empty for none.
    """
    higher = METRICS[asking.metric].higher_is_better
    unit = Unit(metric=asking.metric, higher_is_better=higher, base=found.means[base])
    sentence, winner = _sentence(base, found.effects, unit, what)
    advice = ""
    if setting and winner is not None:
        rate = designs[winner].number("learning_rate")
        also = f" --set learning_rate={rate:g}" if setting in MOVERS else ""
        advice = f"--set {setting}={winner}{also}"
    head, rows = effect_rows(base, found.means, found.effects, unit)
    if setting in MOVERS:
        head = (*head, "learning rate")
        rows = [(*row, designs[str(row[0])].number("learning_rate")) for row in rows]
    return asking.reply(
        sentence=sentence,
        clear=any(e.verdict != "no clear effect" for e in found.effects),
        columns=head,
        rows=rows,
        picture=forest(base, found.effects, unit, f"{what or 'One choice'} against {base}".strip()),
        effects=found.effects,
        numbers={f"score of {name}": mean for name, mean in found.means.items()},
        ended=found.ended,
        advice=advice,
    )


def _sentence(base: str, found: Sequence[Effect], unit: Unit, what: str) -> tuple[str, str | None]:
    """The answer in one sentence, and the choice that is better than the base, if one is."""
    useful = [e for e in found if e.verdict == "useful"]
    harmful = [e for e in found if e.verdict == "harmful"]
    name = f"{what or 'the design'} "
    if useful:
        best = max(useful, key=lambda e: e.value)
        said = f"{name}{best.name} instead of {base}: {effect_words(best, unit)}"
        if len(found) > 1 and math.isfinite(best.shrunken):
            said += f"; expect {unit.words(best.shrunken)}, as the best of many is in part luck"
        return _capital(f"{said}."), best.name
    open_ = [e for e in found if e.verdict == "no clear effect"]
    if not open_:
        least = max(harmful, key=lambda e: -math.inf if math.isnan(e.value) else e.value)
        said = f"{name}{base} is best here: the next, {least.name}, has {effect_words(least, unit)}"
        return _capital(f"{said}."), None
    metric = metric_name(unit.metric)
    said = f"no clear effect of {what} on {metric} ({half_width(open_, unit)})" if what else (
        f"no clear difference in {metric} ({half_width(open_, unit)})"
    )  # fmt: skip
    if harmful:
        others = ", ".join(e.name for e in harmful)
        said += f" among {', '.join([base, *(e.name for e in open_)])}; harmful: {others}"
    return _capital(f"{said}."), None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
