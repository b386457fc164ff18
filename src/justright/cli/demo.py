"""`justright demo`: the whole journey on data that is here already."""

import argparse
import contextlib
import csv
import io
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from justright.cli import folders
from justright.cli.arguments import add_lab, duration
from justright.demo.sets import SETS, Cells

NAME = "demo"
SUMMARY = "fit, predict and explain on a small table that comes along"

# Rows held back to be predicted: enough to look at, too few to be missed.
N_NEW = 10

# Lines shown of the explanation, which has hundreds: two decisions.
N_SHOWN = 15


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--set", dest="name", choices=tuple(SETS), default="penguins")
    parser.add_argument(
        "--time", metavar="T", type=duration, default=30.0, help="60s, 2m (default: 30s)"
    )
    parser.add_argument(
        "--out", metavar="DIR", help="the folder for data and model (default: ./justright-demo)"
    )
    add_lab(parser)


def run(options: argparse.Namespace) -> int:
    """Write the table, then run the very commands that are printed."""
    from justright.cli import main

    chosen = SETS[options.name]
    folder = (
        folders.free(Path("justright-demo"))
        if options.out is None
        else folders.asked(Path(options.out))
    )
    rows, own = chosen.rows(), _lab_words(options)
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, options.name, rows, chosen.target)
    print(f"The demo writes its data and its model to {folder}", flush=True)
    print(f"\n$ cd {shlex.quote(str(folder))}")
    with _lab_of_here(), contextlib.chdir(folder):
        for words in commands(options.name, options.time, *own):
            print(f"\n$ justright {shlex.join(words)}", flush=True)
            code = _cut_short(main, words) if words[0] == "explain" else main(words)
            if code != 0:
                return code
    return 0


def _lab_words(options: argparse.Namespace) -> list[str]:
    """The words that say where the run is kept, as they mean the same from another folder."""
    if options.db is not None:
        return ["--db", str(Path(options.db).absolute())]
    return [] if options.lab else ["--no-lab"]


@contextlib.contextmanager
def _lab_of_here() -> Iterator[None]:
    """This folder's lab keeps the run: `justright lab` is typed here, not in the demo's folder."""
    from justright.lab import VARIABLE, lab_file

    before, file = os.environ.get(VARIABLE), lab_file()
    if file is not None:
        os.environ[VARIABLE] = str(file.absolute())
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before


def _cut_short(main: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """Run a command and print the beginning of what it says, so that the scores stay in sight."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(words)
    lines = out.getvalue().splitlines()
    print("\n".join(lines[:N_SHOWN]))
    if len(lines) > N_SHOWN:
        print(f"... {len(lines) - N_SHOWN:,} more lines: run it yourself")
    return code


def commands(name: str, time_s: float, *own: str) -> list[list[str]]:
    """The commands of the demo, as words.

    Args:
        name: Name of the set.
        time_s: Seconds that the fit takes.
        own: Further words of the fit.

    Example:
        >>> commands("wine", 30.0)[1]
        ['predict', 'justright-wine', 'wine-new.csv']
    """
    chosen = SETS[name]
    table = f"{name}.csv"
    model = str(folders.for_table(table))
    return [
        ["fit", table, "--target", chosen.target, "--time", f"{time_s:g}s", *chosen.options, *own],
        ["predict", model, f"{name}-new.csv"],
        ["explain", model],
    ]


def write_tables(folder: Path, name: str, rows: Cells, target: str) -> None:
    """Write the table, and apart a few of its rows without the target.

    The rows apart are spread evenly, since many tables are sorted by their target.

    Args:
        folder: Where to.
        name: Name of the set.
        rows: Header and rows.
        target: The column that new rows do not have.
    """
    header, body = list(rows[0]), rows[1:]
    every = len(body) // N_NEW
    apart = set(range(every // 2, len(body), every)[:N_NEW])
    place = header.index(target)
    known = [row for number, row in enumerate(body) if number not in apart]
    new = [
        [cell for column, cell in enumerate(body[number]) if column != place]
        for number in sorted(apart)
    ]
    _write(folder / f"{name}.csv", [header, *known])
    _write(folder / f"{name}-new.csv", [[c for c in header if c != target], *new])


def _write(path: Path, rows: Cells) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
