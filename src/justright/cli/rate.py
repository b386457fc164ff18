"""`justright rate`: one question, which learning rate?"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from justright.cli import folders
from justright.cli.arguments import add_data, data_options, seed, target

if TYPE_CHECKING:
    from justright.recipes.learning_rate import FoundRate, How

NAME = "rate"
SUMMARY = "measure a good learning rate for a table, and say how sure it is"

#: Stages of `fit` that this command has.
STAGES = ("reading", "profile", "design", "preflight", "learning rate")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    # FILE first: after --drop or --set it would be taken for one more of theirs.
    parser.usage = "%(prog)s FILE --target COL [options]"
    add_data(parser, time_s=20.0)
    parser.add_argument(
        "--ramp",
        action="store_true",
        help="raise the rate of one training step by step, instead of training at many rates",
    )
    parser.add_argument("--seed", type=seed, default=0, help="same seed, same rate (default: 0)")
    parser.add_argument(
        "--save", metavar="FILE", help="save the picture: .html, .png, .svg or .pdf"
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(options: argparse.Namespace) -> int:
    """Measure, print, and save the picture."""
    from justright.cli.interrupt import Interrupt
    from justright.cli.progress import listen
    from justright.report.picture_file import checked

    picture = None if options.save is None else checked(options.save)
    if picture is not None:
        folders.refuse_unwritable(picture)
    from justright.recipes.learning_rate import learning_rate

    how: How = "ramp" if options.ramp else "sweep"
    # Half a test tells nothing, so the first Ctrl-C leaves: the interrupt is not entered.
    with listen(Interrupt(), quiet=options.quiet, stages=STAGES) as progress:
        found = learning_rate(
            options.file,
            target(options),
            how=how,
            seed=options.seed,
            progress=progress,
            **data_options(options),
        )
    _show(found, as_json=options.json)
    if picture is not None:
        _save(found, picture)
    return 0


def _show(found: "FoundRate", *, as_json: bool) -> None:
    if as_json:
        from justright.cli.machine import text

        print(text(found.to_dict()))
        return
    print(found)
    print(f"\nto train with it: --set learning_rate={found.chosen:.3g}")


def _save(found: "FoundRate", picture: Path) -> None:
    replaced = " (replaced)" if picture.exists() else ""
    found.save(picture)
    print(f"wrote {picture}{replaced}", file=sys.stderr)
