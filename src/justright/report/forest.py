"""A forest of intervals: one row per thing, a dot for its value, a whisker for its interval.

It needs no script, so reports, notebooks and printed pages share it. The tracks are SVG in
percent: they stretch with the page while dots stay round and text stays readable.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from justright.report.markup import esc
from justright.report.words import finite, number

#: Share of the axis kept free on either side.
_MARGIN = 0.06
#: Letters of a name that its column holds; em of a letter; em of the widest column of names.
_SHORT, _EM, _WIDEST = 8, 0.6, 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a forest.

    Attributes:
        name: What it is of.
        css: Its class, which gives it a colour: "network", "baseline", "useful", "harmful" or
            "plain".
        value: Where the dot stands; a row without a finite one keeps its text.
        low: Lower end of the interval; None or not finite for none.
        high: Upper end.
        said: The value in words.
        more: The interval in words; empty for none.
    """

    name: str
    css: str
    value: float | None
    low: float | None = None
    high: float | None = None
    said: str
    more: str = ""

    @property
    def span(self) -> tuple[float, float]:
        """Both ends, of the interval or of the dot; of what is finite."""
        ends = [v for v in (self.low, self.value, self.high) if v is not None and math.isfinite(v)]
        return min(ends), max(ends)


def forest(
    lines: Sequence[Line],
    low: float,
    high: float,
    *,
    label: str,
    note: str,
    zero: bool = False,
) -> str:
    """Draw rows on one shared axis.

    Args:
        lines: The rows, from above.
        low: Lower end of the axis; what lies below is said to be off the scale.
        high: Upper end, more than `low`.
        label: What is shown, for readers who cannot see it.
        note: Name of the axis.
        zero: Whether to draw a line at 0.

    Returns:
        HTML with inline SVG.
    """
    at_zero = (0.0 - low) / (high - low) * 100 if zero and low <= 0 <= high else None
    drawn = "".join(_line(line, low, high, at_zero) for line in lines)
    return (
        f'<div class="jr-intervals" role="figure" aria-label="{esc(label)}"{_room(lines)}>'
        f'{drawn}<div class="jr-row jr-axis" aria-hidden="true"><span></span>'
        f"{_ticks(low, high)}<span></span></div>"
        f'<div class="jr-row jr-note" aria-hidden="true"><span></span>'
        f"<span>{esc(note)}</span></div></div>"
    )


def with_margin(low: float, high: float) -> tuple[float, float]:
    """Ends of an axis with some room beyond the first and the last value.

    Example:
        >>> with_margin(0.0, 1.0), with_margin(0.0, 0.0)
        ((-0.06, 1.06), (-1.0, 1.0))
    """
    margin = (high - low) * _MARGIN or abs(high) * _MARGIN or 1.0
    return low - margin, high + margin


def _room(lines: Sequence[Line]) -> str:
    """Room for long names; none to speak of for short ones."""
    longest = max((len(line.name) for line in lines), default=0)
    if longest <= _SHORT:
        return ""
    return f' style="--jr-name:{min(longest * _EM, _WIDEST):.3g}em"'


def _line(line: Line, low: float, high: float, at_zero: float | None) -> str:
    return (
        f'<div class="jr-row jr-{line.css}"><span class="jr-name">{esc(line.name)}</span>'
        f'{_track(line, low, high, at_zero)}<span class="jr-value"><b>{esc(line.said)}</b> '
        f"<small>{esc(line.more)}</small></span></div>"
    )


