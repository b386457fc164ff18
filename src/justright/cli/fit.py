"""`justright fit`: a good network for a table."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from justright.cli import folders
from justright.cli.arguments import add_data, data_options, seed, target

if TYPE_CHECKING:
    from justright.recipes.model import Model
    from justright.recipes.progress import Progress

NAME = "fit"
SUMMARY = "design, check and train a network for a table; write a model folder"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    # FILE first: after --drop or --set it would be taken for one more of theirs.
    parser.usage = "%(prog)s FILE --target COL [options]"
    add_data(parser)
    parser.add_argument(
        "--out", metavar="DIR", help="the model folder (default: ./justright-<name of FILE>)"
    )
    parser.add_argument("--seed", type=seed, default=0, help="same seed, same network (default: 0)")
    parser.add_argument("--test", metavar="FILE", help="rows for the final score, in a file apart")
    parser.add_argument("--json", action="store_true", help="print the run record as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(options: argparse.Namespace) -> int:
    """Train, write the folder, and show what came of it."""
    from justright.cli.interrupt import Interrupt
    from justright.cli.progress import listen

    target(options)  # refused before a folder is thought of
    folder = _folder(options)
    folders.refuse_unwritable(folder)
    with (
        Interrupt() as interrupt,
        listen(interrupt, quiet=options.quiet) as progress,
        _stdout_kept_clean(options.json),
    ):
        model = _train(options, folder, progress)
    if interrupt.asked:
        print("note: stopped as asked; the model is the best so far", file=sys.stderr)
    _show(model, model.folder or folder, as_json=options.json)
    return 0


def _folder(options: argparse.Namespace) -> Path:
    """The folder to write, with a word to the user when it is not the expected one."""
    if options.out is not None:
        return folders.asked(Path(options.out))
    wish = folders.for_table(options.file)
    folder = folders.free(wish)
    if folder != wish and not options.quiet:
        print(f"note: {wish} exists; writing to {folder}", file=sys.stderr)
    return folder


def _train(options: argparse.Namespace, folder: Path, progress: "Progress") -> "Model":
    from justright.recipes.fit import fit

    return fit(
        options.file,
        target(options),
        out=folder,
        seed=options.seed,
        test=options.test,
        progress=progress,
        **data_options(options),
    )


def _show(model: "Model", folder: Path, *, as_json: bool) -> None:
    if as_json:
        from justright.cli.machine import record

        print(record(model.run, folder))
        return
    from justright.cli.screen import show

    show(model.run, folder)


@contextlib.contextmanager
def _stdout_kept_clean(wanted: bool) -> Iterator[None]:
    """Send stray prints of any library to stderr, so that stdout stays one JSON object."""
    if not wanted:
        yield
        return
    with contextlib.redirect_stdout(sys.stderr):
        yield
