"""What a picture of the learning-rate ramp marks, and how much of the loss it shows."""

from dataclasses import dataclass

from justright.kinds import Ramp, Sweep
from justright.report.words import finite, number

#: Steps drawn at most: a picture of 900 pixels has no room for more.
MAX_STEPS = 600
#: Of the range shown: the margin on either side.
ROOM = 0.08
#: Of the fall below the start: how far above it the picture goes.
ABOVE = 0.5

#: What each suggestion is called, and what it means.
NAMES = {
    "valley": ("valley", "the middle of the longest run of falling losses"),
    "steepest": ("steepest descent", "where the loss falls fastest"),
    "tenth_of_minimum": ("minimum / 10", "a tenth of the rate with the lowest loss"),
    "half_diverging": ("half of diverging", "the upper bound: half of the rate that diverges"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One rate to mark.

    Attributes:
        kind: "chosen", "diverges", or the suggestion's key.
        rate: The rate.
        name: As the reader sees it.
    """

    kind: str
    rate: float
    name: str

    @property
    def words(self) -> str:
        """Name and rate."""
        return f"{self.name} {number(self.rate)}"


def marks(ramp: Ramp | Sweep) -> tuple[Mark, ...]:
    """The chosen rate, the diverging one, then the suggestions by rate.

    Args:
        ramp: The ramp, or a sweep.

    Returns:
        Marks, each with a rate that a picture can show.

    Example:
        >>> ramp = Ramp(rates=(0.1, 1.0), losses=(1.0, None), smoothed=(1.0, None), n_steps=2,
        ...     start_loss=1.0, suggestions={"half_diverging": 0.05}, diverges_at=0.1, chosen=0.05,
        ...     reason="half of 0.1, where training diverges")
        >>> [m.words for m in marks(ramp)]
        ['chosen 0.05', 'diverges from 0.1', 'half of diverging 0.05']
    """
    found = [Mark(kind="chosen", rate=ramp.chosen, name="chosen")]
    if ramp.diverges_at is not None:
        found.append(Mark(kind="diverges", rate=ramp.diverges_at, name="diverges from"))
    ordered = sorted(ramp.suggestions.items(), key=lambda item: item[1])
    found += [Mark(kind=n, rate=r, name=NAMES.get(n, (n,))[0]) for n, r in ordered]
    return tuple(found)


def loss_range(ramp: Ramp) -> tuple[float, float]:
    """Lowest and highest loss to show: around the smoothed ones, up to somewhat above the start.

    Noise and explosions may lie far outside; shown in full, they would flatten the valley.

    Example:
        >>> ramp = Ramp(rates=(0.1, 1.0), losses=(1.0, 50.0), smoothed=(0.5, 3.0), n_steps=2,
        ...     start_loss=1.0, suggestions={}, diverges_at=None, chosen=0.1, reason="")
        >>> loss_range(ramp)
        (0.44, 1.31)
    """
    shown = [v for v in (*ramp.smoothed, ramp.start_loss) if v is not None and finite(v)]
    if not shown:
        return 0.0, 1.0
    low, high = min(shown), max(shown)
    if finite(ramp.start_loss) and ramp.start_loss > low:
        high = min(high, ramp.start_loss + ABOVE * (ramp.start_loss - low))
    below = [v for v in ramp.losses if v is not None and v >= low - ABOVE * (high - low)]
    low = min(low, *below) if below else low
    room = ROOM * ((high - low) or abs(high) or 1.0)
    return low - room, high + room
