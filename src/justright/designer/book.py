"""The rule book as a table: for the command line, and for the page in the docs."""

from justright.designer.levers import LEVERS, Lever, lever
from justright.designer.rule import Chapter, Rule
from justright.designer.rulebook import RULE_BOOK
from justright.designer.sources import SOURCES, cite, keys

#: Rule, lever, condition, choice, reason, citations.
Row = tuple[str, str, str, str, str, str]

_INTRO = """# The rule book

Every choice of a design is made by a rule of this book, by a measurement on your data, or by you.
The rules of a chapter are asked from top to bottom, and the first one that holds decides. A
*classic* rule was amended by newer evidence: it does not decide by itself, but can be asked for.

This page is written by `scripts/make_docs` from the rules themselves.
"""


def rows(name: str | None = None) -> list[Row]:
    """The rules of one lever, or of all, as plain text.

    Args:
        name: A lever; None for all.

    Returns:
        For each rule: its id, lever, condition, choice, reason and citations.

    Raises:
        DesignError: If there is no such lever.

    Example:
        >>> rows("batch-size")[2][:4]
        ('batch_size-20', 'batch_size', 'rows < 3,000', '32')
    """
    return [
        (rule.id, chapter.lever, rule.when_text, rule.choose.text, rule.reason, cite(rule.source))
        for chapter in _chapters(name)
        for rule in chapter.rules
    ]


def table(name: str | None = None) -> str:
    """The rules of one lever, or of all, as Markdown.

    Raises:
        DesignError: If there is no such lever.

    Example:
        >>> print(table("residual").splitlines()[0])
        ## residual
    """
    return "\n\n".join(_section(chapter) for chapter in _chapters(name)) + "\n"


def page() -> str:
    """The page `docs/rulebook.md`.

    Example:
        >>> page().splitlines()[0]
        '# The rule book'
    """
    return f"{_INTRO}\n{table()}\n## Sources\n\n{_cited()}\n"


def _chapters(name: str | None) -> tuple[Chapter, ...]:
    """The chapter of a lever, or all chapters."""
    if name is None:
        return RULE_BOOK
    wanted = lever(name).name
    return tuple(chapter for chapter in RULE_BOOK if chapter.lever == wanted)


def _section(chapter: Chapter) -> str:
    """A chapter: what the lever does, what it may be, its rules."""
    found = next(each for each in LEVERS if each.name == chapter.lever)
    head = f"| rule | when | {_title(found)} | because | source |\n|---|---|---|---|---|"
    lines = "\n".join(_line(rule) for rule in chapter.rules)
    help_ = found.help[0].upper() + found.help[1:]
    return f"## {found.name}\n\n{help_}. May be: {found.range}.\n\n{head}\n{lines}"


def _title(found: Lever) -> str:
    """The lever and its unit."""
    return f"{found.name} ({found.unit})" if found.unit else found.name


def _line(rule: Rule) -> str:
    """A rule as a row of a Markdown table."""
    cells = (rule.id, rule.when_text, rule.choose.text, rule.reason, rule.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cited() -> str:
    """The sources that any rule cites, in alphabetical order."""
    used = {key for chapter in RULE_BOOK for rule in chapter.rules for key in keys(rule.source)}
    return "\n".join(f"* `{key}`: {SOURCES[key]}" for key in sorted(used))
