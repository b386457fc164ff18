"""Who trains in a try: the chosen levers with a few seeds, and twins at other learning rates."""

from dataclasses import dataclass, replace

from justright.designer.levers import lever
from justright.kinds import Design
from justright.recipes.arena import Arena
from justright.recipes.judging import Entry
from justright.recipes.play.sets import Scene
from justright.train.member import NEVER, Member
from justright.train.planner import plan

SEEDS = 3  # networks of the chosen levers: the fewest that show a spread (house convention)
APART = 3.0  # times the chosen rate, and its inverse, that the twins have (house convention)
STEPS = 600  # of a try: enough for a toy to be learnt (house convention)
LIMIT_S = 20.0  # seconds that a try may take
PLANNED = 0.6  # of them that the estimate of a step is trusted with; browsers need a core too
LOOKS = 60  # evaluations of a try: points of a curve

YOURS, SLOWER, FASTER = "yours", "slower", "faster"


@dataclass(frozen=True, slots=True)
class Cast:
    """The members of a try.

    Attributes:
        arena: The data as tensors, and what judges networks.
        design: The design of the chosen levers.
        entries: The members, those of the chosen levers first.
    """

    arena: Arena
    design: Design
    entries: tuple[Entry, ...]

    @property
    def members(self) -> tuple[Member, ...]:
        """The members, in order."""
        return tuple(entry.member for entry in self.entries)

    @property
    def steps(self) -> int:
        """Steps that are laid out for each."""
        return self.entries[0].member.total_steps

    def numbers(self, name: str) -> tuple[int, ...]:
        """Numbers of the members of one name: `YOURS`, `SLOWER` or `FASTER`."""
        return tuple(i for i, entry in enumerate(self.entries) if entry.name == name)

    def label(self, number: int) -> str:
        """What a member is, in words.

        Example:
            >>> from pathlib import Path
            >>> from justright.recipes.play.offer import designed
            >>> from justright.recipes.play.sets import scene
            >>> moons = scene("moons", folder=Path())
            >>> found = cast(moons, designed(moons.parted, {"learning_rate": 0.03}))
            >>> [found.label(i) for i in (0, 3, 4)]
            ['seed 1', 'the twin at rate 0.01', 'the twin at rate 0.09']
        """
        entry = self.entries[number]
        if entry.name == YOURS:
            return f"seed {entry.seed + 1}"
        return f"the twin at rate {entry.member.learning_rate:.2g}"


def cast(scene: Scene, design: Design) -> Cast:
    """Lay out the members of a try.

    Twins differ from the first member by their learning rate alone: same weights, same batches.

    Args:
        scene: The data set.
        design: The chosen levers and the rule book's.
    """
    arena = Arena(scene.parted, {YOURS: design}, 0)
    entries = arena.entries(seeds=range(SEEDS))
    first, own = entries[0], lever("learning_rate")
    twins = [
        replace(first, name=name, member=replace(first.member, learning_rate=rate))
        for name, rate in (
            (SLOWER, first.member.learning_rate / APART),
            (FASTER, first.member.learning_rate * APART),
        )
        if own.low <= rate <= own.high
    ]
    every = (*entries, *twins)
    step_s = sum(bucket.step_s for bucket in plan([entry.member for entry in every]))
    steps = max(1, min(STEPS, int(PLANNED * LIMIT_S / step_s)))
    looks = max(1, steps // LOOKS)
    return Cast(arena, design, tuple(_short(entry, steps, looks) for entry in every))


def _short(entry: Entry, steps: int, looks: int) -> Entry:
    member = replace(entry.member, total_steps=steps, epoch_steps=looks, patience=NEVER)
    return replace(entry, member=member)
