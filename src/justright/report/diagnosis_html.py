"""A diagnosis as one self-contained page, and as a fragment for a notebook."""

from justright.kinds.diagnosis import Diagnosis
from justright.kinds.finding import Finding
from justright.report.diagnosis import (
    diagnosis_text,
    further,
    healthy,
    place,
    tried,
    unchecked,
)
from justright.report.html import document
from justright.report.markup import Section, esc, table
from justright.report.sections.closing import finding
from justright.report.words import clip, percent, plural, sentence

_OWN = """
.diff{margin:.4rem 0}.diff del,.diff ins{text-decoration:none;display:block}
.diff del{color:var(--bad)}.diff ins{color:var(--good)}
"""


def diagnosis_page(diagnosis: Diagnosis, *, script: str = "", ended: str = "") -> str:
    """A diagnosis as a page of its own.

    Args:
        diagnosis: The diagnosis.
        script: The script that was watched; "" for none.
        ended: How it ended, in a sentence; "" for nothing to say.

    Returns:
        An HTML document that loads nothing from anywhere.
    """
    about = " ".join(sentence(words) for words in (diagnosis.seen, ended) if words)
    sections = (_findings(diagnosis, script), _healthy(diagnosis), _unchecked(diagnosis))
    body = "".join(
        f'<section id="{s.id}"><h2>{esc(s.title)}</h2>{s.body}</section>'
        for s in sections
        if s.body
    )
    cost = f"Watching took {percent(diagnosis.overhead_share)} of the time."
    of = f" of {clip(script)}" if script else ""
    return document(
        f"Diagnosis{of} · Justright",
        f'<main><header><p class="brand">Justright<span> · diagnosis{esc(of)}</span></p>'
        f"<h1>{esc(sentence(diagnosis.verdict))}</h1><p>{esc(about)}</p></header>{body}"
        f"<footer>{esc(cost)}</footer></main>",
        charts=False,
        own_style=_OWN,
    )


def diagnosis_fragment(diagnosis: Diagnosis, *, script: str = "", ended: str = "") -> str:
    """A diagnosis for a notebook: its text, which no style of the page breaks.

    Args:
        diagnosis: The diagnosis.
        script: The script that was watched; "" for none.
        ended: How it ended, in a sentence; "" for nothing to say.
    """
    text = diagnosis_text(diagnosis, script=script, ended=ended)
    return f'<pre style="line-height:1.3;overflow-x:auto">{esc(text)}</pre>'


def _findings(diagnosis: Diagnosis, script: str) -> Section:
    items = "".join(_finding(one, diagnosis, script) for one in diagnosis.findings)
    body = f'<ul class="findings">{items}</ul>' if items else ""
    return Section(id="findings", title="What was found, the likeliest cause first", body=body)


def _finding(found: Finding, diagnosis: Diagnosis, script: str) -> str:
    """A finding as in every report, with its place, the line mended, and what else is known."""
    said = [("effect", tried(one)) for one in diagnosis.effects if one.check == found.check]
    if found is diagnosis.findings[0]:
        said += further(diagnosis)
    where = place(found, script)
    more = f"<p><b>Where:</b> {esc(where)}</p>" if where else ""
    more += "".join(
        f"<p><b>{esc(name.capitalize())}:</b> {esc(sentence(words))}</p>" for name, words in said
    )
    return finding(found).removesuffix("</li>") + _change(found, diagnosis) + more + "</li>"


def _change(found: Finding, diagnosis: Diagnosis) -> str:
    change = diagnosis.changes.get(found.check)
    if change is None:
        return ""
    line, before, after = change
    mended = "".join(f"<ins>+ {esc(one.strip())}</ins>" for one in after.splitlines())
    return (
        f'<pre class="diff" aria-label="change of line {line}"><del>- {esc(before.strip())}</del>'
        f"{mended}</pre>"
    )


def _healthy(diagnosis: Diagnosis) -> Section:
    well = healthy(diagnosis)
    body = f"<p>{esc(', '.join(well))}</p>" if well else ""
    return Section(id="healthy", title=f"Healthy: {plural(len(well), 'check')}", body=body)


def _unchecked(diagnosis: Diagnosis) -> Section:
    rows = [(names, because) for because, names in unchecked(diagnosis.not_checked)]
    body = table(("check", "why not"), rows, caption="Not checked") if rows else ""
    n = plural(len(diagnosis.not_checked), "check")
    return Section(id="unchecked", title=f"Not checked: {n}", body=body)
