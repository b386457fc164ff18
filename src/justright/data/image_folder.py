"""Read a folder of images: a folder for each class, or images without a class."""

from pathlib import Path

import polars as pl

from justright.data.image_files import ENDINGS, read_images
from justright.data.images import IMAGE
from justright.data.table import Table
from justright.errors import DataError
from justright.kinds import LogEntry
from justright.kinds.layout import ImageShape

LABEL, PATH = "label", "path"  # names of the columns that a folder makes
_SHOWN = 5  # names listed in an error


def holds_images(folder: Path) -> bool:
    """Whether there are images in a folder, or up to two folders deep."""
    inside = _folders(folder)
    deeper = (inner for outer in inside for inner in _folders(outer))
    return any(_images(each) for each in (folder, *inside, *deeper))


def read_image_folder(folder: Path, size: int | ImageShape) -> Table:
    """Read the images of a folder into a table of the columns image, path, and label.

    `DIR/cat/001.png` is of the class "cat". Images right in the folder have no class: they can be
    predicted, and the table has no column of labels.

    Args:
        folder: The folder, which holds images.
        size: Longest side in pixels, or the shape that images must have.

    Returns:
        The table, sorted by path.

    Raises:
        DataError: If images lie both in the folder and in folders of classes, or deeper, if
            Pillow is not installed, or if too many files cannot be read.
    """
    classes = {each.name: _images(each) for each in _folders(folder)}
    classes = {name: images for name, images in classes.items() if images}
    loose = _images(folder)
    _refuse_mixed(folder, loose, classes)
    _refuse_deep(folder)
    paths = loose or [path for images in classes.values() for path in images]
    cells, log = read_images(list(paths), IMAGE, size)
    columns = [cells, pl.Series(PATH, [path.relative_to(folder).as_posix() for path in paths])]
    if classes:
        names = [name for name, images in classes.items() for _ in images]
        columns.append(pl.Series(LABEL, names, dtype=pl.Enum(list(classes))))
    found = f"found {len(classes):,} folders of classes" if classes else "found images of no class"
    first = LogEntry(
        room="data", subject="file", action=found, reason="a folder a class", count=len(paths)
    )
    return Table(frame=pl.DataFrame(columns), source=folder.name, log=(first, *log))


def _images(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()
    )


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _refuse_mixed(folder: Path, loose: list[Path], classes: dict[str, list[Path]]) -> None:
    if loose and classes:
        shown = ", ".join(map(repr, list(classes)[:_SHOWN]))
        raise DataError(
            f"{len(loose):,} images lie right in {str(folder)!r} (first: {loose[0].name!r}), beside"
            f" {len(classes):,} folders of classes ({shown})",
            "every image in the folder of its class",
            try_=f"move {loose[0].name!r} and the others into a folder, or out",
        )


def _refuse_deep(folder: Path) -> None:
    """Refuse images two folders deep, as in DIR/train/cat/001.png: what is the class there?"""
    for outer in _folders(folder):
        for inner in _folders(outer):
            if found := _images(inner):
                place = found[0].relative_to(folder).as_posix()
                raise DataError(
                    f"images of {str(folder)!r} lie two folders deep (first: {place!r})",
                    "a folder for each class, and the images right in it",
                    try_=str(outer),
                )
