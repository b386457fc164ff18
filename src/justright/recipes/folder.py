"""The model folder: written whole or not at all, and never a pickle in it."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import msgspec

from justright.errors import ModelError

VERSION = 1  # of the folder's form; raised when an older Justright could misread it
MANIFEST = "manifest.json"
CHECKPOINT = ".checkpoint"

Record = TypeVar("Record")


class Manifest(msgspec.Struct, frozen=True):
    """What the folder holds, so that a file cut short or edited is noticed.

    Attributes:
        version: Of the folder's form.
        sha256: File name to SHA-256 in hexadecimal.
    """

    version: int
    sha256: dict[str, str]


def checkpoint_of(folder: Path) -> Path:
    """Where a fit is kept while it runs: beside the model folder that is to be.

    Example:
        >>> checkpoint_of(Path("models/houses")).name
        'houses.checkpoint'
    """
    return folder.with_name(f"{folder.name}{CHECKPOINT}")


def refuse_taken(folder: Path) -> None:
    """Refuse a place where something stands.

    Raises:
        ModelError: If it exists and is not an empty folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ModelError(
            f"{str(folder)!r} exists already",
            "a new folder, so that nothing is lost",
            try_=f"--out {folder.with_name(folder.name + '-2')}",
        )


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files as one folder that appears all at once.

    Everything is written to a folder beside it, synced to the disk, and renamed: after a full
    disk or a kill there is the whole folder or none.

    Args:
        folder: Where it shall be; must not exist, or be an empty folder.
        files: File name to content.

    Raises:
        ModelError: If something stands there already, or the disk refuses.
    """
    refuse_taken(folder)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = msgspec.json.format(msgspec.json.encode(Manifest(VERSION, sums)))
    draft = folder.with_name(f".{folder.name}.{uuid4().hex}.part")
    try:
        draft.mkdir(parents=True)
        for name, content in {**files, MANIFEST: manifest}.items():
            _write_synced(draft / name, content)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise ModelError(
            f"{str(folder)!r} cannot be written: {error.strerror}",
            "a place on a disk with room that may be written",
            try_="--out with another folder",
        ) from error
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    with contextlib.suppress(OSError):  # it is whole; not every system can sync a folder
        _sync(folder.parent)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_folder(
    folder: Path, needed: tuple[str, ...], *, optional: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """Read a folder's files, each checked against the manifest.

    Args:
        folder: The model folder.
        needed: Names of the files to hand back.
        optional: Names of files to hand back where the folder was written with them.

    Raises:
        ModelError: If it is no model folder, or a file is missing, cut short or edited.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise ModelError(
            f"{str(folder)!r} {what}",
            "a model folder as `justright fit` writes it",
            try_="justright fit FILE --target COL",
        )
    content = _read(folder, MANIFEST)
    manifest = decoded(content, Manifest, f"{folder}/{MANIFEST}")
    if manifest.version != VERSION:
        raise ModelError(
            f"the model folder has version {manifest.version}",
            f"version {VERSION}, which this Justright reads",
            try_="the Justright that wrote it, or fit again",
        )
    wanted = (*needed, *(name for name in optional if name in manifest.sha256))
    return {name: _checked(folder, name, manifest) for name in wanted}


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(
            f"{name} cannot be read in {str(folder)!r}: {error.strerror}",
            "a whole model folder as `justright fit` writes it",
            try_="a copy of the whole folder, or fit again",
        ) from error


def _checked(folder: Path, name: str, manifest: Manifest) -> bytes:
    content = _read(folder, name)
    if hashlib.sha256(content).hexdigest() != manifest.sha256.get(name):
        raise ModelError(
            f"{name} in {str(folder)!r} is not as it was written ({len(content):,} bytes)",
            "the file whose SHA-256 stands in manifest.json",
            try_="a fresh copy of the folder, or fit again",
        )
    return content


def decoded(content: bytes, kind: type[Record], where: str) -> Record:
    """JSON read into a record, its fields and types checked.

    Raises:
        ModelError: If it is not the JSON of that record.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(
            f"{where} cannot be understood: {error}",
            f"the JSON of a {kind.__name__}",
            try_="a fresh copy of the folder, or fit again",
        ) from error
