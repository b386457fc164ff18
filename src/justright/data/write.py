"""Write a table to a file, all of it or nothing."""

import os
import tempfile
from pathlib import Path

import polars as pl

from justright.errors import DataError

_ENDINGS = (".csv", ".tsv", ".parquet", ".arrow", ".feather", ".jsonl")


def write(frame: pl.DataFrame, path: str | Path) -> None:
    """Write a table as CSV, TSV, Parquet, Arrow or JSON lines, as the ending says.

    The file is written under another name in the same folder, brought to the disk and then
    renamed: whoever reads the path finds the old table or the new one, never a part.

    Args:
        frame: The table.
        path: Where to; the folder must exist.

    Raises:
        DataError: If the ending is not known, or the folder does not exist or may not be written.

    Example:
        >>> folder = Path(tempfile.mkdtemp())
        >>> write(pl.DataFrame({"a": [1]}), folder / "a.csv")
        >>> (folder / "a.csv").read_text()
        'a\\n1\\n'
    """
    path = Path(path)
    if path.suffix.lower() not in _ENDINGS:
        raise DataError(
            f"{path.name!r} has the ending {path.suffix!r}, which cannot be written",
            f"one of {' '.join(_ENDINGS)}",
            try_=str(path.with_suffix(".csv")),
        )
    try:
        _write_then_rename(frame, path)
    except OSError as error:
        raise DataError(
            f"{str(path)!r} cannot be written: {error.strerror or error}",
            "an existing folder with room and the right to write there",
            try_=f"mkdir -p {str(path.parent)!r}",
        ) from error


def _write_then_rename(frame: pl.DataFrame, path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _write(frame, file, path.suffix.lower())
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)  # mkstemp gives 0600; a new file gets what the mask allows
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _write(frame: pl.DataFrame, file: object, ending: str) -> None:
    if ending in (".csv", ".tsv"):
        frame.write_csv(file, separator="\t" if ending == ".tsv" else ",")  # type: ignore[call-overload]
    elif ending == ".parquet":
        frame.write_parquet(file)  # type: ignore[arg-type]
    elif ending == ".jsonl":
        frame.write_ndjson(file)  # type: ignore[call-overload]
    else:
        frame.write_ipc(file)  # type: ignore[call-overload]


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
