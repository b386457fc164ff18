"""Fill a template: keep the lines that a design needs, and write its values into them.

Lines that begin with `#:` steer: `#: when a and not b=c`, `#: else`, `#: end` around lines that
are kept or left out, and `#: why lever` where the reason of a choice is to stand.
"""

import re
import textwrap
from collections.abc import Callable, Mapping

#: What a condition may ask for: words, numbers, switches.
Facts = Mapping[str, object]

WIDTH = 100  # characters of a line, as ruff is set here
_STEER = re.compile(r"^( *)#: (when|else|end|why)\b *(.*)$")
_PLACE = re.compile("«(\\w+)»")
_BLANK_LINES = 2  # between what stands at the margin; one inside (PEP 8)
_OFF = (None, False, 0, "", "none")


def holds(condition: str, facts: Facts) -> bool:
    """Whether a condition of words joined by `and` and `or` holds; `and` binds closer.

    Args:
        condition: Terms `name`, `name=word`, each perhaps after `not`.
        facts: Name to value.

    Raises:
        KeyError: If a name is no fact.

    Example:
        >>> holds("dropout and not family=tabm", {"dropout": 0.1, "family": "dense"})
        True
        >>> holds("clip or depth", {"clip": "none", "depth": 0})
        False
    """
    return any(
        all(_term(term.strip(), facts) for term in part.split(" and "))
        for part in condition.split(" or ")
    )


def _term(term: str, facts: Facts) -> bool:
    if term.startswith("not "):
        return not _term(term.removeprefix("not "), facts)
    name, equals, word = term.partition("=")
    value = facts[name]
    return value == word if equals else value not in _OFF


def filled(
    template: str, facts: Facts, code: Mapping[str, str], why: Callable[[str], str]
) -> list[str]:
    """The lines of a template that a design needs.

    Args:
        template: The text.
        facts: What conditions ask for.
        code: What stands in the places of the template, as Python; several lines where a place
            has its line for itself.
        why: The reason of a lever, in words; empty for none.

    Raises:
        KeyError: If a place or a condition has no value.
        ValueError: If the markers of the template do not pair.

    Example:
        >>> text = "#: when depth\\n#: why depth\\nDEPTH = «depth»\\n#: end"
        >>> filled(text, {"depth": 2}, {"depth": "2"}, lambda lever: "few rows")
        ['# few rows', 'DEPTH = 2']
    """
    lines: list[str] = []
    kept: list[bool] = []
    for line in template.splitlines():
        steer = _STEER.match(line)
        if steer is None:
            if all(kept):
                lines += _PLACE.sub(lambda place: code[place[1]], line).splitlines() or [""]
            continue
        indent, word, rest = steer.groups()
        if word == "when":
            kept.append(not all(kept) or holds(rest, facts))
        elif word == "else":
            kept.append(not kept.pop())
        elif word == "end":
            kept.pop()
        elif all(kept):
            lines += comment(why(rest), indent)
    if kept:
        raise ValueError(f"a template has {len(kept)} markers without an end")
    return lines


def comment(words: str, indent: str = "") -> list[str]:
    """Words as lines of comment.

    Example:
        >>> comment("few rows", "  ")
        ['  # few rows']
    """
    start = f"{indent}# "
    return [start + line for line in textwrap.wrap(words, WIDTH - len(start))]


def spaced(lines: list[str]) -> str:
    """The lines as one text, its blank lines as ruff sets them.

    Example:
        >>> spaced(["x = 1", "", "", "", "def f():", "", "    return x", ""])
        'x = 1\\n\\n\\ndef f():\\n    return x\\n'
    """
    found: list[str] = []
    blank = 0
    for line in lines:
        if not line.strip():
            blank += 1
            continue
        most = 1 if line.startswith(" ") else _BLANK_LINES
        opens = bool(found) and found[-1].endswith((":", "(", "[", "{"))
        found += [""] * (0 if opens or not found else min(blank, most))
        found.append(line.rstrip())
        blank = 0
    return "\n".join(found) + "\n"
