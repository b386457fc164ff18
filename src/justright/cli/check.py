"""`justright check`: watch a script that knows nothing of Justright, and say what ails it."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from justright.cli import faults, folders
from justright.cli.arguments import add_lab, at_least_one, duration, lab
from justright.errors import JustrightError

if TYPE_CHECKING:
    from justright.recipes.check import Checked

NAME = "check"
SUMMARY = "run a PyTorch script unchanged and say what keeps its network from learning"
#: Exit code of wrong words and of a script that is none: 2 says that the script failed.
USAGE = 3
#: Where the words after `--` go, unread.
REST = "arguments"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.usage = "%(prog)s SCRIPT [options] [-- the script's own arguments]"
    parser.epilog = (
        "Exit code: 0 healthy, 1 findings at warn or above, 2 the script failed by itself, 3 usage."
    )
    parser.add_argument("script", metavar="SCRIPT", help="the script, as python would run it")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument(
        "--steps", metavar="N", type=at_least_one, help="stop it after so many optimizer steps"
    )
    limit.add_argument(
        "--time", metavar="T", type=duration, help="stop it after 60s, 2m, 1h (default: never)"
    )
    parser.add_argument("--quiet", action="store_true", help="hide what the script prints")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object; the script prints to stderr"
    )
    parser.add_argument("--out", metavar="FILE", help="write the report as a page too (.html)")
    parser.add_argument(
        "--no-trials",
        dest="trials",
        action="store_false",
        help="make no short trials on copies of the network once the script has ended",
    )
    add_lab(parser)


def run(options: argparse.Namespace) -> int:
    """Run the script, and print the report."""
    try:
        return _check(options)
    except JustrightError as error:
        faults.tell(error)
        return USAGE


def _check(options: argparse.Namespace) -> int:
    from justright.recipes.check import check

    page = None if options.out is None else _page(options.out)
    before = signal.signal(signal.SIGTERM, _end)
    try:
        checked = check(
            options.script,
            options.arguments,
            steps=options.steps,
            time_s=options.time,
            quiet=options.quiet,
            json=options.json,
            trials=options.trials,
            lab=lab(options),
            tell=lambda line: print(line, file=sys.stderr, flush=True),
        )
    finally:
        signal.signal(signal.SIGTERM, before)
    _show(checked, as_json=options.json)
    if page is not None:
        print(f"wrote {checked.report.html(page)}", file=sys.stderr)
    return checked.code


def _page(name: str) -> Path:
    """The page to write, once it is clear that it can be: the script may run for hours."""
    page = Path(name)
    if page.suffix.lower() != ".html":
        raise JustrightError(
            f"--out {name!r} is no page",
            "a name that ends in .html",
            try_=f"--out {page.stem}.html",
        )
    folders.refuse_unwritable(page)
    return page


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Leave as the signal would have it, by way of what ends the script."""
    sys.exit(128 + number)


def _show(checked: "Checked", *, as_json: bool) -> None:
    if as_json:
        from justright.cli.machine import text

        print(text(checked.report.to_json()))
        return
    from rich.console import Console

    from justright.cli.terminal import columns
    from justright.report.diagnosis import diagnosis_screen

    print()  # apart from what the script printed last
    Console(width=columns(), highlight=False, emoji=False).print(
        diagnosis_screen(
            checked.diagnosis, script=checked.script, ended=checked.ended, width=columns()
        )
    )
