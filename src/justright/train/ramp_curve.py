"""The loss over a rising learning rate, smoothed: where it starts to fall, ends, and turns up."""

import math
from dataclasses import dataclass

import numpy as np

SPREAD = 0.15  # decades; standard deviation of the smoothing kernel. A cliff is about that wide
EARLY = 0.1  # of the steps; the first ones may spike. The share that lr_find of fastai leaves out
CLEAR = 4.0  # standard errors; of 100 noisy ramps without a signal, 2 show one (5 at 30 steps)
RISE = 0.05  # of the start loss; less above it is a matter of which rows a batch has. House guess
ONSET = 0.05  # of the gain; the loss has left its flat start from there on. House guess
PLATEAU = 0.5  # of the gain; a loss that stays above has lost most of what it had learned
CAP = 1.0  # gains above the start; an explosion beyond says nothing more, and would smear
ROUNDING = 1e-6  # of a loss; single precision holds about 1e-7 of it, a mean of many rows less
LARGEST = 1e30  # either side of 0; sums and differences of losses stay finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What can be read of a ramp. Places count the steps kept: finite ones, until training broke.

    Attributes:
        steps: Step of each place, from 0, shape (places,).
        rates: Rate of each place, shape (places,).
        smooth: Smoothed loss of each place, shape (places,).
        start: Loss before the first step.
        noise: Standard deviation of one step's loss around the smooth one.
        errors: Standard error of each smoothed loss; larger at the ends, shape (places,).
        onset: Last place of the flat start.
        lowest: Place of the lowest smoothed loss before any divergence.
        gain: How far that is below the start.
        diverges: Step whose loss shows the divergence; None if none does.
        doubtful: Whether the loss lies above the start from the first steps on.
        exploded: Whether losses were lost in the end, or went far above the start.
    """

    steps: np.ndarray
    rates: np.ndarray
    smooth: np.ndarray
    start: float
    noise: float
    errors: np.ndarray
    onset: int
    lowest: int
    gain: float
    diverges: int | None
    doubtful: bool
    exploded: bool

    @property
    def gains(self) -> bool:
        """Whether the loss fell by more than its noise explains."""
        return self.gain > CLEAR * float(self.errors[self.lowest]) and not self.doubtful

    @property
    def still_falls(self) -> bool:
        """Whether the loss is lowest at the end, and was clearly higher a tenth before."""
        last = len(self.smooth) - 1
        fell = float(self.smooth[last - n_early(last)] - self.smooth[last])
        return self.diverges is None and self.lowest == last and fell > ONSET * self.gain


def read_curve(rates: np.ndarray, losses: np.ndarray, start_loss: float) -> Curve | None:
    """Smooth the losses, and find where they leave the start, are lowest, and turn up for good.

    Args:
        rates: Rates, rising, shape (steps,).
        losses: Loss of each step, nan where not finite, shape (steps,).
        start_loss: Loss before the first step; where not finite, the first steps' median stands in.

    Returns:
        The curve; None if no loss is finite before training broke.
    """
    n_steps, broken = len(losses), _broken(losses)
    steps = np.flatnonzero(np.isfinite(losses[:broken]))
    if not len(steps):
        return None
    raw = np.clip(losses[steps], -LARGEST, LARGEST)
    start = _start(raw, start_loss, n_steps)
    smooth, noise, errors = smoothed(rates[steps], raw, start)
    lowest, above = _turn(smooth, CLEAR * errors, n_steps - broken, start)
    gain = start - float(smooth[lowest])
    flat = np.flatnonzero(smooth[:lowest] >= start - ONSET * gain)
    step = int(steps[above]) if above < len(steps) else broken
    # No update precedes the first loss, and next to none the next ones: the rate did not do that.
    doubtful = step < n_early(n_steps) and broken == n_steps
    far = start + CAP * max(gain, RISE * abs(start))
    return Curve(
        steps=steps,
        rates=rates[steps],
        smooth=smooth,
        noise=noise,
        errors=errors,
        start=start,
        onset=int(flat[-1]) if len(flat) else 0,
        lowest=lowest,
        gain=gain,
        diverges=step if step < n_steps and not doubtful else None,
        doubtful=doubtful,
        exploded=broken < n_steps or bool(np.median(raw[min(above, len(raw) - 1) :]) > far),
    )


def _turn(smooth: np.ndarray, clear: np.ndarray, n_lost: int, start: float) -> tuple[int, int]:
    """Place of the lowest loss, and the first from which on most losses stay too high.

    Too high is above the start, and once there was a gain, above most of it: with Adam the loss
    of a rate far too high may come to rest below the start.
    """
    lost = np.full(n_lost, math.inf)
    beyond = smooth - start - np.maximum(clear, RISE * abs(start))
    above = _stays_above(np.concatenate([beyond, lost]), 0)
    lowest = int(np.argmin(smooth[: max(above, 1)]))
    gain = start - float(smooth[lowest])
    if gain > clear[lowest]:
        beyond = smooth - smooth[lowest] - np.maximum(clear, PLATEAU * gain)
        above = _stays_above(np.concatenate([beyond, lost]), lowest + 1)
    return lowest, above


def n_early(n_steps: int) -> int:
    """The first steps, in which the rate is too low to do harm; at least one.

    Example:
        >>> n_early(100), n_early(3)
        (10, 1)
    """
    return math.ceil(EARLY * n_steps)


def smoothed(
    rates: np.ndarray, losses: np.ndarray, start: float
) -> tuple[np.ndarray, float, np.ndarray]:
    """Smooth the losses of a ramp symmetrically over the logarithm of the rate.

    A running median takes single spikes out (Tukey 1977), a Gaussian kernel the noise (Nadaraya
    1964). The usual average, exponential and debiased, looks back only, because it must decide
    during training when to stop; with its weight of 0.98 it lags by 49 steps, and at 100 steps over
    seven decades that moves every minimum and every cliff up by a factor of 3,000. A ramp that
    is over can be read from both sides, which moves nothing. The kernel is as wide in decades
    however many steps there are, so twice the steps are twice the evidence.

    Args:
        rates: Rates, rising, shape (steps,).
        losses: Finite losses, shape (steps,).
        start: Loss before the first step.

    Returns:
        The smoothed losses, shape (steps,); the standard deviation of one loss; the standard
        error of each smoothed one, shape (steps,).

    Source:
        https://sgugger.github.io/how-do-you-find-a-good-learning-rate.html for the usual average;
        Tukey 1977, Exploratory Data Analysis; Nadaraya 1964, doi:10.1137/1109020

    Example:
        >>> rates = np.array([0.01, 0.1, 1.0])
        >>> [round(float(v), 3) for v in smoothed(rates, np.array([1.0, 0.4, 0.7]), 1.0)[0]]
        [1.0, 0.4, 0.7]
    """
    log = np.log10(rates)
    calm = _median_of_neighbours(losses, start, _reach(log))
    lowest = int(np.argmin(calm))
    noise = _noise(losses[: max(lowest + 1, len(losses) // 3)])
    rise = max(start - float(calm[lowest]), 2 * CLEAR * noise, 2 * RISE * abs(start))
    kernel = np.exp(-0.5 * ((log[:, None] - log) / SPREAD) ** 2)
    kernel /= kernel.sum(axis=1, keepdims=True)
    errors = noise * np.sqrt((kernel**2).sum(axis=1))
    return kernel @ np.minimum(calm, start + CAP * rise), noise, errors


def _reach(log: np.ndarray) -> int:
    """Neighbours on either side for the median: two, fewer where steps lie far apart."""
    span = float(log[-1] - log[0])
    return min(2, int((len(log) - 1) * SPREAD / span)) if span > 0 else 0


def _median_of_neighbours(losses: np.ndarray, start: float, reach: int) -> np.ndarray:
    """Running median. Before the first step lies the start, so a spike in step 0 has neighbours."""
    padded = np.concatenate([np.full(reach, start), losses, np.full(reach, losses[-1])])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(np.median(windows, axis=1))


def _noise(losses: np.ndarray) -> float:
    """Standard deviation from step to step: the trend drops out, and spikes count little.

    1.4826 turns a median absolute deviation into a standard deviation; a difference of two losses
    has twice the variance of one.
    """
    rounding = ROUNDING * float(np.median(np.abs(losses)))
    if len(losses) < 3:
        return rounding
    change = np.diff(losses)
    deviation = 1.4826 * float(np.median(np.abs(change - np.median(change))))
    return max(deviation / math.sqrt(2), rounding)


def _start(raw: np.ndarray, start_loss: float, n_steps: int) -> float:
    if math.isfinite(start_loss):
        return float(np.clip(start_loss, -LARGEST, LARGEST))
    return float(np.median(raw[: n_early(n_steps)]))


def _broken(losses: np.ndarray) -> int:
    """First step whose loss is lost for good; the number of steps if none is.

    A lost loss among the first steps that comes back is a spike. Later on it is not forgiven: the
    same rate, held, would meet it again.
    """
    lost = np.flatnonzero(~np.isfinite(losses))
    finite = np.flatnonzero(np.isfinite(losses))
    last = int(finite[-1]) if len(finite) else -1
    broken = lost[(lost >= n_early(len(losses))) | (lost > last)]
    return int(broken[0]) if len(broken) else len(losses)


def _stays_above(beyond: np.ndarray, begin: int) -> int:
    """First place above 0 from which on most places are; their number if there is none.

    A spike comes back, so most of what follows it lies below.
    """
    above = beyond > 0
    share = np.cumsum(above[::-1])[::-1] / np.arange(len(beyond), 0, -1)
    places = np.flatnonzero(above & (share > 0.5))
    places = places[places >= begin]
    return int(places[0]) if len(places) else len(beyond)
