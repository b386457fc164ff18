"""The learning-rate sweep: what a population of constant rates says, and which rate to take."""

import math
from collections.abc import Sequence

import numpy as np

from justright.kinds import Sweep

LOWEST, HIGHEST = 1e-6, 10.0  # the range to search; the guides' range test
N_RATES = 29  # a quarter of a decade apart; finer than the usable band is wide
DIVERGED = 1.0  # of the loss before the first step; a rate that ends above it diverges
BAND = 0.05  # of the best gain; rates within it count as equally good
SAFETY = 0.5  # of the diverging rate; the guides' "at most half the rate that diverges"


def rates() -> tuple[float, ...]:
    """The constant rates of the sweep, rising.

    Example:
        >>> len(rates()), rates()[0], rates()[-1]
        (29, 1e-06, 10.0)
    """
    return tuple(float(f"{r:.4g}") for r in np.geomspace(LOWEST, HIGHEST, N_RATES))


def read_sweep(
    tried: Sequence[float],
    train_loss: Sequence[float | None],
    validation_loss: Sequence[float | None],
    *,
    start_loss: float,
    n_steps: int,
    fallback: float,
    start_train_loss: float | None = None,
) -> Sweep:
    """Choose a rate from what each constant rate came to.

    The curve is smoothed over neighbouring rates, so that one lucky rate does not win; the choice
    is the smoothed best, but never more than half the rate that diverges. From the first rate that
    broke (a loss that is not finite), no higher one counts, however lucky. Where no rate gained
    anything (noise, too few steps), the rule book's rate is kept, unless one as low broke.

    Args:
        tried: Rates, rising.
        train_loss: Training loss at the end, per rate; None where not finite.
        validation_loss: Best validation loss, per rate; None where not finite.
        start_loss: Validation loss before the first step.
        n_steps: Steps that each rate was trained for.
        fallback: The rule book's rate.
        start_train_loss: Training loss before the first step, where it is measured otherwise than
            the validation loss (smoothed, focal, with dropout); None where it is the same.

    Returns:
        The sweep with its choice and the reason.

    Example:
        >>> sweep = read_sweep([1e-3, 1e-2, 1e-1, 1.0], [0.9, 0.4, 0.3, None],
        ...     [0.9, 0.5, 0.4, None], start_loss=1.0, n_steps=100, fallback=1e-3)
        >>> sweep.chosen, sweep.diverges_at
        (0.1, 1.0)
    """
    losses = np.array([math.inf if v is None else v for v in validation_loss])
    ends = np.array([math.inf if v is None else v for v in train_loss])
    broken = np.logical_or.accumulate(~(np.isfinite(losses) & np.isfinite(ends)))
    losses, ends = np.where(broken, math.inf, losses), np.where(broken, math.inf, ends)
    smooth = _smoothed(losses)
    best = int(np.argmin(smooth))
    gain = start_loss - smooth[best]
    start = start_loss if start_train_loss is None else start_train_loss
    diverges_at = _diverging(tried, ends, best, start)
    good = smooth <= smooth[best] + BAND * max(gain, 0.0)
    low, high = _around(good, best)
    chosen, reason = tried[best], f"lowest validation loss after {n_steps:,} steps at each rate"
    if not gain > 0:
        chosen, reason = fallback, "no rate gained anything in the sweep; the rule book's is kept"
        limit = tried[int(np.argmax(broken))] if broken.any() and not broken[0] else math.inf
        if chosen > SAFETY * limit:
            chosen, reason = SAFETY * limit, f"no rate gained anything, and {limit:.2g} broke"
    elif diverges_at is not None and chosen > SAFETY * diverges_at:
        chosen, reason = SAFETY * diverges_at, f"half of {diverges_at:.2g}, where training diverges"
    return Sweep(
        rates=tuple(tried),
        train_loss=tuple(train_loss),
        validation_loss=tuple(validation_loss),
        n_steps=n_steps,
        start_loss=start_loss,
        best=tried[best],
        diverges_at=diverges_at,
        usable_low=tried[low],
        usable_high=tried[high],
        chosen=float(f"{chosen:.3g}"),
        reason=reason,
    )


def _smoothed(losses: np.ndarray) -> np.ndarray:
    """Each loss averaged with its neighbours, 1 : 2 : 1; a diverged neighbour does not count."""
    padded = np.concatenate([losses[:1], losses, losses[-1:]])
    left, right = padded[:-2], padded[2:]
    left = np.where(np.isfinite(left), left, losses)
    right = np.where(np.isfinite(right), right, losses)
    return np.asarray((left + 2 * losses + right) / 4)


def _diverging(
    tried: Sequence[float], ends: np.ndarray, best: int, start_loss: float
) -> float | None:
    """The first rate above the best (or the lowest, if even that broke) that ends worse off."""
    for i in range(best if math.isinf(ends[best]) else best + 1, len(tried)):
        if not ends[i] <= DIVERGED * start_loss:
            return tried[i]
    return None


def _around(good: np.ndarray, best: int) -> tuple[int, int]:
    """First and last of the good rates that join up with the best."""
    low = high = best
    while low > 0 and good[low - 1]:
        low -= 1
    while high < len(good) - 1 and good[high + 1]:
        high += 1
    return low, high
