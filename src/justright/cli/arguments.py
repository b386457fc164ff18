"""Arguments that several commands share, and how their words are read."""

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from justright.duration import seconds

if TYPE_CHECKING:
    from justright.kinds.decision import Value

#: The kinds of `TaskKind`, written out: to import that would load numpy before any command runs.
TASKS = (
    *("binary", "multiclass", "multilabel", "regression"),
    *("multi-target", "bounded", "positive", "ranking"),
)


def duration(text: str) -> float:
    """Read a time as seconds: `60s`, `2m`, `1h`, or `90` (seconds).

    Args:
        text: As typed.

    Returns:
        Seconds, above 0.

    Raises:
        argparse.ArgumentTypeError: If it is not such a time.

    Example:
        >>> duration("2m")
        120.0
    """
    try:
        return seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def seed(text: str) -> int:
    """Read a seed: a whole number from 0 to 2**32 - 1, numpy's range.

    Example:
        >>> seed("7")
        7
    """
    if not (text.isascii() and text.isdigit()) or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 2**32 - 1")
    return int(text)


def at_least_one(text: str) -> int:
    """Read a whole number, 1 or more.

    Example:
        >>> at_least_one("100")
        100
    """
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def share(text: str) -> float:
    """Read a share of the rows: 0 or more, and less than 1.

    Example:
        >>> share("0.25")
        0.25
    """
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share from 0 to less than 1")
    return found


def setting(text: str) -> tuple[str, str]:
    """Part `lever=value`; what the value means is the lever's affair.

    Example:
        >>> setting("depth=3")
        ('depth', '3')
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form lever=value")
    return name, value


def add_data(
    parser: argparse.ArgumentParser, *, file: str | None = None, time_s: float = 60.0
) -> None:
    """Declare the table, its target, the time, and what may be overruled.

    Args:
        parser: Of the command.
        file: "?" where the table may be left out; "*" where other words may stand before it;
            None where it must be given, alone.
        time_s: Seconds that the command takes where no time is given.
    """
    add_table(parser, file=file)
    parser.add_argument(
        "--time",
        metavar="T",
        type=duration,
        default=time_s,
        help=f"60s, 2m, 1h (default: {time_s:g}s)",
    )
    parser.add_argument("--metric", metavar="M", help="what to judge by (default: by the task)")
    parser.add_argument(
        "--design",
        metavar="NAME",
        help="the design to start from ('justright rules --designs' lists them)",
    )
    parser.add_argument(
        "--set",
        metavar="LEVER=VALUE",
        dest="settings",
        type=setting,
        nargs="+",
        action="extend",
        default=[],
        help="overrule a choice, such as depth=3 ('justright rules' lists the levers)",
    )


def add_table(parser: argparse.ArgumentParser, *, file: str | None = None) -> None:
    """Declare the table, its target, and what may be said about its columns.

    Args:
        parser: Of the command.
        file: "?" where the table may be left out; "*" where other words may stand before it;
            None where it must be given, alone.
    """
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs=file,
        help="the table: CSV, TSV, Parquet, ...; or a folder with a folder of images a class",
    )
    parser.add_argument(
        "--target",
        metavar="COL",
        action="append",
        help="the column to predict, once for each of several (not needed for a folder of images)",
    )
    parser.set_defaults(refuse=parser.error)
    parser.add_argument(
        "--drop", metavar="COL", nargs="+", action="extend", default=[], help="leave columns out"
    )
    parser.add_argument("--group", metavar="COL", help="rows of a group never part (patients ...)")
    parser.add_argument("--order", metavar="COL", help="train on earlier rows, test on later ones")
    parser.add_argument(
        "--task",
        choices=TASKS,
        help="overrule the task that was recognised",
    )


def add_lab(parser: argparse.ArgumentParser) -> None:
    """Declare where the run is kept.

    Args:
        parser: Of the command.
    """
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--db", metavar="FILE", help="keep the run in this file (default: .justright/runs.db)"
    )
    group.add_argument("--no-lab", dest="lab", action="store_false", help="keep no run")


def lab(options: argparse.Namespace) -> str | bool | None:
    """The options of `add_lab` as a recipe takes them.

    Args:
        options: The words as argparse read them.

    Example:
        >>> lab(argparse.Namespace(db=None, lab=False))
        False
    """
    place: str | None = options.db
    return place if options.lab else False


def target(options: argparse.Namespace) -> str | list[str] | None:
    """The column to predict, or several; None for images, whose folders are the classes.

    Args:
        options: The words as argparse read them.

    Raises:
        SystemExit: If a table is given without a target, as argparse does.
    """
    if options.target is None and not Path(options.file).is_dir():
        options.refuse("the following arguments are required: --target")
    found: list[str] | None = options.target
    return found[0] if found and len(found) == 1 else found


class TableOptions(TypedDict):
    """What every recipe on a table takes."""

    drop: tuple[str, ...]
    group: str | None
    order: str | None
    task: str | None


class DataOptions(TableOptions):
    """What recipes on a table take that design a network."""

    time_s: float
    metric: str | None
    design: str | None
    overrides: Mapping[str, "Value"]


def table_options(options: argparse.Namespace) -> TableOptions:
    """The options of `add_table` as a recipe takes them.

    Args:
        options: The words as argparse read them.

    Returns:
        Keyword arguments of `profile`.
    """
    return TableOptions(
        drop=tuple(options.drop), group=options.group, order=options.order, task=options.task
    )


def data_options(options: argparse.Namespace) -> DataOptions:
    """The options of `add_data` as a recipe takes them.

    Args:
        options: The words as argparse read them.

    Returns:
        Keyword arguments of `fit` and `design`.

    Raises:
        JustrightError: If a lever is unknown or its value cannot be read.
    """
    from justright.designer.levers import parse

    return DataOptions(
        time_s=options.time,
        metric=options.metric,
        design=options.design,
        overrides={name: parse(name, text) for name, text in options.settings},
        **table_options(options),
    )
