"""Thinning: at most so many rows a minute."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

#: Share of the room that one curve may take, so that there is room for others (house convention).
SHARE = 0.1
#: Rows that are always sent: the ends of a curve.
LEAST = 2


class Rate:
    """Rows that may be sent: a minute's worth is in store, and grows back in a minute.

    Each curve gets a tenth of what is in store, so that many at once all get some, and a stream
    settles at the rate.

    Args:
        per_minute: Rows.
        clock: Seconds that only grow.

    Example:
        >>> rate = Rate(100, clock=lambda: 0.0)
        >>> rate.choose(10).size, rate.choose(50).tolist()
        (10, [0, 6, 12, 18, 24, 31, 37, 43, 49])
    """

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._room, self._at = per_minute, clock()

    def choose(self, n: int) -> NDArray[np.intp]:
        """Which of n rows to send: evenly apart, the first and the last among them.

        Args:
            n: Rows that there are.

        Returns:
            Their places, in order.
        """
        now = self._clock()
        grown = self._room + (now - self._at) / 60 * self._per_minute
        self._room, self._at = min(grown, self._per_minute), now
        n_sent = min(n, max(LEAST, int(self._room * SHARE)))
        self._room = max(0.0, self._room - n_sent)
        return np.linspace(0, n - 1, n_sent).round().astype(np.intp)
