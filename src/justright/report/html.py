"""The report of a run: one file that opens anywhere, for good, without a network.

Everything is inside the page: style, scripts, data. The content policy lets the browser run
the page's own scripts, known by their hashes, and fetch nothing.
"""

import base64
import hashlib
from collections.abc import Callable
from importlib.resources import files

from justright.kinds import RunRecord
from justright.report.drawing import STYLE as PICTURE_STYLE
from justright.report.forest import STYLE
from justright.report.markup import Section, esc
from justright.report.sections.closing import again, findings, timings
from justright.report.sections.data import data
from justright.report.sections.design import design
from justright.report.sections.doubt import doubt
from justright.report.sections.opening import heading, task, warnings
from justright.report.sections.rate import rate
from justright.report.sections.results import results
from justright.report.sections.search import search
from justright.report.sections.training import training
from justright.report.words import clip, when

NO_SCRIPTS = (
    "<noscript><p>Scripts are off: the charts stay empty, their figures are in the tables "
    "below them.</p></noscript>"
)

#: The parts after the verdict, in reading order.
SECTIONS: tuple[Callable[[RunRecord], Section], ...] = (
    warnings,
    task,
    design,
    rate,
    training,
    search,
    results,
    doubt,
    data,
    findings,
    timings,
    again,
)


def html(run: RunRecord) -> str:
    """The report of a run as one self-contained page.

    Parts without anything to show are left out. Members and points beyond what a reader can
    tell apart are thinned, so that the page stays small however long the run was.

    Args:
        run: The run.

    Returns:
        An HTML document that loads nothing from anywhere.
    """
    sections = [s for part in SECTIONS if (s := part(run)).body]
    title = f"{clip(run.design.task.target)} from {clip(run.data.source)} · Justright"
    body = "".join(
        f'<section id="{s.id}"><h2>{esc(s.title)}</h2>{s.body}</section>' for s in sections
    )
    return document(
        title,
        f'<a class="skip" href="#verdict">To the verdict</a>'
        f"{contents(sections, 'verdict', 'The verdict')}"
        f"<main>{heading(run)}{NO_SCRIPTS}{body}{_foot(run)}</main>",
        own_style=PICTURE_STYLE if run.search is not None else "",
    )


def document(title: str, body: str, *, charts: bool = True, own_style: str = "") -> str:
    """A self-contained page with the report's style and charts.

    Args:
        title: Its title, as text.
        body: What it shows, as HTML.
        charts: Whether it has charts that scripts draw.
        own_style: Style of what only this page has.

    Returns:
        An HTML document that loads nothing from anywhere.
    """
    names = ("uplot.min.js", "charts.js", "rates.js") if charts else ()
    scripts = [asset(name) for name in (*names, "page.js")]
    style = (asset("uplot.min.css") if charts else "") + STYLE + own_style + asset("report.css")
    licence = f"<!-- uPlot:\n{asset('uplot.LICENSE.txt')}-->" if charts else ""
    inlined = "".join(f"<script>{s}</script>" for s in scripts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{esc(title)}</title><style>{style}</style></head><body>{body}"
        f"{licence}{inlined}</body></html>\n"
    )


def asset(name: str) -> str:
    """The text of a file that ships with the report."""
    return files("justright.report").joinpath("assets", name).read_text(encoding="utf-8")


def policy(scripts: list[str]) -> str:
    """A content policy that runs these scripts and loads nothing.

    Args:
        scripts: The text of each inline script.

    Returns:
        The value of the policy.

    Example:
        >>> policy([])
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    """
    digests = (hashlib.sha256(s.encode()).digest() for s in scripts)
    hashes = " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)
    allowed = f"script-src {hashes}; " if hashes else ""
    return (
        f"default-src 'none'; {allowed}style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def contents(sections: list[Section], id_: str, title: str) -> str:
    """The contents of a page.

    Args:
        sections: Its parts.
        id_: Anchor of the heading above them.
        title: What the heading is called here.
    """
    links = "".join(f'<li><a href="#{s.id}">{esc(s.title)}</a></li>' for s in sections)
    return (
        f'<nav aria-label="Contents"><p>Contents</p><ol><li><a href="#{id_}">{esc(title)}</a></li>'
        f"{links}</ol></nav>"
    )


def _foot(run: RunRecord) -> str:
    version = run.versions.get("justright", "")
    return (
        f"<footer>Written by Justright {esc(version)} on {esc(when(run.created))}. Charts: uPlot, "
        "MIT licence, © Leon Sorokin.</footer>"
    )
