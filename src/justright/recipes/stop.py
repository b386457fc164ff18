"""Ctrl-C as a wish to stop soon, where nobody else listens for it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl-C as a wish to stop soon; the second one leaves at once.

    Who has taken Ctrl-C already keeps it, and so does a thread that cannot take it.

    Yields:
        Whether the user asked to stop.

    Example:
        >>> with asked_to_stop() as asked:
        ...     asked()
        False
    """
    asked = False

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    free = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not free or threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    signal.signal(signal.SIGINT, hear)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
