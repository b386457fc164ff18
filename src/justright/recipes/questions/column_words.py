"""What is said of columns: which matter, and which can go."""

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from justright.data.associated import STRONG
from justright.kinds import Effect, Picture, Reply, Series
from justright.recipes.asking import Asking
from justright.recipes.population_data import Without
from justright.recipes.questions.told import Unit, half_width, signed
from justright.report.words import metric_name, plural

NAMED = 3  # columns in a sentence
UNKNOWN = 0.1  # of the base's score: where columns may do that much, nothing is said of them
SHOWN = 40  # columns in the picture and in the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Columns that were left out together, and what that does."""

    columns: Without
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the measurements came to.

    Attributes:
        base: Mean score of networks on intact columns.
        higher_is_better: Direction of the metric.
        bunches: Columns that say much the same; most hold one.
        costs: What each column is worth, and each bunch of several: the loss when it is shuffled.
        n_deals: Times that each was shuffled.
        n_networks: Networks that this was seen on.
        alone: What it does to train without a bunch.
        joint: What it does to train without all that can go, and without half of it.
        ended: Why it ended.
    """

    base: float
    higher_is_better: bool
    bunches: tuple[Without, ...]
    costs: tuple[Effect, ...]
    n_deals: int
    n_networks: int
    alone: Mapping[Without, Effect] = field(default_factory=dict)
    joint: tuple[Drop, ...] = ()
    ended: str = "time"

    def cost(self, bunch: Without) -> Effect:
        """What shuffling a bunch costs."""
        name = " + ".join(bunch)
        return next(e for e in self.costs if e.name == name)

    @property
    def by_importance(self) -> list[Without]:
        """The bunches, the least important first."""
        values = {own: self.cost(own).value for own in self.bunches}
        return sorted(
            self.bunches,
            key=lambda own: -math.inf if math.isnan(values[own]) else values[own],
        )

    @property
    def can_go(self) -> Drop | None:
        """The most columns that were left out together without clear or possibly large harm."""
        least = -UNKNOWN * abs(self.base)
        fine = (e for e in self.joint if e.effect.verdict != "harmful" and e.effect.low >= least)
        return next(fine, None)

    @property
    def n_columns(self) -> int:
        """Columns of the input."""
        return sum(map(len, self.bunches))


def reply(asking: Asking, found: Found) -> Reply:
    """The answer.

    Args:
        asking: The question.
        found: What was measured.
    """
    unit = Unit(metric=asking.metric, higher_is_better=found.higher_is_better, base=found.base)
    go = found.can_go
    _tell(asking, found)
    head, rows = _table(found, unit)
    numbers = {f"cost of {e.name}": unit.change(-e.value) for e in found.costs}
    if go is not None:
        numbers["columns that can go"] = float(len(go.columns))
        numbers["change without them"] = unit.change(go.effect.value)
    return asking.reply(
        sentence=_sentence(found, unit),
        clear=any(e.verdict == "useful" for e in found.costs),
        columns=head,
        rows=rows,
        picture=_picture(found, unit),
        effects=found.costs,
        numbers={name: value for name, value in numbers.items() if math.isfinite(value)},
        ended=found.ended,
        advice="" if go is None else " ".join(f"--drop {shlex.quote(c)}" for c in go.columns),
    )


def _sentence(found: Found, unit: Unit) -> str:
    single = [e for e in found.costs if (e.name,) in {(c,) for own in found.bunches for c in own}]
    matter = [e for e in single if e.verdict == "useful"]
    together = [e for e in found.costs if e.verdict == "useful" and e not in single]
    name = metric_name(unit.metric)
    if matter:
        top = matter[:NAMED]
        what = _listed([e.name for e in top])
        price = _listed([unit.words(-e.value) for e in top])
        verb = "matters" if len(top) == 1 else "matter"
        said = f"{what} {verb} most (shuffled: {name} {price})"
    elif together:
        best = together[0]
        said = f"{best.name} matter only together (shuffled: {name} {unit.words(-best.value)})"
    else:
        said = f"No column clearly matters ({half_width(found.costs, unit)} on {name})"
    go = found.can_go
    if go is not None:
        effect = go.effect
        said += (
            f"; {len(go.columns)} of {plural(found.n_columns, 'column')} can go together without"
            f" clear harm ({name} {unit.words(effect.value)}"
        )
        if math.isfinite(effect.low):
            said += f", 95 % interval {unit.between(effect.low, effect.high)}"
        said += ")"
    elif any(drop.effect.verdict != "harmful" for drop in found.joint):
        said += "; whether those that seem idle can go together cannot be told in this time"
    elif found.joint:
        said += "; those that seemed idle cannot go together without harm"
    elif found.alone:
        said += "; none can go without loss"
    return f"{said}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _tell(asking: Asking, found: Found) -> None:
    """Say how it was measured, and what a reader must know."""
    several = [own for own in found.bunches if len(own) > 1]
    how = [
        f"Each column is shuffled {plural(found.n_deals, 'time')} among the validation rows of"
        f" {plural(found.n_networks, 'network')}, which lose what it tells them; intervals hold"
        f" for all {len(found.costs)} together.",
    ]
    if several:
        how.append(
            f"Columns of which every two are associated by {STRONG:g} or more (Spearman, Cramér's"
            f" V) are also shuffled together, and left out together:"
            f" {'; '.join(' + '.join(own) for own in several[:NAMED])}"
            + (f" and {len(several) - NAMED} more." if len(several) > NAMED else ".")
        )
    asking.how[:] = dict.fromkeys([*how, *asking.how])
    asking.cautions.append(
        "what is shuffled says what these networks make of a column, not what causes the target"
    )
    if found.can_go is not None:
        asking.cautions.append(
            "no clear harm is not no harm: the interval tells how much there may be"
        )


def _ends(effect: Effect, unit: Unit, sign: float = 1.0) -> tuple[float | None, float | None]:
    if not math.isfinite(effect.low):
        return None, None
    low, high = sorted((unit.change(sign * effect.low), unit.change(sign * effect.high)))
    return low, high


def _table(
    found: Found, unit: Unit
) -> tuple[tuple[str, ...], list[tuple[str | float | None, ...]]]:
    suffix = "points" if unit.in_points else "%"
    head = (
        "column", f"shuffled, {suffix}", "low", "high", "p", "it",
        f"trained without it, {suffix}", "low", "high", "removal",
    )  # fmt: skip
    alone = {" + ".join(own): e for own, e in found.alone.items()}
    rows: list[tuple[str | float | None, ...]] = []
    for e in found.costs[:SHOWN]:
        verdict = {"useful": "matters", "harmful": "misleads"}.get(e.verdict, e.verdict)
        cost = (_known(unit.change(-e.value)), *_ends(e, unit, -1.0), _known(e.p), verdict)
        rows.append((e.name, *cost, *_removal(alone.get(e.name), unit)))
    for drop in found.joint:
        name = f"all of: {', '.join(drop.columns)}"
        rows.append((name, None, None, None, None, None, *_removal(drop.effect, unit)))
    return head, rows


def _removal(effect: Effect | None, unit: Unit) -> tuple[str | float | None, ...]:
    if effect is None:
        return None, None, None, None
    return _known(unit.change(effect.value)), *_ends(effect, unit), effect.verdict


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _picture(found: Found, unit: Unit) -> Picture:
    shown = [e for e in found.costs if math.isfinite(e.value)][:SHOWN]
    ends = [_ends(e, unit, -1.0) for e in shown]
    metric = metric_name(unit.metric)
    return Picture(
        title=f"What each column is worth: {metric} when it is shuffled",
        x="",
        y=f"change of {metric} when a column is shuffled,{unit.suffix}",
        series=(
            Series(
                name="shuffled",
                x=tuple(e.name for e in shown),
                y=tuple(unit.change(-e.value) for e in shown),
                low=tuple(low for low, _ in ends),
                high=tuple(high for _, high in ends),
                drawn="points",
                told=tuple(
                    f"{e.name}: {signed(unit.change(-e.value))}{unit.suffix}" for e in shown
                ),
            ),
        ),
        zero=True,
        lying=True,
    )
