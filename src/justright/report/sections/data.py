"""The data: where it came from, its columns, and what was done to it."""

from justright.kinds import Column, RunRecord
from justright.report.markup import Cell, Html, Section, badge, details, esc, table
from justright.report.sections.logbook import logbook
from justright.report.words import NONE, clip, count, day, finite, number, percent, plural

#: Columns shown, so that a wide table keeps the page small.
_MAX_COLUMNS = 150
#: Columns shown before the reader asks for more.
_FIRST_COLUMNS = 20


def data(run: RunRecord) -> Section:
    """Rows, split, columns and logbook."""
    body = _rows(run) + _columns(run) + _logbook(run)
    return Section(id="data", title="The data", body=body)


def _rows(run: RunRecord) -> str:
    facts = run.data
    parts = [
        (facts.n_development, "development", "choices and training look at these"),
        (facts.n_test, "test", "only the final score looks at these"),
    ]
    total = sum(n for n, _, _ in parts) or 1
    bars = "".join(
        f'<span class="part {name}" style="flex-grow:{n}" aria-hidden="true"></span>'
        for n, name, _ in parts
        if n
    )
    words = "".join(
        f'<li><i class="dot {name}"></i><b>{count(n)}</b> {name} rows ({percent(n / total)}), '
        f"<span>{why}</span></li>"
        for n, name, why in parts
        if n
    )
    folds = (
        f"{plural(facts.n_folds, 'fold')} of about {count(facts.n_validation)} validation rows"
        if facts.n_folds > 1
        else f"one hold-out of {count(facts.n_validation)} validation rows"
    )
    if facts.n_repeats > 1:
        folds += f", dealt out {facts.n_repeats} times"
    left = facts.n_rows - facts.n_development - facts.n_test
    out = f" {plural(left, 'row')} went to neither; the logbook says why." if left > 0 else ""
    return (
        f"<p><b>{esc(facts.source)}</b>: {plural(facts.n_rows, 'row')}, "
        f"{plural(facts.n_columns, 'column')}. The development rows are validated by {folds}."
        f'{out}</p><div class="bar">{bars}</div><ul class="legend">{words}</ul>'
        f'<p class="note">Fingerprint of the cells (SHA-256): <code>{esc(facts.fingerprint)}</code>'
        "</p>"
    )


def _columns(run: RunRecord) -> str:
    if not run.columns:
        return ""
    ordered = sorted(run.columns, key=lambda c: c.role != "target")
    shown = ordered[:_MAX_COLUMNS]
    n_rows = run.data.n_rows or 1
    rows = [_column_row(c, n_rows) for c in shown]
    heads = ("column", "kind", "role", "missing", "unique", "summary")

    def part(lines: list[list[Cell]]) -> str:
        return table(heads, lines, numeric=(3, 4), caption="Columns", css="columns")

    body = part(rows[:_FIRST_COLUMNS])
    if len(rows) > _FIRST_COLUMNS:
        body += details(
            f"{count(len(rows) - _FIRST_COLUMNS)} more columns", part(rows[_FIRST_COLUMNS:])
        )
    if len(ordered) > len(shown):
        rest = count(len(ordered) - len(shown))
        body += f'<p class="note">{rest} further columns are left out of this page.</p>'
    return f"<h3>Columns</h3>{body}"


def _column_row(column: Column, n_rows: int) -> list[Cell]:
    reason = f'<small class="why">{esc(column.reason)}</small>' if column.reason else ""
    missing = percent(column.n_missing / n_rows) if column.n_missing else NONE
    return [
        Html(f"{esc(clip(column.name, 80))}{reason}"),
        column.kind,
        Html(badge(column.role, f"role-{column.role}")) if column.role != "input" else "input",
        missing,
        count(column.n_unique),
        Html(_range(column) or _top(column, n_rows)),
    ]


def _range(column: Column) -> str:
    """Smallest and largest value with the middle half of the rows as a bar between them."""
    low, high = column.low, column.high
    if low is None or high is None or not (finite(low) and finite(high)):
        return ""
    if column.kind == "date":
        return f'<span class="mini">{day(low)} to {day(high)}</span>'
    bar = ""
    middle = [v for v in (column.q25, column.median, column.q75) if v is not None and finite(v)]
    if len(middle) == 3 and high > low:
        left, mid, right = ((v - low) / (high - low) * 100 for v in middle)
        bar = (
            '<svg class="range" width="90" height="12" aria-hidden="true">'
            '<line x1="0" x2="100%" y1="6" y2="6"/>'
            f'<rect x="{left:.1f}%" width="{max(right - left, 1):.1f}%" y="2" height="8"/>'
            f'<line class="mid" x1="{mid:.1f}%" x2="{mid:.1f}%" y1="1" y2="11"/></svg>'
        )
    said = f" median {number(column.median)}" if column.median is not None else ""
    return f'<span class="mini">{number(low)} {bar} {number(high)}<small>{said}</small></span>'


def _top(column: Column, n_rows: int) -> str:
    """The most frequent values."""
    shown = [
        f"{esc(clip(value, 24))} <small>{percent(n / n_rows)}</small>"
        for value, n in column.top[:3]
    ]
    more = column.n_unique - len(shown)
    if shown and more > 0:
        shown.append(f"<small>{count(more)} more</small>")
    return f'<span class="mini">{", ".join(shown)}</span>' if shown else ""


def _logbook(run: RunRecord) -> str:
    body = logbook(run.logbook)
    return f'<h3 id="logbook">Logbook</h3>{body}' if body else ""
