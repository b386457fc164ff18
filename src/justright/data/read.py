"""Read a table from a file or from memory."""

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from justright.data.columnar_file import READERS, read_columnar
from justright.data.foreign import from_memory
from justright.data.image_files import with_image_files
from justright.data.image_folder import LABEL, holds_images, read_image_folder
from justright.data.images import MAX_SIDE, with_images
from justright.data.table import Table
from justright.data.text_file import read_text
from justright.errors import DataError
from justright.kinds.layout import ImageShape

_TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
_NEAR = 3  # names offered for one that does not exist


def read(source: Any, *, image: int | ImageShape = MAX_SIDE) -> Table:
    """Read a table from a file or from memory.

    Files: CSV and TSV (also .gz; encoding, delimiter and decimal mark are found), Parquet,
    Arrow or Feather, JSON lines. In memory: polars, pandas and pyarrow frames, a dict of
    columns, an array of two dimensions. Images: a folder with a folder for each class, a table
    with a column of paths (from the table's folder), an array of shape (images, height, width)
    or (images, channels, height, width).

    Args:
        source: Path of the file or folder, the table, or a pair of a table (or images) and the
            labels of its rows, which become the column "label".
        image: Longest side of images in pixels, or the shape (channels, height, width) to bring
            them to.

    Returns:
        The table, with a log of what was found.

    Raises:
        DataError: If the file does not exist, cannot be opened, is empty, has no rows, names a
            column twice, or is not what its ending says.
        TypeError: If the source is of another type.

    Example:
        >>> read({"age": [31, 47], "city": ["Oslo", None]}).frame.height
        2
    """
    if isinstance(source, tuple) and len(source) == 2:
        return _labelled(*source, image)
    if not isinstance(source, str | Path):
        return with_images(from_memory(source), image)
    path = Path(source)
    if path.is_dir() and holds_images(path):
        return read_image_folder(path, image)
    _refuse_missing(path)
    return with_image_files(_file(path), path.parent, image)


def _labelled(rows: Any, labels: Any, image: int | ImageShape) -> Table:
    """A table and the labels of its rows, which lie apart."""
    table = read(rows, image=image)
    column = from_memory({LABEL: labels}).frame[LABEL]
    if LABEL in table.frame.columns:
        raise DataError(
            f"the {table.source} has a column {LABEL!r} already, and labels are given apart",
            "the labels once",
            try_=f"fit(data, {LABEL!r})",
        )
    if len(column) != table.frame.height:
        raise DataError(
            f"{len(column):,} labels for {table.frame.height:,} rows",
            "one label for every row or image",
            try_="print(len(data), len(labels))",
        )
    return replace(table, frame=table.frame.with_columns(column))


def _file(path: Path) -> Table:
    try:
        if path.stat().st_size == 0:
            raise DataError(
                f"{path.name!r} is empty (0 bytes)",
                "a first line with column names, then at least 10 rows",
                try_="export the table again",
            )
        return _by_ending(path)
    except PermissionError as error:
        raise DataError(
            f"{str(path)!r} may not be read",
            "the right to read the file",
            try_=f"chmod u+r {str(path)!r}",
        ) from error
    except (EOFError, OSError) as error:
        raise DataError(
            f"{str(path)!r} cannot be read: {error}",
            "a whole file on a disk that can be read",
            try_="copy or download the file again",
        ) from error


def _by_ending(path: Path) -> Table:
    name = path.name.lower()
    if name.endswith(_TEXT):
        return read_text(path)
    if path.suffix.lower() in READERS:
        return read_columnar(path)
    endings = " ".join((*_TEXT, *READERS))
    raise DataError(
        f"{path.name!r} has the ending {path.suffix!r}, which is not known",
        f"one of {endings}",
        try_=f"save the table as {path.stem + '.csv'!r}",
    )


def _refuse_missing(path: Path) -> None:
    if path.is_dir():
        inside = sorted(child.name for child in path.iterdir() if child.suffix)[:_NEAR]
        raise DataError(
            f"{str(path)!r} is a folder without folders of images",
            "a file, or a folder with a folder of images for each class",
            try_=str(path / inside[0]) if inside else "the path of a file",
        )
    if path.exists():
        return
    folder = path.parent
    names = [child.name for child in folder.iterdir()] if folder.is_dir() else []
    near = get_close_matches(path.name, names, n=_NEAR, cutoff=0.5)
    there = f" (near names there: {', '.join(map(repr, near))})" if near else ""
    raise DataError(
        f"there is no file {str(path)!r}{there}",
        "the path of an existing file",
        try_=str(folder / near[0]) if near else f"ls {str(folder)!r}",
    )
