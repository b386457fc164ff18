"""The data's own report as one self-contained page, and as a fragment for a notebook."""

from collections.abc import Callable

from justright.kinds.data_record import DataRecord
from justright.report.data_text import FINDINGS, data_text
from justright.report.html import contents, document
from justright.report.markup import Section, esc
from justright.report.sections.data_columns import data_columns
from justright.report.sections.data_parts import (
    data_facts,
    data_findings,
    data_heading,
    data_logbook,
    data_next,
    data_target,
)
from justright.report.words import clip

#: The parts after the heading, in reading order: what is wrong comes first.
SECTIONS: tuple[Callable[[DataRecord], Section], ...] = (
    data_findings,
    data_target,
    data_columns,
    data_facts,
    data_logbook,
    data_next,
)
#: Columns that a notebook shows: more hide the cells around it.
_NOTEBOOK_COLUMNS = 40


def data_page(record: DataRecord) -> str:
    """The data's own report as one self-contained page.

    Args:
        record: The report.

    Returns:
        An HTML document that loads nothing from anywhere.
    """
    sections = [s for part in SECTIONS if (s := part(record)).body]
    body = "".join(
        f'<section id="{s.id}"><h2>{esc(s.title)}</h2>{s.body}</section>' for s in sections
    )
    return document(
        f"{clip(record.source)} · Justright",
        f'<a class="skip" href="#findings">To what looks wrong</a>'
        f"{contents(sections, 'top', 'The table')}<main>{data_heading(record)}{body}</main>",
        charts=False,
    )


def data_html(record: DataRecord) -> str:
    """The report as a fragment for a notebook: its text, which no style of the page breaks.

    Args:
        record: The report.
    """
    text = data_text(record, n_columns=_NOTEBOOK_COLUMNS, n_findings=FINDINGS)
    return f'<pre style="line-height:1.3;overflow-x:auto">{esc(text)}</pre>'
