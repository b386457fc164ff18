"""`justright rules LEVER --why FILE`: which rule holds on a table, and which one decided."""

import argparse
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from justright.cli.terminal import columns

if TYPE_CHECKING:
    from rich.table import Table

    from justright.designer.why import Held


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is asked beside the lever."""
    more = parser.add_argument_group("with --why")
    more.add_argument("--target", metavar="COL", help="the column to predict")
    more.add_argument("--design", metavar="NAME", help="the design to start from")


def run(options: argparse.Namespace) -> int:
    """Plan on the table, and print what became of each rule of the lever."""
    from justright.designer.decision_words import origin, turn_words, value
    from justright.designer.levers import lever
    from justright.designer.why import why
    from justright.recipes.design import design

    name = lever(options.lever).name
    planned = design(options.why, options.target, design=options.design)
    held = why(name, planned.design, planned.profile)
    decision = planned.design.decision(name)
    if options.json:
        import msgspec

        from justright.cli.machine import text

        print(text(msgspec.to_builtins({"decision": decision, "rules": held})))
        return 0
    from rich.console import Console

    Console(highlight=False).print(table(held))
    said = f"{name} = {value(decision)}  [{origin(decision)}]: {decision.reason}"
    print(textwrap.fill(said, columns()))
    if decision.turn is not None:
        print(textwrap.fill(turn_words(decision.turn), columns()))
    return 0


def table(held: Sequence["Held"]) -> "Table":
    """Each rule with its condition, the fact that it meets, and what became of it."""
    from rich.table import Table
    from rich.text import Text

    found = Table(show_lines=True)
    found.add_column("rule", no_wrap=True)
    for name, ratio in (("when", 4), ("here", 3), ("so", 2), ("choose", 2)):
        found.add_column(name, ratio=ratio, overflow="fold")
    for each in held:
        so = "decides" if each.decides else "holds" if each.holds else "does not hold"
        cells = (each.rule, each.when, each.seen, so, each.choice)
        style = "bold" if each.decides else "" if each.holds else "dim"
        found.add_row(*(Text(cell) for cell in cells), style=style)
    return found
