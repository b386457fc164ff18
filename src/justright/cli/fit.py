"""`justright fit`: a good network for a table."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from justright.cli import faults, folders, sinks
from justright.cli.arguments import (
    add_data,
    add_lab,
    at_least_one,
    data_options,
    duration,
    seed,
    share,
    target,
)

if TYPE_CHECKING:
    from justright.recipes.lab_place import Place
    from justright.recipes.model import Model
    from justright.recipes.progress import Progress

NAME = "fit"
SUMMARY = "design, check and train a network for a table; write a model folder"

#: What `vars` of the options holds besides what the user typed.
_SETTLED = ("run", "refuse", "default", "command")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    # FILE first: after --drop or --set it would be taken for one more of theirs.
    parser.usage = "%(prog)s FILE --target COL [options]\n       %(prog)s --resume DIR"
    add_data(parser, file="?")
    parser.add_argument(
        "--out", metavar="DIR", help="the model folder (default: ./justright-<name of FILE>)"
    )
    parser.add_argument("--seed", type=seed, help="same seed, same network (default: 0)")
    parser.add_argument("--weight", metavar="COL", help="how much each row counts; no input")
    parser.add_argument("--test", metavar="FILE", help="rows for the final score, in a file apart")
    parser.add_argument(
        "--test-share",
        metavar="S",
        type=share,
        help="share of the rows held out for the final score; 0 for none (default: 0.2)",
    )
    _search_options(parser)
    parser.add_argument(
        "--save-every",
        metavar="T",
        type=duration,
        default=30.0,
        help="how often to save what --resume needs (default: 30s)",
    )
    parser.add_argument(
        "--resume", metavar="DIR", help="go on with a fit to DIR that was cut off, as it was asked"
    )
    add_lab(parser)
    sinks.add(parser)
    parser.add_argument("--json", action="store_true", help="print the run record as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(default=parser.get_default)


def _search_options(parser: argparse.ArgumentParser) -> None:
    """Declare what may be asked of the search."""
    parser.set_defaults(time=None)  # 60 s, or no limit where the trials are counted
    group = parser.add_argument_group("search")
    group.add_argument(
        "--search",
        action=argparse.BooleanOptionalAction,
        help="try other designs and average the best (default: where time is left)",
    )
    group.add_argument(
        "--trials",
        metavar="N",
        type=at_least_one,
        help="designs to try, in place of a time: same seed, same result",
    )
    group.add_argument("--sampler", metavar="NAME", help="quasi-random (default) or optuna")
    group.add_argument("--storage", metavar="FILE", help="SQLite file that optuna keeps")
    group.add_argument(
        "--strategy",
        metavar="NAME",
        help="population (default: many at once, the worst cut early), or classic (one grows until"
        " it over-fits, and is then regularised)",
    )
    group.add_argument(
        "--single", action="store_true", help="teach what the ensemble knows to one network"
    )


def run(options: argparse.Namespace) -> int:
    """Train, write the folder, and show what came of it."""
    from justright.cli.interrupt import Interrupt
    from justright.cli.progress import listen

    folder = _folder(options) if options.resume is None else _to_resume(options)
    folders.refuse_unwritable(folder)
    with (
        sinks.kept(options) as place,
        Interrupt() as interrupt,
        listen(interrupt, quiet=options.quiet) as progress,
        _stdout_kept_clean(options.json),
    ):
        model = _model(options, folder, place, progress)
    if interrupt.asked:
        print("note: stopped as asked; the model is the best so far", file=sys.stderr)
    _show(model, model.folder or folder, as_json=options.json)
    return 0


def _to_resume(options: argparse.Namespace) -> Path:
    """The folder of the fit to resume, which is resumed as it was asked for."""
    shown = ("resume", "json", "quiet", "db", "lab", "to", "all_curves")
    given = [
        "FILE" if name == "file" else f"--{'set' if name == 'settings' else name}"
        for name, value in vars(options).items()
        # Not `!=`: a value that was typed is another object than the default.
        if name not in (*shown, *_SETTLED) and value is not options.default(name)
    ]
    if given:
        options.refuse(
            f"--resume goes on with a fit as it was asked for, so {', '.join(given)} cannot be"
            f" given".replace("_", "-")
        )
    return Path(options.resume)


def _folder(options: argparse.Namespace) -> Path:
    """The folder to write, with a word to the user when it is not the expected one."""
    if options.file is None:
        options.refuse("the following arguments are required: FILE")
    target(options)  # refused before a folder is thought of
    if options.out is not None:
        return folders.asked(Path(options.out))
    wish = folders.for_table(options.file)
    folder = folders.free(wish)
    if folder != wish and not options.quiet:
        seen = f"{wish} exists"
        if folders.unfinished(wish):
            seen = f"an unfinished fit to {wish} is there (justright fit --resume {wish})"
        print(f"note: {seen}; writing to {folder}", file=sys.stderr)
    return folder


def _model(
    options: argparse.Namespace, folder: Path, place: "Place", progress: "Progress"
) -> "Model":
    """The model; where the user leaves at once, a word on how to go on."""
    try:
        return _train(options, folder, place, progress)
    except KeyboardInterrupt:
        if folders.unfinished(folder):
            raise faults.CutOff(f"justright fit --resume {folder}") from None
        raise


def _train(
    options: argparse.Namespace, folder: Path, place: "Place", progress: "Progress"
) -> "Model":
    if options.resume is not None:
        from justright.recipes.resume import resume

        return resume(folder, lab=place, progress=progress)
    from justright.recipes.fit import fit
    from justright.recipes.wish import TEST_SHARE

    return fit(
        options.file,
        target(options),
        out=folder,
        seed=options.seed or 0,
        weight=options.weight,
        test=options.test,
        test_share=TEST_SHARE if options.test_share is None else options.test_share,
        save_every_s=options.save_every,
        lab=place,
        progress=progress,
        search=options.search,
        trials=options.trials,
        single=options.single,
        storage=options.storage,
        **{
            name: value
            for name in ("sampler", "strategy")
            if (value := getattr(options, name)) is not None
        },
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
