"""`--to`: other trackers that the run goes to as well."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from justright.cli.arguments import lab

if TYPE_CHECKING:
    from justright.lab.sinks import Sinks
    from justright.recipes.lab_place import Place

#: Seconds that trackers have left where the work failed or was cut off (house convention).
HURRY_S = 5.0
#: Written out: to import them would load numpy before any command runs.
SINKS = ("wandb", "mlflow", "tensorboard")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare them.

    Args:
        parser: Of a command that keeps a run.
    """
    parser.add_argument(
        "--to",
        metavar="TRACKER",
        choices=SINKS,
        action="append",
        help="send the run there as well: wandb, mlflow or tensorboard; may be repeated",
    )
    parser.add_argument(
        "--all-curves",
        action="store_true",
        help="with --to: the curves of all networks, not of the best ten of each group only",
    )
    parser.set_defaults(refuse=parser.error)


@contextmanager
def kept(options: argparse.Namespace) -> Iterator["Place"]:
    """Where the run is kept, as a recipe takes it; at the end the trackers have it too.

    Args:
        options: The words as argparse read them, of `add` and `add_lab`.

    Raises:
        LabError: If a tracker's package is not installed, or the lab cannot be used.
        SystemExit: If the words contradict each other, as argparse does.
    """
    if not options.to:
        if options.all_curves:
            options.refuse("--all-curves goes with --to")
        yield lab(options)
        return
    from justright.lab import OFF, Lab, lab_file
    from justright.lab.sinks import Sinks, sinks_of

    if not options.lab or lab_file(options.db) is None:
        options.refuse(f"--to needs the lab, which is {OFF} here")
    names = list(dict.fromkeys(options.to))
    sinks = Sinks(sinks_of(names), all_curves=options.all_curves)
    with Lab(options.db, sinks=sinks) as place:
        try:
            yield place
        except BaseException:
            sinks.close(most_s=HURRY_S)
            raise
        place.flush()
        _wait(sinks, " and ".join(names), quiet=options.quiet)


def _wait(sinks: "Sinks", names: str, *, quiet: bool) -> None:
    """Let the trackers take in the rest; Ctrl-C leaves it out, and spoils nothing else."""
    if not quiet:
        print(f"note: sending the run to {names}", file=sys.stderr)
    try:
        sinks.close()
    except KeyboardInterrupt:
        print(f"note: the rest is left out of {names}; the lab has it", file=sys.stderr)
