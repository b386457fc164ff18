"""The learning-rate sweep: what a population of constant rates says, and which rate to take."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from justright.kinds import Sweep
from justright.train.ramp import FLAT, SAFETY, TENTH, rates_of_fall
from justright.train.schedules import HIGHEST, LOWEST

N_RATES = 29  # a quarter of a decade apart; finer than the usable band is wide
DIVERGED = 1.0  # of the loss before the first step; a rate that ends above it diverges
BAND = 0.05  # of the best gain; rates within it count as equally good
CLEAR = 3.0  # standard errors; of 100 made-up sweeps of pure noise, 13 show a gain
FAR = 3.0  # gains above the start; losses beyond it explode, which is no noise
WIDE = 10.0  # times; in so wide a band of good rates, which one is lowest is chance
MIN_ROUGH = 5  # third differences; fewer say nothing of the noise


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
    pass_steps: int = 1,
) -> Sweep:
    """Choose a rate from what each constant rate came to.

    The curve is smoothed over neighbouring rates, so that one lucky rate does not win; the choice
    is the lowest rate that is as good as the smoothed best within the noise between neighbours, but
    never more than half the rate that diverges. From the first rate that
    broke (a loss that is not finite), no higher one counts, however lucky. Where no rate gained
    more than the noise between neighbours (no signal, too few steps), the rule book's rate is kept,
    unless one as low broke.

    Args:
        tried: Rates, rising.
        train_loss: Training loss at the end, per rate; None where not finite.
        validation_loss: Best validation loss, per rate; None where not finite.
        start_loss: Validation loss before the first step.
        n_steps: Steps that each rate was trained for.
        fallback: The rule book's rate.
        start_train_loss: Training loss before the first step, where it is measured otherwise than
            the validation loss (smoothed, focal, with dropout); None where it is the same.
        pass_steps: Steps of one pass over the rows.

    Returns:
        The sweep with its choice, the reason, other suggestions, and what to be careful about.

    Example:
        >>> sweep = read_sweep([1e-3, 1e-2, 1e-1, 1.0], [0.9, 0.4, 0.3, None],
        ...     [0.9, 0.5, 0.4, None], start_loss=1.0, n_steps=100, fallback=1e-3)
        >>> sweep.chosen, sweep.diverges_at
        (0.1, 1.0)
    """
    start = start_loss if start_train_loss is None else start_train_loss
    curve = _read(tried, train_loss, validation_loss, start_loss, start)
    good = curve.smooth <= curve.smooth[curve.best] + BAND * max(curve.gain, 0.0)
    low, high = _around(good, curve.best)
    chosen, reason = _choose(curve, fallback, n_steps)
    return Sweep(
        rates=tuple(tried),
        train_loss=tuple(train_loss),
        validation_loss=tuple(validation_loss),
        n_steps=n_steps,
        start_loss=start_loss,
        best=tried[curve.best],
        diverges_at=curve.diverges_at,
        usable_low=tried[low],
        usable_high=tried[high],
        chosen=float(f"{chosen:.3g}"),
        reason=reason,
        suggestions=_suggestions(curve),
        cautions=tuple(_cautions(curve, tried[low], tried[high], n_steps, pass_steps)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """What can be read of a sweep.

    Attributes:
        tried: Rates, rising.
        smooth: Smoothed validation losses; infinite from the first rate that broke.
        broken: Whether a rate broke, or a lower one did.
        best: Place of the lowest smoothed loss.
        onset: Last place of the flat start.
        gain: How far that is below the loss before training.
        noise: Standard error of a smoothed loss; 0 where there are too few to tell.
        diverges_at: The smallest rate from which training diverges.
    """

    tried: Sequence[float]
    smooth: np.ndarray
    broken: np.ndarray
    best: int
    onset: int
    gain: float
    noise: float
    diverges_at: float | None

    @property
    def gains(self) -> bool:
        """Whether the loss fell by more than its noise explains."""
        return self.gain > CLEAR * self.noise


def _read(
    tried: Sequence[float],
    train_loss: Sequence[float | None],
    validation_loss: Sequence[float | None],
    start_loss: float,
    start_train_loss: float,
) -> _Curve:
    losses = np.array([math.inf if v is None else v for v in validation_loss])
    ends = np.array([math.inf if v is None else v for v in train_loss])
    broken = np.logical_or.accumulate(~(np.isfinite(losses) & np.isfinite(ends)))
    losses, ends = np.where(broken, math.inf, losses), np.where(broken, math.inf, ends)
    smooth = _smoothed(losses)
    best = int(np.argmin(smooth))
    gain = float(start_loss - smooth[best])
    flat = np.flatnonzero(smooth[:best] >= start_loss - BAND * gain)
    onset = int(flat[-1]) if len(flat) else 0
    return _Curve(
        tried=tried,
        smooth=smooth,
        broken=broken,
        best=best,
        onset=onset,
        gain=gain,
        noise=_noise(_moved(losses, best, start_loss, gain)),
        diverges_at=_diverging(tried, ends, best, start_train_loss),
    )


def _choose(curve: _Curve, fallback: float, n_steps: int) -> tuple[float, str]:
    """The rate and why, as `read_sweep` states the rule."""
    # One standard error: Breiman et al. 1984, section 3.4.3. On a plateau the minimum is chance,
    # and of rates that are as good the lowest is the safest when training goes on for longer.
    as_good = int(np.argmax(curve.smooth <= curve.smooth[curve.best] + curve.noise))
    chosen = curve.tried[as_good]
    if not curve.gains:
        limit = math.inf
        if curve.broken.any() and not curve.broken[0]:
            limit = curve.tried[int(np.argmax(curve.broken))]
        if fallback > SAFETY * limit:
            return SAFETY * limit, f"no rate gained anything, and {limit:.2g} broke"
        what = "more than the noise" if curve.gain > 0 else "anything"
        return fallback, f"no rate gained {what} in the sweep; the rule book's is kept"
    limit = math.inf if curve.diverges_at is None else curve.diverges_at
    if chosen > SAFETY * limit:
        return SAFETY * limit, f"half of {limit:.2g}, where training diverges"
    if as_good < curve.best:
        best = curve.tried[curve.best]
        return chosen, (
            f"lowest rate that is as good as the best, {best:.2g}, within the noise between rates"
            f" ({n_steps:,} steps at each)"
        )
    return chosen, f"lowest validation loss after {n_steps:,} steps at each rate"


def _suggestions(curve: _Curve) -> dict[str, float]:
    """What the ramp would suggest, as far as the smoothed validation loss has it."""
    found: dict[str, float] = {}
    if curve.gains:
        fall = slice(curve.onset, curve.best + 1)
        found |= rates_of_fall(np.asarray(curve.tried, dtype=float)[fall], curve.smooth[fall])
        found["tenth_of_minimum"] = TENTH * curve.tried[curve.best]
    if curve.diverges_at is not None:
        found["half_diverging"] = SAFETY * curve.diverges_at
    return found


def _cautions(
    curve: _Curve, low: float, high: float, n_steps: int, pass_steps: int
) -> Iterator[str]:
    """What makes the sweep hard to read, in sentences."""
    if n_steps < pass_steps:
        yield (
            f"Each rate saw {n_steps / pass_steps:.0%} of the rows only: short trainings favour "
            "high rates."
        )
    if curve.broken[0]:
        yield "No loss was finite, at the lowest rate too: look at the data, not at the rate."
        return
    if not curve.gain > 0:
        yield "No rate ended below the loss before training."
    elif not curve.gains:
        yield "The loss fell by no more than the noise between neighbouring rates."
    else:
        if curve.onset >= FLAT * len(curve.tried):
            yield (
                f"The loss was flat up to {curve.tried[curve.onset]:.2g}, which is more than half "
                "of the rates."
            )
        if curve.best == len(curve.tried) - 1:
            yield "The loss was still falling at the highest rate: the range ends too early."
        elif high == curve.tried[curve.best] and high >= WIDE * low:
            yield (
                f"The lowest loss lies at the upper end of the rates that are as good, {low:.2g} "
                f"to {high:.2g}: one in their middle is safer."
            )
    if curve.diverges_at is None:
        # An Adam step is about as long as the rate, whatever the gradient: Kingma and Ba 2015, 2.1.
        yield (
            f"Nothing diverged up to {curve.tried[-1]:.2g}, usual with Adam, whose steps are "
            "bounded; so no upper bound was seen."
        )


def _moved(losses: np.ndarray, best: int, start_loss: float, gain: float) -> np.ndarray:
    """The losses from where they leave the start, either way, to where they are far above it."""
    moved = np.flatnonzero(np.abs(losses - start_loss) > BAND * gain)
    beyond = np.flatnonzero(~(losses[best:] <= start_loss + FAR * gain))
    first = int(moved[0]) if len(moved) else best
    return losses[first : best + int(beyond[0]) if len(beyond) else len(losses)]


def _noise(losses: np.ndarray) -> float:
    """Standard error of a loss smoothed 1 : 2 : 1, from how rough its neighbours are.

    A third difference leaves nothing of a curve that bends evenly, and has 20 times the variance of
    one loss; 1.4826 turns a median absolute value into a standard deviation.
    """
    rough = np.abs(np.diff(losses, 3))
    if len(rough) < MIN_ROUGH:
        return 0.0
    return 1.4826 * float(np.median(rough)) / math.sqrt(20) * math.sqrt(6 / 16)


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
