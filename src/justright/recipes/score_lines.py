"""What is said of a network, of a design, and of two designs."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from justright.report.words import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberScore:
    """What one network came to on the validation rows of its view.

    Attributes:
        design: Name of its design.
        variant: What was done to its view, as "shuffled targets"; empty for nothing.
        place: Number of the split; members of one place and seed are paired.
        view: Its view, in words.
        seed: Number of its seed, from 0.
        value: The metric; NaN where it never came to a finite loss.
        stopping_score: Its lowest; infinite where it never came to a finite one.
        epochs: Epochs it made, up to where it stopped.
        stopped: Why it ended: "epochs", "patience", "time", "diverged", "interrupted".
        draws: The metric on resampled validation rows, where it is the only one of its design;
            the same rows for every design.
    """

    design: str
    variant: str
    place: int
    view: str
    seed: int
    value: float
    stopping_score: float
    epochs: float
    stopped: str
    draws: NDArray[np.float64] | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Its line in the table."""
        return f"{self.design}, {self.variant}" if self.variant else self.design


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignScore:
    """A design over its members.

    Attributes:
        name: Its line in the table: the design, and the variant if there is one.
        design: Name of the design.
        variant: What was done to the views; empty for nothing.
        n_members: Its members.
        n_failed: Those without a finite loss, whom no figure here includes.
        n_diverged: Those that diverged at some step; they may have had finite weights before.
        value: Mean of the metric; NaN if all failed.
        low: Lower end of its 95 % interval.
        high: Upper end.
        stopping_score: Mean of the lowest stopping scores: comparable between designs of one loss.
        epochs: Mean of the epochs made.
    """

    name: str
    design: str
    variant: str
    n_members: int
    n_failed: int
    n_diverged: int
    value: float
    low: float
    high: float
    stopping_score: float
    epochs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One design minus another, paired by view and seed.

    Attributes:
        first: Name of the first.
        second: Name of the other, that is taken away.
        metric: Name of the metric.
        value: Mean difference.
        low: Lower end of its 95 % interval.
        high: Upper end.
        n_pairs: Pairs of members.
        better: Name of the better one; empty where the interval holds 0.
        how: How the interval was found.
    """

    first: str
    second: str
    metric: str
    value: float
    low: float
    high: float
    n_pairs: int
    better: str
    how: str

    def __repr__(self) -> str:
        verdict = f"{self.better!r} is better" if self.better else "no clear difference"
        return (
            f"{self.metric} of {self.first!r} minus {self.second!r}: {self.value:+.3g}"
            f" (95 % interval {self.low:+.3g} to {self.high:+.3g},"
            f" {plural(self.n_pairs, 'pair')}): {verdict}\n{self.how}"
        )
