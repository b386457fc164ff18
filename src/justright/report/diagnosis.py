"""A diagnosis in words: the verdict, what it stands on, what mends it, and what else was seen."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from rich.console import Group
from rich.text import Text

from justright.kinds.diagnosis import Diagnosis, Mended, NotChecked
from justright.kinds.finding import Finding, Severity
from justright.report.words import NONE, number, percent, plural, sentence

#: Characters of a line where nobody says otherwise.
WIDTH = 100
#: Styles of the severities on a terminal.
STYLES = {Severity.STOP: "bold red", Severity.WARN: "yellow", Severity.NOTE: "cyan"}
#: Checks that are named where they were not made for the same reason; more are counted.
_NAMED = 4
#: Healthy checks that are named; more are counted.
_WELL = 10
#: The part of the evidence before the reason why it is missing ("trials.rates: ").
_PART = re.compile(r"^[a-z_.]+: ")
#: Before what belongs to a finding: as wide as the word of its severity.
_UNDER = 5 * " "


def diagnosis_text(
    diagnosis: Diagnosis, *, script: str = "", ended: str = "", width: int = WIDTH
) -> str:
    """A diagnosis as plain text.

    Args:
        diagnosis: The diagnosis.
        script: The script that was watched; "" for none.
        ended: How it ended, in a sentence; "" for nothing to say.
        width: Characters of a line.

    Example:
        >>> print(diagnosis_text(Diagnosis(verdict="The network learns.", checked=("loss-rises",))))
        The network learns.
        <BLANKLINE>
        Healthy (1 check): loss rises
    """
    lines = _lines(diagnosis, script, ended, width)
    return "\n".join(line.plain.rstrip() for line in lines)


def diagnosis_screen(
    diagnosis: Diagnosis, *, script: str = "", ended: str = "", width: int = WIDTH
) -> Group:
    """The same as rich shows it, with colours on a terminal that has them.

    Args:
        diagnosis: The diagnosis.
        script: The script that was watched; "" for none.
        ended: How it ended, in a sentence; "" for nothing to say.
        width: Characters of a line.
    """
    return Group(*_lines(diagnosis, script, ended, width))


def place(found: Finding, script: str) -> str:
    """Where a finding is at home: file and line, and the layer; "" where nothing tells.

    Example:
        >>> place(Finding(check="a", severity=Severity.NOTE, sign="", meaning="", remedy="",
        ...     layer="fc1", line=12), "train.py")
        'train.py:12, layer fc1'
    """
    line = f"{script}:{found.line}" if script else f"line {found.line}"
    parts = (line if found.line is not None else "", f"layer {found.layer}" if found.layer else "")
    return ", ".join(part for part in parts if part)


def tried(mended: Mended) -> str:
    """What a remedy did when it was tried on a copy.

    Example:
        >>> tried(Mended(check="a", what="rate 1 -> 0.01", before=9, after=0.3, n_steps=20))
        'tried on a copy, rate 1 -> 0.01: after 20 steps the loss is 0.3 instead of 9'
    """
    before, after = (
        "not finite" if number(loss) == NONE else number(loss)
        for loss in (mended.before, mended.after)
    )
    return (
        f"tried on a copy, {mended.what}: after {plural(mended.n_steps, 'step')} the loss is"
        f" {after} instead of {before}"
    )


def healthy(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Checks that were made and found nothing, as words.

    Example:
        >>> healthy(Diagnosis(verdict="", checked=("dead-units",)))
        ('dead units',)
    """
    sick = {found.check for found in diagnosis.findings}
    return tuple(_named(check) for check in diagnosis.checked if check not in sick)


def unchecked(not_checked: Sequence[NotChecked]) -> list[tuple[str, str]]:
    """What could not be checked, by reason: the reason, and the checks in a few words.

    Where several parts of the evidence are missing, the first one's reason stands for all.

    Example:
        >>> unchecked([NotChecked(check="dead-units", because="signals: no layer ran")])
        [('no layer ran', 'dead units')]
    """
    ordered = sorted(not_checked, key=_reason)
    found = []
    for because, group in groupby(ordered, key=_reason):
        names = [_named(one.check) for one in group]
        found.append((because, _some(names, _NAMED)))
    return found


