"""Where a command writes: never over what is there."""

import itertools
import os
from pathlib import Path

from justright.errors import JustrightError


def free(wish: Path) -> Path:
    """The folder wished for, or the first of `-2`, `-3` ... that does not exist.

    Args:
        wish: Where it should go.

    Returns:
        A path that does not exist, and to which no unfinished fit leads.
    """
    if not wish.exists() and not unfinished(wish):
        return wish
    others = (wish.with_name(f"{wish.name}-{number}") for number in itertools.count(2))
    return next(path for path in others if not path.exists() and not unfinished(path))


def unfinished(folder: Path) -> bool:
    """Whether a fit to this model folder was cut off and can be resumed."""
    from justright.recipes.folder import checkpoint_of

    return checkpoint_of(folder).exists()


def asked(path: Path) -> Path:
    """A folder that the user named; refused when something is there.

    Args:
        path: As the user gave it.

    Returns:
        The same path, which does not exist or is an empty folder.

    Raises:
        JustrightError: If a file or a folder with something in it is there.
    """
    if unfinished(path):
        raise JustrightError(
            f"an unfinished fit to {str(path)!r} is there",
            "another folder, or that fit finished",
            try_=f"justright fit --resume {path}",
        )
    if path.is_dir() and not any(path.iterdir()):
        return path
    if path.exists():
        what = "is not empty" if path.is_dir() else "is a file"
        raise JustrightError(
            f"{str(path)!r} {what}",
            "a new or an empty folder, as nothing is ever overwritten",
            try_=f"--out {free(path)}",
        )
    return path


def refuse_unwritable(path: Path) -> None:
    """Refuse a place that cannot be written, before time is spent on what should go there.

    Args:
        path: A file or folder to be made; its parents too, where they do not exist.

    Raises:
        JustrightError: If the nearest folder that exists may not be written.
    """
    there = next(folder for folder in path.absolute().parents if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        what = "may not be written" if there.is_dir() else "is a file"
        raise JustrightError(
            f"{str(there)!r} {what}, so {str(path)!r} cannot be made",
            "a folder that can be written",
            try_="--out with another place",
        )


def for_table(file: str) -> Path:
    """The model folder that goes with a table, by its name.

    Example:
        >>> for_table("data/penguins.csv.gz").name
        'justright-penguins'
    """
    name = Path(file).name
    stem = name.split(".")[0] or name.strip(".") or "table"
    return Path(f"justright-{stem}")
