"""The data's own report on one screen of a terminal, and as plain text."""

import io

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from justright.kinds import Finding, Severity
from justright.kinds.data_record import ColumnRecord, DataRecord
from justright.report.spark import SPARK, spark
from justright.report.words import NONE, count, number, percent, plural, sentence, size

#: Characters of a line where nobody says otherwise.
WIDTH = 100
#: Findings on one screen: more would push the columns out of sight.
FINDINGS = 4
#: Classes whose shares are told.
_CLASSES = 4
#: Share of a line that the names of columns may take.
_NAME_SHARE = 0.18
#: Characters of a picture where lines are short.
_NARROW_SPARK = 8
_STYLES = {Severity.STOP: "bold red", Severity.WARN: "yellow", Severity.NOTE: "cyan"}


def data_text(
    record: DataRecord,
    *,
    width: int = WIDTH,
    n_columns: int | None = None,
    n_findings: int | None = None,
) -> str:
    """The report as plain text.

    Args:
        record: The report.
        width: Characters of a line.
        n_columns: Columns of the table to show; None for all.
        n_findings: Findings to show; None for all.
    """
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, highlight=False, emoji=False)
    console.print(screen(record, width=width, n_columns=n_columns, n_findings=n_findings))
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip().splitlines())


def screen(
    record: DataRecord,
    *,
    width: int,
    n_columns: int | None = None,
    n_findings: int | None = None,
) -> Group:
    """The report as rich shows it: head, findings, columns, and how to go on.

    Args:
        record: The report.
        width: Characters of a line.
        n_columns: Columns of the table to show; None for all.
        n_findings: Findings to show; None for all.
    """
    shown = record.columns if n_columns is None else _first(record, n_columns)
    n_left = len(record.columns) - len(shown)
    parts: list[RenderableType] = [*head(record), Text()]
    parts += [*_findings(record, n_findings), Text()]
    parts.append(_table(shown, record.n_known, width))
    if n_left:
        parts.append(Text(f"and {plural(n_left, 'more column')}: --all shows them", style="dim"))
    parts += [Text(), Text(f"Next: {record.command}")]
    return Group(*parts)


def head(record: DataRecord) -> list[Text]:
    """What there is, and what is predicted: a line each."""
    repeated = record.n_duplicates
    said = [
        f"{plural(record.n_rows, 'row')}, {plural(record.n_columns, 'column')}",
        f"{size(record.n_bytes)} in memory",
        plural(repeated, "duplicate row") if repeated else "no duplicate rows",
        f"{percent(record.missing_share)} of the cells missing",
    ]
    line = Text.assemble((record.source, "bold"), f": {'; '.join(said)}")
    return [line, Text(task_line(record))]


def task_line(record: DataRecord) -> str:
    """What is predicted, with the shares of its classes or its range."""
    task = record.task
    if task is None:
        return "No target: --target COL says what can be predicted, and what gives it away"
    goals = [one.column for one in record.columns if one.column.role == "target"]
    if len(goals) != 1:
        return f"Target {task.target}: {task.kind}; {task.reason}"
    goal = goals[0]
    shares = [f"{value} {percent(n / max(1, record.n_known))}" for value, n in goal.top[:_CLASSES]]
    if len(goal.top) > _CLASSES:
        shares.append(f"{count(goal.n_unique - _CLASSES)} more")
    if goal.low is not None:
        shares = [f"{number(goal.low)} to {number(goal.high)}, median {number(goal.median)}"]
    return f"Target {task.target}: {task.kind} ({', '.join(shares)}); {task.reason}"


def _first(record: DataRecord, n_columns: int) -> tuple[ColumnRecord, ...]:
    """So many columns: the target and those with a finding first, then as in the table."""
    flagged = {found.column for found in record.findings}
    ranked = sorted(
        range(len(record.columns)),
        key=lambda i: (
            record.columns[i].column.role != "target",
            record.columns[i].column.name not in flagged,
        ),
    )
    return tuple(record.columns[i] for i in sorted(ranked[:n_columns]))


def _findings(record: DataRecord, n_findings: int | None) -> list[RenderableType]:
    if not record.findings:
        return [Text("Nothing looks wrong.")]
    shown = record.findings[:n_findings]
    lines: list[RenderableType] = []
    for found in shown:
        lines += _finding(found)
    n_left = len(record.findings) - len(shown)
    if n_left:
        lines.append(Text(f"and {plural(n_left, 'more finding')}: --all shows them", style="dim"))
    return lines


def _finding(found: Finding) -> list[Text]:
    """What was seen, and what mends it: a line each."""
    where = f"{found.column}: " if found.column and found.column not in found.sign else ""
    seen = Text(no_wrap=True, overflow="ellipsis")
    seen.append(f"{found.severity.value:<5}", style=_STYLES[found.severity])
    seen.append(f"{where}{sentence(found.sign)}")
    mend = Text(f"     try: {found.remedy}", no_wrap=True, overflow="ellipsis", style="dim")
    return [seen, mend]


def _table(columns: tuple[ColumnRecord, ...], n_rows: int, width: int) -> Table:
    """The columns, a line each; what does not fit ends in an ellipsis."""
    wide = width >= WIDTH
    longest = max((cell_len(_name(one)) for one in columns), default=0)
    name = min(max(longest, len("column")), int(width * _NAME_SHARE))
    picture = SPARK if wide else _NARROW_SPARK
    widths = [name, 8, 8, 7, 9 if wide else 7, picture]  # as wide as their longest words
    widths.append(max(width - sum(widths) - len(widths), 10))
    heads = ("column", "kind", "role", "missing", "unique", "picture", "what is done")
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    for head_, cells in zip(heads, widths, strict=True):
        right = head_ in ("missing", "unique")
        table.add_column(
            head_,
            width=cells,
            no_wrap=True,
            overflow="ellipsis",
            justify="right" if right else "left",
        )
    for one in columns:
        style = "dim" if one.column.role == "excluded" else ""
        table.add_row(*_row(one, n_rows, picture), style=style)
    return table


def _name(one: ColumnRecord) -> str:
    """The name on one line: a line feed in it would break the table."""
    return " ".join(one.column.name.split())


def _row(one: ColumnRecord, n_rows: int, picture: int) -> list[Text]:
    column = one.column
    done = f"{one.use}: {one.why}" if column.role == "excluded" else one.use
    missing = percent(column.n_missing / max(1, n_rows)) if column.n_missing else NONE
    unique, drawn = count(column.n_unique), spark(one, picture)
    cells = (_name(one), column.kind, column.role, missing, unique, drawn, done)
    return [Text(cell) for cell in cells]
