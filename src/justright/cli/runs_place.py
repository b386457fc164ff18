"""What the verbs of `justright runs` share: the lab's file, and runs by their names."""

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from justright.lab import Store
    from justright.lab.rows import RunRow

#: Characters of a uid that are shown: enough to tell thousands of runs apart.
UID = 6


def add_verb(verbs: Any, name: str, what: str, do: Callable[[argparse.Namespace], int]) -> Any:
    """A verb's parser, with the lab's file.

    Args:
        verbs: Of `justright runs`.
        name: The verb.
        what: What it does, in a line.
        do: Does it, and hands back an exit code.
    """
    parser = verbs.add_parser(name, help=what, description=what, allow_abbrev=False)
    parser.add_argument(
        "--db", metavar="FILE", help="the runs (default: $JUSTRIGHT_LAB, or .justright/runs.db)"
    )
    parser.set_defaults(do=do, refuse=parser.error)
    return parser


def opened(options: argparse.Namespace) -> "Store":
    """The lab's file, to read and edit.

    Args:
        options: The words as argparse read them.

    Raises:
        LabError: If there is none, or it cannot be used.
    """
    from justright.errors import LabError
    from justright.lab import Store, lab_file

    file = lab_file(options.db)
    if file is None:
        raise LabError("nothing is kept: the lab is off", "a file", try_="--db .justright/runs.db")
    return Store(file)


def named(store: "Store", names: Sequence[str]) -> list["RunRow"]:
    """Runs by their numbers, beginnings of uids, or names; each once.

    Args:
        store: Where they are.
        names: As typed.

    Raises:
        LabError: If there is none of that name, or several.
    """
    rows = [store.run(int(name) if _is_number(name) else name) for name in names]
    return list({row.id: row for row in rows}.values())


def printable(text: str) -> str:
    """A text without signs that would steer the terminal: names may come from anywhere.

    Example:
        >>> printable("a\\x1b[2Jb")
        'a?[2Jb'
    """
    return "".join(sign if sign.isprintable() or sign == "\\n" else "?" for sign in text)


def title(row: "RunRow") -> str:
    """A run as a heading: its name and its uid."""
    return printable(f"{row.name} ({row.uid[:UID]})")


def _is_number(name: str) -> bool:
    """Whether a word is a run's number: few digits, as a uid may be all digits too."""
    return name.isascii() and name.isdigit() and len(name) < UID
