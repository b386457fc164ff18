"""A table as it was read, before anything is understood or changed."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from justright.data.repair import as_text
from justright.kinds import LogEntry


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells as they stand in the source, and what was found out while reading.

    Attributes:
        frame: The cells; columns that are not clearly numbers stay text.
        source: Name of the file, or the kind of frame.
        log: What was found or done while reading, in order.
    """

    frame: pl.DataFrame
    source: str
    log: tuple[LogEntry, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint of the cells; of a gigabyte it takes seconds, so it is made once."""
        return fingerprint(self.frame)


def fingerprint(frame: pl.DataFrame) -> str:
    """A SHA-256 over names, types and cells, the same for the same table.

    Args:
        frame: Any frame.

    Returns:
        64 hexadecimal digits.

    Example:
        >>> fingerprint(pl.DataFrame({"a": [1, 2]})) == fingerprint(pl.DataFrame({"a": [2, 1]}))
        False
    """
    digest = hashlib.sha256()
    for column in frame.iter_columns():
        digest.update(f"{column.name}\0{column.dtype}\0{len(column)}\0".encode())
        if column.dtype == pl.Object:
            column = as_text(column)
        # These have no text, and hash as they are.
        as_it_is = column.dtype.is_nested() or column.dtype in (pl.Duration, pl.Binary)
        cells = column if as_it_is else column.cast(pl.String)
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            cells = column.cast(pl.Float64)
            digest.update(column.is_null().to_numpy().tobytes())
            digest.update(cells.fill_null(0.0).to_numpy().tobytes())
        else:
            digest.update(cells.hash(seed=0).to_numpy().tobytes())
    return digest.hexdigest()
