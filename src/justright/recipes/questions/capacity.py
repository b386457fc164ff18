"""How many layers, how many neurons, how large a network?"""

import math
import time
from collections.abc import Mapping, Sequence

from justright.kinds import Design, Effect, Mark, Picture, Reply, Series
from justright.recipes.arena import Arena
from justright.recipes.asking import LEAST_SHARE, Asking
from justright.recipes.capacity import Capacity, capacity
from justright.recipes.judging import Entry
from justright.recipes.network import spec_of
from justright.recipes.passes import KEPT, Pass, passes
from justright.recipes.preflight import look_over
from justright.recipes.questions.told import Unit, effect_words, half_width
from justright.recipes.rate_curve import fewer_watched
from justright.recipes.rounds import rounds_of
from justright.recipes.sizes import Size, Sizes, affordable, rated, sizes_of
from justright.report.words import count, metric_name, plural
from justright.search.spread import by_place, t_interval

PRECISE = 0.3  # per cent or points: half of an interval that more rounds need not narrow
LATE = 0.85  # of the time left, for training; scores on many rows take a while
IDLE = 5.0  # per cent or points: differences between sizes that need not stop anybody


def answer(asking: Asking) -> Reply:
    """Train networks of several depths and widths, each at a rate that suits it.

    Args:
        asking: The question.

    Raises:
        DesignError: If there are not two sizes to compare.
        PreflightError: If the network fails a check before training.
        BudgetError: If no time is left.
    """
    asking.sharp()
    own, data = asking.ground.design, asking.parted()
    arena = Arena(data, {"": own}, asking.seed, calibrated=True)
    asking.watch.stage("preflight")
    look_over(own, spec_of(own, arena.laid.encoded.layout), arena.laid.encoded, asking.seed)
    sizes = sizes_of(asking, arena)
    arena.designs = dict(sizes.designs)  # all see the same rows: nothing is encoded anew
    asking.refuse_late("time for one round of networks")
    sizes = affordable(asking, arena, sizes)
    arena.designs = dict(sizes.designs)
    arena.designs = designs = rated(arena, asking, sizes)
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    rounds = _rounds(arena, asking, sizes)
    share = _share(arena, asking, rounds[0])

    def enough(found: Sequence[Pass]) -> str:
        seen = capacity(arena, asking, sizes, found, trained=False)
        unit = _unit(asking, seen)
        widths = [abs(unit.change(e.high - e.low)) / 2 for e in seen.effects]
        return "clear" if widths and max(widths) < PRECISE else ""

    found, ended = passes(
        arena, asking, rounds, share=share, until_s=time.monotonic() + LATE * asking.left_s,
        enough=enough,
    )  # fmt: skip
    seen = capacity(arena, asking, sizes, found)
    _tell(asking, seen, found)
    return _reply(asking, seen, designs, ended, share)


def _rounds(arena: Arena, asking: Asking, sizes: Sizes) -> list[list[Entry]]:
    """The networks of each round; where rates were measured, not on the places of those."""
    given = asking.ground.design.decision("learning_rate").is_given
    rounds = rounds_of(arena, asking, 0 if given or sizes.hurried else 1)
    return [
        [fewer_watched(entry) for entry in arena.entries(parts=parts, seeds=seeds)]
        for parts, seeds in rounds
    ]


def _share(arena: Arena, asking: Asking, first: Sequence[Entry]) -> float:
    """Share of the epochs that fit in; all places are kept, as few make wide intervals."""
    expected_s = arena.expected_s(first, arena.pace(first))
    share = min(1.0, KEPT * max(0.0, asking.left_s) / expected_s)
    asking.tell_share(share)
    return share


def _unit(asking: Asking, seen: Capacity) -> Unit:
    base = seen.mean(seen.enough) if seen.enough else math.nan
    return Unit(metric=asking.metric, higher_is_better=seen.higher, base=base)


