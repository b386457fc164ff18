"""What the page asks of the worker, read line by line beside the training."""

import queue
import threading
from collections.abc import Iterable
from typing import Any

import msgspec

from justright.errors import DataError


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the page.

    Attributes:
        id: Number of the try; the same again goes on with one that was stopped.
        set: The data set.
        levers: Levers that were moved, by name; "target" is the column of a file to predict.
        stop: Whether to stop the try that runs.

    Example:
        >>> msgspec.json.decode(b'{"stop": true}', type=Command).stop
        True
    """

    id: int | str | None = None
    set: str = "moons"
    levers: dict[str, Any] = {}
    stop: bool = False


class Inbox:
    """Reads lines on a thread of its own, so that a training can ask whether there are any.

    Args:
        lines: The lines; their end is the end of the work.

    Example:
        >>> inbox = Inbox(['{"id": 1}', '{"id": 2, "set": "xor"}'])
        >>> inbox.joined(); inbox.newest().set, inbox.newest()
        ('xor', None)
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._lines = lines
        self._closed = False
        self._thread = threading.Thread(target=self._read, daemon=True, name="inbox")
        self._thread.start()

    def _read(self) -> None:
        for line in self._lines:
            if line.strip():
                self._queue.put(line)
        self._queue.put(None)

    def joined(self) -> None:
        """Wait until all lines are read."""
        self._thread.join()

    @property
    def waiting(self) -> bool:
        """Whether something has come in, or there will be no more."""
        return self._closed or not self._queue.empty()

    def newest(self) -> Command | None:
        """Wait for a command, and leave out those that a newer one has overtaken.

        Returns:
            The command; None where the lines are at an end.

        Raises:
            DataError: If the line is no command.
        """
        if self._closed and self._queue.empty():
            return None
        line = self._queue.get()
        while line is not None and not self._queue.empty():
            newer = self._queue.get()
            if newer is None:  # the last command counts, and then comes the end
                self._closed = True
                break
            line = newer
        if line is None:
            self._closed = True
            return None
        return _command(line)


def _command(line: str) -> Command:
    try:
        return msgspec.json.decode(line, type=Command)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DataError(
            f"a line that is no command: {error}",
            'an object with "set", "levers" and "id", or "stop"',
            try_='{"id": 1, "set": "moons", "levers": {"depth": 3}}',
        ) from None
