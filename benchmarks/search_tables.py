"""The tables of `benchmarks/search.py`, out of its results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np
from results import Result
from standings import CUT, OURS, Field, markdown, mean_ranks, means, number, ranks

SMALL_ROWS = 10_000  # below so many rows, configurations a minute are compared
BOUND = 10.0  # times as many a minute as the rival

Verdict = Literal["better", "level", "worse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Ours beside a rival's on one set, on the same test rows.

    Attributes:
        set: Name of the set.
        gain: Ours less theirs, turned so that positive is better, in the metric's unit.
        low: Lower end of the 95 % interval of paired resamples of the test rows.
        high: Upper end.
    """

    set: str
    gain: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Whether the interval leaves zero."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "level"


def ranked_table(results: Sequence[Result], field: Field) -> list[str]:
    """The mean metric of each method on each set, and its rank; the best in bold."""
    values, rows = means(results, lambda result: result.value), []
    metric = {result.set: result.metric for result in results}
    cut = {(result.set, result.rival) for result in results if result.cut}
    for name in (name for name in field.sets if name in values):
        placed = ranks(values[name], higher_is_better=field.higher_is_better[name])
        cells = [_cell(values[name], placed, own, (name, own) in cut) for own in field.rivals]
        rows.append([name, metric[name], *cells])
    return markdown(["set", "metric", *field.rivals], rows)


def _cell(
    values: Mapping[str, float | None], placed: Mapping[str, float], rival: str, cut: bool
) -> str:
    if rival not in values:
        return ""
    value = values[rival]
    if value is None:
        return "failed"
    text = f"{number(value)}{CUT * cut} ({placed[rival]:g})"
    return f"**{text}**" if placed[rival] == min(placed.values()) else text


def seconds_table(results: Sequence[Result], field: Field) -> list[str]:
    """Seconds of a fit by the clock: the mean over the seeds, of what did not fail."""
    rows = []
    for name in field.sets:
        cells = []
        for rival in field.rivals:
            mine = [r for r in results if (r.set, r.rival) == (name, rival) and r.value is not None]
            cells.append(f"{fmean(r.seconds for r in mine):.1f}" if mine else "")
        rows.append([name, *cells])
    return markdown(["set", *field.rivals], rows)


def beside(results: Sequence[Result], rival: str, higher: Mapping[str, bool]) -> list[Beside]:
    """Ours beside a rival's on each set that both answered for with the same seeds."""
    found: dict[tuple[str, str], dict[int, Result]] = {}
    for result in results:
        if result.value is not None:
            found.setdefault((result.set, result.rival), {})[result.seed] = result
    pairs = []
    for name, sign in ((name, 1.0 if better else -1.0) for name, better in higher.items()):
        mine, theirs = found.get((name, OURS), {}), found.get((name, rival), {})
        if not mine or mine.keys() != theirs.keys():
            continue
        gains = [_value(mine[seed]) - _value(theirs[seed]) for seed in mine]
        # A seed has test rows of its own, so that the draws of several are averaged.
        draws = np.mean([_draws(mine[seed]) - _draws(theirs[seed]) for seed in mine], axis=0)
        low, high = sorted(sign * np.nanquantile(draws, (0.025, 0.975)))
        pairs.append(Beside(set=name, gain=sign * fmean(gains), low=low, high=high))
    return pairs


def _value(result: Result) -> float:
    assert result.value is not None
    return result.value


def _draws(result: Result) -> np.ndarray:
    return np.array(result.notes["draws"], dtype=float)


