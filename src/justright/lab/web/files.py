"""Tables in the folder in which the lab was started, and nothing outside it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from justright.lab.web.call import Call, Refused

#: Endings of files that can be asked about.
ENDINGS = (".csv", ".tsv", ".parquet", ".json", ".jsonl")
MOST_FILES = 200  # offered (house convention)
MOST_SEEN = 20_000  # files and folders looked at, so that a home folder does not hang the page
MOST_DEEP = 4  # folders below the start (house convention)
#: Folders that hold programs, not data.
_SKIPPED = frozenset({"node_modules", "venv", "site-packages", "__pycache__"})

PathText = Annotated[str, Meta(min_length=1, max_length=1_000)]


class ColumnsAsked(msgspec.Struct, frozen=True):
    """A table's file."""

    path: PathText


def confined(folder: Path, path: str) -> Path:
    """A file of the folder.

    Args:
        folder: The folder, resolved.
        path: Relative to it, as a page gave it.

    Returns:
        The file, with all links followed.

    Raises:
        Refused: If it lies outside, is no table by its ending, or is not there.

    Example:
        >>> confined(Path("/tmp"), "../etc/passwd.csv")
        Traceback (most recent call last):
        justright.lab.web.call.Refused: '../etc/passwd.csv' is not in the folder of the lab
          needed: a table below it: .csv, .tsv, .parquet, .json, .jsonl
          try:    justright lab, started in the folder of the table
    """
    outside, missing = _refusals(path)
    if "\0" in path:
        raise outside
    try:
        found = (folder / path).resolve()
        if not found.is_relative_to(folder) or found.suffix.lower() not in ENDINGS:
            raise outside
        if not found.is_file():
            raise missing
    except (OSError, ValueError, RuntimeError):  # a name too long, a ring of links
        raise missing from None
    return found


def _refusals(path: str) -> tuple[Refused, Refused]:
    """What is said of a path outside the folder, and of one that leads to nothing."""
    endings = ", ".join(ENDINGS)
    outside = Refused(
        403, f"{path!r} is not in the folder of the lab", f"a table below it: {endings}",
        try_="justright lab, started in the folder of the table",
    )  # fmt: skip
    missing = Refused(
        404, f"there is no table {path!r}", f"a file below the folder of the lab: {endings}",
        try_="GET /api/files",
    )  # fmt: skip
    return outside, missing


def files(call: Call) -> object:
    """Tables below the folder of the lab."""
    found = sorted(tables(call.site.folder), key=lambda one: (one[0].count("/"), one[0]))
    return [{"path": path, "bytes": n_bytes} for path, n_bytes in found[:MOST_FILES]]


def tables(folder: Path) -> Iterator[tuple[str, int]]:
    """Path from the folder and size in bytes of the tables in it; links are not followed."""
    n_seen = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        deep = len(here.relative_to(folder).parts)
        hidden = {name for name in folders if name.startswith(".") or name in _SKIPPED}
        folders[:] = sorted(set(folders) - hidden) if deep < MOST_DEEP else []
        n_seen += len(names) + 1
        if n_seen > MOST_SEEN:
            return
        for name in names:
            path = here / name
            if name.startswith(".") or path.suffix.lower() not in ENDINGS or path.is_symlink():
                continue
            with suppress(OSError):  # it may have gone in between
                if path.is_file():
                    yield path.relative_to(folder).as_posix(), path.stat().st_size


def columns(call: Call) -> object:
    """Names of the columns of one of them."""
    path = confined(call.site.folder, call.query.path)
    if call.site.services.columns is None:
        raise Refused(
            404, "this lab cannot look into tables", "justright lab", try_="justright lab"
        )
    return {"columns": list(call.site.services.columns(path))}
