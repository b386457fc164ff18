"""The axes of a picture: which part of a range is shown, and where its ticks stand."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from justright.kinds import Picture, Series
from justright.report.forest import nice_ticks
from justright.report.words import finite, number

#: Interquartile ranges beyond which a value is far out and would flatten all others
#: (Tukey 1977, Exploratory Data Analysis, chapter 2).
_FAR = 3.0
#: Values that quartiles are taken of, at least.
_MANY = 5
#: Share of an axis kept free on either side.
_ROOM = 0.06
#: Ticks of a log axis at most, and decades below which 2 and 5 have ticks of their own.
_MOST_TICKS, _FEW_DECADES = 7, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One axis.

    Attributes:
        low: Its lower end.
        high: Its upper end, more than `low`.
        is_log: Whether it is logarithmic.
        words: The words on it, at 0, 1, 2 ...; empty for numbers.
    """

    low: float
    high: float
    is_log: bool = False
    words: tuple[str, ...] = ()

    def share(self, value: float) -> float:
        """Where a value stands: 0 at the lower end, 1 at the upper one.

        Example:
            >>> Scale(low=1.0, high=100.0, is_log=True).share(10.0)
            0.5
        """
        low, high, at = (self._even(v) for v in (self.low, self.high, value))
        return (at - low) / (high - low)

    def ticks(self) -> list[tuple[float, str]]:
        """Places of the ticks, with their words.

        Example:
            >>> [said for _, said in Scale(low=1e-4, high=1.0, is_log=True).ticks()]
            ['0.0001', '0.001', '0.01', '0.1', '1']
        """
        if self.words:
            return [(float(i), word) for i, word in enumerate(self.words)]
        found = _log_ticks(self.low, self.high) if self.is_log else nice_ticks(self.low, self.high)
        return [(value, number(value)) for value in found]

    def _even(self, value: float) -> float:
        if not self.is_log:
            return value
        return math.log10(value) if value > 0 else -math.inf


def x_scale(picture: Picture, room: float = _ROOM) -> Scale:
    """The axis along which the series run.

    Args:
        picture: The picture.
        room: Share of the axis kept free on either side.
    """
    words = x_words(picture.series)
    if words:
        return Scale(low=-0.5, high=len(words) - 0.5, words=words)
    found = [float(x) for series in picture.series for x in series.x]
    found += [mark.x for mark in picture.marks]
    return _around(found, is_log=picture.x_log, far=math.inf, share=room)


def y_scale(picture: Picture) -> Scale:
    """The axis of the values and their intervals.

    Far-out values are left beyond its ends, unless the picture is to be whole.

    Example:
        >>> line = Series(name="a", x=(1.0, 2.0, 3.0, 4.0, 5.0), y=(1.0, 1.1, 1.2, 1.3, 99.0))
        >>> [round(y_scale(Picture(title="", x="", y="", series=(line,), whole=whole)).high, 2)
        ...  for whole in (False, True)]
        [1.95, 104.88]
    """
    found = [
        value
        for series in picture.series
        for line in (series.y, series.low, series.high)
        for value in line
        if value is not None
    ]
    far = math.inf if picture.whole else _FAR
    return _around([*found, 0.0] if picture.zero else found, is_log=picture.y_log, far=far)


def places(series: Series) -> list[float | str]:
    """The places of a series along x: all numbers, or all words."""
    found: list[float | str] = [*series.x]
    return found


def x_words(series: Sequence[Series]) -> tuple[str, ...]:
    """The words on the x axis, in the order in which they come; empty where it has numbers.

    Example:
        >>> x_words([Series(name="a", x=("relu", "selu"), y=(1.0, 2.0))])
        ('relu', 'selu')
    """
    found = [x for one in series for x in one.x if isinstance(x, str)]
    return tuple(dict.fromkeys(found))


def _around(values: Iterable[float], *, is_log: bool, far: float, share: float = _ROOM) -> Scale:
    """An axis around the finite values, but not around those that are far out."""
    seen = sorted(v for v in values if finite(v) and (v > 0 or not is_log))
    if not seen:
        return Scale(low=0.1 if is_log else 0.0, high=1.0, is_log=is_log)
    even = [math.log10(v) for v in seen] if is_log else seen
    low, high = even[0], even[-1]
    if len(even) >= _MANY:
        first, _, third = quantiles(even, n=4, method="inclusive")
        if third > first:
            low = max(low, first - far * (third - first))
            high = min(high, third + far * (third - first))
    room = (high - low) * share if high > low else 0.5 if is_log else abs(high) * _ROOM or 1.0
    ends = (low - room, high + room)
    shown = (10 ** ends[0], 10 ** ends[1]) if is_log else ends
    return Scale(low=shown[0], high=shown[1], is_log=is_log)


def _log_ticks(low: float, high: float) -> list[float]:
    first, last = math.log10(low), math.log10(high)
    powers = range(math.floor(first), math.ceil(last) + 1)
    within = last - first
    if within < 1:
        return [value for value in nice_ticks(low, high) if value > 0]
    steps = (1, 2, 5) if within < _FEW_DECADES else (1,)
    found = [float(f"{step * 10.0**power:.1g}") for power in powers for step in steps]
    found = [value for value in found if low <= value <= high]
    return found[:: math.ceil(len(found) / _MOST_TICKS)] if found else [low]
