"""Which rows a member may train on, and on which it is validated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A member's view of the data.

    Attributes:
        train: Row numbers to train on, shape (rows,).
        validation: Row numbers to validate on, shape (rows,). Shares none with `train`.
        fold: Number of the fold, from 0.
    """

    train: Rows
    validation: Rows
    fold: int = 0
