"""How many cores a computation uses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def threads(n: int) -> Iterator[None]:
    """Let torch use `n` threads inside, and as many as before afterwards.

    Small steps are quicker on one thread: handing a matrix of a few kilobytes to a second core
    costs more than it saves, and where the cores are shared with other work, each hand-over waits
    for the slower one (measured: up to 100 times slower).

    Args:
        n: Threads, at least 1.

    Example:
        >>> with threads(1):
        ...     torch.get_num_threads()
        1
    """
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)
