"""Training rows that repeat rare classes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from justright.kinds import View

MOST = 4  # times the training rows: a balanced view has no more (house convention)


def balanced(view: View, labels: NDArray[np.int64], *, seed: int) -> View:
    """The view with rows of rare classes named several times, until classes are alike.

    Each class comes as often as the most frequent one, as far as that makes no more than `MOST`
    times the rows. No row is left out, and validation rows stay as they are.

    Args:
        view: The view.
        labels: Class number of every row of the data, shape (rows of the data,).
        seed: Seed of the draw of what is repeated once more than the rest.

    Source:
        Random over-sampling: Buda et al. 2018, arXiv:1710.05381

    Example:
        >>> view = View(train=np.arange(5), validation=np.array([5]))
        >>> balanced(view, np.array([0, 0, 0, 0, 1, 1]), seed=0).train
        array([0, 1, 2, 3, 4, 4, 4, 4])
    """
    own, rng = labels[view.train], np.random.default_rng(seed)
    classes, counts = np.unique(own, return_counts=True)
    wanted = min(int(counts.max()), MOST * len(own) // len(classes))
    parts = []
    for label, n in zip(classes, counts, strict=True):
        rows = view.train[own == label]
        whole, rest = divmod(max(wanted, int(n)), int(n))
        parts += [np.repeat(rows, whole), rng.choice(rows, rest, replace=False)]
    return replace(view, train=np.sort(np.concatenate(parts)))
