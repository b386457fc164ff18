"""How sure a predicted number is: what intervals promise, and how often they held."""

from collections.abc import Sequence

from justright.kinds import Coverage, RunRecord
from justright.report.coverage import interval_words, told_of
from justright.report.forest import Line, forest, with_margin
from justright.report.markup import Cell, Html, cautions_list, esc, table
from justright.report.words import clip, number, percent, whole_percent

_SHOWN = 20  # columns in the picture and the table; of more, the first


def coverage(run: RunRecord) -> str:
    """Promised against observed, as a picture and a table; nothing for what is no number.

    Args:
        run: The run.
    """
    if run.intervals is None:
        return ""
    names = run.intervals.columns[:_SHOWN]
    shown = [one for one in run.coverage if one.column in names]
    lead = (
        f"<p>{esc(interval_words(run.intervals))} To have it beside each prediction: "
        "<code>justright predict … --interval 0.9</code>.</p>"
    )
    measured = _forest(run, len(names)) + _table(shown, len(names)) if shown else (
        "<p>No test row was there to tell how often intervals hold.</p>"
    )  # fmt: skip
    cautions = cautions_list(run.intervals.cautions)
    return f"<h3>How sure is a number?</h3>{lead}{measured}{cautions}"


def _forest(run: RunRecord, n_columns: int) -> str:
    """Points by which the intervals held more or less often than they promise."""
    found = run.coverage if n_columns == 1 else told_of(run)[:n_columns]
    lines = [_line(one, n_columns) for one in found]
    low, high = with_margin(*_ends(lines))
    spoken = "; ".join(f"{line.name}: held on {line.said} ({line.more})" for line in lines)
    level = "the promise" if n_columns == 1 else percent(found[0].level)
    return forest(
        lines,
        low,
        high,
        label=f"Intervals on the test rows: {spoken}",
        note=f"held more or less often than promised, in points; dashed: {level}",
        zero=True,
    )


def _line(one: Coverage, n_columns: int) -> Line:
    return Line(
        name=percent(one.level) if n_columns == 1 else clip(one.column, 24),
        css="harmful" if one.high < one.level else "network",
        value=(one.observed - one.level) * 100,
        low=(one.low - one.level) * 100,
        high=(one.high - one.level) * 100,
        said=whole_percent(one.observed),
        more=f"{whole_percent(one.low)} to {whole_percent(one.high)}",
    )


def _ends(lines: Sequence[Line]) -> tuple[float, float]:
    spans = [line.span for line in lines]
    return min(0.0, *(low for low, _ in spans)), max(0.0, *(high for _, high in spans))


def _table(found: Sequence[Coverage], n_columns: int) -> str:
    named = ["column"] if n_columns > 1 else []
    rows: list[list[Cell]] = [
        [
            *([clip(one.column, 40)] if named else []),
            percent(one.level),
            Html(f"<b>{percent(one.observed)}</b>"),
            f"{percent(one.low)} to {percent(one.high)}",
            number(one.width, 4),
        ]
        for one in found
    ]
    heads = [*named, "promised", "held on", "95 % interval", "median width"]
    numeric = tuple(range(len(named), len(heads)))
    note = (
        '<p class="note">Of the test rows, the share whose true number lay inside. The width is '
        "in the unit of the target; half of the intervals are narrower.</p>"
    )
    return table(heads, rows, numeric=numeric, caption="Intervals on the test rows") + note
