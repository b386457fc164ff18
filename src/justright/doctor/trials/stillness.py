"""Leave random generators, warnings and the screen as they were found."""

import os
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import numpy as np
import torch

SEED = 0  # of every trial: two copies that differ in one thing draw the same numbers


def seed() -> None:
    """Start every random generator that a model may draw from at the seed of the trials.

    `torch.manual_seed` is not called: it notes the seed for devices that are not yet in use, and
    the user's own draws there would begin with it.
    """
    torch.default_generator.manual_seed(SEED)
    if _on_cuda():
        torch.cuda.manual_seed_all(SEED)
    np.random.seed(SEED)
    random.seed(SEED)


def _on_cuda() -> bool:
    return torch.cuda.is_available() and bool(torch.cuda.is_initialized())  # type: ignore[no-untyped-call]


@contextmanager
def stillness() -> Iterator[None]:
    """Give every random generator back as it was; keep warnings and prints of a model away.

    Example:
        >>> before = torch.get_rng_state()
        >>> with stillness():
        ...     print(torch.rand(1))
        >>> torch.equal(torch.get_rng_state(), before)
        True
    """
    on_cuda = _on_cuda()
    states = torch.get_rng_state(), torch.cuda.get_rng_state_all() if on_cuda else []
    numpy_state, python_state = np.random.get_state(), random.getstate()
    gradients = torch.is_grad_enabled()
    try:
        with (
            Path(os.devnull).open("w") as nowhere,
            redirect_stdout(nowhere),
            warnings.catch_warnings(),
            torch.enable_grad(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_rng_state(states[0])
        if on_cuda:
            torch.cuda.set_rng_state_all(states[1])
        np.random.set_state(numpy_state)
        random.setstate(python_state)
        torch.set_grad_enabled(gradients)
        sys.stdout.flush()