def beside_table(results: Sequence[Result], field: Field) -> list[str]:
    """Ours against each rival: mean rank of the two, and the sets won, level and lost."""
    values, rows = means(results, lambda result: result.value), []
    for rival in field.rivals:
        pairs = beside(results, rival, field.higher_is_better)
        if rival == OURS or not pairs:
            continue
        placed, n_sets = mean_ranks(values, [OURS, rival], field.higher_is_better)
        verdicts = [pair.verdict for pair in pairs]
        plain = sum(pair.gain >= 0 for pair in pairs)
        rows.append(
            [
                rival,
                str(n_sets),
                f"{placed[OURS]:.2f} : {placed[rival]:.2f}",
                f"{plain / len(pairs):.0%}",
                f"{1 - verdicts.count('worse') / len(pairs):.0%}",
                *(
                    ", ".join(pair.set for pair in pairs if pair.verdict == verdict)
                    for verdict in ("better", "worse")
                ),
            ]
        )
    head = ["rival", "sets", "mean rank, ours : theirs", "ours at least as good"]
    return markdown([*head, "not worse by the interval", "clearly better", "clearly worse"], rows)


def tried_table(
    results: Sequence[Result], field: Field, rows_of: Mapping[str, int], rival: str
) -> list[str]:
    """Configurations tried a minute by each method that says, and ours as a multiple of one's."""
    said = [result for result in results if result.value is not None and "tried" in result.notes]
    named = {result.rival for result in said}
    tellers = [own for own in field.rivals if own in named]
    a_minute = means(said, lambda result: 60 * result.notes["tried"] / result.seconds)
    rows = []
    for name in (name for name in field.sets if name in a_minute):
        own = {teller: a_minute[name].get(teller) for teller in tellers}
        cells = ["" if pace is None else f"{pace:.1f}" for pace in own.values()]
        times = faster(own, rival) if rows_of[name] < SMALL_ROWS else None
        rows.append([name, *cells, "" if times is None else f"× {times:.1f}"])
    return markdown(["set", *tellers, f"{OURS} to {rival}"], rows)


def faster(a_minute: Mapping[str, float | None], rival: str) -> float | None:
    """How many times the configurations of a rival ours tries in the same time."""
    mine, theirs = a_minute.get(OURS), a_minute.get(rival)
    return mine / theirs if mine and theirs else None


def verdicts(
    results: Sequence[Result],
    field: Field,
    rows_of: Mapping[str, int],
    *,
    trees: Sequence[str],
    paced: str,
) -> list[str]:
    """What is asked of the search, and whether it holds.

    Args:
        results: All results.
        field: Who is compared on what; its networks are those to be better than.
        rows_of: Rows of each set.
        trees: Methods that it should not be worse than on at least half of the sets.
        paced: The method that it should outpace.
    """
    if OURS not in field.rivals:
        return []
    values, lines = means(results, lambda result: result.value), []
    placed, n_sets = mean_ranks(values, field.rivals, field.higher_is_better)
    for rival in (own for own in field.neural if not own.startswith(OURS) and own in placed):
        holds = placed[OURS] < placed[rival]
        lines.append(
            f"* mean rank on {n_sets} sets: {placed[OURS]:.2f} against {rival}'s"
            f" {placed[rival]:.2f}: {_word(holds)}"
        )
    for rival in (own for own in trees if own in field.rivals):
        if pairs := beside(results, rival, field.higher_is_better):
            share = fmean(pair.gain >= 0 for pair in pairs)
            lines.append(
                f"* at least as good as {rival} on {share:.0%} of {len(pairs)} sets:"
                f" {_word(share >= 0.5)}"
            )
    said = [result for result in results if result.value is not None and "tried" in result.notes]
    a_minute = means(said, lambda result: 60 * result.notes["tried"] / result.seconds)
    times = [
        found
        for name, own in a_minute.items()
        if rows_of[name] < SMALL_ROWS and (found := faster(own, paced)) is not None
    ]
    if times:
        lines.append(
            f"* configurations a minute, to {paced}'s: from × {min(times):.1f} to"
            f" × {max(times):.1f} on {len(times)} sets: {_word(min(times) >= BOUND)}"
        )
    return lines


def _word(holds: bool) -> str:
    return "PASS" if holds else "FAIL"
