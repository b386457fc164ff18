"""Graphs of losses that the script keeps alive long after it has learnt from them."""

import weakref
from dataclasses import dataclass, field

from torch import Tensor

LATER = 3  # steps after which nothing but a list or a sum can still hold a loss
MOST_MARKS = 512
GROWTH = 1.02  # of the steps between marks: fifty in a row, then fewer
SELDOM = 8  # marks between two counts
_KEY = "justright"


class Mark:
    """Lives as long as the operation that it was put on."""

    __slots__ = ("__weakref__",)


@dataclass(slots=True)
class KeptGraphs:
    """Marks on the last operations of losses, to see which of them are still alive later.

    Attributes:
        alive: Most losses from before that were found alive at one look.
        of: Losses from before that were marked by then.
    """

    marks: list[tuple[int, "weakref.ref[Mark]"]] = field(default_factory=list)
    next_step: int = 0
    alive: int = 0
    of: int = 0

    def look(self, root: Tensor, step: int) -> None:
        """Mark a loss, and now and then count what is alive of those before.

        Args:
            root: The loss that backward is called on.
            step: Optimizer steps made before.
        """
        if step < self.next_step or root.grad_fn is None or len(self.marks) >= MOST_MARKS:
            return
        self.next_step = max(step + 1, round(step * GROWTH))
        if len(self.marks) % SELDOM == 0:
            self._count(step)
        mark = Mark()
        # Autograd's own place for notes on an operation; no number and no order depends on it.
        root.grad_fn.metadata[_KEY] = mark  # type: ignore[index]  # a property, typed as a method
        self.marks.append((step, weakref.ref(mark)))

    def _count(self, step: int) -> None:
        old = [mark for made, mark in self.marks if made + LATER <= step]
        alive = sum(mark() is not None for mark in old)
        if alive > self.alive:
            self.alive, self.of = alive, len(old)
