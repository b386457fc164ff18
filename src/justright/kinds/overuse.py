"""How far validation rows flatter, because choices were made on them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Overuse:
    """What the best of many looks at the same validation rows owes to luck.

    A part is None where one fold alone was looked at: it takes other rows to tell.

    Attributes:
        n_looks: Evaluations of a network, of which the best was kept.
        n_rates: Learning rates that were tried; 0 where none was chosen so.
        loss: Mean stopping score as reported, lower is better.
        by_step: What of it the choice of the step took off, in the unit of the loss.
        by_rate: The same for the choice of the rate.
        metric: Name of a metric that follows the loss; empty where none was measured.
        reported: That metric in validation; None without one.
        corrected: The same without the luck.

    Example:
        >>> found = Overuse(n_looks=30, n_rates=0, loss=0.5, by_step=0.01, by_rate=0.0,
        ...                 metric="log_loss", reported=0.4, corrected=0.408)
        >>> round(found.share, 4), found.is_known
        (0.0196, True)
    """

    n_looks: int
    n_rates: int
    loss: float
    by_step: float | None
    by_rate: float | None
    metric: str = ""
    reported: float | None = None
    corrected: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether any part of it could be told."""
        return self.by_step is not None or (self.n_rates > 0 and self.by_rate is not None)

    @property
    def optimism(self) -> float:
        """What the choices took off the loss, as far as is known; at least 0."""
        return max(0.0, (self.by_step or 0.0) + (self.by_rate or 0.0))

    @property
    def share(self) -> float:
        """The optimism as a share of the loss as corrected, 0 to 1."""
        return self.optimism / (self.loss + self.optimism) if self.optimism > 0 else 0.0
