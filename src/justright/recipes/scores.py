"""What a population came to: a table of designs with intervals, and their paired differences."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.designer.levers import nearest
from justright.errors import DesignError, TrainingError
from justright.kinds import Design, Trace
from justright.recipes.candidates import differing
from justright.recipes.metrics import interval
from justright.recipes.spread import t_interval
from justright.report.words import count, number, plural


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


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What a population came to. Prints as a table, the best design first.

    Attributes:
        metric: Name of the metric.
        higher_is_better: Its direction.
        members: One entry for each network.
        traces: Their curves, in the same order.
        designs: The designs by name.
        overlap: Validation rows over training rows of a view, by variant.
        notes: What a reader must know: a schedule that was shortened, a training cut off.
        seconds: Seconds of training.
    """

    metric: str
    higher_is_better: bool
    members: tuple[MemberScore, ...]
    traces: tuple[Trace, ...]
    designs: Mapping[str, Design]
    overlap: Mapping[str, float]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def rows(self) -> tuple[DesignScore, ...]:
        """The designs, the best first; those with members that failed stand last."""
        lines: dict[str, list[MemberScore]] = {}
        for member in self.members:
            lines.setdefault(member.name, []).append(member)
        return tuple(sorted((self._row(own) for own in lines.values()), key=self._rank))

    def _rank(self, row: DesignScore) -> tuple[int, float, str]:
        if math.isnan(row.value):
            return row.n_failed, math.inf, row.name
        return row.n_failed, -row.value if self.higher_is_better else row.value, row.name

    def _row(self, own: Sequence[MemberScore]) -> DesignScore:
        sound = [m for m in own if math.isfinite(m.value)]
        low, high = self._interval(own, {(m.place, m.seed): m.value for m in sound})
        if len(sound) == 1 and sound[0].draws is not None:
            low, high = interval(sound[0].draws)
        least, most = _range(self.metric, self.higher_is_better)
        return DesignScore(
            name=own[0].name,
            design=own[0].design,
            variant=own[0].variant,
            n_members=len(own),
            n_failed=len(own) - len(sound),
            n_diverged=sum(m.stopped == "diverged" for m in own),
            value=_mean([m.value for m in sound]),
            low=float(np.clip(low, least, most)),
            high=float(np.clip(high, least, most)),
            stopping_score=_mean([m.stopping_score for m in sound]),
            epochs=_mean([m.epochs for m in own]),
        )

    def _interval(
        self, own: Sequence[MemberScore], values: Mapping[tuple[int, int], float]
    ) -> tuple[float, float]:
        """The interval of the mean of values by view and seed."""
        if len({m.place for m in self.members}) == 1:
            return t_interval(list(values.values()))
        # Seeds of one view are no new data: their mean is one value.
        places: dict[int, list[float]] = {}
        for (place, _), value in values.items():
            places.setdefault(place, []).append(value)
        return t_interval(
            [statistics.fmean(found) for found in places.values()], self.overlap[own[0].variant]
        )

    @property
    def how(self) -> str:
        """How the intervals are found, in words."""
        n_views, n_seeds = len({m.place for m in self.members}), len({m.seed for m in self.members})
        if n_views > 1:
            return (
                f"95 % intervals: Student's t over {n_views} views, corrected for the training rows"
                " they share (Nadeau and Bengio 2003); a rule of thumb."
            )
        if n_seeds > 1:
            return (
                f"95 % intervals: Student's t over {n_seeds} seeds on the same rows; they leave"
                " out what other rows would change."
            )
        return (
            "95 % intervals: validation rows resampled; they leave out what other training rows"
            " or seeds would change."
        )

    def difference(self, first: str, second: str) -> Difference:
        """One design minus another, paired by view and seed.

        Both saw the same batches and the same validation rows, so what chance did to both falls
        out: the interval is narrower than those of the two designs.

        Args:
            first: Name of a line of the table.
            second: Name of another.

        Raises:
            DesignError: If there is no such line.
            TrainingError: If no pair came to finite losses.
        """
        one, other = self._of(first), self._of(second)
        pairs = {
            key: one[key].value - other[key].value
            for key in one
            if key in other and math.isfinite(one[key].value - other[key].value)
        }
        if not pairs:
            raise TrainingError(
                f"0 of {len(one)} pairs of {first!r} and {second!r} came to finite losses",
                "at least one view and seed on which both did",
                try_="a lower learning_rate for the design that diverged",
            )
        value = statistics.fmean(pairs.values())
        low, high = self._interval(list(one.values()), pairs)
        lone, twin = next(iter(one.values())).draws, next(iter(other.values())).draws
        if len(pairs) == 1 and lone is not None and twin is not None:
            low, high = interval(lone - twin)
        better = ""
        if low > 0 or high < 0:
            better = first if (value > 0) == self.higher_is_better else second
        return Difference(
            first=first,
            second=second,
            metric=self.metric,
            value=value,
            low=low,
            high=high,
            n_pairs=len(pairs),
            better=better,
            how=self.how.replace("intervals:", "interval of the paired difference:"),
        )

    def _of(self, name: str) -> dict[tuple[int, int], MemberScore]:
        """Members of one line of the table, by view and seed."""
        found = {(m.place, m.seed): m for m in self.members if m.name == name}
        if not found:
            known = tuple(dict.fromkeys(m.name for m in self.members))
            raise DesignError(
                f"no design of these scores is called {name!r}",
                f"one of: {', '.join(map(repr, known))}",
                try_=f"scores.difference({nearest(name, known)!r}, ...)",
            )
        return found

    def frame(self, by: Literal["design", "member"] = "design") -> pl.DataFrame:
        """The table as a polars frame, with the levers in which the designs differ.

        Args:
            by: "design" for a row each, the best first; "member" for a row for each network.

        Raises:
            DesignError: If `by` is neither.
        """
        if by not in ("design", "member"):
            raise DesignError(
                f"by = {by!r}", "'design' or 'member'", try_="scores.frame(by='member')"
            )
        found = self.members if by == "member" else self.rows
        left_out = ("draws",) if by == "member" else ("name",)
        columns = [name for name in type(found[0]).__slots__ if name not in left_out]
        table = {name: [getattr(row, name) for row in found] for name in columns}
        for name in differing(self.designs):
            table[name] = [self.designs[row.design][name] for row in found]
        return pl.DataFrame(table)

    def __repr__(self) -> str:
        head, *lines = self.cells()
        widths = [max(len(line[i]) for line in (head, *lines)) for i in range(len(head))]

        def laid(line: Sequence[str]) -> str:
            rest = (cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))
            return "  ".join([line[0].ljust(widths[0]), *rest])

        return "\n".join([self.title, laid(head), *map(laid, lines), self.how, *self.notes])

    def _repr_html_(self) -> str:
        from justright.recipes.scores_html import scores_html

        return scores_html(self)

    @property
    def title(self) -> str:
        """What the table shows, in words."""
        better = "higher" if self.higher_is_better else "lower"
        return (
            f"{self.metric} on validation rows, {better} is better;"
            f" {plural(len(self.members), 'network')} in {number(self.seconds, 2)} s"
        )

    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The table as text: its head, then a line for each design."""
        head = ("design", "mean", "95 % interval", "networks", "epochs", "diverged", "stopping")
        rows = self.rows
        metric = _decimals([row.value for row in rows])
        stopping = _decimals([row.stopping_score for row in rows])
        return (head, *(_line(row, metric, stopping) for row in rows))


def _line(row: DesignScore, metric: int, stopping: int) -> tuple[str, ...]:
    low, high = _fixed(row.low, metric), _fixed(row.high, metric)
    return (
        row.name,
        _fixed(row.value, metric),
        f"{low} to {high}" if math.isfinite(row.low) else low,
        count(row.n_members),
        number(row.epochs),
        count(row.n_diverged),
        _fixed(row.stopping_score, stopping),
    )


def _range(metric: str, higher_is_better: bool) -> tuple[float, float]:
    """The smallest and the largest value that a metric can have."""
    if not higher_is_better:
        return 0.0, math.inf
    return (-math.inf if metric == "r2" else 0.0), 1.0


def _decimals(values: Sequence[float]) -> int:
    """Decimals that show three digits of the smaller values of a column, alike in all its lines."""
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    return max(0, 2 - math.floor(math.log10(statistics.median_low(sizes)))) if sizes else 0


def _fixed(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}" if math.isfinite(value) else number(None)


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else math.nan