def _some(names: Sequence[str], n: int) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - n} more" if len(names) > n else ""
    return ", ".join(names[:n]) + more


def further(diagnosis: Diagnosis) -> tuple[tuple[str, str], ...]:
    """What is said of the first finding alone, each with its name; without words, nothing."""
    explained = ", ".join(_named(check) for check in diagnosis.explained)
    said = (
        ("to confirm", diagnosis.confirm),
        ("it explains", explained),
        ("or else", diagnosis.otherwise),
    )
    return tuple((name, words) for name, words in said if words)


def _reason(one: NotChecked) -> str:
    """Why a check was not made, without the name of the part that it lacks."""
    return _PART.sub("", one.because.split("; ")[0])


def _named(check: str) -> str:
    return check.replace("-", " ")


def _lines(diagnosis: Diagnosis, script: str, ended: str, width: int) -> Iterator[Text]:
    parts = (
        _opening(diagnosis, ended, width),
        *(_finding(one, diagnosis, script, width) for one in diagnosis.findings),
        _closing(diagnosis, width),
    )
    first = True
    for part in parts:
        lines = list(part)
        if lines and not first:
            yield Text()
        yield from lines
        first = False


def _opening(diagnosis: Diagnosis, ended: str, width: int) -> Iterator[Text]:
    style = "bold green" if diagnosis.healthy else "bold red"
    yield from _filled(sentence(diagnosis.verdict), width, style=style)
    for words in (diagnosis.seen, ended):
        yield from _filled(sentence(words), width, style="dim")


def _finding(found: Finding, diagnosis: Diagnosis, script: str, width: int) -> Iterator[Text]:
    """One finding: what was seen, what it means, what mends it; the first at more length."""
    where = place(found, script)
    head = f"{sentence(found.sign)}" + (f" ({where})" if where else "")
    yield from _filled(
        head, width, lead=f"{found.severity.value:<4} ", lead_style=STYLES[found.severity]
    )
    for lead, words in (("", found.meaning), ("remedy: ", found.remedy)):
        yield from _filled(sentence(words), width, lead=_UNDER + lead)
    yield from _change(found, diagnosis, script)
    for mended in diagnosis.effects:
        if mended.check == found.check:
            yield from _filled(sentence(tried(mended)), width, lead=_UNDER)
    if found is diagnosis.findings[0]:
        for lead, words in further(diagnosis):
            yield from _filled(sentence(words), width, lead=f"{_UNDER}{lead}: ")


def _change(found: Finding, diagnosis: Diagnosis, script: str) -> Iterator[Text]:
    """The user's own line, and the line as it should be."""
    change = diagnosis.changes.get(found.check)
    if change is None:
        return
    line, before, after = change
    yield Text(f"       {script or 'line'}:{line}", style="dim")
    yield Text(f"       - {before.strip()}", style="red")
    for one in after.splitlines():
        yield Text(f"       + {one.strip()}", style="green")


def _closing(diagnosis: Diagnosis, width: int) -> Iterator[Text]:
    """What was healthy, what could not be told, and what the watching cost."""
    well = healthy(diagnosis)
    if well:
        lead = f"Healthy ({plural(len(well), 'check')}): "
        yield from _filled(_some(well, _WELL), width, lead=lead, hang=2)
    if diagnosis.not_checked:
        yield Text(f"Not checked ({plural(len(diagnosis.not_checked), 'check')}):")
        for because, names in unchecked(diagnosis.not_checked):
            yield from _filled(f"{names}: {because}", width, lead=2 * " ", hang=4)
    if diagnosis.overhead_share > 0:
        yield Text(f"Watching took {percent(diagnosis.overhead_share)} of the time.", style="dim")


def _filled(
    words: str,
    width: int,
    *,
    lead: str = "",
    style: str = "",
    lead_style: str = "",
    hang: int | None = None,
) -> Iterator[Text]:
    """A paragraph in lines, with what stands before it; nothing for no words."""
    if not words:
        return
    indent = " " * (len(_UNDER) if hang is None and lead else hang or 0)
    lines = wrap(words, width, initial_indent=" " * len(lead), subsequent_indent=indent)
    yield Text.assemble((lead, lead_style), (lines[0][len(lead) :], style))
    for line in lines[1:]:
        yield Text(line, style=style)
