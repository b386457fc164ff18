"""Looking at the data while they come in, without being fooled more often for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import t as student

from justright.kinds.reply import Effect

FUTILE = 0.1  # chance to become clear below which it is not worth going on; house convention
FAR = 8.5  # standard deviations; beyond them lies less than 1e-16 of a normal variable
LEAST = 1e-300  # an error that a look may spend; 0 would have no finite boundary
HALVINGS = 60  # of a bracket, which leaves nothing of double precision
P_GRID = (1e-10, 0.5, 60)  # least and most p-value that is corrected for looks, and points between


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the data, after a round of a planned number of equal rounds.

    Every round before was looked at too.

    Attributes:
        done: Rounds that are done, from 1.
        planned: Rounds planned at the beginning.
        last: Whether it ended here for a reason outside the data, as that the time is over. What
            is left of the error may be spent then. Never for "clear" or "hopeless".

    Example:
        >>> Look(done=2, planned=6)
        Look(done=2, planned=6, last=False)
    """

    done: int
    planned: int
    last: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.done <= self.planned:
            raise ValueError(f"{self.done=} is not between 1 and {self.planned=}")


ONCE = Look(done=1, planned=1)  # the only look there is


@lru_cache(maxsize=1024)
def level(look: Look, alpha: float) -> float:
    """The two-sided error that this look may make, so that all looks together make `alpha`.

    Early looks may spend next to nothing, the last one almost everything: O'Brien and Fleming's
    way, as a function of the share of the rounds that are done. A p-value of this look is held
    against it as if there were no other look. The boundaries are those of sums of independent
    normal steps. Looks at data that share training rows resemble each other more than that, so
    they cross such boundaries less often.

    Args:
        look: The look.
        alpha: Error of all looks together, above 0 and below 1.

    Returns:
        The error, at most `alpha`.

    Source:
        Lan and DeMets 1983, https://doi.org/10.1093/biomet/70.3.659; the integration over the
        looks before: Armitage, McPherson and Rowe 1969, https://doi.org/10.2307/2343787; p-values
        of Student's t held against it: Jennison and Turnbull 2000, section 4.4

    Example:
        >>> [f"{level(Look(done=k, planned=3), 0.05):.4f}" for k in (1, 2, 3)]
        ['0.0002', '0.0120', '0.0463']
    """
    return float(_levels(look, np.asarray([alpha]))[0])


def sequential_p(look: Look, p: float) -> float:
    """A p-value that holds over all looks: the least `alpha` at which this look is significant.

    Args:
        look: The look.
        p: Its p-value as if there were no other.

    Returns:
        The p-value; 1 where it is above one half, never below 1e-10, unless there is one look.

    Source:
        Liu and Anderson 2008, https://doi.org/10.1198/016214508000000986

    Example:
        >>> sequential_p(ONCE, 0.03)
        0.03
        >>> round(sequential_p(Look(done=2, planned=3), 0.0120), 2)
        0.05
    """
    if look.planned == 1 or not p <= 1:
        return p
    levels, alphas = _table(look)
    if p > levels[-1]:
        return 1.0
    return float(np.exp(np.interp(np.log(max(p, LEAST)), np.log(levels), np.log(alphas))))


@lru_cache(maxsize=128)
def _table(look: Look) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    alphas = np.geomspace(*P_GRID)
    return _levels(look, alphas), alphas


def _levels(look: Look, alpha: NDArray[np.float64]) -> NDArray[np.float64]:
    """`level` for several alphas. A sum of k steps of variance 1 is what the k-th look sees."""
    z = -ndtri(alpha / 4)  # a half of the error on either side
    x, w = np.polynomial.legendre.leggauss(48 + 8 * ceil(sqrt(look.planned)))
    nodes, mass = np.zeros((len(alpha), 1)), np.ones((len(alpha), 1))
    spent = np.zeros_like(alpha)
    for k in range(1, look.done + 1):
        whole = k == look.planned or (look.last and k == look.done)
        total = alpha if whole else 4 * ndtr(-z * sqrt(look.planned / k))
        bound = _bound(nodes, mass, np.maximum(total - spent, LEAST), most=40 * sqrt(k))
        spent = total
        # The sums that go on, between the boundaries, after one more step.
        reach = np.minimum(bound, FAR * sqrt(k))[:, None]
        ahead = reach * x
        steps = np.exp(-((ahead[:, :, None] - nodes[:, None, :]) ** 2) / 2) / sqrt(2 * np.pi)
        nodes, mass = ahead, (steps * mass[:, None, :]).sum(axis=2) * w * reach
    levels: NDArray[np.float64] = 2 * ndtr(-bound / sqrt(look.done))
    return levels


