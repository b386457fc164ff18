"""How much of a score is chance of the start, and how much is the validation set."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2
from scipy.stats import f as fisher
from scipy.stats import t as student

from justright.search.spread import LEVEL, UNLUCKY


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What the scores of one design vary by, in the unit of the metric.

    A figure is NaN where it cannot be told: one seed a place, or one place.

    Attributes:
        seed_sd: Standard deviation over seeds on one validation set.
        seed_low: Lower end of its 95 % interval.
        seed_high: Upper end.
        place_sd: Standard deviation over validation sets, of scores without the chance of seeds.
        freedom: Degrees of freedom behind `seed_sd`.
    """

    seed_sd: float
    seed_low: float
    seed_high: float
    place_sd: float
    freedom: int


def components(values: NDArray[np.float64]) -> Components:
    """The variance of scores, parted into that of seeds and that of validation sets.

    Args:
        values: Scores, shape (places, seeds); NaN for a network that diverged or is missing. The
            seeds of different places have nothing to do with each other.

    Source:
        One-way analysis of variance with random effects: Searle, Casella and McCulloch 1992,
        Variance Components, chapter 3, https://doi.org/10.1002/9780470316856

    Example:
        >>> found = components(np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]))
        >>> round(found.seed_sd, 3), round(found.place_sd, 3), found.freedom
        (1.414, 3.873, 3)
    """
    known = [row[~np.isnan(row)] for row in values]
    known = [row for row in known if len(row)]
    freedom = sum(len(row) - 1 for row in known)
    if not freedom:
        return Components(
            seed_sd=math.nan, seed_low=math.nan, seed_high=math.nan, place_sd=math.nan, freedom=0
        )
    squares = sum(float(((row - row.mean()) ** 2).sum()) for row in known)
    variance = squares / freedom
    of_places = math.nan
    if len(known) > 1:
        means = np.array([row.mean() for row in known])
        of_seeds = variance * float(np.mean([1 / len(row) for row in known]))
        of_places = math.sqrt(max(0.0, float(means.var(ddof=1)) - of_seeds))
    beyond = (1 - LEVEL) / 2
    return Components(
        seed_sd=math.sqrt(variance),
        seed_low=math.sqrt(squares / chi2.isf(beyond, freedom)),
        seed_high=math.sqrt(squares / chi2.ppf(beyond, freedom)),
        place_sd=of_places,
        freedom=freedom,
    )


def least_difference(found: Components, n_places: int, n_seeds: int, overlap: float) -> float:
    """How far two designs must lie apart for the difference to be more than chance of the seeds.

    Both are trained on the same validation sets with different seeds. It is the half-width of the
    95 % interval of their difference, were they alike: Student's t over the places, corrected for
    shared training rows as `spread.standard_error` corrects. On one validation set the spread over
    seeds is taken from `found`.

    Args:
        found: The components of the variance.
        n_places: Validation sets of each design.
        n_seeds: Networks of each design on each of them.
        overlap: Validation rows over training rows of a place; no matter with a single place.

    Returns:
        It, in the unit of the scores; NaN where the spread over seeds is not known.

    Example:
        >>> found = components(np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]))
        >>> round(least_difference(found, 1, 1, 0.0), 2)
        6.36
        >>> round(least_difference(found, 5, 3, 0.25), 2)
        2.05
    """
    if not found.freedom:
        return math.nan
    variance = 2 * found.seed_sd**2 / n_seeds
    if n_places == 1:
        return float(student.isf((1 - LEVEL) / 2, found.freedom)) * math.sqrt(variance)
    sure = 0.0
    if n_seeds > 1:  # as much of the seeds' variance as `variance_of_seeds` is sure of
        sure = float(fisher.ppf(UNLUCKY, n_places - 1, n_places * (n_seeds - 1)))
    shared = overlap * max(0.0, 1 - sure)
    error = math.sqrt(variance * (1 / n_places + shared))
    return float(student.isf((1 - LEVEL) / 2, n_places - 1)) * error
