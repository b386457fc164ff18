"""The columns of a table: what each holds, its picture, its faults, what is done with it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from justright.kinds import Column, Finding
from justright.kinds.data_record import ColumnRecord, DataRecord
from justright.report.markup import Cell, Html, Section, badge, details, esc, table
from justright.report.spark import picture
from justright.report.words import NONE, clip, count, percent, plural

#: Columns shown before the reader asks for more, and columns of a folded part.
SHOWN, FOLD = 200, 200

_HEADS = ("column", "kind", "role", "missing", "unique", "picture", "what is done")


def data_columns(record: DataRecord) -> Section:
    """Every column, in the order of the table, the target first; beyond 200 columns folded."""
    faults: dict[str, list[Finding]] = defaultdict(list)
    for found in record.findings:
        if found.column is not None:
            faults[found.column].append(found)
    ordered = sorted(record.columns, key=lambda one: one.column.role != "target")
    parts = [ordered[i : i + FOLD] for i in range(SHOWN, len(ordered), FOLD)]
    body = _summary(record) + _part(ordered[:SHOWN], faults, record.n_known)
    first = SHOWN + 1
    for part in parts:
        last = first + len(part) - 1
        body += details(
            f"Columns {count(first)} to {count(last)}", _part(part, faults, record.n_known)
        )
        first = last + 1
    return Section(id="columns", title="The columns", body=body)


def _summary(record: DataRecord) -> str:
    roles: dict[str, int] = defaultdict(int)
    for one in record.columns:
        roles[one.column.role] += 1
    inputs = plural(roles["input"], "column is an input", "columns are inputs")
    out = f", {count(roles['excluded'])} left out" if roles["excluded"] else ""
    return f"<p>{inputs}{out}. Figures are of {plural(record.n_known, 'row')}.</p>"


def _part(
    columns: Sequence[ColumnRecord], faults: Mapping[str, Sequence[Finding]], n_rows: int
) -> str:
    rows = [_row(one, faults.get(one.column.name, ()), n_rows) for one in columns]
    return table(_HEADS, rows, numeric=(3, 4), caption="Columns", css="columns profile")


def _row(one: ColumnRecord, faults: Sequence[Finding], n_rows: int) -> list[Cell]:
    column = one.column
    flags = "".join(
        f' <a href="#findings" title="{esc(found.sign)}">'
        f"{badge(found.severity.value, 'severity-' + found.severity.value)}</a>"
        for found in faults
    )
    kind = f'<small class="why">{esc(column.reason)}</small>' if column.role == "input" else ""
    why = f'<small class="why">{esc(one.why)}</small>' if one.why else ""
    return [
        Html(f"{esc(clip(column.name, 80))}{flags}{kind}"),
        column.kind,
        Html(badge(column.role, f"role-{column.role}")) if column.role != "input" else "input",
        Html(_missing(column, n_rows)),
        count(column.n_unique),
        Html(picture(one, n_rows)),
        Html(f"{esc(one.use)}{why}"),
    ]


def _missing(column: Column, n_rows: int) -> str:
    """The share of rows without a value, as a number and a bar."""
    if not column.n_missing:
        return NONE
    share = column.n_missing / max(1, n_rows)
    return f'{percent(share)}<i class="gap"><b style="width:{share * 100:.0f}%"></b></i>'
