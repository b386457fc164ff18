"""Averages of the weights along the training."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from justright.train.member import Member

SWA_START = 0.75  # share of the steps after which SWA collects; Izmailov 2018, arXiv:1803.05407


def ema_weight(decay: float, step: int) -> float:
    """Weight of the newest weights in an EMA after a step.

    Early on the newest weights count more, so that the start is soon forgotten.

    Example:
        >>> ema_weight(0.99, 0), round(ema_weight(0.99, 10_000), 4)
        (0.9, 0.01)
    """
    return 1 - min(decay, (1 + step) / (10 + step))


@dataclass(slots=True)
class Collected:
    """Weights that one member collects at its evaluations: an SWA, or the last k.

    Attributes:
        member: The member.
        mean: Mean of what SWA collected, shape (parameters,).
        n: How many that were.
        last: The newest weights, oldest first, for the last k.
    """

    member: Member
    mean: Tensor | None = None
    n: int = 0
    last: list[Tensor] = field(default_factory=list)

    def wants(self, step: int) -> bool:
        """Whether it collects at an evaluation after this many steps."""
        if self.member.averaging == "swa":
            return step >= int(SWA_START * self.member.total_steps)
        return self.member.averaging == "last_k"

    def take_in(self, theta: Tensor) -> Tensor:
        """Collect weights, shape (parameters,), and return the average so far."""
        if self.member.averaging == "swa":
            self.n += 1
            self.mean = theta if self.mean is None else torch.lerp(self.mean, theta, 1 / self.n)
            return self.mean
        self.last = [*self.last, theta][-self.member.last_k :]
        return torch.stack(self.last).mean(0)

    def state(self) -> dict[str, Any]:
        """What was collected, by name."""
        kept: dict[str, Any] = {"n_averaged": self.n}
        if self.mean is not None:
            kept["average"] = self.mean
        return kept | {f"last_{i}": theta for i, theta in enumerate(self.last)}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.n, self.mean = state["n_averaged"], state.get("average")
        names = [f"last_{i}" for i in range(self.member.last_k)]
        self.last = [state[name] for name in names if name in state]
