"""What each choice gains over a base, and how much of that is to be believed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from justright.kinds.reply import Effect, Verdict
from justright.search.spread import by_place, standard_error, variance_of_seeds
from justright.search.stopping import ONCE, Look, level, sequential_p

MOSTLY = 0.5  # share of the pairs; a choice that diverged in more has no gain. House convention
EQUAL = 1e-12  # of the largest gain; a spread below it is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """One choice: its gain in each place, and what they come to."""

    name: str
    values: NDArray[np.float64]
    n_pairs: int
    n_places: int
    n_diverged: int
    error: float
    p: float

    @property
    def value(self) -> float:
        """Mean gain; NaN where there is none."""
        return float(self.values.mean()) if len(self.values) else math.nan


def paired(
    choice: NDArray[np.float64], base: NDArray[np.float64], *, higher_is_better: bool
) -> NDArray[np.float64]:
    """The gains of a choice over a base, trained in pairs.

    Args:
        choice: Its scores, shape (places, seeds); NaN for a network that diverged.
        base: Those of the base, the same shape.
        higher_is_better: Direction of the metric.

    Returns:
        The gains, positive is better: -inf where the choice alone diverged, +inf where the base
        alone did, NaN where both did.

    Example:
        >>> nan = float("nan")
        >>> paired(np.array([[3.0, nan]]), np.array([[1.0, 2.0]]), higher_is_better=True)
        array([[  2., -inf]])
    """
    gains = choice - base if higher_is_better else base - choice
    alone = np.isnan(choice) != np.isnan(base)
    gains[alone] = np.where(np.isnan(choice[alone]), -np.inf, np.inf)
    return gains


def effects(
    gains: Mapping[str, NDArray[np.float64]],
    *,
    base: str,
    overlap: float,
    alpha: float = 0.05,
    look: Look = ONCE,
) -> tuple[Effect, ...]:
    """What each choice gains over the base, with intervals that hold together.

    The seeds of a place are averaged; Student's t over the places, corrected for the training
    rows that they share. Two seeds a place or more tell what is chance of the starts, which needs
    no such correction, and so make the intervals narrower. With a single place it is t over the
    seeds, and speaks of that validation set alone.

    All intervals, over all choices and all looks, hold together in 1 - alpha of repetitions: alpha
    is divided by the number of choices (Bonferroni), as these may be correlated in any way, and
    spent over the looks by `level`. The p-values are corrected for the choices by Holm's method,
    which is a little less strict, and for the looks; the verdict goes by the interval.

    A pair in which one network diverged counts as a difference as large as the largest one seen.
    A choice that diverged in most pairs has no gain (NaN) and is harmful without a test.
    Where all places agree to the last digit, as counts of few rows may, there is no spread to
    judge by: the interval is NaN until the sign test alone is clear.

    Args:
        gains: Paired gains of each choice, positive is better, shape (places, seeds); NaN where a
            pair is missing, -inf and +inf where a network diverged, as `paired` gives them.
        base: Name of what they are compared with.
        overlap: Validation rows over training rows of a place; no matter with a single place.
        alpha: Chance that any interval misses, over all looks.
        look: Which look at the data this is.

    Returns:
        The effects, the largest gain first, those without one last.

    Raises:
        ValueError: If gains are not of two axes.

    Source:
        Nadeau and Bengio 2003, https://doi.org/10.1023/A:1024068626366; intervals at every look:
        Jennison and Turnbull 1989, https://doi.org/10.1111/j.2517-6161.1989.tb01433.x; Holm 1979,
        https://www.jstor.org/stable/4615733; divergence as the worst value: Lachin 1999,
        https://doi.org/10.1016/S0197-2456(99)00022-7

    Example:
        >>> gains = {"0.9": np.array([[-4], [0.5], [-3]]), "0.2": np.array([[2], [2.2], [1.9]])}
        >>> for e in effects(gains, base="0", overlap=0.25):
        ...     print(f"{e.name}: {e.value:+.2f} ({e.low:+.2f} to {e.high:+.2f}), {e.verdict}")
        0.2: +2.03 (+1.31 to +2.76), useful
        0.9: -2.17 (-13.37 to +9.03), no clear effect
    """
    for name, found in gains.items():
        if found.ndim != 2:
            raise ValueError(f"gains of {name!r} have {found.shape=}, not (places, seeds)")
    finite = [abs(found[np.isfinite(found)]) for found in gains.values()]
    worst = max((float(sizes.max()) for sizes in finite if sizes.size), default=math.nan)
    measured = [_measure(name, found, worst, overlap, look) for name, found in gains.items()]
    allowed = level(look, alpha / max(len(gains), 1))
    told = [
        _effect(one, base=base, alpha=alpha, allowed=allowed, p=p, shrunken=shrunken)
        for one, p, shrunken in zip(
            measured, holm([one.p for one in measured]), _shrunken(measured), strict=True
        )
    ]
    return tuple(sorted(told, key=lambda e: math.inf if math.isnan(e.value) else -e.value))


def _measure(
    name: str, gains: NDArray[np.float64], worst: float, overlap: float, look: Look
) -> _Measured:
    n_pairs, n_diverged = int((~np.isnan(gains)).sum()), int(np.isneginf(gains).sum())
    counted = np.where(np.isinf(gains), np.sign(gains) * worst, gains)
    values = np.empty(0) if n_diverged > MOSTLY * n_pairs else by_place(counted)
    shared = 0.0 if len(gains) == 1 else overlap
    error = standard_error(values, shared, variance_of_seeds(counted))
    return _Measured(
        name=name,
        values=values,
        n_pairs=n_pairs,
        n_places=int((~np.isnan(gains)).any(axis=1).sum()),
        n_diverged=n_diverged,
        error=0.0 if error <= EQUAL * worst else error,
        p=sequential_p(look, _p(values, error, worst)),
    )


def _p(values: NDArray[np.float64], error: float, worst: float) -> float:
    """Two-sided p-value of the mean; of the signs where all values are the same."""
    if len(values) < 2:
        return math.nan
    if error <= EQUAL * worst:
        return float(2.0 ** (1 - len(values))) if values[0] else 1.0
    return float(2 * student.sf(abs(values.mean()) / error, len(values) - 1))


def _effect(
    one: _Measured, *, base: str, alpha: float, allowed: float, p: float, shrunken: float
) -> Effect:
    low, high = _ends(one, allowed)
    verdict: Verdict = "no clear effect"
    if low > 0:
        verdict = "useful"
    elif high < 0 or one.n_diverged > MOSTLY * one.n_pairs:
        verdict = "harmful"
    return Effect(
        name=one.name,
        base=base,
        value=one.value,
        low=low,
        high=high,
        level=1 - alpha,
        shrunken=shrunken,
        p=p,
        n_pairs=one.n_pairs,
        n_places=one.n_places,
        verdict=verdict,
        n_diverged=one.n_diverged,
    )


def _ends(one: _Measured, allowed: float) -> tuple[float, float]:
    """The interval that misses with the chance `allowed`."""
    n = len(one.values)
    if n < 2 or (one.error == 0 and 2.0 ** (1 - n) > allowed):
        return math.nan, math.nan
    half = float(student.isf(allowed / 2, n - 1)) * one.error
    return one.value - half, one.value + half


def holm(p: Sequence[float]) -> list[float]:
    """P-values corrected for their number, step by step; NaN stays and counts.

    Source:
        Holm 1979, https://www.jstor.org/stable/4615733

    Example:
        >>> holm([0.01, 0.04, 0.02])
        [0.03, 0.04, 0.04]
    """
    corrected = [math.nan] * len(p)
    least = 0.0
    known = sorted((value, place) for place, value in enumerate(p) if not math.isnan(value))
    for n_before, (value, place) in enumerate(known):
        least = max(least, min(1.0, (len(p) - n_before) * value))
        corrected[place] = least
    return corrected


def _shrunken(measured: Sequence[_Measured]) -> list[float]:
    """The gains as they are to be expected elsewhere: empirical Bayes towards no gain.

    The scores of all choices, the base among them, are drawn towards their common mean by
    noise / (spread + noise), which makes their differences smaller by the same factor. A
    posterior mean needs no correction for having chosen the largest.

    Source:
        Efron and Morris 1975, https://doi.org/10.1080/01621459.1975.10479864; Efron 2011, Tweedie's
        Formula and Selection Bias, https://doi.org/10.1198/jasa.2011.tm11181
    """
    known = [one for one in measured if not math.isnan(one.error)]
    if not known:
        return [math.nan] * len(measured)
    # A gain is the difference of two scores, each of which has half of its variance.
    noise = float(np.median([one.error**2 for one in known])) / 2
    scores = np.append([one.value for one in known], 0.0)

    def factor(one: _Measured) -> float:
        # That another choice is a disaster makes this one's gain no more than luck.
        near = np.clip(scores, -abs(one.value), abs(one.value))
        spread = max(0.0, float(near.var(ddof=1)) - noise)
        return spread / (spread + one.error**2 / 2) if spread or one.error else 0.0

    return [one.value * factor(one) for one in measured]
