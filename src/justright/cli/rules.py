"""`justright rules`: the rule book, to read."""

import argparse
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

NAME = "rules"
SUMMARY = "print the rule book: every rule with its condition, reason and source"

#: (rule, lever, when, choose, because, source), as the rule book hands them out.
Row = tuple[str, str, str, str, str, str]

# Columns of the terminal below which the source moves under the reason: with fewer, five
# columns break into words.
WIDE = 110


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("lever", metavar="LEVER", nargs="?", help="only this lever's rules")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")


def run(options: argparse.Namespace) -> int:
    """Print the rules, a table a lever."""
    from justright.designer.book import rows

    chosen = rows(options.lever)
    if options.markdown:
        print("\n".join(markdown(chosen)))
        return 0
    from rich.console import Console

    console = Console(highlight=False)
    for table in tables(chosen, width=console.width):
        console.print(table)
    return 0


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
