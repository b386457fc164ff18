"""The column of images in a table: which it is, what becomes of the others, new ones like it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from justright.data.images import image_shape, is_image
from justright.data.kind import Understood
from justright.data.table import Table
from justright.errors import DataError, ModelError
from justright.kinds import Column, ColumnRole, LogEntry

_OTHER_SCALE = 20.0  # times: pixels from 0 to 1 beside pixels from 0 to 255, and nothing milder


def image_column(
    frame: pl.DataFrame, named: Mapping[str, str | None], drop: Sequence[str]
) -> str | None:
    """Name of the column of images, if there is one.

    Args:
        frame: A table.
        named: Use to the name of the column for it: target, group, order.
        drop: Columns to leave out.

    Raises:
        DataError: If there are several, or one is named as target, group or order.

    Example:
        >>> import numpy as np
        >>> frame = pl.DataFrame({"x": np.zeros((2, 1, 4, 4)), "y": [1, 2]})
        >>> image_column(frame, {"target": "y"}, [])
        'x'
    """
    found = [name for name in frame.columns if is_image(frame[name].dtype) and name not in drop]
    for use, name in named.items():
        if name in found:
            raise DataError(
                f"column {name!r}, named as the {use}, holds {frame.height:,} images",
                "a column of numbers, words or dates",
                try_=f"--{use} with another column",
            )
    if len(found) > 1:
        raise DataError(
            f"{len(found)} columns hold images: {', '.join(map(repr, found))}",
            "one column of images",
            try_=f"--drop {found[1]!r}",
        )
    return found[0] if found else None


def without_gaps(table: Table, name: str | None) -> Table:
    """The table without the rows that have no image, where it has a column of images."""
    if name is None or not table.frame[name].null_count():
        return table
    gone = LogEntry(
        room="data",
        subject="rows",
        action="removed rows",
        reason=f"their image {name!r} is missing",
        count=table.frame[name].null_count(),
    )
    frame = table.frame.filter(pl.col(name).is_not_null())
    return replace(table, frame=frame, log=(*table.log, gone))


def image_alone(
    typed: Mapping[str, Understood], roles: Mapping[str, ColumnRole]
) -> dict[str, Understood]:
    """Exclude the other inputs where there are images.

    Args:
        typed: Every column.
        roles: Use of the columns that have one: target, group, order, excluded.
    """
    images = [n for n, found in typed.items() if found.kind == "image" and not found.excluded]
    if not images:
        return dict(typed)
    reason = f"a network of images sees {images[0]!r} alone"
    return {
        name: found
        if found.excluded or name in roles or name in images
        else replace(found, reason=reason, excluded=True)
        for name, found in typed.items()
    }


def conform_images(cells: pl.Series, column: Column) -> pl.Series:
    """New images, refused where they are not as training had them.

    Args:
        cells: The cells as read.
        column: What training found out about the column.

    Raises:
        ModelError: If they are no images, some are missing, or shape or scale differ.

    Example:
        >>> import numpy as np
        >>> facts = {"role": "input", "reason": "", "n_missing": 0, "n_unique": 9}
        >>> column = Column(name="x", kind="image", shape=(1, 2, 2), high=255.0, **facts)
        >>> conform_images(pl.Series("x", np.full((3, 1, 2, 2), 9, dtype=np.uint8)), column).len()
        3
    """
    if not is_image(cells.dtype):
        raise ModelError(
            f"column {cells.name!r} holds no images in {len(cells):,} rows",
            "images, or paths of image files that exist, as in training",
            try_=f"look at frame[{cells.name!r}]: is it the same column?",
        )
    if cells.null_count():
        row = int(cells.is_null().arg_max() or 0)
        raise ModelError(
            f"{cells.null_count():,} of {len(cells):,} images of {cells.name!r} are missing or"
            f" cannot be read (first: row {row + 1:,})",
            "an image in every row",
            try_=f"leave out row {row + 1:,} and others like it",
        )
    if image_shape(cells) != column.shape:
        raise ModelError(
            f"the images {cells.name!r} have the shape {image_shape(cells)}",
            f"the shape {column.shape}, as in training",
            try_="bring them to that shape",
        )
    _refuse_other_scale(cells, column)
    return cells


def _refuse_other_scale(cells: pl.Series, column: Column) -> None:
    """Refuse pixels from 0 to 1 where training had 0 to 255, and the other way round."""
    high = float(cells.to_numpy().max(initial=0))
    known = column.high or 0.0
    whole = cells.dtype == pl.Array(pl.UInt8, cells.dtype.shape)  # type: ignore[attr-defined]
    small = not whole and 0 < high <= 1 and known > _OTHER_SCALE
    large = high > _OTHER_SCALE and 0 < known <= 1
    if small or large:
        raise ModelError(
            f"the largest pixel of {len(cells):,} images {cells.name!r} is {high:g}",
            f"the scale of training, where the largest was {known:g}",
            try_="images * 255" if small else "images / 255",
        )
