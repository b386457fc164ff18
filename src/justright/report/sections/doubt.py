"""What looks wrong in the rows, and what was tried against rare classes."""

from collections.abc import Sequence

from justright.kinds import Contest, Doubt, RunRecord, Suspect
from justright.report.markup import Cell, Html, Section, esc, table
from justright.report.words import NONE, clip, count, metric_name, number, percent, plural, signed


def doubt(run: RunRecord) -> Section:
    """Rows to look at, and the ways to train on uneven classes."""
    parts = []
    if run.doubt is not None:
        parts += [_targets(run.doubt), _outliers(run.doubt)]
    if run.contest is not None:
        parts.append(_contest(run.contest))
    return Section(id="doubt", title="The doubts", body="".join(parts))


def _targets(found: Doubt) -> str:
    """Targets that the networks do not believe."""
    if not found.how:
        return ""
    title = "<h3>Targets to look at</h3>"
    judged = (
        f"Judged by {esc(found.how)}, from predictions of networks that did not train on the row."
    )
    if found.n_judged < found.n_rows:
        judged += (
            f" <b>{count(found.n_judged)} of {count(found.n_rows)}</b> development rows could be "
            "judged: every network trained on the others."
        )
    if not found.targets:
        return f"{title}<p>No target looks wrong. {judged}</p>"
    lead = (
        f"<p><b>{plural(found.n_targets, 'row')}</b> of {count(found.n_judged)} may have a wrong "
        f"target: {percent(found.n_targets / found.n_judged)}. {judged} A row may be right and "
        "merely odd: none was left out.</p>"
    )
    return title + lead + _label_table(found.targets) + _rest(found.n_targets, found.targets)


def _label_table(suspects: Sequence[Suspect]) -> str:
    numbers = suspects[0].kind == "value"
    sure = "distance" if numbers else "probability"
    several = len({one.column for one in suspects}) > 1
    heads = ["row", *(["column"] if several else []), "given", "suggested", sure]
    rows: list[list[Cell]] = [
        [
            count(one.row),
            *([clip(one.column, 40)] if several else []),
            clip(one.given, 40),
            clip(one.suggested, 40),
            _figure(one.distance if numbers else one.confidence),
        ]
        for one in suspects
    ]
    numeric = (0, heads.index(sure))
    return table(heads, rows, numeric=numeric, caption="Targets to look at", css="suspects")


def _outliers(found: Doubt) -> str:
    """Rows that lie far outside."""
    if not found.outliers:
        return ""
    rows: list[list[Cell]] = [
        [count(one.row), clip(one.column, 40), one.given, _figure(one.distance), one.why]
        for one in found.outliers
    ]
    heads = ("row", "column", "value", "distance", "why")
    grid = table(heads, rows, numeric=(0, 2, 3), caption="Rows far outside", css="suspects")
    lead = (
        f"<p><b>{plural(found.n_outliers, 'row')}</b> of {count(found.n_rows)} "
        f"{'lie' if found.n_outliers > 1 else 'lies'} far outside the others in some number. An "
        "outlier is innocent until proven guilty, so none was left out: "
        f"{esc(found.guarded)}.</p>"
    )
    return f"<h3>Rows far outside</h3>{lead}{grid}{_rest(found.n_outliers, found.outliers)}"


def _rest(n: int, shown: Sequence[Suspect]) -> str:
    """Where the rows are that are not shown."""
    part = f"The first {count(len(shown))} are shown. " if n > len(shown) else ""
    return (
        f'<p class="note">{part}Rows are counted from 1, without the header, as they stand in the '
        "data. All are in <code>suspect_rows.csv</code> and <code>model.suspects</code>.</p>"
    )


def _figure(value: float | None) -> str:
    return NONE if value is None else number(value)


def _contest(found: Contest) -> str:
    """Ways to train on uneven classes, side by side."""
    arrow = "↑" if found.higher_is_better else "↓"
    rows: list[list[Cell]] = []
    for k, way in enumerate(found.ways):
        name: Cell = Html(f"<b>{esc(way.name)}</b>") if k == found.chosen else way.name
        span = f"{signed(way.low)} to {signed(way.high)}" if k else NONE
        rows.append(
            [name, number(way.score), signed(way.gain) if k else NONE, span, _told(k, found)]
        )
    heads = ("way", f"{metric_name(found.metric)} {arrow}", "gain", "interval", "verdict")
    grid = table(heads, rows, numeric=(1, 2, 3), caption="Ways to train on uneven classes")
    lead = (
        f"<p>The rarest class has {percent(found.minority_share)} of the rows. Each way trained "
        f"{plural(found.n_networks, 'network')} of {plural(found.n_steps, 'step')} from the same "
        f"starts on the same folds, and was scored on {plural(found.n_rows, 'row')} that they did "
        "not train on. Another way than the plain one is taken only where the whole interval of "
        "its gain lies above zero.</p>"
    )
    note = (
        f'<p class="note">{percent(found.level)} intervals, wide enough to hold together. Weights '
        "and repeated rows bend probabilities towards the rare class; the temperature does not "
        "undo that.</p>"
    )
    return f"<h3>Uneven classes</h3>{lead}{grid}{note}"


def _told(k: int, found: Contest) -> str:
    if k == found.chosen:
        return "taken"
    if k == 0:
        return ""
    way = found.ways[k]
    if way.high < 0:
        return "worse"
    return "better, but not the best" if way.low > 0 else "no clear effect"
