"""A figure of merit with its interval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A metric's value on some rows, with its interval.

    Attributes:
        metric: Name of the metric, as scikit-learn names it.
        value: The value.
        low: Lower end of the interval.
        high: Upper end of the interval.
        level: Share of repetitions in which such an interval covers the truth.
        n_rows: Rows it was measured on.
        higher_is_better: Direction of the metric.
    """

    metric: str
    value: float
    low: float
    high: float
    level: float = 0.95
    n_rows: int
    higher_is_better: bool
