"""The clock that trials are timed by."""

import time


def now_s() -> float:
    """Seconds that this thread has computed.

    A clock on the wall would leave out trials on a machine that others use too, and the diagnosis
    would depend on them.

    Example:
        >>> now_s() <= now_s()
        True
    """
    return time.thread_time()
