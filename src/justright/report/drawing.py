"""A picture of an answer as HTML with inline SVG: no script, any width, light and dark.

Lines and bands lie in an SVG that stretches with the page; dots, whiskers and words stand at
places in percent, so that dots stay round and words stay readable.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from justright.kinds import Picture, Series
from justright.report.forest import Line, forest, with_margin
from justright.report.markup import esc
from justright.report.scale import Scale, places, x_scale, y_scale
from justright.report.words import NONE, finite, number, score_decimals

#: Height of the plot, units of its stretched width, and pixels of a row of marks or ticks.
_HEIGHT, _UNITS, _ROW = 260, 1000, 17
#: Hues in the style of the pages.
_HUES = 6
#: Times the median reach of the rows beyond which a harmful one is drawn at the edge.
_FAR = 6.0
#: Percent of the axis between the points of two series at one word, and the share of the axis
#: from which the words of a mark lie on its left.
_ASIDE, _TURN = 2.5, 0.6
#: Heights below the plot at which what has no place on the axis lies.
_BEYOND = 9.0
#: Letters on a word axis from which its words are tilted; pixels that a tilted letter hangs down.
_LEVEL, _HANG = 36, 4.2


def drawing(picture: Picture, label: str, css: Mapping[str, str]) -> str:
    """Draw a picture.

    Args:
        picture: The picture.
        label: What it shows, for readers who cannot see it.
        css: Class of a row by its name: "useful", "harmful"; others are plain.

    Returns:
        HTML with inline SVG; empty where nothing is finite.
    """
    if not any(finite(y) for series in picture.series for y in series.y):
        return ""
    body = _lying(picture, label, css) if picture.lying else _standing(picture, label)
    return f'<div class="jr-picture"><p class="jr-title">{esc(picture.title)}</p>{body}</div>'


def lines_of(picture: Picture, css: Mapping[str, str]) -> list[Line]:
    """A row for each point: its place, its value and its interval.

    Args:
        picture: The picture.
        css: Class of a row by its name.
    """
    several = len(picture.series) > 1
    found = []
    for series in picture.series:
        for i, x in enumerate(places(series)):
            place = x if isinstance(x, str) else number(x)
            ends = _end(series.low, i), _end(series.high, i)
            said, *interval = _figures((series.y[i], *ends), signed=picture.zero)
            found.append(
                Line(
                    name=f"{place}, {series.name}" if several else place,
                    css=css.get(place, "plain"),
                    value=series.y[i],
                    low=ends[0],
                    high=ends[1],
                    said=said,
                    more=" to ".join(interval) if all(map(finite, ends)) else "",
                )
            )
    return found


def _figures(values: Sequence[float | None], *, signed: bool) -> list[str]:
    """A value and the ends of its interval with one number of decimals."""
    found = [v for v in values if v is not None and finite(v)]
    decimals = score_decimals(*found)
    said = [f"{v:,.{decimals}f}" if v is not None and finite(v) else NONE for v in values]
    return [f"+{said[0]}", *said[1:]] if signed and found[:1] > [0.0] else said


def span_of(lines: Sequence[Line], *, zero: bool) -> tuple[float, float]:
    """Ends of the axis of a forest.

    What harms far beyond the usual reach of a row is left beyond the ends, so that the other rows
    do not become dots.

    Args:
        lines: The rows.
        zero: Whether 0 is on the axis.
    """
    shown = [line for line in lines if finite(line.value)]
    reach = _FAR * median(max(map(abs, line.span)) for line in shown)
    ends = [end for line in shown for end in line.span if not _is_far(line, reach)]
    ends += [math.copysign(reach, line.value or 0.0) for line in shown if _is_far(line, reach)]
    if zero:
        ends.append(0.0)
    return with_margin(min(ends), max(ends))


def _is_far(line: Line, reach: float) -> bool:
    return line.css == "harmful" and abs(line.value or 0.0) > reach


def _lying(picture: Picture, label: str, css: Mapping[str, str]) -> str:
    lines = lines_of(picture, css)
    low, high = span_of(lines, zero=picture.zero)
    return forest(lines, low, high, label=label, note=picture.y, zero=picture.zero)


def _standing(picture: Picture, label: str) -> str:
    x, y = x_scale(picture), y_scale(picture)
    above = _ROW * len(picture.marks) + 6
    below = _ROW + 6 + (_hang(x.words) if _tilted(x.words) else 0)
    height = above + _HEIGHT + below
    parts = "".join(
        (
            *_grid(x, y),
            _stretched(picture, x, y),
            *(_dots(one, i, len(picture.series), x, y) for i, one in enumerate(picture.series)),
            *_marks(picture, x),
        )
    )
    return (
        f"{_legend(picture.series)}"
        f'<p class="jr-named">{esc(picture.y)}</p><div class="jr-axes">'
        f'<svg class="jr-side" width="52" height="{height:g}" aria-hidden="true">'
        f'<g transform="translate(0 {above})">{_side(y)}</g></svg>'
        f'<svg class="jr-area" width="100%" height="{height:g}" role="img" '
        f'aria-label="{esc(label)}"><svg y="{above}" width="100%" height="{_HEIGHT}" '
        f'class="jr-open">{parts}</svg></svg></div>'
        f'<p class="jr-named jr-below">{esc(picture.x)}</p>'
    )


def _grid(x: Scale, y: Scale) -> Iterator[str]:
    for value, _ in y.ticks():
        yield _level("jr-grid", _down(y, value))
    if y.low < 0 < y.high and not y.is_log:
        yield _level("jr-zero", _down(y, 0.0))
    for value, said in x.ticks():
        at = x.share(value) * 100
        yield (
            f'<line class="jr-tick" x1="{at:.2f}%" x2="{at:.2f}%" y1="{_HEIGHT}" '
            f'y2="{_HEIGHT + 5}"/>'
        )
        if _tilted(x.words):
            yield (
                f'<svg class="jr-open" x="{at:.2f}%" y="{_HEIGHT + 14}"><text text-anchor="end" '
                f'transform="rotate(-38)">{esc(said)}</text></svg>'
            )
        else:
            yield _word(at, _HEIGHT + _ROW + 2, "middle", said)


def _level(css: str, at: float) -> str:
    return f'<line class="{css}" x1="0" x2="100%" y1="{at:.1f}" y2="{at:.1f}"/>'


def _word(at: float, y: float, anchor: str, said: str) -> str:
    return f'<text x="{at:.2f}%" y="{y:g}" text-anchor="{anchor}">{esc(said)}</text>'


def _side(y: Scale) -> str:
    return "".join(
        f'<text x="46" y="{_down(y, value) + 4:.1f}" text-anchor="end">{esc(said)}</text>'
        for value, said in y.ticks()
    )


def _stretched(picture: Picture, x: Scale, y: Scale) -> str:
    """Bands and lines, cut off where values are far out."""
    bands, paths = [], []
    for i, series in enumerate(picture.series):
        if series.drawn == "points":
            continue
        points, hue = _points(series, x), f"jr-hue{i % _HUES}"
        bands += [
            f'<polygon class="jr-band {hue}" points="{_ring(part, y)}"/>'
            for part in _runs(points, lambda point: point.has_interval)
        ]
        dashed = " jr-dashes" if series.drawn == "dashes" else ""
        paths += [
            f'<polyline class="jr-line {hue}{dashed}" points="{_path(part, y)}"/>'
            for part in _runs(points, lambda point: point.has_value)
        ]
    return (
        f'<svg viewBox="0 0 {_UNITS} {_HEIGHT}" preserveAspectRatio="none" width="100%" '
        f'height="{_HEIGHT}">{"".join(bands)}{"".join(paths)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of a series: its share of the x axis, its place in words, and its values."""

    at: float
    said: str
    y: float | None
    low: float | None
    high: float | None

    @property
    def has_value(self) -> bool:
        return finite(self.y) and math.isfinite(self.at)

    @property
    def has_interval(self) -> bool:
        return self.has_value and finite(self.low) and finite(self.high)


