"""When a training has to end, whatever it has reached."""

import time
from collections.abc import Callable
from dataclasses import dataclass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Budget:
    """A moment on a clock, and a question whether the user wants to stop.

    Attributes:
        deadline_s: Moment on the clock at which work ends, in seconds.
        asked: Whether the user asked to stop soon.
        clock: The clock, in seconds.

    Example:
        >>> Budget(deadline_s=10.0, clock=lambda: 12.0).over()
        'time'
    """

    deadline_s: float = float("inf")
    asked: Callable[[], bool] = _never
    clock: Callable[[], float] = time.monotonic

    def over(self) -> str | None:
        """Why work must end now: "time" or "interrupted"; None to go on."""
        if self.asked():
            return "interrupted"
        return "time" if self.clock() >= self.deadline_s else None

    @property
    def left_s(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self.deadline_s - self.clock())
