"""How much of the best configuration's lead is luck of the draw."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_FOLDS = 3  # with two, each choice would stand on a single fold
LEAST_CONFIGURATIONS = 2


def luck(by_fold: Array, *, base: int | None = None) -> float | None:
    """Estimate how far the best of many configurations falls back when it is judged anew.

    The configuration with the lowest mean is in part the best and in part the luckiest: each fold
    that judges it also chose it. Here every fold judges the configuration that the other folds
    choose. What these choices lose against the best one's own mean is the luck.

    It is right on average and loose in a single case: from five folds its error is about as large
    as that of a mean over five folds.

    Args:
        by_fold: Score of each configuration on each fold, lower is better, shape (configurations,
            folds). Rows with a score that is not finite are left out.
        base: A configuration that the lead is told against: no more than the whole lead over it is
            luck. None for no bound.

    Returns:
        The luck in the unit of the scores, 0 or more; None for fewer than three folds or fewer
        than two usable configurations, or where the base is not usable.

    Source:
        Tibshirani and Tibshirani 2009, A bias correction for the minimum error rate in
        cross-validation, https://doi.org/10.1214/08-AOAS224; here a fold has no say in the choice
        that it judges.

    Example:
        >>> luck(np.array([[1.0, 3.0, 3.0], [3.0, 1.0, 3.0], [3.0, 3.0, 1.0]]))  # lucky once each
        0.6666666666666665
        >>> luck(np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]))
        0.0
    """
    usable = np.asarray(np.isfinite(by_fold).all(axis=1))
    if base is not None and not usable[base]:
        return None
    scores = by_fold[usable]
    if len(scores) < LEAST_CONFIGURATIONS or scores.shape[1] < LEAST_FOLDS:
        return None
    means = scores.mean(axis=1)
    others = (scores.sum(axis=1, keepdims=True) - scores).argmin(axis=0)
    judged = scores[others, np.arange(scores.shape[1])].mean()
    found = max(0.0, float(judged - means.min()))
    if base is None:
        return found
    return min(found, max(0.0, float(by_fold[base].mean() - means.min())))
