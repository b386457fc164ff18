"""Read images from files: a folder for each class, or a column of paths in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.images import Pixels, bounded, resized, spread
from justright.data.table import Table
from justright.errors import DataError
from justright.kinds import LogEntry
from justright.kinds.layout import ImageShape

if TYPE_CHECKING:
    from PIL import Image

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
UNREADABLE_SHARE = 0.05  # of the images; beyond, something is wrong with all of them (house)
_GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "F")  # Pillow's modes
_DEEP = 257  # grey levels of 16 bits for one of 8: 65,535 / 255
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap height and width
_ORIENTATION = 0x0112  # the EXIF tag of the orientation
_PROBE = 20  # cells looked at to tell whether a column names image files


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What the head of an image file says; `fault` alone where it cannot be read."""

    height: int = 0
    width: int = 0
    is_grey: bool = True
    fault: str = ""


def read_images(
    paths: Sequence[Path | None], name: str, size: int | ImageShape
) -> tuple[pl.Series, tuple[LogEntry, ...]]:
    """Read image files into one column, all of one size and with the same channels.

    The size is the median of the files', at most `size` pixels a side. Among colour images grey
    ones get three equal channels; transparency is left out; 16-bit grey becomes 8-bit.

    Args:
        paths: One file for each row, None where there is none.
        name: Name of the column.
        size: Longest side in pixels, or the shape that images must have.

    Returns:
        Images, null where a file cannot be read; what was found and done.

    Raises:
        DataError: If Pillow is not installed, or more than 5 % of the files cannot be read.
    """
    heads = [_head(path) for path in paths]
    _refuse_unreadable(paths, [head.fault for head in heads], name)
    shape = size if isinstance(size, tuple) else _common([h for h in heads if not h.fault], size)
    pixels, faults = _filled(paths, heads, shape)
    _refuse_unreadable(paths, faults, name)
    known = pl.Series([not fault for fault in faults])
    return spread(pixels, known, name), _log(paths, heads, faults, shape, name)


def _common(heads: Sequence[_Head], side: int) -> ImageShape:
    """The shape that suits all: colour if any is, the median size, no side too long."""
    channels = 1 if all(head.is_grey for head in heads) else 3
    height, width = (
        median_low(sides) for sides in zip(*((h.height, h.width) for h in heads), strict=True)
    )
    return channels, *bounded(height, width, side)


