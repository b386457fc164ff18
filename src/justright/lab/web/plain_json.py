"""Plain values as JSON that every browser reads, whatever a user put among them."""

from collections.abc import Mapping
from typing import Any

import msgspec


def encode(value: object) -> bytes:
    """A value as JSON.

    Args:
        value: Records, mappings, sequences and plain values. What is not finite becomes null,
            halves of characters (file names have them) become question marks.

    Example:
        >>> encode({"a": float("nan"), "b": "x\\ud800"})
        b'{"a":null,"b":"x?"}'
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(value)))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list | tuple) else value
