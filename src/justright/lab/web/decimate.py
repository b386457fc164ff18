"""Long curves thinned to what a screen can show: the lowest and the highest of each bucket."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Pair = tuple[Floats, Floats]
Key = TypeVar("Key", bound=Hashable)

#: Values that are thinned at once: many short curves together, long ones each by itself.
AT_ONCE = 2_000_000


def decimate(x: Floats, y: Floats, most: int) -> Pair:
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
    return decimate_each({0: (x, y)}, most)[0]


def decimate_each(curves: Mapping[Key, Pair], most: int) -> dict[Key, Pair]:
    """Thin many curves, those of equal length together, which is several times as quick.

    Args:
        curves: x and y of each, by a key.
        most: Points to keep of each, 4 or more.

    Returns:
        The same keys, in the same order, with curves of at most `most` points.
    """
    found = dict(curves)
    lengths: dict[int, list[Key]] = {}
    for key, (x, _) in curves.items():
        if len(x) > most:
            lengths.setdefault(len(x), []).append(key)
    for n_points, keys in lengths.items():
        for some in _parted(keys, max(AT_ONCE // n_points, 1)):
            places = _picked(np.stack([curves[key][1] for key in some]), most)
            new = np.diff(places, axis=1, prepend=-1) > 0  # one point may be lowest and highest
            for key, own, first in zip(some, places, new, strict=True):
                kept, (x, y) = own[first], curves[key]
                found[key] = (x[kept], y[kept])
    return found


def _picked(values: Floats, most: int) -> Places:
    """Places of the points that stay, by rising place; shape (curves, places).

    Args:
        values: Shape (curves, points), more than `most` points.
        most: Points to keep.
    """
    n_curves, n_points = values.shape
    n_inner = n_points - 2
    width = -(-n_inner // ((most - 2) // 2))
    n_buckets = -(-n_inner // width)
    padded = np.full((n_curves, n_buckets * width), np.nan)
    padded[:, :n_inner] = values[:, 1:-1]
    buckets = padded.reshape(n_curves, n_buckets, width)
    gaps = np.isnan(buckets)
    low = np.where(gaps, np.inf, buckets).argmin(axis=2)
    high = np.where(gaps, -np.inf, buckets).argmax(axis=2)
    starts = np.arange(n_buckets) * width + 1
    places = np.empty((n_curves, 2 * n_buckets + 2), dtype=np.intp)
    places[:, 0], places[:, -1] = 0, n_points - 1
    places[:, 1:-1:2] = starts + np.minimum(low, high)
    places[:, 2:-1:2] = starts + np.maximum(low, high)
    return places


def _parted(keys: Sequence[Key], size: int) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
