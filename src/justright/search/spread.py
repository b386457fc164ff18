"""How far a mean over views may be from the truth."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as fisher
from scipy.stats import t as student

LEVEL = 0.95  # share of repetitions that an interval covers
UNLUCKY = 0.05  # share of repetitions in which places vary less beside their seeds; house choice


def by_place(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """One value for each place: the mean of its seeds, which are no new data.

    With a single place the seeds themselves are the values: they are all the chance there is, and
    what is said of them holds on that validation set alone.

    Args:
        values: Shape (places, seeds, ...); NaN for a network that was not measured.

    Returns:
        Shape (places, ...), or (seeds, ...) for a single place; without what is NaN throughout.

    Example:
        >>> by_place(np.array([[1.0, 3.0], [4.0, np.nan], [np.nan, np.nan]]))
        array([2., 4.])
        >>> by_place(np.array([[1.0, 3.0]]))
        array([1., 3.])
    """
    if len(values) == 1:
        means = values[0]
    else:
        known = ~np.isnan(values)
        counts = known.sum(axis=1)
        sums = np.where(known, values, 0.0).sum(axis=1)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    rest = tuple(range(1, means.ndim))
    kept: NDArray[np.float64] = means[~np.isnan(means).all(axis=rest)]
    return kept


def variance_of_seeds(values: NDArray[np.float64]) -> float:
    """The variance that seeds leave in the mean of a place, as much of it as is sure.

    By luck the places may vary little beside their seeds. All of the seeds' variance taken from
    theirs would then leave nothing, so that intervals covered 89 % in the place of 95 %. The share
    that is taken is the 5 % quantile of the ratio of both, were there seeds alone (Fisher's F).

    Args:
        values: Shape (places, seeds); NaN for a network that was not measured.

    Returns:
        It; 0 where no place has two seeds, or there are fewer than two places.

    Example:
        >>> round(variance_of_seeds(np.array([[1.0, 3.0], [4.0, 6.0], [2.0, 4.0]])), 3)
        0.052
    """
    counts = (~np.isnan(values)).sum(axis=1)
    several = counts > 1
    if not several.any() or (counts > 0).sum() < 2:
        return 0.0
    variance = np.nanvar(values[several], axis=1, ddof=1) / counts[several]
    share = fisher.ppf(UNLUCKY, (counts > 0).sum() - 1, (counts[several] - 1).sum())
    return float(share * variance.mean())


def standard_error(
    values: NDArray[np.float64], overlap: float = 0.0, own_variance: float = 0.0
) -> float:
    """Standard error of the mean of some scores, corrected for shared training rows.

    Views of one data set share most of their training rows, so that their scores differ less than
    those of new data would. The variance of their mean is taken as (1/n + overlap) times that of
    one score, in the place of 1/n. It is a rule of thumb: no unbiased estimate exists for folds.
    Shared rows cannot make alike what comes of the start of a network: the correction leaves out
    the variance that is known to.

    Args:
        values: Scores, one for each view, shape (views,).
        overlap: Validation rows over training rows of a view; 0 for scores that are independent.
        own_variance: Variance of a score that has nothing to do with the rows, as of its seeds.

    Returns:
        It, in the unit of the scores; NaN for fewer than two.

    Source:
        Nadeau and Bengio 2003, Inference for the Generalization Error,
        https://doi.org/10.1023/A:1024068626366; for repeated folds Bouckaert and Frank 2004,
        https://doi.org/10.1007/978-3-540-24775-3_3; that there is no unbiased one: Bengio and
        Grandvalet 2004, https://jmlr.org/papers/v5/grandvalet04a.html

    Example:
        >>> round(standard_error(np.array([1.0, 2.0, 3.0]), overlap=0.25), 3)
        0.764
    """
    n = len(values)
    if n < 2:
        return math.nan
    variance = float(np.var(values, ddof=1))
    return math.sqrt(variance / n + overlap * max(0.0, variance - own_variance))


def t_interval(
    values: Sequence[float], overlap: float = 0.0, level: float = LEVEL
) -> tuple[float, float]:
    """The interval of the mean of some scores: Student's t, corrected for shared training rows.

    Args:
        values: Scores, one for each view.
        overlap: Validation rows over training rows of a view; 0 for scores that are independent.
        level: Share of repetitions that it covers, 0 to 1.

    Returns:
        Its ends; NaN for fewer than two values.

    Source:
        That of `standard_error`.

    Example:
        >>> low, high = t_interval([1.0, 2.0, 3.0], overlap=0.25)
        >>> round(low, 3), round(high, 3)
        (-1.286, 5.286)
    """
    if len(values) < 2:
        return math.nan, math.nan
    found = np.asarray(values, dtype=np.float64)
    half = float(student.isf((1 - level) / 2, len(found) - 1)) * standard_error(found, overlap)
    mean = float(found.mean())
    return mean - half, mean + half
