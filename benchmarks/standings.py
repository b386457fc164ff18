"""The tables of `benchmarks/tables.py`, out of its results: metrics, seconds, ranks, failures."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from results import Result
from scipy.stats import rankdata

#: A mean for each rival on each set, by set; None where a fit failed.
Means = Mapping[str, Mapping[str, float | None]]

OURS = "justright"
CUT = "†"  # beside a figure of a network that might have learned more in more time


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Who is compared on what.

    Attributes:
        sets: Names of the sets, in the order of the table.
        rivals: Names of the rivals, in the order of the table.
        neural: Those rivals that are networks.
        higher_is_better: Of each set's metric.
    """

    sets: Sequence[str]
    rivals: Sequence[str]
    neural: Sequence[str]
    higher_is_better: Mapping[str, bool]


def means(results: Iterable[Result], figure: Callable[[Result], float | None]) -> Means:
    """The mean of a figure over the seeds; None where it is missing for one of them."""
    gathered: dict[str, dict[str, list[float | None]]] = {}
    for result in results:
        gathered.setdefault(result.set, {}).setdefault(result.rival, []).append(figure(result))
    return {
        name: {rival: _mean(values) for rival, values in by_rival.items()}
        for name, by_rival in gathered.items()
    }


def _mean(values: Sequence[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return fmean(numbers) if len(numbers) == len(values) else None


def ranks(values: Mapping[str, float | None], *, higher_is_better: bool) -> dict[str, float]:
    """1 for the best; equals share the mean of their ranks, and failures share the last ones."""
    sign = -1.0 if higher_is_better else 1.0
    costs = [math.inf if value is None else sign * value for value in values.values()]
    return dict(zip(values, map(float, rankdata(costs)), strict=True))


def mean_ranks(
    values: Means, rivals: Sequence[str], higher_is_better: Mapping[str, bool]
) -> tuple[dict[str, float], int]:
    """The mean rank of each of the rivals, on the sets on which all of them were measured.

    Returns:
        The ranks among these rivals alone, empty if there is no such set; the number of the sets.
    """
    shared = [name for name, row in values.items() if all(rival in row for rival in rivals)]
    placed = [
        ranks(
            {rival: values[name][rival] for rival in rivals},
            higher_is_better=higher_is_better[name],
        )
        for name in shared
    ]
    found = {rival: fmean(row[rival] for row in placed) for rival in rivals if placed}
    return found, len(shared)


def ratio(seconds: Means, rival: str, to: str = OURS) -> float | None:
    """The geometric mean, over the sets that both were measured on, of two rivals' seconds."""
    pairs = [(row.get(rival), row.get(to)) for row in seconds.values()]
    logs = [math.log(mine / theirs) for mine, theirs in pairs if mine and theirs]
    return math.exp(fmean(logs)) if logs else None


# ---------------------------------------------------------------- Markdown

METRIC_NOTE = (
    "With one seed the 95 % interval over the test rows, with several ± the standard deviation "
    f"over them; {CUT}: cut short to keep the time."
)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of one table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def number(value: float) -> str:
    """Four decimals, or five figures where it is large."""
    return f"{value:.4f}" if abs(value) < 10 else f"{value:.5g}"


def shown(results: Sequence[Result]) -> str:
    """The metric of one rival on one set: the interval of one seed, or the spread over several."""
    if not results:
        return ""
    values = [result.value for result in results if result.value is not None]
    failed = len(results) - len(values)
    if not values:
        return "failed"
    text = number(fmean(values))
    if len(values) > 1:
        text += f" ± {number(stdev(values))}"
    elif results[0].low is not None and results[0].high is not None:
        text += f" ({number(results[0].low)}–{number(results[0].high)})"
    text += CUT * any(result.cut for result in results)
    return text + (f", {failed} of {len(results)} failed" if failed else "")


def metric_table(results: Sequence[Result], field: Field) -> list[str]:
    """The metric of each rival on each set; the best mean in bold."""
    values = means(results, lambda result: result.value)
    rows = []
    for name in (name for name in field.sets if name in values):
        mine = [result for result in results if result.set == name]
        placed = ranks(values[name], higher_is_better=field.higher_is_better[name])
        cells = []
        for rival in field.rivals:
            text = shown([result for result in mine if result.rival == rival])
            known = values[name].get(rival) is not None
            best = known and placed[rival] == min(placed.values())
            cells.append(f"**{text}**" if best else text)
        rows.append([name, mine[0].metric, *cells])
    return markdown(["set", "metric", *field.rivals], rows)


def seconds_table(results: Sequence[Result], field: Field) -> list[str]:
    """Processor time of a fit, and as a multiple of Justright's where that is known."""
    seconds = means(results, lambda result: result.cpu_s)
    rows = []
    for name in (name for name in field.sets if name in seconds):
        row = seconds[name]
        cells = []
        for rival in field.rivals:
            took, ours = row.get(rival), row.get(OURS)
            times = f" (× {took / ours:.2g})" if took and ours and rival != OURS else ""
            cells.append("" if took is None else f"{took:.1f}{times}")
        rows.append([name, *cells])
    return markdown(["set", *field.rivals], rows)


def rank_table(results: Sequence[Result], field: Field) -> list[str]:
    """Mean ranks among all and among the networks, sets won, failures, and seconds."""
    values = means(results, lambda result: result.value)
    seconds = means(results, lambda result: result.cpu_s)
    everyone, n_sets = mean_ranks(values, field.rivals, field.higher_is_better)
    networks, n_neural = mean_ranks(values, field.neural, field.higher_is_better)
    rows = []
    for rival in sorted(field.rivals, key=lambda rival: everyone.get(rival, math.inf)):
        mine = [result for result in results if result.rival == rival]
        times = ratio(seconds, rival)
        rows.append(
            [
                rival,
                _cell(everyone.get(rival)),
                _cell(networks.get(rival)),
                str(len({result.set for result in mine})),
                str(sum(result.value is None for result in mine)),
                f"{sum(result.seconds for result in mine):.0f}",
                f"{sum(result.cpu_s for result in mine):.0f}",
                "" if times is None else f"× {times:.2g}",
            ]
        )
    head = ["rival", f"mean rank ({n_sets} sets)", f"among networks ({n_neural} sets)"]
    return markdown([*head, "sets", "failed", "s", "CPU s", f"CPU s to {OURS}'s"], rows)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def failure_lines(results: Sequence[Result]) -> list[str]:
    """Each fit that failed, with what it said."""
    return [
        f"* {result.rival} on {result.set}, seed {result.seed}: {result.notes.get('error')}"
        for result in results
        if result.value is None
    ]


def report(results: Sequence[Result], field: Field) -> str:
    """All tables of those who were measured at all, as Markdown."""
    measured = {result.rival for result in results}
    field = Field(
        sets=field.sets,
        rivals=[rival for rival in field.rivals if rival in measured],
        neural=[rival for rival in field.neural if rival in measured],
        higher_is_better=field.higher_is_better,
    )
    parts = {
        "Metric on the test rows": [METRIC_NOTE, "", *metric_table(results, field)],
        "Seconds of a fit, processor time": seconds_table(results, field),
        "Ranks, on the sets on which all were measured": rank_table(results, field),
        "Failures": failure_lines(results) or ["None."],
    }
    return "\n\n".join("\n".join([f"### {head}", "", *lines]) for head, lines in parts.items())
