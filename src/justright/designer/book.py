"""The rule book as a table: for the command line, and for the page in the docs."""

from collections.abc import Iterable

from justright.designer.chapter import Chapter
from justright.designer.levers import LEVERS, Lever, lever
from justright.designer.named import NAMED_DESIGNS, NamedDesign
from justright.designer.prior import Prior
from justright.designer.rule import Rule
from justright.designer.rulebook import RULE_BOOK
from justright.designer.sources import SOURCES, cite, keys
from justright.designer.workflow import WORKFLOW
from justright.errors import DesignError

_NAMED = """A named design is a set of decisions to start from: `justright fit FILE --target COL
--design realmlp`, or `justright.fit(..., design="realmlp")`. The rules above decide on the levers
that it leaves open, and what you set comes before both. A learning rate that it sets is not
measured again.
"""

#: Rule, lever, condition, choice, reason, citations.
Row = tuple[str, str, str, str, str, str]

_ROLES = {"follows": "follows the rules above", "stays": "stays as the design has it"}

_INTRO = """# The rule book

Every choice of a design is made by a rule of this book, by a measurement on your data, or by you.
The rules of a chapter are asked from top to bottom, and the first one that holds decides. A
*classic* rule was amended by newer evidence: it does not decide by itself, but can be asked for.
Below the rules stands what a search may do with the lever: the values that it draws, and how often,
where the first condition that holds decides again. What you or a named design set is never moved.

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


def search(text: str, among: Iterable[Row]) -> list[Row]:
    """The rules in which every word of a text stands: as lever, condition, choice, reason, source.

    Args:
        text: Words in any order; capitals, hyphens and underscores do not matter.
        among: The rules to search.

    Raises:
        DesignError: If there is none, or no word.

    Example:
        >>> [row[0] for row in search("BATCH-norm li2018", rows())], len(search("selu", rows())) > 3
        (['dropout-20'], True)
    """
    wanted = _bare(text).split()
    found = [
        row
        for row in among
        if wanted and all(word in _bare(" ".join((*row, *_keys_of(row)))) for word in wanted)
    ]
    if not found:
        raise DesignError(
            f"no rule has {text!r}",
            "words that all stand in a rule's lever, condition, choice, reason or source",
            try_=f"justright rules --search {wanted[0]}" if wanted[1:] else "justright rules",
        )
    return found


def designs() -> str:
    """The named designs and what each sets, as Markdown.

    Example:
        >>> print(designs().splitlines()[0])
        ## classic
    """
    return "\n\n".join(_named(design) for design in NAMED_DESIGNS) + "\n"


def designs_plain() -> list[dict[str, object]]:
    """The named designs and what each sets, as plain data.

    Example:
        >>> designs_plain()[0]["name"]
        'classic'
    """
    return [
        {
            "name": design.name,
            "what": design.what,
            "settings": [
                {
                    "lever": each.lever,
                    "when": each.rule.when.text,
                    "choose": each.rule.choose.text,
                    "because": each.rule.reason,
                    "source": cite(each.rule.source),
                }
                for each in design.settings
            ],
        }
        for design in NAMED_DESIGNS
    ]


def workflow() -> str:
    """The order of work, as a numbered list in Markdown.

    Example:
        >>> print(workflow().splitlines()[1])
        2. **the figure of merit**: one number that says which of two models is better, before \
there are any. Here: the lever metric.
    """
    return "".join(
        f"{i}. **{step.name}**: {step.what}. Here: {step.here}.\n"
        for i, step in enumerate(WORKFLOW, 1)
    )


def page() -> str:
    """The page `docs/rulebook.md`.

    Example:
        >>> page().splitlines()[0]
        '# The rule book'
    """
    named = designs().replace("## ", "### ")
    return (
        f"{_INTRO}\n## The order of work\n\n{workflow()}\n{table()}\n"
        f"## Named designs\n\n{_NAMED}\n{named}\n## Sources\n\n{_cited()}\n"
    )


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
    return (
        f"## {found.name}\n\n{help_}. May be: {found.range}.\n\n{head}\n{lines}"
        f"\n\n{_prior(chapter.prior)}"
    )


def _prior(prior: Prior) -> str:
    """What a search may do with the lever, as a sentence or a table."""
    if prior.role != "drawn":
        return f"In a search it {_ROLES[prior.role]}: {prior.why}."
    head = "| in a search, when | it is drawn from | because | source |\n|---|---|---|---|"
    lines = (
        _cells(each.when.text, each.draw.text, each.reason, each.source) for each in prior.likely
    )
    return "\n".join((head, *lines))


def _title(found: Lever) -> str:
    """The lever and its unit."""
    return f"{found.name} ({found.unit})" if found.unit else found.name


def _line(rule: Rule) -> str:
    """A rule as a row of a Markdown table."""
    return _cells(rule.id, rule.when_text, rule.choose.text, rule.reason, rule.source)


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _named(design: NamedDesign) -> str:
    """A named design: what it is, and what it sets."""
    head = "| lever | when | value | because | source |\n|---|---|---|---|---|"
    lines = "\n".join(
        _cells(each.lever, rule.when.text, rule.choose.text, rule.reason, rule.source)
        for each in design.settings
        for rule in (each.rule,)
    )
    return f"## {design.name}\n\n{design.what[0].upper()}{design.what[1:]}.\n\n{head}\n{lines}"


def _keys_of(row: Row) -> tuple[str, ...]:
    """The keys of the sources that a row cites."""
    return _KEYS[row[0]]


def _bare(text: str) -> str:
    """A text to search: without capitals, hyphens and underscores."""
    return text.lower().replace("-", " ").replace("_", " ")


_KEYS = {rule.id: keys(rule.source) for chapter in RULE_BOOK for rule in chapter.rules}


def _cited() -> str:
    """The sources that any rule cites, in alphabetical order."""
    used = {key for cited in _KEYS.values() for key in cited}
    used |= {
        key for chapter in RULE_BOOK for each in chapter.prior.likely for key in keys(each.source)
    }
    used |= {key for d in NAMED_DESIGNS for each in d.settings for key in keys(each.rule.source)}
    return "\n".join(f"* `{key}`: {SOURCES[key]}" for key in sorted(used))