def _bound(
    nodes: NDArray[np.float64],
    mass: NDArray[np.float64],
    error: NDArray[np.float64],
    most: float,
) -> NDArray[np.float64]:
    """The boundary that a step from `nodes` leaves, up or down, with the chance `error`."""
    low, high = np.zeros(len(error)), np.full(len(error), most)
    for _ in range(HALVINGS):
        bound = (low + high) / 2
        beyond = ndtr(nodes - bound[:, None]) + ndtr(-nodes - bound[:, None])
        above = (mass * beyond).sum(axis=1) > error
        low, high = np.where(above, bound, low), np.where(above, high, bound)
    return high


def ends(
    found: Sequence[Effect], look: Look, *, margin: float = 0.0
) -> Literal["clear", "hopeless", ""]:
    """Whether the rounds may end here.

    Clear: a value is useful, or none can gain more than `margin`: every interval ends below it.
    Hopeless: should the rounds that are left go on as those before, the chance that it becomes
    clear either way is below 10 %. That the gains seen are themselves uncertain is counted in, and
    the intervals are taken to shrink as those of new data would, so that it is rather gone on for
    too long than ended too early. To end as hopeless makes no error more frequent.

    Args:
        found: The effects at this look, of `effects` with the same look.
        look: The look.
        margin: Gain that does not matter, in the metric's unit, 0 or more.

    Returns:
        Why it may end; "" to go on, and after the last look.

    Source:
        Spiegelhalter, Freedman and Blackburn 1986, https://doi.org/10.1016/0197-2456(86)90003-6

    Example:
        >>> useful = Effect(name="0.1", base="0", value=1.0, low=0.5, high=1.5, level=0.95,
        ...     shrunken=0.9, p=0.001, n_pairs=5, n_places=5, verdict="useful")
        >>> ends([useful], Look(done=2, planned=6))
        'clear'
    """
    settled = all(e.verdict == "harmful" or e.high <= margin for e in found)
    if settled or any(e.verdict == "useful" for e in found):
        return "clear"
    if look.done == look.planned or look.last:
        return ""
    chances = [_chances(e, look, len(found), margin) for e in found]
    useful = max(chance for chance, _ in chances)
    idle = min(chance for _, chance in chances)
    return "hopeless" if max(useful, idle) < FUTILE else ""


def _chances(effect: Effect, look: Look, n_effects: int, margin: float) -> tuple[float, float]:
    """The chances that at the last look the interval is above 0, and that it ends below margin."""
    if effect.verdict == "harmful":
        return 0.0, 1.0
    if not effect.high > effect.low:  # nothing is known of it yet
        return 1.0, 1.0
    alpha, end = (1 - effect.level) / n_effects, Look(done=look.planned, planned=look.planned)
    n = effect.n_pairs if effect.n_places == 1 else effect.n_places
    done = look.done / look.planned
    error = (effect.high - effect.low) / 2 / student.isf(level(look, alpha) / 2, n - 1)
    half = student.isf(level(end, alpha) / 2, n / done - 1) * error * sqrt(done)
    # The mean of all rounds lies around the one seen: it lacks those to come, whose mean scatters
    # around the true gain, and that around the one seen.
    moves = (1 - done) * error * sqrt(done / (1 - done) + 1)
    useful = student.cdf((effect.value - half) / moves, n - 1)
    idle = student.cdf((margin - effect.value - half) / moves, n - 1)
    return float(useful), float(idle)