def _track(line: Line, low: float, high: float, at_zero: float | None) -> str:
    head = (
        '<svg class="jr-track" width="100%" height="26" aria-hidden="true">'
        '<line class="jr-rule" x1="0" x2="100%" y1="13" y2="13"/>'
    )
    if at_zero is not None:
        head += f'<line class="jr-zero" x1="{at_zero:.2f}%" x2="{at_zero:.2f}%" y1="3" y2="23"/>'
    if line.value is None or not finite(line.value):
        return f"{head}</svg>"

    def at(value: float) -> float:
        return min(max((value - low) / (high - low), 0.0), 1.0) * 100

    left, right = line.span
    dot = f'<circle class="jr-dot" cx="{at(line.value):.2f}%" cy="13" r="5.5"/>'
    if line.value < low or line.value > high:
        anchor, place, arrow = (
            ("start", "0", "◂ off the scale") if line.value < low else ("end", "100%", "off ▸")
        )
        dot = f'<text class="jr-off" x="{place}" y="17" text-anchor="{anchor}">{arrow}</text>'
        return f"{head}{dot}</svg>"
    whisker = (
        f'<line class="jr-whisker" x1="{at(left):.2f}%" x2="{at(right):.2f}%" y1="13" y2="13"/>'
    )
    caps = "".join(
        f'<line class="jr-cap" x1="{at(v):.2f}%" x2="{at(v):.2f}%" y1="8" y2="18"/>'
        for v in (left, right)
        if left < right
    )
    title = f"<title>{esc(f'{line.name}: {line.said} {line.more}'.strip())}</title>"
    return f"{head}<g>{title}{whisker}{caps}{dot}</g></svg>"


def _ticks(low: float, high: float) -> str:
    marks = []
    for value in nice_ticks(low, high):
        at = (value - low) / (high - low) * 100
        anchor = "start" if at < 4 else "end" if at > 96 else "middle"
        marks.append(
            f'<line x1="{at:.2f}%" x2="{at:.2f}%" y1="0" y2="5"/>'
            f'<text x="{at:.2f}%" y="17" text-anchor="{anchor}">{number(value)}</text>'
        )
    return f'<svg class="jr-track" width="100%" height="20">{"".join(marks)}</svg>'


def nice_ticks(low: float, high: float, n: int = 5) -> list[float]:
    """Round numbers between two ends.

    Args:
        low: Lower end.
        high: Upper end, more than `low`.
        n: About how many.

    Returns:
        Rising numbers.

    Example:
        >>> nice_ticks(0.48, 0.93)
        [0.5, 0.6, 0.7, 0.8, 0.9]
    """
    raw = (high - low) / n
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{k * step:.12g}") for k in range(first, last + 1)]


#: Style of a forest, for pages that carry no other; colours fall back to plain ones.
STYLE = """
.jr-row{display:grid;grid-template-columns:var(--jr-name,5.5em) minmax(0,1fr) 13em;gap:0 1em;
align-items:center}
.jr-name{font-weight:600;overflow-wrap:anywhere}.jr-track{display:block;overflow:visible}
.jr-value{font-variant-numeric:tabular-nums;white-space:nowrap}
.jr-value small{color:var(--soft,#5d6673);font-size:.88em}
.jr-rule{stroke:var(--line,#dfe3e8);stroke-width:1}
.jr-whisker,.jr-cap{stroke:var(--mark,#7b8491);stroke-width:2}
.jr-whisker{stroke-width:3;stroke-opacity:.55}
.jr-dot{fill:var(--mark,#7b8491)}
.jr-off{fill:var(--soft,#5d6673);font-size:12px}
.jr-zero{stroke:var(--soft,#7b8491);stroke-width:1;stroke-dasharray:3 3}
.jr-useful{--mark:var(--good,#12774e)}.jr-harmful{--mark:var(--bad,#c0341d)}
.jr-network{--mark:var(--accent,#1f5fd0)}
.jr-baseline .jr-name,.jr-baseline b{font-weight:400}
.jr-axis text{fill:var(--soft,#5d6673);font-size:12px}.jr-axis line{stroke:var(--soft,#7b8491)}
.jr-note{color:var(--soft,#5d6673)}.jr-note>span{font-size:.85em}
@media(max-width:640px){.jr-row{grid-template-columns:1fr auto;gap:0 .5em}
.jr-row>.jr-track{grid-row:2;grid-column:1/-1}
.jr-axis>.jr-track,.jr-note>:nth-child(2){grid-row:1;grid-column:1/-1}}
"""
