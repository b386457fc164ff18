"""How far a mean over views may be from the truth."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

LEVEL = 0.95  # share of repetitions that an interval covers


def t_interval(
    values: Sequence[float], overlap: float = 0.0, level: float = LEVEL
) -> tuple[float, float]:
    """The interval of the mean of some scores: Student's t, corrected for shared training rows.

    Views of one data set share most of their training rows, so that their scores differ less than
    those of new data would. The variance of their mean is taken as (1/n + overlap) times that of
    one score, in the place of 1/n. It is a rule of thumb: no unbiased estimate exists for folds.

    Args:
        values: Scores, one for each view.
        overlap: Validation rows over training rows of a view; 0 for scores that are independent.
        level: Share of repetitions that it covers, 0 to 1.

    Returns:
        Its ends; NaN for fewer than two values.

    Source:
        Nadeau and Bengio 2003, Inference for the Generalization Error,
        https://doi.org/10.1023/A:1024068626366; for repeated folds Bouckaert and Frank 2004,
        https://doi.org/10.1007/978-3-540-24775-3_3; that there is no unbiased one: Bengio and
        Grandvalet 2004, https://jmlr.org/papers/v5/grandvalet04a.html

    Example:
        >>> low, high = t_interval([1.0, 2.0, 3.0], overlap=0.25)
        >>> round(low, 3), round(high, 3)
        (-1.286, 5.286)
    """
    n = len(values)
    if n < 2:
        return math.nan, math.nan
    variance = float(np.var(np.asarray(values, dtype=np.float64), ddof=1))
    half = float(student.ppf((1 + level) / 2, n - 1)) * math.sqrt((1 / n + overlap) * variance)
    mean = float(np.mean(values))
    return mean - half, mean + half
