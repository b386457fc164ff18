"""A chart of a report: lines or dots as SVG, which needs no script and prints well."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from justright.lab.web.decimate import Floats, decimate

#: The drawing, and the room around its plot, in its own units; letters are 14 of them high, and
#: 20 on a phone.
WIDTH, HEIGHT, LEFT, BELOW, ABOVE, RIGHT = 720, 350, 66, 50, 10, 16
#: Points of a line, at most: two for each unit of width.
MOST_POINTS = 1_200
#: Colours of lines, in the page's style.
N_COLOURS = 12
#: Share of an axis kept free on either side; ticks of a log axis at most, and decades up to which
#: 2 and 5 have ticks too (house convention).
_ROOM, _MOST_TICKS, _FEW_DECADES = 0.04, 7, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, or one group of dots.

    Attributes:
        name: What a legend calls it.
        x: Shape (points,).
        y: Shape (points,); NaN is a gap.
        colour: "#rrggbb" of its own; empty for that of its place.
        place: Which of the page's colours it has, from 0.
        names: A name for each point; empty for none.
    """

    name: str
    x: Floats
    y: Floats
    colour: str = ""
    place: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis: its name, its ends, and whether it is logarithmic."""

    name: str
    low: float
    high: float
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value stands: 0 at the lower end, 1 at the upper one; NaN for no place.

        Example:
            >>> Axis(name="rate", low=1.0, high=100.0, log=True).share(10.0)
            0.5
        """
        if not math.isfinite(value) or (self.log and value <= 0):
            return math.nan
        low, high, at = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return (at - low) / (high - low)

    def ticks(self) -> list[float]:
        """Round numbers between the ends.

        Example:
            >>> Axis(name="rate", low=0.0001, high=1.0, log=True).ticks()
            [0.0001, 0.001, 0.01, 0.1, 1.0]
            >>> Axis(name="loss", low=0.09, high=2.1, log=True).ticks()
            [0.1, 0.2, 0.5, 1.0, 2.0]
        """
        if not self.log or self.high / self.low < 10:
            return [v for v in _round_numbers(self.low, self.high) if v > 0 or not self.log]
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        steps = (1, 2, 5) if last - first <= _FEW_DECADES else (1,)
        found = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        found = [float(f"{v:.1g}") for v in found if self.low <= v <= self.high]
        return found[:: math.ceil(len(found) / _MOST_TICKS)]


def allot(runs: Iterable[int]) -> dict[int, int]:
    """A place among the colours for each run, as the lab's page allots them.

    Its number decides; a place that is taken gives way to the next, while there are any.

    Example:
        >>> allot([1, 13, 2])
        {1: 0, 13: 1, 2: 2}
    """
    places: dict[int, int] = {}
    for run in dict.fromkeys(runs):
        at = (run - 1) % N_COLOURS
        free = (k % N_COLOURS for k in range(at, at + N_COLOURS))
        taken = set(places.values())
        places[run] = next((place for place in free if place not in taken), at)
    return places


def around(name: str, values: Sequence[Floats], *, log: bool = False) -> Axis:
    """An axis that all finite values lie on, those above 0 where it is logarithmic.

    Args:
        name: Its name.
        values: The values.
        log: Whether it is logarithmic.
    """
    joined = np.concatenate([np.asarray(v, dtype=float) for v in values] or [np.empty(0)])
    seen = joined[np.isfinite(joined) & ((joined > 0) | (not log))]
    if not len(seen):
        return Axis(name=name, low=0.1, high=1.0, log=log)
    low, high = float(seen.min()), float(seen.max())
    if log:
        room = max((math.log10(high) - math.log10(low)) * _ROOM, 0.02)
        return Axis(name=name, low=low / 10**room, high=high * 10**room, log=True)
    room = (high - low) * _ROOM or abs(high) * _ROOM or 1.0
    return Axis(name=name, low=low - room, high=high + room)


def chart(lines: Sequence[Line], x: Axis, y: Axis, *, label: str, dots: bool = False) -> str:
    """Draw lines, or dots, on two axes.

    Args:
        lines: What is drawn.
        x: The axis across.
        y: The axis up.
        label: What it shows, for readers who cannot see it.
        dots: Whether points are drawn alone, without a line between them.

    Returns:
        An SVG element that fetches nothing.
    """
    draw = _dots if dots else _line
    body = "".join(draw(line, x, y) for line in lines)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">'
        f"{''.join(_frame(x, y))}{body}</svg>"
    )


def _frame(x: Axis, y: Axis) -> Iterator[str]:
    bottom, right = HEIGHT - BELOW, WIDTH - RIGHT
    for value in y.ticks():
        at = _down(y, value)
        yield f'<path class="grid" d="M{LEFT} {at:.1f}H{right}"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 5:.1f}" text-anchor="end">{value:g}</text>'
    for value in x.ticks():
        at = _across(x, value)
        yield f'<path class="tick" d="M{at:.1f} {bottom}v5"/>'
        yield f'<text x="{at:.1f}" y="{bottom + 22}" text-anchor="middle">{value:g}</text>'
    yield f'<path class="tick" d="M{LEFT} {bottom}H{right}"/>'
    middle = (LEFT + right) / 2
    yield f'<text x="{middle:g}" y="{HEIGHT - 5}" text-anchor="middle">{escape(x.name)}</text>'


def _line(line: Line, x: Axis, y: Axis) -> str:
    """One path; it breaks off where a value has no place."""
    places, values = decimate(line.x, line.y, MOST_POINTS)
    path, is_down = [], False
    for place, value in zip(places.tolist(), values.tolist(), strict=True):
        across, down = _across(x, place), _down(y, value)
        if not (math.isfinite(across) and math.isfinite(down)):
            is_down = False
            continue
        path.append(f"{'L' if is_down else 'M'}{across:.1f} {down:.1f}")
        is_down = True
    how, told = paint(line, "stroke"), _title(line.name)
    return f'<path class="line" {how} d="{"".join(path)}">{told}</path>'


def _dots(line: Line, x: Axis, y: Axis) -> str:
    found = []
    for i, (place, value) in enumerate(zip(line.x.tolist(), line.y.tolist(), strict=True)):
        across, down = _across(x, place), _down(y, value)
        if math.isfinite(across) and math.isfinite(down):
            name = line.names[i] if i < len(line.names) else line.name
            told = _title(f"{name}: {place:.4g}, {value:.4g}")
            found.append(f'<circle cx="{across:.1f}" cy="{down:.1f}" r="5">{told}</circle>')
    return f'<g class="dots" {paint(line, "fill")}>{"".join(found)}</g>'


def paint(line: Line, what: str) -> str:
    """Attributes that give an element the colour of a line.

    Args:
        line: The line.
        what: The property of style that takes its own colour, where it has one.
    """
    own = f' style="{what}:{line.colour}"' if line.colour else ""
    return f'data-colour="{line.place % N_COLOURS}"{own}'


def _title(words: str) -> str:
    return f"<title>{escape(words)}</title>"


def _across(x: Axis, value: float) -> float:
    return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT)


def _down(y: Axis, value: float) -> float:
    return ABOVE + (1 - y.share(value)) * (HEIGHT - ABOVE - BELOW)


def _round_numbers(low: float, high: float, n: int = 6) -> list[float]:
    raw = (high - low) / n
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]