def _filled(
    paths: Sequence[Path | None], heads: Sequence[_Head], shape: ImageShape
) -> tuple[Pixels, list[str]]:
    """The images that can be read, one behind the other, and what is wrong with each file."""
    out = np.empty((len(paths), *shape), dtype=np.uint8)
    faults, n_read = [head.fault for head in heads], 0
    for row, (path, head) in enumerate(zip(paths, heads, strict=True)):
        if path is None or head.fault:
            continue
        try:
            pixels = _decoded(path, shape[0])
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            faults[row] = _words(error)
            continue
        out[n_read] = resized(pixels[np.newaxis], *shape[1:])[0]
        n_read += 1
    return out[:n_read], faults


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _pillow() -> Any:
    """Pillow, which is an extra, imported when a file is read."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise DataError(
            "Pillow is not installed, which reads image files",
            "the extra 'images', or the images as an array",
            try_="pip install 'justright[images]'",
        ) from error
    return Image, ImageOps


def _head(path: Path | None) -> _Head:
    if path is None:
        return _Head(fault="no file is named")
    images, _ = _pillow()
    try:
        with images.open(path) as image:
            turned = image.getexif().get(_ORIENTATION) in _TURNED
            width, height = image.size[::-1] if turned else image.size
            return _Head(height=height, width=width, is_grey=image.mode in _GREY)
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError) as error:
        return _Head(fault=_words(error))


def _decoded(path: Path, channels: int) -> Pixels:
    """The pixels of a file, shape (channels, height, width)."""
    images, operations = _pillow()
    with images.open(path) as raw:
        image: Image.Image = operations.exif_transpose(raw)
        if image.mode == "F":
            raise ValueError("its pixels are floating-point numbers of unknown scale")
        if image.mode.startswith("I"):
            deep = np.asarray(image, dtype=np.int64) // _DEEP
            grey: NDArray[np.uint8] = np.clip(deep, 0, 255).astype(np.uint8)
            return np.repeat(grey[np.newaxis], channels, axis=0)
        plain = image.convert("L" if channels == 1 else "RGB")
        pixels = np.asarray(plain, dtype=np.uint8)
    return pixels[np.newaxis] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _refuse_unreadable(paths: Sequence[Path | None], faults: Sequence[str], name: str) -> None:
    bad = [row for row, fault in enumerate(faults) if fault]
    if len(bad) <= UNREADABLE_SHARE * len(faults) and len(bad) < len(faults):
        return
    first = bad[0]
    raise DataError(
        f"{len(bad):,} of {len(faults):,} images of {name!r} cannot be read"
        f" (first: {str(paths[first])!r}: {faults[first]})",
        f"image files that can be read; up to {UNREADABLE_SHARE:.0%} others are left out",
        try_="copy the images again, or move those that are none out of the folder",
    )


def _log(
    paths: Sequence[Path | None],
    heads: Sequence[_Head],
    faults: Sequence[str],
    shape: ImageShape,
    name: str,
) -> tuple[LogEntry, ...]:
    good = [head for head in heads if not head.fault]
    channels, height, width = shape
    sizes = {(head.height, head.width) for head in good}
    colour = "grey" if channels == 1 else "colour"
    lines = [_entry(name, f"read {colour} images of {height} × {width} pixels", "", len(good))]
    if sizes != {(height, width)}:
        low, high = (" × ".join(map(str, each)) for each in (min(sizes), max(sizes)))
        what = f"they were {low}" if len(sizes) == 1 else f"they were from {low} to {high}"
        reason = f"{what}; a network takes one size, their shape is not kept"
        n_other = sum((head.height, head.width) != (height, width) for head in good)
        lines.append(_entry(name, f"brought to {height} × {width} pixels", reason, n_other))
    n_odd = sum(head.is_grey != (channels == 1) for head in good)
    if n_odd:
        reason = f"the other images are {colour}"
        lines.append(_entry(name, f"turned into {colour} images", reason, n_odd))
    bad = [row for row, fault in enumerate(faults) if fault]
    if bad:
        reason = f"they cannot be read (first: {str(paths[bad[0]])!r}: {faults[bad[0]]})"
        lines.append(_entry(name, "set images to missing", reason, len(bad)))
    return tuple(lines)


def with_image_files(table: Table, folder: Path, size: int | ImageShape) -> Table:
    """The table with each column of paths to images in the place of the paths.

    A column holds such paths when the cells looked at have the ending of an image and one of the
    files exists; else it stays text.

    Args:
        table: As it was read.
        folder: Where paths start from.
        size: As for `read_images`.

    Raises:
        DataError: If Pillow is not installed, or too many files cannot be read.
    """
    frame, log = table.frame, list(table.log)
    for cells in table.frame.iter_columns():
        if cells.dtype != pl.String or not _names_images(cells, folder):
            continue
        paths = [None if cell is None else folder / cell.strip() for cell in cells]
        images, lines = read_images(paths, cells.name, size)
        frame = frame.with_columns(images)
        log += lines
    return Table(frame=frame, source=table.source, log=tuple(log))


def _names_images(cells: pl.Series, folder: Path) -> bool:
    some = [cell.strip() for cell in cells.drop_nulls().head(_PROBE)]
    return (
        bool(some)
        and all(cell.lower().endswith(ENDINGS) for cell in some)
        and any((folder / cell).is_file() for cell in some)
    )


def _entry(subject: str, action: str, reason: str, count: int) -> LogEntry:
    return LogEntry(room="data", subject=subject, action=action, reason=reason, count=count)
