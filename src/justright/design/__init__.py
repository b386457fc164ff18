"""Turn facts about data into a design, and say why."""

from justright.design.book import page, rows, table
from justright.design.explain import explain, explain_html, summary
from justright.design.levers import LEVERS, Lever, check, parse
from justright.design.planner import plan

__all__ = [
    "LEVERS",
    "Lever",
    "check",
    "explain",
    "explain_html",
    "page",
    "parse",
    "plan",
    "rows",
    "summary",
    "table",
]
