"""A design as a table for a notebook: self-contained and escaped."""

from html import escape

from justright.designer.decision_words import (
    Part,
    evidence,
    origin,
    parts,
    set_aside,
    turn_words,
    value,
)
from justright.kinds.decision import Decision
from justright.kinds.design import Design

_COLUMNS = ("lever", "value", "origin", "because")


def explain_html(design: Design) -> str:
    """The explanation as a table, self-contained and escaped, for a notebook.

    Example:
        >>> from justright.kinds.task import Task
        >>> explain_html(Design(task=Task(kind="binary", target="a<b"), decisions=()))[:68]
        '<div class="justright-design"><h4>Design for &#x27;a&lt;b&#x27; (bin'
    """
    rows = "".join(_part(part) for part in parts(design))
    head = "".join(f"<th>{title}</th>" for title in _COLUMNS)
    title = escape(f"Design for {design.task.target!r} ({design.task.kind})")
    return (
        f'<div class="justright-design"><h4>{title}</h4>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _part(part: Part) -> str:
    """A heading, its decisions, and in one row the levers that do nothing here."""
    rows = [_wide(f"<b>{escape(part.heading)}</b>"), *(_row(each) for each in part.used)]
    if part.unused:
        levers = ", ".join(f"{each.lever} ({each.reason})" for each in part.unused)
        rows.append(_wide(f"<small>{escape(levers)}</small>"))
    return "".join(rows)


def _wide(cell: str) -> str:
    return f'<tr><td colspan="{len(_COLUMNS)}">{cell}</td></tr>'


def _row(decision: Decision) -> str:
    """One decision as a row of the table."""
    more = f"<p>Figures: {escape(evidence(decision))}</p>" if decision.evidence else ""
    if decision.turn is not None:
        more += f"<p>Change: {escape(turn_words(decision.turn))}</p>"
    passed = "".join(
        f"<li>{escape(why)}: {escape('; '.join(rules))}</li>"
        for why, rules in set_aside(decision).items()
    )
    if passed:
        count = len(decision.passed_over)
        more += f"<details><summary>{count} passed over</summary><ul>{passed}</ul></details>"
    because = f"{escape(decision.reason)}<br><small>{escape(decision.source)}</small>{more}"
    cells = (escape(decision.lever), escape(value(decision)), escape(origin(decision)), because)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
