"""Read Parquet, Arrow and JSON files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from justright.data.header import checked_names
from justright.data.table import Table
from justright.errors import DataError
from justright.kinds import LogEntry


def _parquet(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path, glob=False)


def _arrow(path: Path) -> pl.DataFrame:
    with path.open("rb") as file:  # an open file is copied, not mapped: it may change later
        return pl.read_ipc(file)


def _json_lines(path: Path) -> pl.DataFrame:
    return pl.read_ndjson(path, infer_schema_length=None)


def _json(path: Path) -> pl.DataFrame:
    with path.open("rb") as file:
        start = file.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return pl.read_json(path, infer_schema_length=None) if start == b"[" else _json_lines(path)


#: How to read a file, by its ending.
READERS: Mapping[str, tuple[str, Callable[[Path], pl.DataFrame]]] = MappingProxyType(
    {
        ".parquet": ("Parquet", _parquet),
        ".pq": ("Parquet", _parquet),
        ".arrow": ("Arrow", _arrow),
        ".feather": ("Arrow", _arrow),
        ".ipc": ("Arrow", _arrow),
        ".jsonl": ("JSON lines", _json_lines),
        ".ndjson": ("JSON lines", _json_lines),
        ".json": ("JSON", _json),
    }
)


def read_columnar(path: Path) -> Table:
    """Read a file whose ending is one of `READERS`.

    Args:
        path: An existing file.

    Returns:
        The table.

    Raises:
        DataError: If the file is not of the kind that its ending says, or has no rows.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.jsonl"
        >>> _ = path.write_text('{"a": 1}\\n{"a": null}\\n')
        >>> read_columnar(path).frame["a"].to_list()
        [1, None]
    """
    kind, reader = READERS[path.suffix.lower()]
    try:
        frame = reader(path)
    except Exception as error:  # polars raises many kinds, a few of them not its own
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DataError(
            f"{path.name!r} cannot be read as {kind}: {str(error).splitlines()[0][:200]}",
            f"a whole {kind} file behind the ending {path.suffix!r}",
            try_="write the file again, or give it the ending of what it is",
        ) from error
    names, log = checked_names(frame.columns, path.name)
    frame.columns = names
    if frame.height == 0:
        raise DataError(
            f"{path.name!r} has {frame.width:,} columns and 0 rows",
            "at least 10 rows",
            try_="export the table again, with its rows",
        )
    found = LogEntry(
        room="data", subject="file", action=f"read as {kind}", reason="as its ending says"
    )
    return Table(frame=frame, source=path.name, log=(found, *log))
