"""Averages of the weights along the training."""

import torch
from jaxtyping import Float
from torch import Tensor

SWA_START = 0.75  # share of the steps after which SWA collects; Izmailov 2018, arXiv:1803.05407

Flat = Float[Tensor, "members parameters"]


class Average:
    """The weights that are evaluated and kept: the newest, an EMA, or an SWA.

    Args:
        name: Word of the averaging lever.
        theta: The weights in training, shape (members, parameters).
        decay: Weight of the old average at each step of an EMA.
        total_steps: Steps of the whole training.
    """

    def __init__(self, name: str, theta: Flat, *, decay: float, total_steps: int) -> None:
        self._name, self._theta, self._decay = name, theta, decay
        self._start = int(SWA_START * total_steps)
        self._average = theta.clone() if name != "none" else theta
        self._collected = 0

    @property
    def active(self) -> bool:
        """Whether the evaluated weights differ from the newest."""
        return self._name == "ema" or self._collected > 0

    @property
    def weights(self) -> Flat:
        """The weights to evaluate now."""
        return self._average if self.active else self._theta

    @torch.no_grad()
    def after_step(self, step: int) -> None:
        """Take in the weights after a step (EMA).

        Early on the newest weights count more, so that the start is soon forgotten.
        """
        if self._name == "ema":
            decay = min(self._decay, (1 + step) / (10 + step))
            self._average.lerp_(self._theta, 1 - decay)

    @torch.no_grad()
    def after_epoch(self, step: int) -> None:
        """Take in the weights after an epoch (SWA)."""
        if self._name == "swa" and step >= self._start:
            self._collected += 1
            self._average.lerp_(self._theta, 1 / self._collected)
