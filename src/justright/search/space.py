"""What a search may try: the rule book's draws, for one design on one table."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from justright.designer.chapter import Chapter
from justright.designer.conflicts import refuse_conflicts
from justright.designer.draw import Draw, Near, Words, shifted
from justright.designer.levers import check, lever
from justright.designer.measured import measured
from justright.designer.rule import Case
from justright.designer.rulebook import RULE_BOOK
from justright.errors import DesignError
from justright.kinds import Design, Profile, Value

Point = Mapping[str, Value]
#: Gives the value of a lever that is drawn so.
Pick = Callable[[str, Draw], Value]

PROBES = 128  # points that show whether a lever ever moves (house convention)
REDRAWS = 20  # points that are tried in the place of one that cannot work (house convention)
#: Numbers that shape the input or the network so that another value is another computation.
SIZES = ("embedding_size", "heads", "category_size")
MOVES = (0.4, 0.35, 0.25)  # chance that a small change moves one, two, three levers (house)
_GOLDEN = (sqrt(5) - 1) / 2  # steps of it fill the shares evenly
_RATE = "learning_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The levers that a search moves, and how each is drawn.

    Attributes:
        base: The design that the search begins with.
        profile: Facts measured from the data.
        rate: Lower end, chosen and upper end of the learning rates that were measured; None where
            none were.
        fixed: Levers that are not to move.
        levers: The levers that move, in the order of the rule book: one dimension each.
    """

    base: Design
    profile: Profile
    rate: tuple[float, float, float] | None
    fixed: frozenset[str]
    levers: tuple[str, ...]

    @classmethod
    def of(
        cls,
        base: Design,
        profile: Profile,
        *,
        rate: tuple[float, float, float] | None = None,
        fixed: Collection[str] = (),
    ) -> "Space":
        """The levers that can move: drawn by the book, not given, and of effect here.

        Args:
            base: The design to begin with. What the user or a named design set stays.
            profile: Facts measured from the data.
            rate: Lower end, chosen and upper end of the usable learning rates; None for a factor
                about the design's own.
            fixed: Names of further levers that are to stay.

        Raises:
            DesignError: If a fixed lever does not exist.

        Example:
            >>> from justright.designer import plan
            >>> from justright.kinds import Task
            >>> facts = Profile(task="regression", n_rows=500, n_numeric=4)
            >>> base = plan(facts, Task(kind="regression", target="y"), {"depth": 2})
            >>> space = Space.of(base, facts, fixed=("scaler",))
            >>> "width" in space.levers, "depth" in space.levers, "scaler" in space.levers
            (True, False, False)
        """
        still = frozenset(lever(name).name for name in fixed)
        free = tuple(
            chapter.lever
            for chapter in RULE_BOOK
            if chapter.prior.role == "drawn"
            and chapter.lever not in still
            and not base.decision(chapter.lever).is_given
        )
        wide = cls(base=base, profile=profile, rate=rate, fixed=still, levers=free)
        shares = np.random.default_rng(0).random((PROBES, len(free)))
        points = [wide.point(row, flat=True) for row in shares.tolist()]
        moving = tuple(name for name in free if len({point[name] for point in points}) > 1)
        return cls(base=base, profile=profile, rate=rate, fixed=still, levers=moving)

    @property
    def centre(self) -> Point:
        """The base's own values of the levers that move."""
        return {name: self.base[name] for name in self.levers}

    def make(self, point: Point) -> Point:
        """The part of a point that tells how networks are computed, not with which numbers.

        Networks of one make share the calls of a step.
        """
        return {
            name: value
            for name, value in point.items()
            if lever(name).kind in ("word", "switch") or name in SIZES
        }

    def point(
        self,
        shares: Sequence[float],
        *,
        flat: bool = False,
        make: Mapping[str, Value] | None = None,
    ) -> Point:
        """A value for each lever that moves; one that would do nothing keeps the base's.

        A point that cannot work is drawn anew, from shares that follow from the given ones; the
        base's own values stand for one that never can.

        Args:
            shares: One for each lever, from 0 to 1 (1 left out).
            flat: Whether all that the book draws is alike, in the place of its weights.
            make: Values of levers that the point is to have where they can be; None for none.
        """
        still = make or {}
        if len(shares) != len(self.levers):
            raise ValueError(f"{len(shares)=} and {len(self.levers)=} differ")
        place = {name: i for i, name in enumerate(self.levers)}
        for again in range(REDRAWS):

            def pick(name: str, draw: Draw, again: int = again) -> Value:
                if name in still and draw.holds(still[name]):
                    return still[name]
                share = (shares[place[name]] + again * _GOLDEN) % 1.0
                return (draw.flat() if flat else draw).value(share)

            found = self.walk(pick)
            if self.works(found):
                return found
        return self.centre

    def perturbed(
        self, point: Point, rng: np.random.Generator, *, still: Collection[str] = ()
    ) -> Point:
        """A point with one to three levers moved a little, and those that hang on them.

        Args:
            point: Where to begin.
            rng: What chooses levers and moves.
            still: Levers that are not moved, where others can be.
        """
        ways = dict(self.draws(point))
        able = [name for name, draw in ways.items() if not _is_single(draw)]
        loose = [name for name in able if name not in still] or able
        for _ in range(REDRAWS if loose else 0):
            n_moves = min(len(loose), 1 + int(rng.choice(len(MOVES), p=MOVES)))
            chosen = set(rng.choice(loose, n_moves, replace=False).tolist())

            def pick(name: str, draw: Draw, chosen: set[str] = chosen) -> Value:
                value = _carried(point[name], ways.get(name), draw, rng)
                if name not in chosen or not draw.holds(value):
                    return value
                return draw.moved(value, rng.random())

            found = self.walk(pick)
            if found != point and self.works(found):
                return found
        return point

    def walk(self, pick: Pick) -> dict[str, Value]:
        """Go through the levers in the order of the book and ask for those that are drawn.

        Args:
            pick: Gives the value of a lever that is drawn so. It is not asked for a lever that
                does nothing beside the values that it gave before.
        """
        values = {each.lever: each.value for each in self.base.decisions}
        for chapter in RULE_BOOK:
            name = chapter.lever
            if name in self.levers:
                draw = self._draw(chapter, values)
                values[name] = values[name] if draw is None else check(name, pick(name, draw))
            elif self._follows(chapter, self.base):
                values[name] = chapter.value(Case(self.profile, values))
        return {name: values[name] for name in self.levers}

    def draws(self, point: Point) -> list[tuple[str, Draw]]:
        """How each lever of a point was drawn; those that do nothing are left out."""
        found: list[tuple[str, Draw]] = []

        def pick(name: str, draw: Draw) -> Value:
            found.append((name, draw))
            return point[name]

        self.walk(pick)
        return found

    def works(self, point: Point) -> bool:
        """Whether a network can be made of the point."""
        try:
            refuse_conflicts(self.design(self.base, point), self.profile)
        except DesignError:
            return False
        return True

    def design(self, base: Design, point: Point) -> Design:
        """The design of a point: the levers that moved, and those that follow from them.

        Args:
            base: The design whose other decisions stay.
            point: Values of levers that move.

        Returns:
            The base with a measurement in the place of each decision whose value differs.
        """
        design, values = base, {each.lever: each.value for each in base.decisions}
        for chapter in RULE_BOOK:
            name, case = chapter.lever, Case(self.profile, dict(values))
            if name in point:
                values[name] = check(name, point[name])
                if values[name] != base[name]:
                    design = _tried(design, name, values[name])
            elif self._follows(chapter, base):
                values[name] = chapter.value(case)
                if values[name] != base[name]:
                    design = design.replace(chapter.decide(case))
        return design

    def _follows(self, chapter: Chapter, base: Design) -> bool:
        """Whether the rules of the chapter are asked again."""
        decision = base.decision(chapter.lever)
        is_free = decision.origin == "rule" and not decision.is_given
        return chapter.prior.role == "follows" and is_free and chapter.lever not in self.fixed

    def _draw(self, chapter: Chapter, values: Mapping[str, Value]) -> Draw | None:
        """How a lever is drawn beside these values; None where it would do nothing."""
        likely = chapter.prior.of(Case(self.profile, values))
        if likely is None or not isinstance(likely.draw, Near):
            return None if likely is None else likely.draw
        draw, own = likely.draw, {each.lever: each.value for each in self.base.decisions}
        old, new = (float(chapter.value(Case(self.profile, each))) for each in (own, values))

        def now(value: float) -> float:
            """The value moved as far as the book's own choice moves with the other levers."""
            inside = min(draw.high, max(draw.low, value))
            return shifted(draw.scale, inside, old, new)

        ends = None
        if chapter.lever == _RATE and self.rate is not None:
            ends = now(self.rate[0]), now(self.rate[2])
        return draw.around(now(float(own[chapter.lever])), ends)


def _is_single(draw: Draw) -> bool:
    return isinstance(draw, Words) and len(draw.values) == 1


def _carried(value: Value, before: Draw | None, draw: Draw, rng: np.random.Generator) -> Value:
    """A value brought from one draw into another, which may differ from it or be new."""
    if before == draw or (draw.holds(value) and not isinstance(draw, Near)):
        return value
    if before is not None and before.holds(value):
        return draw.value(before.share(value))
    return draw.value(rng.random())


def _tried(design: Design, name: str, value: Value) -> Design:
    return measured(
        design,
        name,
        value,
        reason="tried by the search",
        source="measured on your data: search",
        evidence={},
    )
