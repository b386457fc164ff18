"""What the reader sees first: the verdict, the warnings, the task."""

from justright.kinds import RunRecord, Severity
from justright.report.interval import interval_picture, rows_of
from justright.report.markup import Section, esc, table
from justright.report.words import (
    clip,
    count,
    metric_name,
    percent,
    plural,
    score_interval,
    score_value,
    seconds,
    task_words,
    when,
)


def heading(run: RunRecord) -> str:
    """Title, verdict, the score against its baselines, and the size of it all."""
    target = esc(clip(run.design.task.target, 80))
    source = esc(clip(run.data.source, 80))
    made = esc(when(run.created))
    return (
        f'<header id="verdict"><p class="brand">Justright<span> · report of {made}'
        f"</span></p><h1>Predicting <em>{target}</em> <span>from {source}</span></h1>"
        f'<p class="verdict">{esc(run.verdict)}</p>{_score(run)}{_facts(run)}</header>'
    )


def _score(run: RunRecord) -> str:
    if not run.scores:
        return ""
    score = run.scores[0]
    interval = score_interval(score)
    said = f" ({percent(score.level)} interval {esc(interval)})" if interval else ""
    what = "".join(
        f"<li><b>{esc(b.name.capitalize())}</b>: {esc(b.what)}.</li>" for b in run.baselines
    )
    known = f'<ul class="what">{what}</ul>' if what else ""
    return (
        f'<div class="score"><p>{esc(metric_name(score.metric))[:1].upper()}'
        f"{esc(metric_name(score.metric)[1:])} <strong>{score_value(score)}</strong>{said} on "
        f"{_seen(run, score.n_rows)}.</p>"
        f"{interval_picture(rows_of(run))}{known}</div>"
    )


def _seen(run: RunRecord, n_rows: int) -> str:
    if run.data.n_test:
        return f"{plural(n_rows, 'row')} that no choice has looked at"
    return f"{plural(n_rows, 'validation row')}, which choices have looked at"


def _facts(run: RunRecord) -> str:
    total = sum(run.timings_s.values())
    inputs = sum(c.role == "input" for c in run.columns)
    facts = [
        ("Data", f"{plural(run.data.n_rows, 'row')}, {plural(inputs, 'input column')}"),
        ("Model", _model_words(run)),
        ("Time", seconds(total) if total else ""),
        ("Attention", _attention(run)),
    ]
    items = "".join(f"<div><dt>{k}</dt><dd>{esc(v)}</dd></div>" for k, v in facts if v)
    return f'<dl class="facts">{items}</dl>'


def _model_words(run: RunRecord) -> str:
    weights = plural(run.n_parameters, "weight")
    n = len(run.traces)
    return f"{count(n)} networks of {weights}" if n > 1 else f"one network of {weights}"


def _attention(run: RunRecord) -> str:
    urgent = sum(f.severity is not Severity.NOTE for f in run.findings)
    parts = [
        plural(len(run.warnings), "warning") if run.warnings else "",
        plural(urgent, "finding") + " to act on" if urgent else "",
    ]
    return ", ".join(p for p in parts if p) or "no warnings"


def warnings(run: RunRecord) -> Section:
    """What the reader should know before using the model."""
    items = "".join(f"<li>{esc(w)}</li>" for w in run.warnings)
    body = f'<ul class="warnings">{items}</ul>' if items else ""
    return Section(id="warnings", title="Before you use it", body=body)


def task(run: RunRecord) -> Section:
    """The task as it was understood, and how to overrule that."""
    found = run.design.task
    lead = (
        f"<p>The column <b>{esc(found.target)}</b> is predicted as {esc(task_words(found.kind))}"
        f" ({esc(found.kind)}).</p>"
    )
    why = f'<p class="reason">{esc(found.reason)}</p>' if found.reason else ""
    rows: list[tuple[str, str]] = []
    if found.classes:
        shown = ", ".join(clip(c, 40) for c in found.classes[:20])
        more = f" … ({count(len(found.classes))} in all)" if len(found.classes) > 20 else ""
        rows.append(("classes", shown + more))
    if found.kind == "binary" and len(found.classes) == 2:
        rows.append(("probability given for", clip(found.classes[1], 40)))
    rows.append(("output neurons", count(found.n_outputs)))
    if run.scores:
        rows.append(("judged by", metric_name(run.scores[0].metric)))
    if found.is_classification and run.profile.minority_share:
        rows.append(
            ("rarest class", f"{percent(run.profile.minority_share)} of the development rows")
        )
    facts = table(("fact", "value"), rows, caption="The task", css="pairs")
    return Section(id="task", title="The task", body=lead + why + facts)
