"""Long curves thinned to what a screen can show: the lowest and the highest of each bucket."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def decimate(x: Floats, y: Floats, most: int) -> tuple[Floats, Floats]:
    """Thin a curve; peaks and ends stay.

    The points are parted into buckets of equal counts. Of each, the lowest and the highest stay,
    in their order; of a bucket without numbers, one gap. The first and last points stay.

    Args:
        x: Shape (points,).
        y: Shape (points,); NaN is a gap.
        most: Points to keep at most, 4 or more.

    Returns:
        Both, of at most `most` points; the same arrays where they are short enough.

    Raises:
        ValueError: If `most` is less than 4, or the shapes differ.

    Example:
        >>> x = np.arange(1000.0)
        >>> y = np.where(x == 500, 9.0, 0.0)
        >>> kept, values = decimate(x, y, 10)
        >>> len(kept) <= 10, values.max(), kept[0], kept[-1]
        (True, np.float64(9.0), np.float64(0.0), np.float64(999.0))
    """
    if most < 4 or x.shape != y.shape:
        raise ValueError(f"{most=} (4 or more), {x.shape=}, {y.shape=}")
    if len(x) <= most:
        return x, y
    inner = y[1:-1]
    n_buckets = (most - 2) // 2
    width = -(-len(inner) // n_buckets)
    n_full = -(-len(inner) // width)
    padded = np.full(n_full * width, np.nan)
    padded[: len(inner)] = inner
    buckets = padded.reshape(n_full, width)
    gaps = np.isnan(buckets)
    low = np.where(gaps, np.inf, buckets).argmin(axis=1)
    high = np.where(gaps, -np.inf, buckets).argmax(axis=1)
    starts = np.arange(n_full) * width + 1
    picked = np.concatenate(([0], starts + low, starts + high, [len(x) - 1]))
    kept = np.unique(picked)
    return x[kept], y[kept]
