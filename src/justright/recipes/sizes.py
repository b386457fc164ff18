"""Networks of several sizes: which to compare, and a learning rate that suits each."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from justright.designer.compared import values_for
from justright.designer.conflicts import refuse_conflicts
from justright.designer.levers import check, lever
from justright.designer.measured import measured
from justright.errors import DesignError
from justright.kinds import Design
from justright.nets.family import parameter_slots
from justright.nets.slots import total
from justright.recipes.arena import Arena
from justright.recipes.asking import PLACES, Asking
from justright.recipes.network import spec_of
from justright.recipes.rounds import FAIR_SHARE
from justright.recipes.tuned import LEAST_RATE, MOST_RATE, tuned
from justright.train.planner import plan

DEPTHS, WIDTHS = (1, 2, 4), (32, 128, 512)  # of a grid; the design's own stand in for the nearest
ALIKE = 0.1  # of the parameters: a network further off does not count as equally large
RATED = 4  # sizes whose rates are measured; the others' lie on the trend through these
SPENT = 0.2  # of the time that is left, for the least that must fit: one round, short schedules
STEEPEST = -1.0  # of the trend of the rate, log over log; Adam's best rate falls as 1/width at most
_SIZE = re.compile(r"(\d+)\s*[x×]\s*(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size.

    Attributes:
        depth: Hidden layers.
        width: Neurons in each.
        n_parameters: Weights of one network.
        is_twin: Whether it is there because it has as many weights as the design's own size.
    """

    depth: int
    width: int
    n_parameters: int
    is_twin: bool = False

    @property
    def words(self) -> str:
        """The size in words: "2 layers of 128"."""
        if self.depth == 0:
            return "no hidden layer"
        return f"{self.depth} layer{'s' if self.depth > 1 else ''} of {self.width}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes that are compared, the fewest weights first.

    Attributes:
        own: Name of the design's own size.
        sizes: The sizes by name, as "2 × 128".
        designs: Their designs.
        deeper: Name of the one with more layers and as many weights as the own; empty for none.
        wider: Name of the one with more neurons in fewer layers and as many weights.
        hurried: Whether the time is short even for the fewest sizes.
    """

    own: str
    sizes: Mapping[str, Size] = field(default_factory=dict)
    designs: Mapping[str, Design] = field(default_factory=dict)
    deeper: str = ""
    wider: str = ""
    hurried: bool = False


def sizes_of(asking: Asking, arena: Arena) -> Sizes:
    """The sizes to compare for a question, and two as large as the design's own.

    Args:
        asking: The question: about depth, about width, or about both.
        arena: Holds the layout of the rows.

    Raises:
        DesignError: If a size that the user names cannot work, or there is one alone.
    """
    base = asking.ground.design
    depth, width = base.count("depth"), base.count("width")
    found: dict[str, tuple[Size, Design]] = {}

    def take(depth: int, width: int, is_twin: bool = False) -> str:
        one = _working(asking, arena, depth, width, is_twin)
        if one is None:
            return ""
        found.setdefault(_name(depth, width), one)
        return _name(depth, width)

    own = take(depth, width)
    for d, w in _wanted(asking, depth, width):
        take(d, w)
    if len(found) < 2:
        what = f"one size to compare: {own}"
        raise DesignError(what, "two or more", try_="--values with other sizes")
    twins = []
    for d in (2 * depth, depth // 2):
        w = _equal(asking, arena, d)
        twins.append(take(d, w, is_twin=True) if w else "")
    ordered = sorted(found.items(), key=lambda item: (item[1][0].n_parameters, item[0]))
    return Sizes(
        own=own,
        sizes={name: size for name, (size, _) in ordered},
        designs={name: design for name, (_, design) in ordered},
        deeper=twins[0],
        wider=twins[1],
    )


def _working(
    asking: Asking, arena: Arena, depth: int, width: int, is_twin: bool
) -> tuple[Size, Design] | None:
    """A size and its design; None where it cannot work and the user did not name it."""
    base = asking.ground.design
    design = asking.with_value(asking.with_value(base, "depth", depth), "width", width)
    try:
        refuse_conflicts(design, asking.ground.profile)
    except DesignError as error:
        if asking.values is not None and not is_twin:
            raise
        asking.cautions.append(f"{_name(depth, width)} is left out: {error.seen}")
        return None
    n = n_weights(design, arena)
    return Size(depth=depth, width=width, n_parameters=n, is_twin=is_twin), design


def affordable(asking: Asking, arena: Arena, sizes: Sizes) -> Sizes:
    """The sizes that the time allows: the largest are left out where they would starve all.

    Args:
        asking: The question.
        arena: Holds the designs.
        sizes: The sizes.
    """
    parts = arena.data.parts[:PLACES]
    # How much slower this machine is, now, than the planner thinks of one core.
    slow = max(
        arena.pace(own).step_s / sum(bucket.step_s for bucket in plan([e.member for e in own]))
        for own in (arena.entries([n], parts[:1]) for n in (sizes.own, list(sizes.sizes)[-1]))
    )
    steps = FAIR_SHARE * arena.entries([sizes.own], parts[:1])[0].member.total_steps
    kept, lost, hurried = list(sizes.sizes), [], False
    while slow * steps * _planned_s(arena, kept) > SPENT * asking.left_s:
        larger = [name for name in kept if name != sizes.own]
        hurried = len(larger) < 2
        if hurried:
            break
        lost.append(larger[-1])
        kept.remove(larger[-1])
    if lost:
        asking.cautions.append(
            f"left out, as more --time is needed for them: {', '.join(reversed(lost))}"
        )
    return Sizes(
        own=sizes.own,
        sizes={name: sizes.sizes[name] for name in kept},
        designs={name: sizes.designs[name] for name in kept},
        deeper=sizes.deeper if sizes.deeper in kept else "",
        wider=sizes.wider if sizes.wider in kept else "",
        hurried=hurried,
    )


def _planned_s(arena: Arena, names: Sequence[str]) -> float:
    """Seconds that the planner expects of a step of some sizes in one round."""
    entries = arena.entries(names, arena.data.parts[:PLACES])
    return sum(bucket.step_s for bucket in plan([entry.member for entry in entries]))


def n_weights(design: Design, arena: Arena) -> int:
    """Weights of one network of a design."""
    return total(parameter_slots(spec_of(design, arena.laid.encoded.layout)))


def _name(depth: int, width: int) -> str:
    return f"{depth} × {width}" if depth else "no hidden layer"


def _wanted(asking: Asking, depth: int, width: int) -> Sequence[tuple[int, int]]:
    """Depths and widths that the question is about."""
    about, profile = asking.topic.lever, asking.ground.profile
    if about is None:
        if asking.values is not None:
            return [_parsed(str(value)) for value in asking.values]
        grid = [(d, w) for d in _with_own(DEPTHS, depth) for w in _with_own(WIDTHS, width)]
        return [(0, width), *grid]
    own = {"depth": depth, "width": width}
    values = asking.values or values_for(about, own[about], profile)
    changed = ({**own, about: int(check(about, value))} for value in values)
    return [(one["depth"], one["width"]) for one in changed]


def _parsed(text: str) -> tuple[int, int]:
    """A size that the user names: "2x128".

    Raises:
        DesignError: If it is none.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise DesignError(
            f"{text!r} is no size", "layers x neurons in each", try_="--values 1x64,2x128,4x128"
        )
    return int(check("depth", match[1])), int(check("width", match[2]))


