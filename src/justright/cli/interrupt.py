"""Ctrl-C in two stages: the first asks, the second leaves."""

import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

NOTE = "stopping soon and keeping the best so far; Ctrl-C again leaves at once"


def announce() -> None:
    """Write the note to the terminal.

    `os.write` and not `print`: a signal may arrive in the middle of a print, and Python's
    streams refuse to be entered twice.
    """
    os.write(2, f"\n{NOTE}\n".encode())


class Interrupt:
    """Takes Ctrl-C while a recipe works.

    Stopping is a value that the recipe asks for, not an exception thrown into it; only the
    second Ctrl-C raises.

    Attributes:
        asked: Whether the user asked to stop.
        announce: Tells the user that the first Ctrl-C was heard; a display that shows it by
            itself puts something silent here.

    Example:
        >>> with Interrupt() as interrupt:
        ...     interrupt.asked
        False
    """

    def __init__(self, announce: Callable[[], None] = announce) -> None:
        self.asked = False
        self.announce = announce
        self._before: Any = None

    def __enter__(self) -> "Interrupt":
        self._before = signal.signal(signal.SIGINT, self.handle)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Note the first Ctrl-C, raise on the second.

        Raises:
            KeyboardInterrupt: On the second.
        """
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self.announce()
