"""Orders that give rows the targets of others, and keep together what belongs together."""

import numpy as np

from justright.kinds import Rows


def mixed(cells: Rows, blocks: Rows, rng: np.random.Generator) -> Rows:
    """Deal the targets of whole blocks out anew, within each cell.

    The targets of the blocks of a cell are laid end to end in one random order, over its blocks
    in another. Where all blocks are as large, each takes the targets of exactly one; where they
    are not, of parts of a few. Blocks of one row are a plain permutation.

    Args:
        cells: Cell of each row, from 0, shape (rows,); -1 for a row that keeps its own target.
        blocks: Block of each row, from 0, shape (rows,): an equal row, or a group.
        rng: The chance.

    Returns:
        For every row the row whose target it takes, shape (rows,).

    Source:
        Permutation of whole blocks that are exchangeable: Winkler et al. 2015,
        https://doi.org/10.1016/j.neuroimage.2015.05.092

    Example:
        >>> cells, blocks = np.zeros(6, dtype=np.int64), np.array([0, 0, 1, 1, 2, 2])
        >>> order = mixed(cells, blocks, np.random.default_rng(0))
        >>> blocks[order].reshape(3, 2).tolist()
        [[0, 0], [2, 2], [1, 1]]
    """
    rows = np.flatnonzero(cells >= 0)
    n_blocks = int(blocks.max(initial=-1)) + 1
    givers, takers = (
        rows[np.lexsort((rng.permutation(n_blocks)[blocks[rows]], cells[rows]))] for _ in "xy"
    )
    order = np.arange(len(cells), dtype=np.int64)
    order[takers] = givers
    return order


def shifted(ranks: Rows, rng: np.random.Generator) -> Rows:
    """Move all targets on in time by a random stretch; those beyond the end come in at the start.

    What makes a target like those before and after it stays. It is a shuffle as exact as the
    series is the same at all times.

    Args:
        ranks: Place of each row in time, shape (rows,).
        rng: The chance.

    Returns:
        For every row the row whose target it takes, shape (rows,).

    Source:
        Shifts as a test of no relation between two series: Harris 2020,
        https://arxiv.org/abs/2012.06862

    Example:
        >>> order = shifted(np.arange(5), np.random.default_rng(0))
        >>> sorted(order.tolist()), (np.diff(order) % 5).tolist()
        ([0, 1, 2, 3, 4], [1, 1, 1, 1])
    """
    in_time = np.argsort(ranks, kind="stable")
    order = np.empty(len(ranks), dtype=np.int64)
    order[in_time] = np.roll(in_time, -int(rng.integers(1, max(2, len(ranks)))))
    return order
