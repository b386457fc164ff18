"""Toy data of one or two features, drawn with a seed: what a network does can be seen on them."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from justright.kinds import TaskKind

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Features = tuple[Array, ...]

TARGET = "target"
TEAMS = ("blue", "orange", "green")  # classes of a toy, as the page colours them
SEED = 7  # of every toy: a try and the one pinned beside it saw the same rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    """A toy data set.

    Attributes:
        words: What it is, in a few words.
        task: What is predicted.
        n_rows: Rows.
        draw: From a source of chance and the rows wanted to features and class or number.
    """

    words: str
    task: TaskKind
    n_rows: int
    draw: Callable[[np.random.Generator, int], tuple[Features, Labels | Array]]

    def columns(self) -> dict[str, list[float] | list[str]]:
        """The table: features "x1", "x2", and the target; always the same.

        Example:
            >>> table = TOYS["moons"].columns()
            >>> list(table), len(table["x1"]), sorted(set(table["target"]))
            (['x1', 'x2', 'target'], 300, ['blue', 'orange'])
        """
        features, target = self.draw(np.random.default_rng(SEED), self.n_rows)
        table: dict[str, list[float] | list[str]] = {
            f"x{i}": column.tolist() for i, column in enumerate(features, 1)
        }
        if self.task == "regression":
            table[TARGET] = target.tolist()
        else:
            table[TARGET] = [TEAMS[int(label)] for label in target]
        return table


def _turns(n: int, classes: int) -> Labels:
    """Class of each row, all alike often."""
    return np.arange(n, dtype=np.int64) % classes


def _moons(noise: float) -> Callable[[np.random.Generator, int], tuple[Features, Labels]]:
    """Two half circles that reach into each other."""

    def draw(chance: np.random.Generator, n: int) -> tuple[Features, Labels]:
        label = _turns(n, 2)
        angle = chance.uniform(0, pi, n)
        x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle))
        y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle))
        return (x + chance.normal(0, noise, n), y + chance.normal(0, noise, n)), label

    return draw


def _circles(chance: np.random.Generator, n: int) -> tuple[Features, Labels]:
    """A disc within a ring."""
    label, angle = _turns(n, 2), chance.uniform(0, 2 * pi, n)
    radius = np.where(label == 0, 1.0, 0.4) + chance.normal(0, 0.1, n)
    return (radius * np.cos(angle), radius * np.sin(angle)), label


def _spiral(chance: np.random.Generator, n: int) -> tuple[Features, Labels]:
    """Two arms that turn around each other one and a half times."""
    label, way = _turns(n, 2), np.sqrt(chance.uniform(0.01, 1, n))
    angle = 3 * pi * way + pi * label
    x, y = way * np.cos(angle), way * np.sin(angle)
    return (x + chance.normal(0, 0.03, n), y + chance.normal(0, 0.03, n)), label


def _xor(chance: np.random.Generator, n: int) -> tuple[Features, Labels]:
    """Four squares, of which opposite ones belong together."""
    x, y = chance.uniform(-1, 1, n), chance.uniform(-1, 1, n)
    return (x, y), ((x > 0) ^ (y > 0)).astype(np.int64)


def _blobs(chance: np.random.Generator, n: int) -> tuple[Features, Labels]:
    """Three clouds that overlap."""
    label = _turns(n, 3)
    centre = np.array([[-1.0, -0.6], [1.0, -0.6], [0.0, 0.9]])[label]
    return (
        centre[:, 0] + chance.normal(0, 0.55, n),
        centre[:, 1] + chance.normal(0, 0.55, n),
    ), label


def _wave(chance: np.random.Generator, n: int) -> tuple[Features, Array]:
    """A sine of two turns and some noise."""
    x = chance.uniform(-1, 1, n)
    return (x,), np.sin(2 * pi * x) + chance.normal(0, 0.15, n)


def _step(chance: np.random.Generator, n: int) -> tuple[Features, Array]:
    """A jump, which a smooth curve can only come near."""
    x = chance.uniform(-1, 1, n)
    return (x,), np.where(x > 0.1, 1.0, 0.0) + chance.normal(0, 0.1, n)


#: Every toy, by name.
TOYS = {
    "moons": Toy(words="two half moons", task="binary", n_rows=300, draw=_moons(0.15)),
    "few-moons": Toy(
        words="half moons, few rows and noisy", task="binary", n_rows=60, draw=_moons(0.35)
    ),
    "circles": Toy(words="a disc within a ring", task="binary", n_rows=300, draw=_circles),
    "spiral": Toy(words="two spirals", task="binary", n_rows=400, draw=_spiral),
    "xor": Toy(words="opposite squares", task="binary", n_rows=300, draw=_xor),
    "blobs": Toy(words="three clouds", task="multiclass", n_rows=300, draw=_blobs),
    "wave": Toy(words="a wave with noise", task="regression", n_rows=200, draw=_wave),
    "step": Toy(words="a jump with noise", task="regression", n_rows=200, draw=_step),
}
