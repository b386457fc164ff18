"""Which rows a member may train on, and on which it is validated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A member's view of the data.

    Attributes:
        train: Row numbers to train on, shape (rows,). A bootstrap names a row several times.
        validation: Row numbers to validate on, shape (rows,). Shares none with `train`.
        fold: Number of the fold, from 0.
        weights: Weight of every row of the data in the training loss and in the stopping score,
            shape (rows of the data,), mean 1 over `train`. None: all weigh the same.
        targets: For every row of the data the row whose target it takes, shape (rows of the
            data,); a permutation within `train` and within `validation`, or a shift in time.
            None: its own.
        name: What it is, in words for people: "fold 2 of 5, repeat 1 of 3".

    Example:
        >>> view = View(train=np.array([0, 1, 3]), validation=np.array([2]), name="by hand")
        >>> view.fold, view.weights, view.targets, view.name
        (0, None, None, 'by hand')
    """

    train: Rows
    validation: Rows
    fold: int = 0
    weights: NDArray[np.float64] | None = None
    targets: Rows | None = None
    name: str = ""
