"""The design: every lever, its value, and where that value comes from."""

from justright.designer.decision_words import Part, parts, turn_words
from justright.kinds import Decision, Origin, RunRecord, Value
from justright.report.markup import Html, Section, badge, details, esc, table
from justright.report.words import count, lever_name, number, plural, sentence

_ORIGINS: dict[Origin, str] = {
    "rule": "by a rule",
    "measurement": "by a measurement on your data",
    "user": "by you",
}


def design(run: RunRecord) -> Section:
    """The table of decisions."""
    decisions = run.design.decisions
    if not decisions:
        return Section(id="design", title="The design", body="")
    counts = [
        f"{count(n)} {words}"
        for origin, words in _ORIGINS.items()
        if (n := sum(d.origin == origin for d in decisions))
    ]
    lead = f"<p>{plural(len(decisions), 'lever')}: {esc(', '.join(counts))}.</p>"
    body = "".join(_part(part) for part in parts(run.design))
    return Section(id="design", title="The design", body=lead + body)


def _part(part: Part) -> str:
    """The decisions under one heading; those on levers that do nothing here in one line."""
    rows = [
        (lever_name(d.lever), _value_cell(d), Html(badge(d.origin, f"origin-{d.origin}")), _why(d))
        for d in part.used
    ]
    heads = ("lever", "value", "origin", "why")
    body = table(heads, rows, caption=part.heading, css="design") if rows else ""
    if part.unused:
        why: dict[str, list[str]] = {}
        for decision in part.unused:
            why.setdefault(decision.reason, []).append(lever_name(decision.lever))
        said = "; ".join(f"{reason}: {', '.join(names)}" for reason, names in why.items())
        body += f'<p class="note">{esc(sentence(said))}</p>'
    return f"<h3>{esc(part.heading)}</h3>{body}"


def value_text(value: Value) -> str:
    """A lever's value as text.

    Example:
        >>> value_text(True), value_text(0.000316), value_text(2048), value_text("relu")
        ('on', '0.000316', '2,048', 'relu')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return count(value)
    return number(value) if isinstance(value, float) else value


def _value_cell(decision: Decision) -> Html:
    unit = f" <small>{esc(decision.unit)}</small>" if decision.unit else ""
    return Html(f"<b>{esc(value_text(decision.value))}</b>{unit}")


def _why(decision: Decision) -> Html:
    parts = [f"<div>{esc(sentence(decision.reason))}</div>"]
    if decision.evidence:
        figures = ", ".join(
            f"{esc(lever_name(k))} {number(v)}" for k, v in decision.evidence.items()
        )
        parts.append(f'<div class="evidence">{figures}</div>')
    inner = f'<div class="source">{_source(decision)}</div>'
    label = decision.rule if decision.origin == "rule" else "source"
    if decision.turn is not None:
        inner += f"<p>What would change it: {esc(turn_words(decision.turn))}.</p>"
    if decision.passed_over:
        rows = [(p.rule, p.choice, p.when, p.because) for p in decision.passed_over]
        inner += table(
            ("rule", "would have chosen", "when", "why not"),
            rows,
            caption=f"Rules passed over for {lever_name(decision.lever)}",
        )
        label += f" · {plural(len(rows), 'rule')} passed over"
    parts.append(details(label, inner))
    return Html("".join(parts))


def _source(decision: Decision) -> str:
    rule = decision.rule if decision.origin == "rule" else ""
    condition = f"when {decision.when}" if decision.when and decision.origin == "rule" else ""
    shown = decision.source if decision.source != decision.origin else ""
    return " · ".join(esc(part) for part in (rule, condition, shown) if part)
