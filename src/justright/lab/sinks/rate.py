"""Thinning: at most so many rows a minute."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


class Rate:
    """Rows that may be sent: a minute's worth at once, then as many as each minute allows.

    Args:
        per_minute: Rows.
        clock: Seconds that only grow.

    Example:
        >>> rate = Rate(60, clock=lambda: 0.0)
        >>> rate.choose(50).size, rate.choose(50).tolist()
        (50, [0, 5, 11, 16, 22, 27, 33, 38, 44, 49])
    """

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._room, self._at = per_minute, clock()

    def choose(self, n: int) -> NDArray[np.intp]:
        """Which of n rows to send: evenly apart, the first and last among them; one at least.

        Args:
            n: Rows that there are.

        Returns:
            Their places, in order.
        """
        now = self._clock()
        grown = self._room + (now - self._at) / 60 * self._per_minute
        self._room, self._at = min(grown, self._per_minute), now
        n_sent = min(n, max(1, int(self._room)))
        self._room -= n_sent
        return np.unique(np.linspace(n - 1 if n_sent == 1 else 0, n - 1, n_sent).round()).astype(
            np.intp
        )