def _with_own(values: Sequence[int], own: int) -> list[int]:
    """Values with the nearest one replaced by the design's own.

    Example:
        >>> _with_own((1, 2, 4), 3), _with_own((1, 2, 4), 0)
        ([1, 2, 3], [1, 2, 4])
    """
    if own == 0:
        return list(values)
    nearest = min(values, key=lambda value: abs(math.log(value / own)))
    return [own if value == nearest else value for value in values]


def _equal(asking: Asking, arena: Arena, depth: int) -> int:
    """The width at which so many layers have as many weights as the own design; 0 for none."""
    if not 0 < depth <= lever("depth").high:
        return 0
    base = asking.ground.design
    wanted, deep = n_weights(base, arena), asking.with_value(base, "depth", depth)

    def n_at(width: int) -> int:
        return n_weights(asking.with_value(deep, "width", width), arena)

    least, most = int(lever("width").low), int(lever("width").high)
    low, high = least, most
    while low < high:  # more neurons have more weights
        middle = (low + high) // 2
        low, high = (middle + 1, high) if n_at(middle) < wanted else (low, middle)
    best = min((w for w in (max(least, low - 1), low)), key=lambda w: abs(n_at(w) - wanted))
    return best if abs(n_at(best) - wanted) <= ALIKE * wanted else 0


