"""Images as cells of a table: one column whose cells are arrays of channels, height and width."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.table import Table
from justright.errors import DataError
from justright.kinds import LogEntry
from justright.kinds.layout import ImageShape

IMAGE = "image"  # name of the column that images get which come without one
MAX_SIDE = 64  # pixels; larger images are brought down to it unless the user asks for more (house)
_FEW_CHANNELS = 4  # as many as grey, colour and transparency need; more is no last axis of pixels
_BLOCK = 512  # images resized at once: 25 MB of 64 × 64 colour pixels

Pixels = NDArray[np.uint8] | NDArray[np.float32]


def is_image(dtype: pl.DataType) -> bool:
    """Whether the cells of a column are images: arrays of two or three axes of numbers.

    Example:
        >>> is_image(pl.Array(pl.UInt8, (1, 8, 8))), is_image(pl.Array(pl.UInt8, 8))
        (True, False)
    """
    if not isinstance(dtype, pl.Array) or len(dtype.shape) not in (2, 3):
        return False
    return inner(dtype).is_numeric() or inner(dtype) == pl.Boolean


def inner(dtype: pl.Array) -> pl.DataType:
    """The type of one pixel."""
    found: Any = dtype
    while isinstance(found, pl.Array):
        found = found.inner
    return found  # type: ignore[no-any-return]


def image_shape(cells: pl.Series) -> ImageShape:
    """Channels, height and width of the images of a column."""
    if not isinstance(cells.dtype, pl.Array) or len(cells.dtype.shape) != 3:
        raise TypeError(f"not a column of images: {cells.name=}, {cells.dtype=}")
    channels, height, width = cells.dtype.shape
    return channels, height, width


def checked_pixels(array: NDArray[Any], name: str) -> Pixels:
    """Pixels as uint8, where they are whole numbers from 0 to 255, or as float32.

    Args:
        array: Images, shape (images, channels, height, width) or (images, height, width).
        name: The column, named in errors.

    Returns:
        Shape (images, channels, height, width).

    Raises:
        DataError: If the channels come last, pixels are not finite, or are no numbers.

    Example:
        >>> checked_pixels(np.zeros((5, 8, 8), dtype=int), "image").shape
        (5, 1, 8, 8)
    """
    pixels = array[:, np.newaxis] if array.ndim == 3 else array
    if pixels.dtype.kind not in "biuf":
        raise DataError(
            f"the images {name!r} hold {pixels.dtype}, not numbers",
            "pixels as whole numbers from 0 to 255, or as floats",
            try_="np.asarray(images, dtype=np.float32)",
        )
    if 0 in pixels.shape[1:]:
        raise DataError(
            f"the images {name!r} have no pixels: their shape is {pixels.shape[1:]}",
            "at least one channel, one row and one column",
            try_="print(images.shape)",
        )
    if pixels.shape[1] > _FEW_CHANNELS >= pixels.shape[3]:
        raise DataError(
            f"the images {name!r} have the shape {pixels.shape[1:]}: channels seem to be last",
            "channels before height and width, as torch has them",
            try_="images.transpose(0, 3, 1, 2)",
        )
    if pixels.dtype.kind in "biu":
        fits = pixels.dtype.itemsize == 1 and pixels.dtype.kind != "i"
        fits = fits or (pixels.min(initial=0) >= 0 and pixels.max(initial=0) <= 255)
        if fits:
            return pixels.astype(np.uint8, copy=False)
    else:
        _refuse_infinite(pixels, name)
    return pixels.astype(np.float32, copy=False)


def _refuse_infinite(pixels: NDArray[Any], name: str) -> None:
    bad = ~np.isfinite(pixels).reshape(len(pixels), -1).all(1)
    if bad.any():
        raise DataError(
            f"{int(bad.sum()):,} of {len(pixels):,} images {name!r} hold pixels that are missing or"
            f" infinite (first: image {int(bad.argmax()):,})",
            "a finite number for every pixel",
            try_="images[np.isfinite(images).all((1, 2, 3))], or np.nan_to_num(images)",
        )


def bounded(height: int, width: int, side: int) -> tuple[int, int]:
    """Height and width brought down so that the longer one has at most `side` pixels.

    Example:
        >>> bounded(480, 640, 64)
        (48, 64)
    """
    if max(height, width) <= side:
        return height, width
    by = side / max(height, width)
    return max(1, round(height * by)), max(1, round(width * by))


def resized(pixels: Pixels, height: int, width: int) -> Pixels:
    """Images brought to a size by a triangle filter: averages down, straight lines up.

    Args:
        pixels: Shape (images, channels, any height, any width).
        height: Rows wanted.
        width: Columns wanted.

    Returns:
        Shape (images, channels, height, width), in the type of the pixels.

    Source:
        The "bilinear" filter with antialiasing of Pillow and torchvision.

    Example:
        >>> resized(np.array([[[[0, 0, 8, 8], [0, 0, 8, 8]]]], dtype=np.uint8), 1, 2)
        array([[[[1, 7]]]], dtype=uint8)
    """
    if pixels.shape[2:] == (height, width):
        return pixels
    down, across = _filter(pixels.shape[2], height), _filter(pixels.shape[3], width).T
    out = np.empty((*pixels.shape[:2], height, width), dtype=pixels.dtype)
    for start in range(0, len(pixels), _BLOCK):
        block = down @ pixels[start : start + _BLOCK].astype(np.float32) @ across
        out[start : start + _BLOCK] = block if pixels.dtype.kind == "f" else np.rint(block)
    return out


def _filter(n_in: int, n_out: int) -> NDArray[np.float32]:
    """What each input pixel adds to each output pixel, shape (n_out, n_in)."""
    scale = n_in / n_out
    centres = (np.arange(n_out) + 0.5) * scale
    away = np.abs(np.arange(n_in) + 0.5 - centres[:, np.newaxis]) / max(scale, 1.0)
    weights = np.maximum(0.0, 1.0 - away)
    return np.asarray(weights / weights.sum(1, keepdims=True), dtype=np.float32)


def with_images(table: Table, size: int | ImageShape) -> Table:
    """The table with its columns of arrays checked and brought to one size.

    Args:
        table: As it was read; without columns of arrays it comes back as it is.
        size: Longest side in pixels, or the shape that images must have.

    Returns:
        The table; image columns hold (channels, height, width) as UInt8 or Float32.

    Raises:
        DataError: If the pixels cannot be used, or have other channels than asked for.

    Example:
        >>> frame = pl.DataFrame({"image": np.zeros((3, 100, 50), dtype=np.uint8)})
        >>> with_images(Table(frame=frame, source="d"), 64).frame["image"].dtype
        Array(UInt8, shape=(1, 64, 32))
    """
    log = list(table.log)
    columns = []
    for cells in table.frame.iter_columns():
        if is_image(cells.dtype):
            cells, line = _brought(cells, size)
            log += [] if line is None else [line]
        columns.append(cells)
    return Table(frame=pl.DataFrame(columns), source=table.source, log=tuple(log))


def _brought(cells: pl.Series, size: int | ImageShape) -> tuple[pl.Series, LogEntry | None]:
    known = cells.is_not_null()
    pixels = checked_pixels(cells.filter(known).to_numpy(), cells.name)
    _, old_height, old_width = pixels.shape[1:]
    if isinstance(size, tuple):
        channels, height, width = size
        if pixels.shape[1] != channels:
            raise DataError(
                f"the images {cells.name!r} have {pixels.shape[1]} channels",
                f"{channels} channels, as in training",
                try_="print(images.shape)",
            )
    else:
        height, width = bounded(old_height, old_width, size)
    line = None
    if (height, width) != (old_height, old_width):
        line = LogEntry(
            room="data",
            subject=cells.name,
            action=f"brought images from {old_height} × {old_width} to {height} × {width} pixels",
            reason=f"a side has at most {size} pixels" if isinstance(size, int) else "as training",
            count=len(pixels),
        )
    return spread(resized(pixels, height, width), known, cells.name), line


def spread(pixels: Pixels, known: pl.Series, name: str) -> pl.Series:
    """A column of images that is null where none is known.

    Args:
        pixels: The images that are known, shape (images, channels, height, width).
        known: Whether each row has one.
        name: Name of the column.

    Example:
        >>> cells = spread(np.ones((1, 1, 2, 2), dtype=np.uint8), pl.Series([False, True]), "x")
        >>> cells.is_null().to_list()
        [True, False]
    """
    column = pl.Series(name, np.ascontiguousarray(pixels))
    if known.all():
        return column
    place = known.cast(pl.Int64).cum_sum() - 1
    return column.gather(place.set(~known, None))