def _tell(asking: Asking, seen: Capacity, found: Sequence[Pass]) -> None:
    """Say how it was measured, and what a reader must know."""
    n_places, n_seeds = next(iter(seen.tables.values())).shape
    better = "higher" if seen.higher else "lower"
    asking.how += [
        f"{plural(len(seen.tables), 'size')} × {plural(n_places, 'validation set')}"
        f" × {plural(n_seeds, 'seed')}; networks of one validation set and seed see the same"
        f" batches. {asking.metric} on rows that a network did not train on; {better} is better.",
        "Enough is the smallest size within one standard error of the best (Breiman et al. 1984)"
        " that no other clearly beats; under-fits is a smaller one that is clearly worse,"
        " over-fits a larger one that is clearly worse though it fits its training rows better.",
        "95 % intervals: Student's t over validation sets, corrected for the training rows that"
        " they share (Nadeau and Bengio 2003) and for the number of sizes.",
    ]
    asked = [name for name, size in seen.sizes.sizes.items() if not size.is_twin]
    if seen.enough == asked[-1]:
        asking.cautions.append("the largest size that was tried is the best: try larger ones")
    if any(one.trained.cut for one in found):
        asking.cautions.append("large networks, which learn slower, may come off badly")


def _reply(
    asking: Asking, seen: Capacity, designs: Mapping[str, Design], ended: str, share: float
) -> Reply:
    unit = _unit(asking, seen)
    advice, clear = "", any(e.verdict != "no clear effect" for e in seen.effects)
    if share >= LEAST_SHARE and (clear or _reach(seen, unit) < IDLE):
        size, design = seen.sizes.sizes[seen.enough], designs[seen.enough]
        advice = f"--set depth={size.depth}" + (f" --set width={size.width}" if size.depth else "")
        if not design.decision("learning_rate").is_given:
            advice += f" --set learning_rate={design.number('learning_rate'):g}"
    means = {name: seen.mean(name) for name in seen.tables}
    return asking.reply(
        sentence=("" if share >= LEAST_SHARE else "Not clear yet: ") + _sentence(seen, unit),
        clear=clear and share >= LEAST_SHARE,
        columns=(
            *("layers", "width", "parameters", asking.metric, "on training rows"),
            *("change, points" if unit.in_points else "change, %", "low", "high"),
            *("verdict", "learning rate"),
        ),
        rows=[_row(seen, unit, name, designs[name]) for name in seen.tables],
        picture=_picture(asking, seen),
        effects=seen.effects,
        numbers={f"score of {n}": value for n, value in means.items() if math.isfinite(value)},
        ended=ended,
        advice=advice,
    )


def _reach(seen: Capacity, unit: Unit) -> float:
    """How far from nothing any effect may be."""
    ends = [abs(unit.change(end)) for e in seen.effects for end in (e.low, e.high)]
    return max((end for end in ends if math.isfinite(end)), default=math.inf)


def _row(
    seen: Capacity, unit: Unit, name: str, design: Design
) -> tuple[str | int | float | None, ...]:
    size = seen.sizes.sizes[name]
    change: list[float | None] = [None, None, None]
    for e in seen.effects:
        if e.name == name:
            low, high = sorted((unit.change(e.low), unit.change(e.high)))
            change = [_finite(unit.change(e.value)), _finite(low), _finite(high)]
    return (
        size.depth,
        size.width if size.depth else None,
        size.n_parameters,
        _finite(seen.mean(name)),
        _finite(seen.training[name]),
        *change,
        seen.verdict(name),
        design.number("learning_rate"),
    )


def _sentence(seen: Capacity, unit: Unit) -> str:
    if not seen.enough:
        return "It cannot be told: networks of every size diverged."
    size = seen.sizes.sizes[seen.enough]
    are = "are" if size.depth > 1 else "is"
    if all(e.verdict == "no clear effect" for e in seen.effects):
        said = f"No clear difference between sizes ({half_width(seen.effects, unit)}):"
        return f"{said} {size.words} will do, the smallest within the noise of the best."
    said = f"{size.words} {are} enough: {_smaller(seen, unit)}, {_larger(seen, unit)}"
    if seen.shapes:
        said += f"; at equal parameters {_shape_words(seen.shapes, unit)}"
    return f"{said[:1].upper()}{said[1:]}."


def _smaller(seen: Capacity, unit: Unit) -> str:
    own = seen.sizes.sizes
    names = [
        e.name for e in seen.effects if own[e.name].n_parameters < own[seen.enough].n_parameters
    ]
    under = [e for e in seen.effects if e.name in names and e.verdict == "harmful"]
    if not names:
        return "it is the smallest tried"
    if not under:
        return "smaller ones are not clearly worse"
    all_of_them = "smaller ones" if len(under) == len(names) else "some smaller ones"
    worst = min(under, key=lambda e: math.inf if math.isnan(e.value) else e.value)
    return f"{all_of_them} under-fit ({_briefly(worst, unit)})"


