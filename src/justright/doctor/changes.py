"""The user's own line, and the line as it should be."""

import re
from collections.abc import Sequence

from justright.doctor.evidence import Source
from justright.kinds import Finding

#: "lr=0.5 -> lr=0.05" within a remedy, up to the end of the phrase.
_ARROW = re.compile(r"(?P<old>[\w.]+\s*(?:=[^\s;:]+|\([^;]*?\))) -> (?P<new>[^;]+?)(?=$|;|\. |: )")


def changes(source: Source | None, findings: Sequence[Finding]) -> dict[str, tuple[int, str, str]]:
    """The line to change for each finding, where the source tells it.

    Args:
        source: The user's script; None where there is no one file.
        findings: The findings.

    Returns:
        By the finding's check: line number, the line, the line as it should be.

    Example:
        >>> script = Source(path="a.py", lines=("opt = SGD(net.parameters(), lr=3.0)",))
        >>> from justright.kinds import Severity
        >>> high = Finding(check="high", severity=Severity.STOP, sign="", meaning="",
        ...                remedy="lower the rate: lr=3 -> lr=0.03")
        >>> changes(script, [high])["high"][2]
        'opt = SGD(net.parameters(), lr=0.03)'
    """
    if source is None:
        return {}
    found: dict[str, tuple[int, str, str]] = {}
    for finding in findings:
        change = _by_hint(source, finding) or _by_arrow(source, finding)
        if change is not None:
            found.setdefault(finding.check, change)
    return found


def _by_hint(source: Source, finding: Finding) -> tuple[int, str, str] | None:
    if finding.line is None:
        return None
    hint = next((h for h in source.hints if h.line == finding.line and h.better), None)
    return (hint.line, hint.text, hint.better) if hint else None


def _by_arrow(source: Source, finding: Finding) -> tuple[int, str, str] | None:
    arrow = _ARROW.search(finding.remedy)
    if arrow is None:
        return None
    old, new = arrow["old"].strip(), arrow["new"].strip()
    old, new = _by_name(source, old, new)
    places = [n for n, line in enumerate(source.lines, 1) if _same(line, old)]
    if finding.line in places:
        places = [finding.line or 0]
    if len(places) != 1:
        return None
    line = source.lines[places[0] - 1]
    return places[0], line.strip(), _replaced(line, old, new).strip()


def _by_name(source: Source, old: str, new: str) -> tuple[str, str]:
    """A setting that the script gives a name of its own: the line that sets that name.

    "lr=0.1" becomes "LEARNING_RATE=0.1" where the script says lr=LEARNING_RATE.
    """
    name, equals, value = old.partition("=")
    if not equals or any(_same(line, old) for line in source.lines):
        return old, new
    used = re.compile(rf"\b{re.escape(name.strip())}\s*=\s*(?:\w+\.)*(?P<own>[A-Za-z_]\w*)")
    own = next((match["own"] for line in source.lines if (match := used.search(line))), "")
    if not own:
        return old, new
    named, given = f"{own}={value}", f"{own} = {new.partition('=')[2]}"
    if any(_same(line, named) for line in source.lines):
        return named, given
    return _by_option(source, own, value, new.partition("=")[2]) or (old, new)


def _by_option(source: Source, own: str, value: str, wanted: str) -> tuple[str, str] | None:
    """The default of a command-line option of that name."""
    for line in source.lines:
        flag = re.escape(own).replace("_", "[-_]")
        option = re.search(rf"--{flag}\b.*default\s*=\s*([\w.+-]+)", line)
        if option and _number(option[1]) == _number(value):
            return f"default={option[1]}", f"default={wanted}"
    return None


def _same(line: str, old: str) -> bool:
    return _replaced(line, old, "\0") != line


def _replaced(line: str, old: str, new: str) -> str:
    """A line with a piece of code replaced; numbers are compared by value (3.0 is 3)."""
    name, equals, value = old.partition("=")
    if equals and _number(value) is not None:
        pattern = re.compile(rf"\b{re.escape(name.strip())}\s*=\s*(?P<value>[\w.+-]+)")
        match = pattern.search(line)
        if match and _number(match["value"]) == _number(value):
            return line[: match.start()] + new + line[match.end() :]
        return line
    return line.replace(old, new, 1)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
