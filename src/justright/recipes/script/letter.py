"""What the watched script's process leaves for the one that waits for it."""

import contextlib
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from justright.doctor.evidence import Evidence

#: How a script ended: by itself, by `sys.exit`, by an error, by Ctrl-C, at the limit of steps or
#: of time, or (told by nobody) it is running still.
Ended = Literal["end", "exit", "failed", "interrupted", "steps", "time", "running"]

_LETTER, _DUE = "letter", "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What was seen until now.

    Attributes:
        evidence: The evidence.
        ended: How the script ended.
        by_force: Whether it did not stop when it was asked to.
        error: The error that nobody caught, in one line; "" for none.
    """

    evidence: Evidence
    ended: Ended = "running"
    by_force: bool = False
    error: str = ""


class Letterbox:
    """A folder in which the newest letter lies; whole or not at all, whoever dies when.

    Args:
        folder: The folder, which exists.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> None:
        """Replace the letter that lies there."""
        self._put(_LETTER, msgspec.msgpack.encode(letter, enc_hook=_plain))

    def read(self) -> Letter | None:
        """The newest letter; None where none was sent."""
        with contextlib.suppress(OSError, msgspec.DecodeError):
            return msgspec.msgpack.decode((self._folder / _LETTER).read_bytes(), type=Letter)
        return None

    def set_due(self, after_s: float) -> None:
        """Say when the script is to have ended, seconds from now."""
        self._put(_DUE, str(time.monotonic() + after_s).encode())

    def overdue_s(self) -> float:
        """Seconds since the script was to have ended; below 0 before, minus infinity unset."""
        with contextlib.suppress(OSError, ValueError):
            return time.monotonic() - float((self._folder / _DUE).read_text())
        return -math.inf

    def _put(self, name: str, content: bytes) -> None:
        part = self._folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(self._folder / name)


def _plain(value: Any) -> Any:
    """NumPy's numbers and the like, as Python's."""
    return value.item() if hasattr(value, "item") else str(value)
