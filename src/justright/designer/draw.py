"""How a search draws a value: a share from 0 to 1 in, a value out, and nothing left to chance."""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import NormalDist
from typing import Literal

from justright.designer.levers import words
from justright.kinds.decision import Value

#: What grows evenly: the number, its logarithm, or minus the logarithm of one minus it.
Scale = Literal["linear", "log", "rest"]

DIGITS = 3  # significant ones of a drawn number; more are noise in print (house convention)
SMALL_MOVE = 0.12  # standard deviation of a small move, in shares of the draw (house convention)
TO_ZERO = 0.15  # share of the small moves of a number that end at zero (house convention)
_EDGE = 1e-12  # share next to 0 and 1 that the normal curve cannot turn into a number
_LAST = math.nextafter(1.0, 0.0)  # the largest share
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Words:
    """A few values with weights: words, switches, or numbers of which only some make sense.

    Attributes:
        weights: Values and their weights, numbers rising.

    Example:
        >>> depth = Words(((1, 1.0), (2, 2.0), (3, 1.0)))
        >>> [depth.value(u) for u in (0.0, 0.3, 0.9)], depth.text
        ([1, 2, 3], '1 (25 %), 2 (50 %), 3 (25 %)')
    """

    weights: tuple[tuple[Value, float], ...]

    @property
    def values(self) -> tuple[Value, ...]:
        """The values that can be drawn."""
        return tuple(value for value, _ in self.weights)

    @property
    def text(self) -> str:
        """The values with their shares, in words."""
        total = sum(weight for _, weight in self.weights)
        if len(self.weights) == 1:
            return f"{words(self.values[0])} only"
        return ", ".join(f"{words(v)} ({100 * w / total:.0f} %)" for v, w in self.weights)

    def value(self, u: float) -> Value:
        """The value at a share of the draws, from 0 to 1 (1 left out)."""
        ends = self._ends()
        return self.values[min(bisect_right(ends, u), len(ends) - 1)]

    def share(self, value: Value) -> float:
        """The share in the middle of a value's."""
        ends, i = (0.0, *self._ends()), self.values.index(value)
        return (ends[i] + ends[i + 1]) / 2

    def holds(self, value: Value) -> bool:
        """Whether the value can be drawn."""
        return value in self.values

    def moved(self, value: Value, u: float) -> Value:
        """Another value: of numbers the next one, of words any other by its weight."""
        if len(self.weights) == 1:
            return value
        if any(isinstance(each, bool | str) for each in self.values):
            return Words(tuple(each for each in self.weights if each[0] != value)).value(u)
        i, last = self.values.index(value), len(self.weights) - 1
        step = 1 if i == 0 or (u < 0.5 and i < last) else -1
        return self.values[i + step]

    def flat(self) -> "Words":
        """All values alike."""
        return Words(tuple((value, 1.0) for value in self.values))

    def _ends(self) -> tuple[float, ...]:
        """The share at which each value ends."""
        total = sum(weight for _, weight in self.weights)
        return tuple(accumulate(weight / total for _, weight in self.weights))


