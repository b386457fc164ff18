"""Differences in words: in per cent of the base's loss, or in the metric's own unit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from justright.kinds import Effect, Picture, Series
from justright.report.words import metric_name, number

#: Metrics between 0 and 1 of which people speak in points; of all others in per cent.
POINTS = (
    "accuracy",
    "balanced_accuracy",
    "f1",
    "f1_macro",
    "f1_micro",
    "roc_auc",
    "average_precision",
    "r2",
    "ndcg",
    "mean_average_precision",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What differences of a metric are told in.

    Attributes:
        metric: Name of the metric.
        higher_is_better: Its direction.
        base: Score that per cents are of.
    """

    metric: str
    higher_is_better: bool
    base: float

    @property
    def in_points(self) -> bool:
        """Whether differences are points of a figure between 0 and 1."""
        return self.metric in POINTS

    @property
    def suffix(self) -> str:
        """What follows a difference."""
        return " points" if self.in_points else " %"

    def change(self, gain: float) -> float:
        """What a gain does to the metric: per cent of the base, or points of 0.01.

        Args:
            gain: Positive is better.

        Example:
            >>> Unit(metric="rmse", higher_is_better=False, base=2.0).change(0.1)
            -5.0
        """
        change = gain if self.higher_is_better else -gain
        return 100 * change / (1.0 if self.in_points else abs(self.base) or math.nan)

    def words(self, gain: float) -> str:
        """A gain as a change of the metric, with its sign."""
        return f"{signed(self.change(gain))}{self.suffix}"

    def between(self, low: float, high: float) -> str:
        """An interval of gains as one of changes, the lower end first."""
        ends = sorted((self.change(low), self.change(high)))
        return f"{signed(ends[0])} … {signed(ends[1])}"


def signed(value: float) -> str:
    """A number of two digits with its sign, a true minus.

    Example:
        >>> signed(-1.84), signed(0.04)
        ('−1.8', '+0.04')
    """
    text = number(abs(value), 2)
    return text if value == 0 else f"{'−' if value < 0 else '+'}{text}"


def effect_words(effect: Effect, unit: Unit, verdict: bool = True) -> str:
    """An effect in words: "log-loss −1.8 % (95 % interval −2.9 … −0.8); useful"."""
    name = metric_name(unit.metric)
    if math.isnan(effect.value):
        return f"diverged in {effect.n_diverged} of {effect.n_pairs} trainings"
    said = f"{name} {unit.words(effect.value)}"
    if math.isfinite(effect.low):
        said += f" (95 % interval {unit.between(effect.low, effect.high)})"
    return f"{said}; {effect.verdict}" if verdict else said


def half_width(found: Sequence[Effect], unit: Unit) -> str:
    """How far from nothing the effects may be, in words: "±0.4 %"."""
    ends = [abs(unit.change(end)) for e in found for end in (e.low, e.high) if math.isfinite(end)]
    return f"±{number(max(ends), 2)}{unit.suffix}" if ends else "too few trainings to tell"


def forest(base: str, found: Sequence[Effect], unit: Unit, title: str) -> Picture:
    """Effects as a forest of intervals, below 0 better for a loss.

    Args:
        base: What they are compared with.
        found: The effects.
        unit: What they are told in.
        title: What is shown.
    """
    shown = [e for e in found if math.isfinite(e.value)]
    pairs = [sorted((unit.change(e.low), unit.change(e.high))) for e in shown]
    better = "higher" if unit.higher_is_better else "lower"
    return Picture(
        title=title,
        x="",
        y=f"change of {metric_name(unit.metric)} against {base},{unit.suffix} ({better} is better)",
        series=(
            Series(
                name=f"against {base}",
                x=tuple(e.name for e in shown),
                y=tuple(unit.change(e.value) for e in shown),
                low=tuple(_finite(low) for low, _ in pairs),
                high=tuple(_finite(high) for _, high in pairs),
                drawn="points",
            ),
        ),
        zero=True,
        lying=True,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def effect_rows(
    base: str, means: Mapping[str, float], found: Sequence[Effect], unit: Unit
) -> tuple[tuple[str, ...], list[tuple[str | float | None, ...]]]:
    """A table of effects: its head, and a line for each choice, the base first.

    Args:
        base: What they are compared with.
        means: Mean score of each choice.
        found: The effects.
        unit: What they are told in.
    """
    suffix = "points" if unit.in_points else "%"
    head = (
        "choice",
        unit.metric,
        f"change, {suffix}",
        "low",
        "high",
        f"to be expected, {suffix}",
        "p",
        "verdict",
    )
    rows: list[tuple[str | float | None, ...]] = [
        (base, _finite(means[base]), None, None, None, None, None, "the design's own")
    ]
    for e in found:
        low, high = sorted((unit.change(e.low), unit.change(e.high)))
        rows.append(
            (
                e.name,
                _finite(means[e.name]),
                _finite(unit.change(e.value)),
                _finite(low),
                _finite(high),
                _finite(unit.change(e.shrunken)),
                _finite(e.p),
                e.verdict,
            )
        )
    return head, rows
