"""The file format of W&B's offline runs: a LevelDB log of protobuf records."""

import struct
import zlib
from collections.abc import Iterator

#: How such a file begins: ":W&B", a magic number and a version.
_MARK = struct.pack("<4sH", b":W&B", 0xBEE1)
_HEAD_BYTES = 7
#: A block, which no record header crosses (LevelDB, "Log format").
_BLOCK_BYTES = 32_768
#: A record that stands alone, and the last part of one that goes over several blocks.
_FULL, _LAST = 1, 4


def records(body: bytes) -> Iterator[bytes]:
    """The records of a `.wandb` file.

    Args:
        body: The file.

    Raises:
        ValueError: If it is no such file, or damaged, or cut off.

    Example:
        >>> list(records(b"something else"))
        Traceback (most recent call last):
        ValueError: it is no file of W&B
    """
    if body[: len(_MARK)] != _MARK:
        raise ValueError("it is no file of W&B")
    whole = b""
    for part, form in _parts(body):
        whole += part
        if form in (_FULL, _LAST):
            yield whole
            whole = b""
    if whole:
        raise ValueError("it is cut off")


def _parts(body: bytes) -> Iterator[tuple[bytes, int]]:
    """The parts of records, each with its form; none crosses a block's end."""
    at = _HEAD_BYTES
    while at < len(body):
        left = _BLOCK_BYTES - at % _BLOCK_BYTES
        if left < _HEAD_BYTES:
            at += left
            continue
        if at + _HEAD_BYTES > len(body):
            raise ValueError("it is cut off")
        checksum, n, form = struct.unpack_from("<IHB", body, at)
        if not (checksum or n or form):  # space that was set aside and not written
            at += left
            continue
        part = body[at + _HEAD_BYTES : at + _HEAD_BYTES + n]
        if len(part) < n:
            raise ValueError("it is cut off")
        if zlib.crc32(part, zlib.crc32(bytes([form]))) != checksum:
            raise ValueError(f"it is damaged at byte {at:,}")
        at += _HEAD_BYTES + n
        yield part, form
