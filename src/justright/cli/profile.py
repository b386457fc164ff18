"""`justright profile`: what a table holds and what is wrong with it; nothing is trained."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from justright.cli import folders
from justright.cli.arguments import add_table, table_options
from justright.errors import JustrightError

if TYPE_CHECKING:
    from justright.recipes.profile import DataProfile

NAME = "profile"
SUMMARY = "show what each column holds, what is wrong, and what a fit does with it"

# Lines of the screen beside the columns and findings: head, headings, gaps, foot, the prompt.
_FRAME = 13
# Columns shown however low the screen is.
_FEWEST = 8


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    # FILE first: after --drop it would be taken for one more of its columns.
    parser.usage = "%(prog)s FILE [--target COL] [options]"
    add_table(parser)
    parser.add_argument(
        "--out", metavar="FILE", help="write the report too: .html (a page), .json or .txt"
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--all", action="store_true", help="show every column and finding")
    shown.add_argument(
        "--log", action="store_true", help="print the logbook: what was read, changed, left out"
    )
    parser.add_argument("--json", action="store_true", help="print JSON; with --log a line each")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(options: argparse.Namespace) -> int:
    """Describe, print, and write the report."""
    from justright.cli.interrupt import Interrupt
    from justright.cli.progress import listen
    from justright.recipes.profile import STAGES, checked, profile

    place = None if options.out is None else checked(options.out)
    if place is not None:
        folders.refuse_unwritable(place)
        _refuse_source(place, Path(options.file))
    # Half a profile tells nothing, so the first Ctrl-C leaves: the interrupt is not entered.
    with listen(Interrupt(), quiet=options.quiet, stages=STAGES) as progress:
        found = profile(options.file, options.target, progress=progress, **table_options(options))
    _show(found, options)
    if place is not None:
        replaced = " (replaced)" if place.exists() else ""
        found.save(place)
        print(f"wrote {place}{replaced}", file=sys.stderr)
    return 0


def _refuse_source(place: Path, source: Path) -> None:
    """Never write over the table."""
    if place.exists() and source.exists() and place.samefile(source):
        raise JustrightError(
            f"--out {str(place)!r} is the table itself",
            "another file, or the rows would be lost",
            try_=f"--out {place.stem}-profile.html",
        )


def _show(found: "DataProfile", options: argparse.Namespace) -> None:
    if options.json:
        from justright.cli.machine import text

        print("\n".join(map(text, found.log)) if options.log else text(found.to_dict()))
    elif options.log:
        print(found.log_text())
    else:
        _screen(found, everything=options.all)


def _screen(found: "DataProfile", *, everything: bool) -> None:
    """The report in the width of the terminal, and as far as it fits, in its height."""
    import shutil

    from rich.console import Console

    from justright.report.data_text import FINDINGS, screen

    size = shutil.get_terminal_size()
    room = size.lines - _FRAME - 2 * min(len(found.findings), FINDINGS)
    console = Console(width=max(size.columns, 60), highlight=False, emoji=False)
    console.print(
        screen(
            found.record,
            width=console.width,
            n_columns=None if everything else max(room, _FEWEST),
            n_findings=None if everything else FINDINGS,
        )
    )
