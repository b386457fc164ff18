"""A run that another tracker kept, as all of them can tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from justright.lab.rows import Curve, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run of the user's past.

    Attributes:
        origin: "tensorboard", "mlflow" or "wandb".
        key: What tells it from all others of that origin, on every machine.
        name: Its name.
        project: The project or experiment it was in; empty where there was none.
        parent: Key of the run that it is a part of; empty for none.
        group: What it was grouped by; empty for nothing.
        state: "finished", "failed", "interrupted" or "killed".
        created: When it began, in seconds since 1970.
        ended: When it ended.
        config: Settings by name.
        summary: What it came to, by name.
        tags: Its tags.
        notes: Words about it.
        curves: By metric.
    """

    origin: str
    key: str
    name: str
    project: str = ""
    parent: str = ""
    group: str = ""
    state: str = "finished"
    created: float
    ended: float
    config: Mapping[str, Setting] = field(default_factory=dict)
    summary: Mapping[str, Setting] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """What the lab keeps to know it again."""
        return source_of(self.origin, self.key)


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that could not be read, or not to its end.

    Attributes:
        path: The file.
        words: What is wrong with it.
    """

    path: str
    words: str

    def __str__(self) -> str:
        """The damage in a line.

        Example:
            >>> str(Damage("a.wandb", "it is cut off"))
            'a.wandb: it is cut off'
        """
        return f"{self.path}: {self.words}"


def source_of(origin: str, key: str) -> str:
    """What the lab keeps of a run to know it again.

    Example:
        >>> source_of("mlflow", "0a1b")
        'mlflow:0a1b'
    """
    return f"{origin}:{key}"


@dataclass(slots=True)
class Points:
    """Points of one metric as they are read: late, twice, in any order."""

    steps: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, step: float, at: float, value: float) -> None:
        """Take in a point.

        Args:
            step: The step.
            at: Seconds since 1970.
            value: The value.
        """
        self.steps.append(step)
        self.times.append(at)
        self.values.append(value)

    def curve(self, created: float) -> Curve:
        """The curve: by rising step, of each step the value that came last.

        Args:
            created: When the run began, in seconds since 1970.

        Example:
            >>> points = Points()
            >>> for step, value in ((1, 0.5), (0, 1.0), (1, 0.25)):
            ...     points.add(step, 100.0 + step, value)
            >>> points.curve(100.0).values.tolist()
            [1.0, 0.25]
        """
        steps = np.asarray(self.steps, np.float64)
        order = np.argsort(steps, kind="stable")
        last: NDArray[np.bool_] = np.ones(len(order), bool)
        last[:-1] = np.diff(steps[order]) != 0
        kept = order[last]
        seconds = np.asarray(self.times, np.float64)[kept] - created
        values = np.asarray(self.values, np.float64)[kept]
        return Curve(steps[kept], np.maximum(seconds, 0.0), values)