def _points(series: Series, x: Scale) -> list[_Point]:
    return [
        _Point(
            x.share(float(x.words.index(place)) if isinstance(place, str) else float(place)),
            place if isinstance(place, str) else number(place),
            series.y[i],
            _end(series.low, i),
            _end(series.high, i),
        )
        for i, place in enumerate(places(series))
    ]


def _runs(points: Sequence[_Point], whole: Callable[[_Point], bool]) -> Iterator[list[_Point]]:
    """Stretches without a hole."""
    for is_whole, part in groupby(points, key=whole):
        if is_whole:
            yield list(part)


def _path(points: Sequence[_Point], y: Scale) -> str:
    return " ".join(f"{p.at * _UNITS:.1f},{_down(y, p.y):.1f}" for p in points)


def _ring(points: Sequence[_Point], y: Scale) -> str:
    """The outline of a band: along its upper ends, and back along the lower ones."""
    there = [f"{p.at * _UNITS:.1f},{_down(y, p.high):.1f}" for p in points]
    back = [f"{p.at * _UNITS:.1f},{_down(y, p.low):.1f}" for p in reversed(points)]
    return " ".join((*there, *back))


def _dots(series: Series, i: int, n: int, x: Scale, y: Scale) -> str:
    """Dots with whiskers for points; for lines, what a pointer over them is told."""
    drawn = series.drawn == "points"
    # Series on a word axis stand beside one another, not upon one another.
    aside = (i - (n - 1) / 2) * _ASIDE if drawn and x.words else 0.0
    found = []
    for k, point in enumerate(_points(series, x)):
        if not point.has_value or not 0 <= _down(y, point.y) <= _HEIGHT:
            continue
        at, up = point.at * 100 + aside, _down(y, point.y)
        told = f"{series.name}, {point.said}: {number(point.y)}"
        whisker = ""
        if point.has_interval:
            told += f" ({number(point.low)} to {number(point.high)})"
            ends = [min(max(_down(y, end), 0.0), _HEIGHT) for end in (point.low, point.high)]
            whisker = (
                f'<line class="jr-whisker" x1="{at:.2f}%" x2="{at:.2f}%" y1="{ends[0]:.1f}" '
                f'y2="{ends[1]:.1f}"/>'
            )
        dot = f'<circle class="jr-dot" cx="{at:.2f}%" cy="{up:.1f}" r="{4.5 if drawn else 2.5}"/>'
        near = f'<circle class="jr-near" cx="{at:.2f}%" cy="{up:.1f}" r="9"/>'
        mark = f"{whisker if drawn else ''}{dot}"
        told = series.told[k] if k < len(series.told) else told
        found.append(f'<g class="jr-hue{i % _HUES}"><title>{esc(told)}</title>{mark}{near}</g>')
    return "".join(found)


