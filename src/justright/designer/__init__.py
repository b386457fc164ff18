"""Turn facts about data into a design, and say why."""

from justright.designer.book import page, rows, table
from justright.designer.explain import explain, summary
from justright.designer.explain_html import explain_html
from justright.designer.levers import LEVERS, Lever, check, parse
from justright.designer.planner import plan

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
