"""The interval picture of a run: the network and its baselines on one metric."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from justright.kinds import RunRecord, Score
from justright.report.forest import Line, forest, with_margin
from justright.report.words import metric_name, score_interval, score_on, score_value

#: Times the spread of the two best rows beyond which a far row is drawn at the edge.
_FAR = 6.0


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
    better = "higher is better →" if score.higher_is_better else "← lower is better"
    lines = [_line(row) for row in rows]
    return forest(lines, low, high, label=f"{name}: {spoken}", note=f"{name}, {better}")


def _line(row: Row) -> Line:
    score = row.score
    return Line(
        name=row.name,
        css=row.css,
        value=score.value,
        low=score.low,
        high=score.high,
        said=score_value(score),
        more=score_interval(score) if score.low < score.high else "",
    )


def _axis(rows: Sequence[Row]) -> tuple[float, float]:
    """Ends of the axis: all rows, unless one is so far off that the rest would be a dot."""
    spans = [_line(row).span for row in rows if math.isfinite(row.score.value)]
    if not spans:
        return 0.0, 1.0
    higher = rows[0].score.higher_is_better
    best = sorted(spans, key=lambda s: s[0] + s[1], reverse=higher)[:2]
    inner_low, inner_high = min(s[0] for s in best), max(s[1] for s in best)
    reach = (inner_high - inner_low) * _FAR or abs(inner_high) or 1.0
    low = max(min(s[0] for s in spans), inner_low - reach)
    high = min(max(s[1] for s in spans), inner_high + reach)
    return with_margin(low, high)
