"""How often to look closely: as often as the time that it may cost allows."""

import time

GROWTH = 1.15  # of the steps between close looks: early steps tell most (house convention)
FIRST_LOOKS = 4  # steps looked at closely whatever they cost: a sick start shows there


class Purse:
    """Time that close looks may take, and what they took.

    Args:
        credit_s: Seconds that they may take before anything else counts.
        share: Share of the time gone by that they may take beyond that.

    Attributes:
        next: Step before which no other look is wanted.
        spent_s: Seconds that looks took so far.
        norms_s: Seconds that norms of gradients took so far.
    """

    def __init__(self, *, credit_s: float, share: float) -> None:
        self._credit_s, self._share = credit_s, share
        self._began = time.perf_counter()
        self.next, self._dearest_s = 0, 0.0
        self.spent_s = self.norms_s = 0.0

    def elapsed_s(self) -> float:
        """Seconds since the watching began."""
        return time.perf_counter() - self._began

    def wants(self, step: int) -> bool:
        """Whether the pass after this many steps is to be looked at closely.

        Example:
            >>> purse = Purse(credit_s=1.0, share=0.01)
            >>> purse.wants(0), purse.wants(0)
            (True, False)
        """
        if step < self.next:
            return False
        if step >= FIRST_LOOKS and not self.affords(self._dearest_s):
            return False
        self.next = max(step + 1, round(step * GROWTH))
        return True

    def affords(self, cost_s: float) -> bool:
        """Whether so many seconds more stay within what may be spent."""
        return self.spent_s + cost_s <= self.allowed_s()

    def allowed_s(self) -> float:
        """Seconds that may have been spent by now."""
        return self._credit_s + self._share * self.elapsed_s()

    def looked(self, cost_s: float) -> None:
        """Tell what one close look took, seconds."""
        # The dearest of late, which fades: the first look loads code and is no measure.
        self._dearest_s = max(cost_s, 0.7 * self._dearest_s)
