"""The scale of a numeric target, so that the network learns numbers around 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Task

Curve = Literal["none", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetScale:
    """What is taken off a numeric target and what it is divided by; one each for every column.

    Attributes:
        mean: Taken off, in the unit of the target (of its logarithm on a log scale).
        spread: Divided by, in the same unit; 1 where it would be 0.
        curve: "log" where the network learns the logarithm of the target.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    curve: Curve = "none"

    @classmethod
    def fit(
        cls, values: NDArray[np.float64] | Sequence[float], curve: Curve = "none"
    ) -> "TargetScale":
        """Measure mean and spread of each column.

        Args:
            values: Numbers, shape (rows,) or (rows, columns).
            curve: "log" for the logarithm of positive numbers.

        Example:
            >>> TargetScale.fit([1.0, 3.0])
            TargetScale(mean=(2.0,), spread=(1.0,), curve='none')
        """
        array = np.asarray(values, dtype=np.float64)
        array = array.reshape(len(array), -1)
        array = np.log(array) if curve == "log" else array
        largest = np.abs(array).max(axis=0, initial=0.0)
        largest[largest == 0] = 1.0
        scaled = array / largest  # so that squares of 1e300 stay finite
        mean, spread = scaled.mean(axis=0), scaled.std(axis=0)
        tiny = spread <= np.finfo(np.float64).eps * 8  # 8 rounding errors of a constant
        spread = np.where(tiny, 1.0, spread * largest)
        return cls(
            mean=tuple((mean * largest).tolist()), spread=tuple(spread.tolist()), curve=curve
        )

    @classmethod
    def of(cls, values: NDArray[np.float64], task: Task, output: str) -> "TargetScale":
        """The scale that a task and an output activation ask for.

        A bounded target lies between 0 and 1, a positive one has a spread of 1 above its 0, others
        have mean 0 and spread 1.

        Args:
            values: Numbers, shape (rows,) or (rows, columns).
            task: What is predicted.
            output: Word of the output_activation lever.

        Example:
            >>> task = Task(kind="bounded", target="share", low=0.0, high=100.0)
            >>> TargetScale.of(np.array([20.0, 50.0]), task, "sigmoid").forward(np.array([25.0]))
            array([0.25])
        """
        if output in ("sigmoid", "tanh"):
            return cls(mean=(task.low,), spread=(task.high - task.low,))
        found = cls.fit(values, "log" if output == "exp" else "none")
        # A softplus is nearly a straight line from a spread above 0 on: there it costs nothing.
        return cls(mean=(0.0,), spread=found.spread) if output == "softplus" else found

    def forward(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scaled values, of the same shape."""
        flat = values.reshape(len(values), len(self.mean))
        if self.curve == "log":
            flat = np.log(flat)
        scaled = (flat - np.array(self.mean)) / np.array(self.spread)
        return np.asarray(scaled.reshape(values.shape), dtype=np.float64)

    def back(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Values in the unit of the target, of the same shape."""
        flat = np.asarray(values, dtype=np.float64).reshape(len(values), len(self.mean))
        raw = flat * np.array(self.spread) + np.array(self.mean)
        if self.curve == "log":
            with np.errstate(over="ignore"):
                raw = np.minimum(np.exp(raw), np.finfo(np.float64).max)
        return np.asarray(raw.reshape(values.shape), dtype=np.float64)
