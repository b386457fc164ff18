"""The learning-rate ramp: a training whose rate rises step by step."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """What the loss did while the rate rose, and which rate was chosen.

    A loss that is not finite is None.

    Attributes:
        rates: The rate of each step, rising, shape (steps,).
        losses: Mean training loss of each step, before its update, shape (steps,).
        smoothed: The losses smoothed over neighbouring rates, and cut off far above the start;
            None from where training broke, shape (steps,).
        n_steps: Steps of the ramp.
        start_loss: Loss before the first step.
        suggestions: Rate by name, as far as the curve has one: `valley`, `steepest`,
            `half_diverging`, `tenth_of_minimum`.
        diverges_at: The smallest rate from which training diverges; None if none did.
        chosen: The rate that training uses.
        reason: Why that one.
        cautions: What makes the curve hard to read, in sentences.
        n_members: Networks whose losses were averaged.
    """

    rates: tuple[float, ...]
    losses: tuple[float | None, ...]
    smoothed: tuple[float | None, ...]
    n_steps: int
    start_loss: float
    suggestions: Mapping[str, float]
    diverges_at: float | None
    chosen: float
    reason: str
    cautions: tuple[str, ...] = ()
    n_members: int = 1