def _larger(seen: Capacity, unit: Unit) -> str:
    own, known = seen.sizes.sizes, {e.name: e for e in seen.effects}
    names = [n for n in known if own[n].n_parameters > own[seen.enough].n_parameters]
    names.sort(key=lambda n: own[n].n_parameters)
    if not names:
        return "it is the largest tried"
    worse = [n for n in names if seen.verdict(n) in ("over-fits", "trains badly")]
    rest = [e for e in seen.effects if e.name in names and e.name not in worse]
    said = [f"more gains nothing clear ({half_width(rest, unit)})"] if rest else []
    for verdict, words in (("over-fits", "over-fit"), ("trains badly", "train badly")):
        first = next((n for n in worse if seen.verdict(n) == verdict), None)
        if first is not None:
            said.append(f"larger ones {words} from {_briefly(known[first], unit)} on")
    return ", ".join(said)


def _briefly(effect: Effect, unit: Unit) -> str:
    """A size and its change: "1 × 32: rmse +3.1 %"."""
    if math.isnan(effect.value):
        return f"{effect.name}: diverged"
    return f"{effect.name}: {metric_name(unit.metric)} {unit.words(effect.value)}"


def _shape_words(shapes: Sequence[Effect], unit: Unit) -> str:
    """What more layers or more neurons do at equal parameters."""
    clear = [e for e in shapes if e.verdict != "no clear effect"]
    if not clear:
        names = " nor ".join(e.name for e in shapes)
        which = f"neither {names} is" if len(shapes) > 1 else f"{names} is not"
        return f"{which} clearly better ({half_width(shapes, unit)})"
    better = {"useful": "better", "harmful": "worse"}
    return " and ".join(
        f"{e.name} is {better[e.verdict]} ({effect_words(e, unit, verdict=False)})" for e in clear
    )


def _picture(asking: Asking, seen: Capacity) -> Picture:
    """Scores over the size: a line for each depth, those on training rows dashed."""
    lever = asking.topic.lever
    axis = {"depth": "hidden layers", "width": "neurons a layer", None: "parameters"}[lever]
    grid = {name: size for name, size in seen.sizes.sizes.items() if not size.is_twin}

    def at(size: Size) -> float:
        return {"depth": size.depth, "width": size.width, None: size.n_parameters}[lever]

    lines: dict[str, list[str]] = {}
    for name in sorted(grid, key=lambda name: at(grid[name])):
        line = _line_name(grid[name]) if lever is None else "on validation rows"
        lines.setdefault(line, []).append(name)
    series = []
    for line, names in lines.items():
        x = tuple(float(at(grid[name])) for name in names)
        series.append(_validated(seen, line, x, names))
        series.append(
            Series(
                name="on training rows" if lever else f"{line}, on training rows",
                x=x,
                y=tuple(_finite(seen.training[name]) for name in names),
                drawn="dashes",
            )
        )
    better = "higher" if seen.higher else "lower"
    name = metric_name(asking.metric)
    marks: tuple[Mark, ...] = ()
    if seen.enough in grid:
        marks = (Mark(x=float(at(grid[seen.enough])), label=f"enough, {seen.enough}"),)
    return Picture(
        title=f"{name} by size of the network",
        x=axis,
        y=f"{name} ({better} is better)",
        series=tuple(series),
        marks=marks,
        x_log=lever != "depth",
    )


def _line_name(size: Size) -> str:
    return plural(size.depth, "layer") if size.depth else "no hidden layer"


def _validated(seen: Capacity, line: str, x: tuple[float, ...], names: Sequence[str]) -> Series:
    """Scores on validation rows with their intervals."""
    ends = []
    for name in names:
        table = seen.tables[name]
        overlap = seen.overlap if len(table) > 1 else 0.0
        low, high = t_interval(list(by_place(table)), overlap)
        ends.append((_finite(low), _finite(high)))
    return Series(
        name=line,
        x=x,
        y=tuple(_finite(seen.mean(name)) for name in names),
        low=tuple(low for low, _ in ends),
        high=tuple(high for _, high in ends),
        drawn="line" if len(names) > 1 else "points",
        told=tuple(
            f"{seen.sizes.sizes[name].words}, {count(seen.sizes.sizes[name].n_parameters)}"
            f" parameters: {seen.verdict(name)}"
            for name in names
        ),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