@dataclass(frozen=True, slots=True)
class Range:
    """A number between two, all parts of its scale alike.

    Attributes:
        low: Smallest.
        high: Largest.
        scale: What grows evenly.
        multiple: The number is a whole multiple of it, as both ends are; 0 for any number.

    Example:
        >>> width = Range(32, 128, "log", multiple=8)
        >>> [width.value(u) for u in (0.0, 0.5, 0.99)], width.text
        ([32, 64, 128], '32 to 128, even on a log scale, in steps of 8')
    """

    low: float
    high: float
    scale: Scale = "linear"
    multiple: int = 0

    @property
    def text(self) -> str:
        """The ends, the scale and the steps, in words."""
        even = {
            "linear": "even",
            "log": "even on a log scale",
            "rest": "1 − it even on a log scale",
        }
        steps = f", in steps of {self.multiple}" if self.multiple > 1 else ""
        return f"{self.low:g} to {self.high:g}, {even[self.scale]}{steps}"

    def value(self, u: float) -> Value:
        """The number at a share of the draws, from 0 to 1 (1 left out)."""
        start, end = self._ends()
        return self._fit(_back(self.scale, start + u * (end - start)))

    def share(self, value: Value) -> float:
        """The share at which the number lies."""
        start, end = self._ends()
        return _inside((_onto(self.scale, float(value)) - start) / (end - start))

    def holds(self, value: Value) -> bool:
        """Whether the number lies between the ends."""
        return not isinstance(value, str) and self.low <= value <= self.high

    def moved(self, value: Value, u: float) -> Value:
        """A number a little away."""
        return self.value(_nudged(self.share(value), u))

    def flat(self) -> "Range":
        """The same: no part of it is likelier."""
        return self

    def _ends(self) -> tuple[float, float]:
        """The ends on the scale; of whole numbers with half a step more, that none is rarer."""
        half = self.multiple / 2
        return _onto(self.scale, self.low - half), _onto(self.scale, self.high + half)

    def _fit(self, number: float) -> Value:
        if not self.multiple:
            return _rounded(number, self.low, self.high, self.scale)
        nearest = self.multiple * round(number / self.multiple)
        return int(min(self.high, max(self.low, nearest)))


