"""The learning-rate sweep: one design trained at many constant rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What each constant learning rate came to, and which one was chosen.

    A loss that is not finite is None.

    Attributes:
        rates: The rates, rising, shape (rates,).
        train_loss: Mean training loss at the end of the sweep, per rate.
        validation_loss: Best validation loss within the sweep, per rate.
        n_steps: Steps that each rate was trained for.
        start_loss: Validation loss before the first step.
        best: The rate with the lowest validation loss.
        diverges_at: The smallest rate from which training diverges; None if none did.
        usable_low: Smallest rate whose loss is as good as the best one within its noise.
        usable_high: Largest such rate.
        chosen: The rate that training uses.
        reason: Why that one.
        suggestions: Other readings of the smoothed validation loss, by name, as far as it has
            them: `valley`, `steepest`, `half_diverging`, `tenth_of_minimum`.
        by_fold: Validation loss at the end, shape (folds, rates): one row for each fold tried.
        cautions: What makes the sweep hard to read, in sentences.
    """

    rates: tuple[float, ...]
    train_loss: tuple[float | None, ...]
    validation_loss: tuple[float | None, ...]
    n_steps: int
    start_loss: float
    best: float
    diverges_at: float | None
    usable_low: float
    usable_high: float
    chosen: float
    reason: str
    suggestions: Mapping[str, float] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()
    by_fold: tuple[tuple[float | None, ...], ...] = ()
