"""What a population came to: a table of designs with intervals, and their paired differences."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from justright.designer.levers import nearest, words
from justright.errors import DesignError, TrainingError
from justright.kinds import Design, Trace, Value
from justright.recipes.candidates import differing, twins
from justright.recipes.metrics import interval
from justright.recipes.score_lines import DesignScore, Difference, MemberScore
from justright.report.words import count, number, plural
from justright.search.spread import t_interval

#: Members of one line of the table, by view and seed.
_Line = dict[tuple[int, int], MemberScore]


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
        least, most = metric_range(self.metric, self.higher_is_better)
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
        return self._gap(first, second, [(self._of(first), self._of(second))])

    def effect(self, lever: str, first: Value, second: Value, *, variant: str = "") -> Difference:
        """What a lever does on average: designs with one value minus those with another.

        Each design is compared with its twin, which differs in what the user set of this lever
        alone; the rule book may have drawn other conclusions from it. The mean over all twins
        stands for each view and seed.

        Args:
            lever: The lever.
            first: One value.
            second: The value that is taken away.
            variant: Which lines, where views have variants: "shuffled targets".

        Raises:
            DesignError: If no two designs are twins, or there is no such variant.
            TrainingError: If no pair came to finite losses.
        """
        found = twins(self.designs, lever, first, second)
        end = f", {variant}" if variant else ""
        pairs = [(self._of(one + end), self._of(other + end)) for one, other in found]
        return self._gap(f"{lever}={words(first)}", f"{lever}={words(second)}", pairs)

    def _gap(self, first: str, second: str, twins: Sequence[tuple[_Line, _Line]]) -> Difference:
        """The mean difference of some lines of the table from their twins."""
        gaps: dict[tuple[int, int], list[float]] = {}
        for one, other in twins:
            for key in one.keys() & other.keys():
                if math.isfinite(gap := one[key].value - other[key].value):
                    gaps.setdefault(key, []).append(gap)
        if not gaps:
            raise TrainingError(
                f"0 of {sum(len(one) for one, _ in twins)} pairs of {first!r} and {second!r} came"
                " to finite losses",
                "at least one view and seed on which both did",
                try_="a lower learning_rate for the design that diverged",
            )
        means = {key: statistics.fmean(own) for key, own in sorted(gaps.items())}
        value = statistics.fmean(means.values())
        low, high = self._interval(list(twins[0][0].values()), means)
        if len(means) == 1:
            low, high = _resampled(twins, next(iter(means)))
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
            n_pairs=sum(map(len, gaps.values())),
            better=better,
            how=self.how.replace("intervals:", "interval of the paired difference:"),
        )

    def _of(self, name: str) -> _Line:
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


def _resampled(twins: Sequence[tuple[_Line, _Line]], key: tuple[int, int]) -> tuple[float, float]:
    """The interval of a difference on one view and seed, from resampled rows; NaN without them."""
    gaps = []
    for one, other in twins:
        if key in one and key in other:
            lone, twin = one[key].draws, other[key].draws
            if lone is not None and twin is not None:
                gaps.append(lone - twin)
    return interval(np.mean(gaps, axis=0)) if gaps else (math.nan, math.nan)


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


def metric_range(metric: str, higher_is_better: bool) -> tuple[float, float]:
    """The smallest and the largest value that a metric can have.

    Args:
        metric: Name of the metric.
        higher_is_better: Its direction.

    Example:
        >>> metric_range("accuracy", True)
        (0.0, 1.0)
    """
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
