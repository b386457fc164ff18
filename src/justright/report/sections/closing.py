"""The findings, the timings, and how to do it again."""

from justright.kinds import Finding, RunRecord, Severity
from justright.report.markup import Section, badge, details, esc, table
from justright.report.words import number, percent, seconds, sentence

GRAVEST_FIRST = (Severity.STOP, Severity.WARN, Severity.NOTE)
#: Colours of the time bar, taken in turn.
_N_HUES = 6


def findings(run: RunRecord) -> Section:
    """What the checks saw, the gravest first."""
    ordered = sorted(run.findings, key=lambda f: GRAVEST_FIRST.index(f.severity))
    items = "".join(finding(f) for f in ordered)
    body = f'<ul class="findings">{items}</ul>' if items else ""
    if not body:
        body = "<p>The checks before and during training found nothing to remark on.</p>"
    return Section(id="findings", title="The findings", body=body)


def finding(found: Finding) -> str:
    """One finding as an item of a list: what was seen, what it means, what mends it."""
    place = found.layer or found.column
    where = f' <span class="where">in {esc(place)}</span>' if place else ""
    figures = ", ".join(f"{esc(k.replace('_', ' '))} {number(v)}" for k, v in found.numbers.items())
    small = ": ".join(part for part in (esc(found.check), figures) if part)
    return (
        f'<li class="finding {esc(found.severity.value)}"><p>'
        f"{badge(found.severity.value, 'severity-' + found.severity.value)} "
        f"<b>{esc(sentence(found.sign))}</b>{where}</p><p>{esc(sentence(found.meaning))}</p>"
        f'<p class="remedy"><b>Remedy:</b> {esc(sentence(found.remedy))}</p>'
        f'<p class="source">{small}</p></li>'
    )


def timings(run: RunRecord) -> Section:
    """Where the time went."""
    spent = [(name, s) for name, s in run.timings_s.items() if s > 0]
    total = sum(s for _, s in spent)
    if not spent or total <= 0:
        return Section(id="timings", title="The time", body="")
    bars = "".join(
        f'<span class="part hue{i % _N_HUES}" style="flex-grow:{s / total:.4f}" '
        f'title="{esc(name)}: {seconds(s)}"></span>'
        for i, (name, s) in enumerate(spent)
    )
    words = "".join(
        f'<li><i class="dot hue{i % _N_HUES}"></i>{esc(name.replace("_", " "))} '
        f"<b>{seconds(s)}</b> <span>{percent(s / total)}</span></li>"
        for i, (name, s) in enumerate(spent)
    )
    body = (
        f"<p>{seconds(total)} in all.</p>"
        f'<div class="bar" aria-hidden="true">{bars}</div><ul class="legend">{words}</ul>'
    )
    return Section(id="timings", title="The time", body=body)


def again(run: RunRecord) -> Section:
    """How to repeat the run."""
    parts = [
        f'<p class="label">On the command line</p><pre tabindex="0"><code>{esc(run.command)}'
        "</code></pre>"
        if run.command
        else "",
        f'<p class="label">In Python</p><pre tabindex="0"><code>{esc(run.python)}</code></pre>'
        if run.python
        else "",
        f"<p>Seed <b>{run.seed}</b>. The same data, seed and versions give the same network on "
        "the same kind of machine.</p>",
    ]
    if run.versions:
        versions = table(("package", "version"), list(run.versions.items()), caption="Versions")
        parts.append(details("Versions", versions, css="versions"))
    return Section(id="again", title="Do it again", body="".join(parts))