def rated(arena: Arena, asking: Asking, found: Sizes) -> dict[str, Design]:
    """The designs, each at a rate on the trend over depth and width.

    Args:
        arena: The designs.
        asking: The question.
        found: The sizes.
    """
    designs = dict(found.designs)
    if asking.ground.design.decision("learning_rate").is_given:
        asking.cautions.append("the learning rate that you set is kept for every size")
        return designs
    if found.hurried:
        asking.cautions.append(
            "the learning rate is the rule book's for every size, as there was no time to measure"
        )
        return designs
    chosen = _ends(found)
    tried = tuned(arena, asking, keep=[name for name in designs if name not in chosen])
    asking.how.append(
        f"So tried are {len(chosen)} sizes; a trend over depth and width through their rates gives"
        " those of all, so that luck in one rate favours no size."
    )
    layered = [name for name in chosen if found.sizes[name].depth]
    rates = _trend(
        [found.sizes[name] for name in layered],
        [tried[name].number("learning_rate") for name in layered],
        found.sizes.values(),
    )
    for name, rate in zip(found.sizes, rates, strict=True):
        size = found.sizes[name]
        value = rate if size.depth else tried[name].number("learning_rate")
        designs[name] = measured(
            designs[name],
            "learning_rate",
            float(f"{min(MOST_RATE, max(LEAST_RATE, value)):.2g}"),
            reason="the trend of the best rates over depth and width",
            source="measured on your data: rates of several sizes",
        )
    return designs


def _ends(found: Sizes) -> list[str]:
    """The own size and those furthest apart; one without hidden layers is none of a trend."""
    layered = [name for name, size in found.sizes.items() if size.depth]

    def at(key: str, sign: int) -> str:
        return min(
            layered,
            key=lambda n: (sign * getattr(found.sizes[n], key), sign * found.sizes[n].n_parameters),
        )

    own = [found.own] if found.sizes[found.own].depth else []
    ends = [layered[0], layered[-1], at("depth", 1), at("depth", -1), at("width", 1)]
    chosen = list(dict.fromkeys([*own, *ends]))[:RATED]
    return [*chosen, *(name for name, size in found.sizes.items() if not size.depth)]


def _trend(sizes: Sequence[Size], rates: Sequence[float], of: Iterable[Size]) -> list[float]:
    """Rates on the plane log rate = a + b log width + c log depth through those measured.

    Its slopes lie between -1 and 0: larger networks want no higher rates, and measured rates of
    few networks at short schedules are too rough to show more.

    Source:
        Yang et al. 2021, Tensor Programs V, https://arxiv.org/abs/2203.03466

    Example:
        >>> one, two = (Size(depth=1, width=w, n_parameters=9) for w in (10, 1000))
        >>> [round(r, 4) for r in _trend([one, two], [0.01, 0.001],
        ...     [one, Size(depth=1, width=100, n_parameters=9), two])]
        [0.01, 0.0032, 0.001]
    """

    def place(size: Size) -> tuple[float, float]:
        return math.log(size.width), math.log(max(1, size.depth))

    at = np.array([place(size) for size in sizes])
    centre, level = at.mean(axis=0), np.log(rates).mean()
    # Of sizes that differ in one way alone, the slope along the other is 0: the shortest solution.
    slope = np.linalg.lstsq(at - centre, np.log(rates) - level, rcond=None)[0]
    slope = np.clip(slope, STEEPEST, 0.0)
    return [float(np.exp(level + (np.array(place(size)) - centre) @ slope)) for size in of]
