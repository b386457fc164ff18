"""The interval picture: one row per predictor, a dot for its score, a whisker for its interval.

It needs no script, so the report, the notebook and a printed page share it. The tracks are
SVG in percent: they stretch with the page while dots stay round and text stays readable.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from justright.kinds import RunRecord, Score
from justright.report.markup import esc
from justright.report.words import metric_name, number, score_interval, score_on, score_value

#: Times the spread of the two best rows beyond which a far row is drawn at the edge.
_FAR = 6.0
#: Share of the axis kept free on either side.
_MARGIN = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One predictor in the picture."""

    name: str
    css: str
    score: Score


def rows_of(run: RunRecord, place: int = 0) -> tuple[Row, ...]:
    """The network and its baselines on the metric at one place of the network's scores."""
    if place >= len(run.scores):
        return ()
    names = {"trivial": "Trivial", "linear": "Linear"}
    network = Row(name="Network", css="network", score=run.scores[place])
    others = [
        Row(name=names.get(b.name, b.name), css="baseline", score=score)
        for b in sorted(run.baselines, key=lambda b: b.name == "trivial")
        if (score := score_on(b.scores, network.score.metric)) is not None
    ]
    return (network, *others)


def interval_picture(rows: Sequence[Row]) -> str:
    """Draw rows on one shared axis; rows without a finite value keep their line of text.

    Args:
        rows: The network first.

    Returns:
        HTML with inline SVG, empty without rows.
    """
    if not rows:
        return ""
    low, high = _axis(rows)
    score = rows[0].score
    name = metric_name(score.metric)
    spoken = "; ".join(f"{r.name} {score_value(r.score)} ({score_interval(r.score)})" for r in rows)
    lines = "".join(_line(row, low, high) for row in rows)
    better = "higher is better →" if score.higher_is_better else "← lower is better"
    return (
        f'<div class="jr-intervals" role="figure" aria-label="{esc(name)}: {esc(spoken)}">'
        f'{lines}<div class="jr-row jr-axis" aria-hidden="true"><span></span>'
        f"{_ticks(low, high)}<span></span></div>"
        f'<div class="jr-row jr-note" aria-hidden="true"><span></span>'
        f"<span>{esc(name)}, {better}</span></div></div>"
    )


def _axis(rows: Sequence[Row]) -> tuple[float, float]:
    """Ends of the axis: all rows, unless one is so far off that the rest would be a dot."""
    spans = [_span(row.score) for row in rows if math.isfinite(row.score.value)]
    if not spans:
        return 0.0, 1.0
    higher = rows[0].score.higher_is_better
    best = sorted(spans, key=lambda s: s[0] + s[1], reverse=higher)[:2]
    inner_low, inner_high = min(s[0] for s in best), max(s[1] for s in best)
    reach = (inner_high - inner_low) * _FAR or abs(inner_high) or 1.0
    low = max(min(s[0] for s in spans), inner_low - reach)
    high = min(max(s[1] for s in spans), inner_high + reach)
    margin = (high - low) * _MARGIN or abs(high) * _MARGIN or 1.0
    return low - margin, high + margin


def _span(score: Score) -> tuple[float, float]:
    ends = [v for v in (score.low, score.value, score.high) if math.isfinite(v)]
    return min(ends), max(ends)


def _line(row: Row, low: float, high: float) -> str:
    interval = score_interval(row.score) if row.score.low < row.score.high else ""
    return (
        f'<div class="jr-row jr-{row.css}"><span class="jr-name">{esc(row.name)}</span>'
        f'{_track(row.score, low, high)}<span class="jr-value"><b>{score_value(row.score)}</b> '
        f"<small>{esc(interval)}</small></span></div>"
    )


def _track(score: Score, low: float, high: float) -> str:
    head = '<svg class="jr-track" width="100%" height="26" aria-hidden="true">'
    rule = '<line class="jr-rule" x1="0" x2="100%" y1="13" y2="13"/>'
    if not math.isfinite(score.value):
        return f"{head}{rule}</svg>"

    def at(value: float) -> float:
        return min(max((value - low) / (high - low), 0.0), 1.0) * 100

    left, right = _span(score)
    dot = f'<circle class="jr-dot" cx="{at(score.value):.2f}%" cy="13" r="5.5"/>'
    if score.value < low or score.value > high:
        anchor, place, arrow = (
            ("start", "0", "◂ off the scale") if score.value < low else ("end", "100%", "off ▸")
        )
        dot = f'<text class="jr-off" x="{place}" y="17" text-anchor="{anchor}">{arrow}</text>'
        return f"{head}{rule}{dot}</svg>"
    whisker = (
        f'<line class="jr-whisker" x1="{at(left):.2f}%" x2="{at(right):.2f}%" y1="13" y2="13"/>'
    )
    caps = "".join(
        f'<line class="jr-cap" x1="{at(v):.2f}%" x2="{at(v):.2f}%" y1="8" y2="18"/>'
        for v in (left, right)
        if left < right
    )
    return f"{head}{rule}{whisker}{caps}{dot}</svg>"


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


#: Style of the picture, for pages that carry no other; colours fall back to plain ones.
STYLE = """
.jr-row{display:grid;grid-template-columns:5.5em minmax(0,1fr) 13em;gap:0 1em;align-items:center}
.jr-name{font-weight:600}.jr-track{display:block;overflow:visible}
.jr-value{font-variant-numeric:tabular-nums;white-space:nowrap}
.jr-value small{color:var(--soft,#5d6673);font-size:.88em}
.jr-rule{stroke:var(--line,#dfe3e8);stroke-width:1}
.jr-whisker,.jr-cap{stroke:var(--mark,#7b8491);stroke-width:2}
.jr-whisker{stroke-width:3;stroke-opacity:.55}
.jr-dot{fill:var(--mark,#7b8491)}
.jr-off{fill:var(--soft,#5d6673);font-size:12px}
.jr-network{--mark:var(--accent,#1f5fd0)}
.jr-baseline .jr-name,.jr-baseline b{font-weight:400}
.jr-axis text{fill:var(--soft,#5d6673);font-size:12px}.jr-axis line{stroke:var(--soft,#7b8491)}
.jr-note{color:var(--soft,#5d6673)}.jr-note>span{font-size:.85em}
@media(max-width:640px){.jr-row{grid-template-columns:1fr auto;gap:0 .5em}
.jr-row>.jr-track{grid-row:2;grid-column:1/-1}
.jr-axis>.jr-track,.jr-note>:nth-child(2){grid-row:1;grid-column:1/-1}}
"""
