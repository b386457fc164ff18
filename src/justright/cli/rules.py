"""`justright rules`: the rule book, to read."""

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from justright.cli import rules_why
from justright.cli.terminal import columns

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from justright.designer.named import NamedDesign

NAME = "rules"
SUMMARY = "print the rule book: every rule with its condition, reason and source"

#: (rule, lever, when, choose, because, source), as the rule book hands them out.
Row = tuple[str, str, str, str, str, str]

#: What the cells of a row are called.
FIELDS = ("rule", "lever", "when", "choose", "because", "source")

# Columns of the terminal below which the source moves under the reason: with fewer, five
# columns break into words.
WIDE = 110


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("lever", metavar="LEVER", nargs="?", help="only this lever's rules")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--search", metavar="WORDS", help="only rules in which all the words stand")
    what.add_argument(
        "--why", metavar="FILE", help="which rule of LEVER holds on this table (with --target)"
    )
    what.add_argument("--designs", action="store_true", help="the named designs instead")
    what.add_argument("--workflow", action="store_true", help="the order of work instead")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print Markdown")
    form.add_argument("--json", action="store_true", help="print JSON")
    rules_why.arguments(parser)
    parser.set_defaults(refuse=parser.error)


def run(options: argparse.Namespace) -> int:
    """Print the rules, a table a lever; or what else was asked for."""
    _refuse_idle(options)
    if options.why is not None:
        return rules_why.run(options)
    if options.designs or options.workflow:
        _print_list(options)
        return 0
    from justright.designer.book import rows, search

    chosen = rows(options.lever)
    if options.search is not None:
        chosen = search(options.search, chosen)
    if options.json:
        _print_json([dict(zip(FIELDS, row, strict=True)) for row in chosen])
    elif options.markdown:
        print("\n".join(markdown(chosen)))
    else:
        _print_tables(tables(chosen, width=_console().width))
    return 0


def _refuse_idle(options: argparse.Namespace) -> None:
    """Refuse words that would do nothing, and --why without what it needs."""
    if options.why is None:
        for name in ("target", "design"):
            if getattr(options, name) is not None:
                options.refuse(f"--{name} goes with --why FILE")
    elif options.lever is None:
        options.refuse("--why needs a lever: justright rules LEVER --why FILE --target COL")
    elif options.target is None:
        options.refuse("--why needs --target COL")
    elif options.markdown:
        options.refuse("--why prints a table or JSON, not Markdown")
    if options.lever is not None and (options.designs or options.workflow):
        options.refuse("a lever goes with neither --designs nor --workflow")


def _print_list(options: argparse.Namespace) -> None:
    """The named designs, or the order of work."""
    from justright.designer import book
    from justright.designer.named import NAMED_DESIGNS
    from justright.designer.workflow import WORKFLOW

    if options.json:
        _print_json(
            book.designs_plain() if options.designs else [asdict(each) for each in WORKFLOW]
        )
    elif options.markdown:
        print(book.designs() if options.designs else book.workflow(), end="")
    elif options.designs:
        for design in NAMED_DESIGNS:
            _console().print(f"\n[bold]{design.name}[/]: {design.what}")
            _print_tables([_settings(design)])
    else:
        fold = partial(textwrap.fill, width=columns(), subsequent_indent=" " * 4)
        for i, step in enumerate(WORKFLOW, 1):
            print(fold(f"{i:2}. {step.name}: {step.what}"))
            print(fold(f"here: {step.here}", initial_indent=" " * 4))


def _settings(design: "NamedDesign") -> "Table":
    """What a named design sets."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("lever", no_wrap=True)
    table.add_column("value", ratio=2, overflow="fold")
    table.add_column("because", ratio=5, overflow="fold")
    for each in design.settings:
        when = "" if each.rule.when.text == "otherwise" else f", when {each.rule.when.text}"
        choice = f"{each.rule.choose.text}{when}"
        table.add_row(*(Text(cell) for cell in (each.lever, choice, each.rule.reason)))
    return table


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _print_tables(found: Iterable["Table"]) -> None:
    console = _console()
    for table in found:
        console.print(table)


def _print_json(plain: object) -> None:
    from justright.cli.machine import text

    print(text(plain))


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """The rules as Markdown, line by line.

    Example:
        >>> print(*markdown([("depth-1", "depth", "rows < 9", "1", "a | b", "guess")]), sep="\\n")
        ## depth
        <BLANKLINE>
        | rule | when | depth | because | source |
        |---|---|---|---|---|
        | depth-1 | rows < 9 | 1 | a \\| b | guess |
        <BLANKLINE>
    """
    for lever, chapter in groupby(rows, key=lambda row: row[1]):
        yield f"## {lever}"
        yield ""
        yield f"| rule | when | {lever} | because | source |"
        yield "|---|---|---|---|---|"
        for rule, _, *cells in chapter:
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in (rule, *cells)) + " |"
        yield ""


def tables(rows: Iterable[Row], *, width: int) -> Iterator["Table"]:
    """A table for each lever, fit for a terminal of `width` columns."""
    from rich.table import Table
    from rich.text import Text

    for lever, chapter in groupby(rows, key=lambda row: row[1]):
        table = Table(title=Text(lever, style="bold"), title_justify="left", show_lines=True)
        table.add_column("rule", no_wrap=True)
        for name, ratio in (("when", 3), ("choose", 2), ("because", 5)):
            table.add_column(name, ratio=ratio, overflow="fold")
        if width >= WIDE:
            table.add_column("source", ratio=3, overflow="fold")
        for rule, _, when, choose, because, source in chapter:
            cells = [Text(rule), Text(when), Text(choose), Text(because)]
            if width >= WIDE:
                cells.append(Text(source))
            else:
                cells[-1].append(f"\n{source}", style="dim")
            table.add_row(*cells)
        yield table
