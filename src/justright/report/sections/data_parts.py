"""The other parts of the data's own report: head, findings, target, facts, how to go on."""

from justright.kinds import Severity
from justright.kinds.data_record import ColumnRecord, DataRecord
from justright.report.facts import fact_rows
from justright.report.markup import Section, details, esc, table
from justright.report.sections.closing import finding
from justright.report.sections.logbook import logbook
from justright.report.spark import picture
from justright.report.words import clip, count, percent, plural, sentence, size, task_words, when

#: Findings shown before the reader asks for more.
_FINDINGS = 30


def data_heading(record: DataRecord) -> str:
    """What the table is, and the size of it all."""
    facts = [
        ("Rows", count(record.n_rows)),
        ("Columns", count(record.n_columns)),
        ("In memory", size(record.n_bytes)),
        ("Duplicate rows", count(record.n_duplicates)),
        ("Cells missing", percent(record.missing_share)),
        ("Attention", attention(record)),
    ]
    items = "".join(f"<div><dt>{k}</dt><dd>{esc(v)}</dd></div>" for k, v in facts)
    return (
        f'<header id="top"><p class="brand">Justright<span> · data of '
        f"{esc(when(record.created))}</span></p><h1>What is in <em>{esc(clip(record.source, 80))}"
        f'</em></h1><dl class="facts">{items}</dl></header>'
    )


def attention(record: DataRecord) -> str:
    """How many findings ask for something."""
    urgent = sum(found.severity is not Severity.NOTE for found in record.findings)
    notes = len(record.findings) - urgent
    said = [plural(urgent, "finding") + " to act on"] if urgent else []
    said += [plural(notes, "note")] if notes else []
    return ", ".join(said) or "nothing looks wrong"


def data_findings(record: DataRecord) -> Section:
    """What looks wrong, the gravest first, with what mends it."""
    items = [finding(found) for found in record.findings]
    body = f'<ul class="findings">{"".join(items[:_FINDINGS])}</ul>' if items else ""
    if len(items) > _FINDINGS:
        rest = f'<ul class="findings">{"".join(items[_FINDINGS:])}</ul>'
        body += details(f"{count(len(items) - _FINDINGS)} more findings", rest)
    if not body:
        body = "<p>Nothing looks wrong.</p>"
    return Section(id="findings", title="What looks wrong", body=body)


def data_target(record: DataRecord) -> Section:
    """What is predicted, why it was understood so, and how its values are spread."""
    task = record.task
    if task is None:
        return Section(id="target", title="The target", body="")
    why = f'<p class="reason">{esc(sentence(task.reason))}</p>' if task.reason else ""
    goals = [one for one in record.columns if one.column.role == "target"]
    return Section(
        id="target",
        title="The target",
        body=f"<p><b>{esc(task.target)}</b> is predicted as {esc(task_words(task.kind))} "
        f"({esc(task.kind)}).</p>{why}{''.join(_goal(one, record.n_known) for one in goals)}",
    )


def _goal(one: ColumnRecord, n_rows: int) -> str:
    """The values of one target: classes with their counts, or a histogram."""
    if not one.column.top:
        return f'<div class="goal">{picture(one, n_rows)}</div>'
    most = max(n for _, n in one.column.top)
    rows = "".join(
        f'<li><span>{esc(clip(value, 40))}</span><i style="--share:{n / most:.3f}"></i>'
        f"<b>{count(n)}</b> <small>{percent(n / max(1, n_rows))}</small></li>"
        for value, n in one.column.top
    )
    more = one.column.n_unique - len(one.column.top)
    note = f'<p class="note">{plural(more, "more class", "more classes")}</p>' if more > 0 else ""
    return f'<ul class="classes">{rows}</ul>{note}'


def data_facts(record: DataRecord) -> Section:
    """What the designer reads, and what follows from it."""
    if record.profile is None:
        return Section(id="facts", title="What the designer reads", body="")
    rows = table(("fact", "value"), fact_rows(record.profile), caption="Facts", css="pairs")
    lines = "".join(f"<li>{esc(line)}</li>" for line in record.design)
    held = plural(record.profile.n_rows, "development row")
    body = (
        f"<p>Measured on {held}; the rows of the test are put aside first. "
        f"These are all that the rule book looks at.</p>{rows}"
        f"<h3>What follows from it</h3><ul>{lines}</ul>"
    )
    return Section(id="facts", title="What the designer reads", body=body)


def data_logbook(record: DataRecord) -> Section:
    """What was done to the data, in order."""
    return Section(id="logbook", title="The logbook", body=logbook(record.logbook))


def data_next(record: DataRecord) -> Section:
    """How to go on."""
    lead = "Train a network:" if record.task else "Say what is to be predicted:"
    body = (
        f'<p>{lead}</p><pre tabindex="0"><code>{esc(record.command)}</code></pre>'
        f'<p class="label">In Python</p><pre tabindex="0"><code>{esc(record.python)}</code></pre>'
    )
    return Section(id="next", title="How to go on", body=body)