@dataclass(frozen=True, slots=True)
class ZeroOr:
    """Off in some share of the draws, else a number of a range.

    Attributes:
        zero_share: Share of the draws that are 0.
        range: The others.

    Example:
        >>> dropout = ZeroOr(0.75, Range(0.05, 0.5))
        >>> dropout.value(0.7), dropout.value(0.75), dropout.text
        (0.0, 0.05, '0 (75 %), else 0.05 to 0.5, even')
    """

    zero_share: float
    range: Range

    @property
    def text(self) -> str:
        """Both parts in words."""
        return f"0 ({100 * self.zero_share:.0f} %), else {self.range.text}"

    def value(self, u: float) -> Value:
        """Zero or the number at a share of the draws, from 0 to 1 (1 left out)."""
        if u < self.zero_share:
            return 0.0
        return self.range.value(_inside((u - self.zero_share) / (1 - self.zero_share)))

    def share(self, value: Value) -> float:
        """The share at which the value lies; of zero, the middle of its own."""
        if value == 0:
            return self.zero_share / 2
        return _inside(self.zero_share + (1 - self.zero_share) * self.range.share(value))

    def holds(self, value: Value) -> bool:
        """Whether the value is zero or of the range."""
        return value == 0 or self.range.holds(value)

    def moved(self, value: Value, u: float) -> Value:
        """From zero to the lower half of the range; from there a little away, or to zero."""
        if value == 0:
            return self.range.value(u / 2)
        if u < TO_ZERO:
            return 0.0
        return self.range.moved(value, (u - TO_ZERO) / (1 - TO_ZERO))

    def flat(self) -> "ZeroOr":
        """As often zero as not."""
        return replace(self, zero_share=0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A number around the one that the design has: normal on a scale, cut at both ends.

    Attributes:
        factor: Two draws in three lie within this factor of the centre (or of one minus it).
        low: Smallest.
        high: Largest.
        scale: What is normal.
        reach: No draw lies further than this factor from the centre.
        centre: The middle; None before it is known, then the middle of the ends stands for it.

    Example:
        >>> rate = Near(factor=3, low=1e-6, high=10).around(0.001)
        >>> rate.value(0.5), rate.value(0.16), rate.value(0.84)
        (0.001, 0.000335, 0.00298)
    """

    factor: float
    low: float
    high: float
    scale: Literal["log", "rest"] = "log"
    reach: float = math.inf
    centre: float | None = None

    @property
    def text(self) -> str:
        """The centre, the spread and the ends, in words."""
        what = "log-normal" if self.scale == "log" else "1 − it log-normal"
        reach = "" if math.isinf(self.reach) else f", at most a factor of {self.reach:g} away"
        return (
            f"around the design's own, {what}: two in three within a factor of {self.factor:g}"
            f"{reach}; {self.low:g} to {self.high:g}"
        )

    def around(self, centre: float, ends: tuple[float, float] | None = None) -> "Near":
        """The same about a known centre.

        Args:
            centre: The middle; moved to the nearer end where it lies outside.
            ends: Ends in place of the reach, where they were measured; cut to the draw's own, and
                passed over where nothing of them is left.
        """
        middle = min(self.high, max(self.low, centre))
        away, place = math.log(self.reach), _onto(self.scale, middle)
        reached = _back(self.scale, place - away), _back(self.scale, place + away)
        for lower, upper in (ends or reached, reached):
            low, high = max(self.low, lower), min(self.high, upper)
            if low < high:
                break
        return replace(self, low=low, high=high, reach=math.inf, centre=min(high, max(low, middle)))

    def value(self, u: float) -> Value:
        """The number at a share of the draws, from 0 to 1 (1 left out)."""
        middle, spread, below, above = self._curve()
        share = below + u * (above - below)
        z = _NORMAL.inv_cdf(min(1 - _EDGE, max(_EDGE, share)))
        return _rounded(_back(self.scale, middle + spread * z), self.low, self.high, self.scale)

    def share(self, value: Value) -> float:
        """The share at which the number lies."""
        middle, spread, below, above = self._curve()
        share = _NORMAL.cdf((_onto(self.scale, float(value)) - middle) / spread)
        return _inside((share - below) / (above - below))

    def holds(self, value: Value) -> bool:
        """Whether the number lies between the ends."""
        return not isinstance(value, str) and self.low <= value <= self.high

    def moved(self, value: Value, u: float) -> Value:
        """A number a little away."""
        return self.value(_nudged(self.share(value), u))

    def flat(self) -> Range:
        """All parts of the scale alike."""
        return Range(self.low, self.high, self.scale)

    def _curve(self) -> tuple[float, float, float, float]:
        """Middle and spread on the scale, and the shares of the whole curve at the ends."""
        low, high = _onto(self.scale, self.low), _onto(self.scale, self.high)
        middle = (low + high) / 2 if self.centre is None else _onto(self.scale, self.centre)
        spread = math.log(self.factor)
        below, above = (_NORMAL.cdf((end - middle) / spread) for end in (low, high))
        return middle, spread, below, above


#: Any way to draw a value.
Draw = Words | Range | ZeroOr | Near


def shifted(scale: Scale, value: float, old: float, new: float) -> float:
    """A value moved as far on a scale as from an old to a new one.

    Example:
        >>> round(shifted("log", 0.002, 0.001, 0.05), 6), round(shifted("rest", 0.9, 0.99, 0.95), 6)
        (0.1, 0.5)
    """
    return _back(scale, _onto(scale, value) + _onto(scale, new) - _onto(scale, old))


def _onto(scale: Scale, number: float) -> float:
    if scale == "linear":
        return number
    return math.log(number) if scale == "log" else -math.log1p(-number)


def _back(scale: Scale, place: float) -> float:
    if scale == "linear":
        return place
    return _power(place) if scale == "log" else 1 - _power(-place)


def _power(place: float) -> float:
    """e to this power, or infinity."""
    return math.exp(place) if place < math.log(1e300) else math.inf


def _rounded(number: float, low: float, high: float, scale: Scale) -> float:
    """The number with few digits, between the ends."""
    few = 1 - float(f"{1 - number:.{DIGITS}g}") if scale == "rest" else number
    return min(
        float(high),
        max(float(low), float(f"{few:.10g}" if scale == "rest" else f"{few:.{DIGITS}g}")),
    )


def _nudged(share: float, u: float) -> float:
    """A share a little away, thrown back at 0 and 1."""
    step = SMALL_MOVE * _NORMAL.inv_cdf(min(1 - _EDGE, max(_EDGE, u)))
    return _inside(abs(share + step) if share + step < 1 else 2 - share - step)


def _inside(share: float) -> float:
    return min(_LAST, max(0.0, share))
