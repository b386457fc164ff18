"""A thread that ends a script in stages, and looks at it now and then."""

import _thread
import ctypes
import math
import threading
import time
from collections.abc import Callable, Sequence

#: Seconds before the first look, and between looks at most (house convention).
FIRST_LOOK_S, LONGEST_GAP_S = 1.0, 30.0
#: From one gap between looks to the next (house convention).
_GAP_GROWTH = 1.2
#: Share of the time that looking may take, and seconds that it may take before that counts: the
#: first look loads what the later ones need.
LOOK_SHARE, LOOK_CREDIT_S = 0.005, 0.1
#: Seconds of one wait: how soon it is seen that the script ought to end.
_LONGEST_WAIT_S = 0.5

Stage = tuple[float, Callable[[], None]]


class Cut(BaseException):
    """Raised in the midst of a script whose time is over."""


class Watchdog:
    """Keeps the time of a script.

    The thread is none of `threading`'s: a script that counts or joins its threads must not meet
    it.

    Args:
        limit_s: Seconds that the script may take; None for no limit.
        stages: What to do after the limit: seconds after it, and what.
        look: Looks at the script.
        over: Tells whether the script ought to end now, whatever its time.
    """

    def __init__(
        self,
        *,
        limit_s: float | None,
        stages: Sequence[Stage],
        look: Callable[[], None],
        over: Callable[[], bool],
    ) -> None:
        now = time.monotonic()
        self._stages, self._look, self._over = list(stages), look, over
        self._left_s: float | None = None
        self._began, self._spent_s = now, 0.0
        self._due = now + (math.inf if limit_s is None else limit_s)
        self._gap_s, self._next_look = FIRST_LOOK_S, now + FIRST_LOOK_S
        self._changed, self._resting = threading.Event(), False

    def start(self) -> None:
        """Start to watch."""
        _thread.start_new_thread(self._watch, ())

    def pause(self) -> None:
        """Stop the clock."""
        self._left_s, self._due = self._due - time.monotonic(), math.inf

    def resume(self) -> float:
        """Let the clock go on; the seconds that are left."""
        if self._left_s is not None:
            self._due, self._left_s = time.monotonic() + self._left_s, None
        # Only now there is something to see.
        self._gap_s, self._next_look = FIRST_LOOK_S, time.monotonic() + FIRST_LOOK_S
        self._changed.set()
        return self._due - time.monotonic()

    def rest(self) -> None:
        """Do nothing more."""
        self._resting = True
        self._changed.set()

    def _watch(self) -> None:
        while not self._resting:
            now = time.monotonic()
            if self._over():
                self._due = min(self._due, now)
            stage_at = self._due + self._stages[0][0] if self._stages else math.inf
            if now >= stage_at:
                self._stages.pop(0)[1]()
            elif now >= self._next_look:
                self._look_once()
            else:
                wait_s = min(stage_at, self._next_look) - now
                self._changed.wait(min(wait_s, _LONGEST_WAIT_S))
                self._changed.clear()

    def _look_once(self) -> None:
        began = time.thread_time()  # what it takes from the script; waiting takes nothing
        self._look()
        cost_s = time.thread_time() - began
        self._gap_s = min(_GAP_GROWTH * self._gap_s, LONGEST_GAP_S)
        self._spent_s += cost_s
        affordable = self._began + (self._spent_s + cost_s - LOOK_CREDIT_S) / LOOK_SHARE
        self._next_look = max(time.monotonic() + self._gap_s, affordable)


def throw(thread: int, error: type[BaseException] | None) -> None:
    """Raise an error in another thread, at its next step in Python; None takes one back.

    Args:
        thread: The thread's identity.
        error: Class of the error.
    """
    what = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)
