"""A picture of an answer in characters: tracks with intervals, or lines of blocks."""

import math
from collections.abc import Iterator, Mapping, Sequence

from justright.kinds import Mark, Picture, Series
from justright.report.drawing import lines_of, span_of
from justright.report.forest import Line, with_margin
from justright.report.scale import Scale, places, x_scale, y_scale
from justright.report.spark import blocks
from justright.report.words import NONE, clip, finite, number

#: Characters of a track or a line of blocks, of a name, and of the figures beside it.
_TRACK, _NAME, _FIGURES = 44, 24, 28
#: Rows of tracks at most; what has more points is drawn as lines of blocks.
_MOST_ROWS = 24
#: Lowest block, as a share of the highest: nothing would look like a hole.
_FLOOR = 0.06


def sketch(picture: Picture, width: int, css: Mapping[str, str]) -> list[str]:
    """Draw a picture in characters.

    Args:
        picture: The picture.
        width: Characters of a line.
        css: "useful" or "harmful" by the name of a row; others are plain.

    Returns:
        Lines; none where nothing is finite.
    """
    if not any(finite(y) for series in picture.series for y in series.y):
        return []
    track = max(min(_TRACK, width - _NAME - _FIGURES), 10)
    n_points = sum(len(series.x) for series in picture.series)
    has_words = any(isinstance(x, str) for series in picture.series for x in series.x)
    dotted = all(series.drawn == "points" for series in picture.series)
    if (picture.lying or has_words or dotted) and n_points <= _MOST_ROWS:
        return [picture.title, *_tracks(picture, track, css)]
    return [picture.title, *_blocks(picture, track)]


def _tracks(picture: Picture, track: int, css: Mapping[str, str]) -> Iterator[str]:
    """A row for each point: an interval on one shared axis."""
    lines = lines_of(picture, css)
    if picture.lying:
        ends = span_of(lines, zero=picture.zero)
    else:
        y = y_scale(picture)
        ends = with_margin(y.low, y.high)
    wide = min(max(len(line.name) for line in lines), _NAME)
    for line in lines:
        more = f"  ({line.more})" if line.more else ""
        drawn = _track(line, *ends, track, zero=picture.zero)
        yield f"{clip(line.name, wide):<{wide}}  {drawn}  {line.said}{more}".rstrip()
    yield f"{'':<{wide}}  {_under(*ends, track)}  {picture.y}"


def _track(line: Line, low: float, high: float, n: int, *, zero: bool) -> str:
    """One interval: ├──●──┤, with a mark at 0 where that helps."""
    drawn = [" "] * n

    def at(value: float) -> int:
        return min(max(round((value - low) / (high - low) * (n - 1)), 0), n - 1)

    at_zero = at(0.0) if zero and low <= 0 <= high else None
    if at_zero is not None:
        drawn[at_zero] = "┊"
    if line.value is None or not finite(line.value):
        return "".join(drawn)
    if not low <= line.value <= high:
        drawn[at(line.value)] = "◂" if line.value < low else "▸"
        return "".join(drawn)
    first, last = (at(end) for end in line.span)
    if last > first:
        drawn[first : last + 1] = ["├", *"─" * (last - first - 1), "┤"]
    if at_zero is not None and drawn[at_zero] == "─":
        drawn[at_zero] = "┼"
    drawn[at(line.value)] = "●"
    return "".join(drawn)


def _under(low: float, high: float, n: int) -> str:
    """The ends of an axis under its track."""
    left, right = number(low, 2), number(high, 2)
    return f"{left}{right:>{max(n - len(left), len(right) + 1)}}"


def _blocks(picture: Picture, n: int) -> Iterator[str]:
    """A line of blocks for each series, all on one axis, and what it starts and ends with."""
    x, y = x_scale(picture, room=0.0), y_scale(picture)
    wide = min(max(len(series.name) for series in picture.series), _NAME)
    for series in picture.series:
        found = [v for v in series.y if v is not None and finite(v)]
        said = f"{number(min(found))} to {number(max(found))}" if found else NONE
        drawn = blocks(_heights(series, x, y, n))
        yield f"{clip(series.name, wide):<{wide}}  {drawn:<{n}}  {said}"
    yield f"{'':<{wide}}  {_under(x.low, x.high, n)}  {picture.x}"
    if picture.marks:
        yield "marks: " + ", ".join(map(_mark, picture.marks))


def _mark(mark: Mark) -> str:
    """A mark and where it stands, unless its name says so."""
    at = number(mark.x)
    return mark.label if at in mark.label.split() else f"{mark.label} at {at}"


def _heights(series: Series, x: Scale, y: Scale, n: int) -> list[float]:
    """Heights of a curve at `n` places of the axis, straight between its points; 0 for none."""
    points = [
        (x.share(at) * (n - 1), y.share(value))
        for at, value in zip(places(series), series.y, strict=False)
        if not isinstance(at, str) and value is not None and finite(value)
    ]
    points = sorted(point for point in points if all(map(math.isfinite, point)))
    return [_height(points, place) for place in range(n)]


def _height(points: Sequence[tuple[float, float]], place: float) -> float:
    """The height at a place; 0 a whole place before the first point or after the last."""
    if not points or place <= points[0][0] - 1 or place >= points[-1][0] + 1:
        return 0.0
    after = next((i for i, (at, _) in enumerate(points) if at >= place), len(points) - 1)
    (left, low), (right, high) = points[max(after - 1, 0)], points[after]
    share = (place - left) / (right - left) if right > left else 1.0
    height = low + (high - low) * min(max(share, 0.0), 1.0)
    return min(max(height, _FLOOR), 1.0)
