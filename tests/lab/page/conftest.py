"""A lab with known runs, served, and a browser beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from justright.lab import Lab
from tests.lab.page.results import fill

if TYPE_CHECKING:
    from tests.lab.page.visiting import Opened, Visit

N_RUNS, N_STEPS = 15, 40
ACTIVATIONS = ("gelu", "relu", "selu")


def loss(number: int) -> np.ndarray:
    """The validation loss of the numbered run: its number, less a tenth a step."""
    return number - np.arange(N_STEPS) / 10


def known(file: Path) -> dict[str, int]:
    """Runs whose curves can be told by heart: "try 1" to "try 15", in the project "known"."""
    found = {}
    steps = np.arange(N_STEPS)
    with Lab(file, project="known") as lab:
        for number in range(1, N_RUNS + 1):
            levers = {"depth": number % 5, "activation": ACTIVATIONS[number % 3], "seed": number}
            with lab.run(f"try {number}", config=levers, tags=["odd"] * (number % 2)) as run:
                run.curves(steps, {"validation_loss": loss(number), "epoch": steps // 10})
                run.curves(steps, {"gradient_norm/first": steps / number})
                run.summarise({"rmse": float(number)})
                found[run.name] = run.id
        lab.flush()
    return found


def served(folder: Path, filled: Callable[[Path], dict[str, int]]) -> "Opened":
    """A lab with a browser beside it; the test is skipped where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from tests.lab.page.visiting import CHROMIUM, Opened

    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    return Opened(folder, filled)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Opened]":
    """Runs of every kind, as journeys, questions, checks and own loops leave them."""
    with served(tmp_path_factory.mktemp("lab"), fill) as found:
        yield found


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Opened]":
    """Runs whose curves can be told by heart."""
    with served(tmp_path_factory.mktemp("workshop"), known) as found:
        yield found


@pytest.fixture(scope="module")
def opened(workshop: "Opened") -> "Iterator[Visit]":
    """Its workspace, open for all tests of a file."""
    with workshop.visit("") as found:
        yield found
