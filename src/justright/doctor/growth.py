"""Growth of the graph behind the loss."""

import itertools
from dataclasses import dataclass

from justright.doctor.evidence import Pace

FEWEST_LOOKS = 6
DOUBLED = 2.0
RISING = 0.8  # share of the looks that find more operations than the one before
PER_STEP = 1.0  # operations


@dataclass(frozen=True)
class Growth:
    """Operations behind the loss at the first and at the last look."""

    first: int
    last: int
    first_step: int
    last_step: int


def growth_of(pace: Pace | None) -> Growth | None:
    """How the graph grew; None where it did not do so steadily.

    Example:
        >>> growth_of(Pace(graph_sizes=(9,) * 8, graph_steps=tuple(range(8)))) is None
        True
    """
    if pace is None or len(pace.graph_sizes) < FEWEST_LOOKS:
        return None
    sizes, steps = pace.graph_sizes, pace.graph_steps
    pairs = list(itertools.pairwise(sizes))
    rising = sum(b > a for a, b in pairs) / len(pairs)
    slope = (sizes[-1] - sizes[0]) / max(1, steps[-1] - steps[0])
    if sizes[-1] < DOUBLED * sizes[0] or rising < RISING or slope < PER_STEP:
        return None
    return Growth(sizes[0], sizes[-1], steps[0], steps[-1])