def _marks(picture: Picture, x: Scale) -> Iterator[str]:
    """Named places, a row of words each; words after all lines, so that no line crosses them."""
    found = [(mark.label, x.share(mark.x)) for mark in picture.marks]
    found = [(label, share) for label, share in found if math.isfinite(share)]
    tops = [-_ROW * (len(found) - i) + 12 for i in range(len(found))]
    for (_, share), top in zip(found, tops, strict=True):
        yield (
            f'<line class="jr-mark" x1="{share * 100:.2f}%" x2="{share * 100:.2f}%" '
            f'y1="{top - 10}" y2="{_HEIGHT}"/>'
        )
    for (label, share), top in zip(found, tops, strict=True):
        aside, anchor = (-5, "end") if share > _TURN else (5, "start")
        yield (
            f'<svg class="jr-open" x="{share * 100:.2f}%"><text class="jr-words" x="{aside}" '
            f'y="{top}" text-anchor="{anchor}">{esc(label)}</text></svg>'
        )


def _legend(series: Sequence[Series]) -> str:
    if len(series) < 2:
        return ""
    keys = "".join(
        f'<span class="jr-key jr-hue{i % _HUES}"><i class="jr-swatch jr-{one.drawn}"></i>'
        f"{esc(one.name)}</span>"
        for i, one in enumerate(series)
    )
    return f'<div class="jr-legend">{keys}</div>'


def _down(y: Scale, value: float | None) -> float:
    """Pixels from the top; values without a place on a log axis lie far below."""
    share = y.share(value if value is not None else math.nan)
    return (1 - max(share, -_BEYOND)) * _HEIGHT


def _end(ends: Sequence[float | None], i: int) -> float | None:
    return ends[i] if i < len(ends) else None


def _tilted(words: Sequence[str]) -> bool:
    return sum(map(len, words)) > _LEVEL


def _hang(words: Sequence[str]) -> float:
    return max(map(len, words), default=0) * _HANG


#: Style of a picture; with that of a forest it is whole.
STYLE = """
.jr-picture{margin:.9em 0 1.2em}.jr-title{font-weight:600;margin:.2em 0 .5em;max-width:none}
.jr-legend{display:flex;flex-wrap:wrap;gap:.2em 1.3em;font-size:.88em;margin:.2em 0 .5em}
.jr-key{display:inline-flex;align-items:center;gap:.5em}
.jr-swatch{width:16px;height:0;border-top:3px solid var(--mark,#7b8491)}
.jr-swatch.jr-dashes{border-top-style:dashed}
.jr-swatch.jr-points{width:9px;height:9px;border:0;border-radius:50%;background:var(--mark)}
.jr-named{color:var(--soft,#5d6673);font-size:.85em;margin:.1em 0}.jr-below{text-align:center}
.jr-axes{display:grid;grid-template-columns:52px minmax(0,1fr);padding-right:12px}
.jr-area,.jr-open{overflow:visible}.jr-side,.jr-area{display:block}
.jr-axes text{fill:var(--soft,#5d6673);font-size:12px}
.jr-grid{stroke:var(--grid,#dfe3e8);stroke-width:1}.jr-tick{stroke:var(--soft,#7b8491)}
.jr-line{fill:none;stroke:var(--mark,#7b8491);stroke-width:2.25;stroke-linejoin:round;
vector-effect:non-scaling-stroke}
.jr-line.jr-dashes{stroke-dasharray:6 5}.jr-band{fill:var(--mark,#7b8491);fill-opacity:.15}
.jr-mark{stroke:var(--soft,#5d6673);stroke-width:1.25;stroke-dasharray:4 3}
.jr-words{paint-order:stroke;stroke:var(--page,transparent);stroke-width:4px;stroke-linejoin:round}
.jr-near{fill:transparent}.jr-axes g:hover .jr-dot{stroke:var(--mark);stroke-width:3}
.jr-hue0{--mark:var(--h0,#1c5fc9)}.jr-hue1{--mark:var(--h1,#c4720b)}
.jr-hue2{--mark:var(--h2,#128a62)}.jr-hue3{--mark:var(--h3,#7a3fb0)}
.jr-hue4{--mark:var(--h4,#b43d6d)}.jr-hue5{--mark:var(--h5,#7b8794)}
"""
