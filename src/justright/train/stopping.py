"""When a member stops, and which of its weights are kept."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


class Patience:
    """Follows each member's stopping score, lower is better.

    Args:
        n_members: Members.
        patience: Evaluations without a gain after which a member stops.
    """

    def __init__(self, n_members: int, patience: int) -> None:
        self.best: Scores = np.full(n_members, np.inf)
        self.reason = [""] * n_members
        self._waited = np.zeros(n_members, dtype=np.int64)
        self._patience = patience

    @property
    def running(self) -> NDArray[np.bool_]:
        """Which members still train, shape (members,)."""
        return np.array([reason == "" for reason in self.reason])

    def see(self, score: Scores) -> NDArray[np.bool_]:
        """Take in the scores of an evaluation and stop members that wait too long.

        Args:
            score: One per member; not finite for a member that diverged.

        Returns:
            Which members reached their best so far, shape (members,).
        """
        running = self.running
        gained = running & np.isfinite(score) & (score < self.best)
        self.best = np.where(gained, score, self.best)
        self._waited = np.where(gained, 0, self._waited + 1)
        for i in np.flatnonzero(running):
            if not np.isfinite(score[i]):
                self.reason[i] = "diverged"
            elif self._waited[i] >= self._patience:
                self.reason[i] = "patience"
        return gained

    def end(self, reason: str) -> None:
        """Stop every member that still runs, for one reason."""
        self.reason = [old or reason for old in self.reason]
