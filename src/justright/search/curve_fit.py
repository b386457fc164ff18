"""How a score grows with the number of training rows, and what twice the rows should bring."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from justright.errors import TrainingError
from justright.search.spread import LEVEL, by_place

STEEPEST = 2.0  # power; a steeper curve is flat where it matters. Parametric rates are 0.5 to 1
FLATTEST = 0.02  # power; a flatter curve is a straight line over the logarithm of the rows
N_POWERS = 100  # tried, 5 % apart; the foretold value hardly moves between two of them
FEWEST = 4  # sizes; a power law has three unknowns
LAST = 3  # sizes at the end through which a straight line is laid
N_RESAMPLES = 500  # of the curves; house convention
DOUBLE = 2  # times the rows
MOSTLY = 0.5  # share of the curves; a size that more of them lack is left out. House convention
LEAST = 2  # sizes; of fewer nothing can be foretold
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A fitted learning curve, and what twice the rows should bring.

    Attributes:
        form: "power law" for limit + scale · rows ** -power; "log-linear" for a straight line over
            the logarithm of the rows through the last sizes, where a power law has no hold.
        n_points: Sizes that the fit rests on.
        n_curves: Curves that were averaged: places, or seeds of a single place.
        rows: Largest number of training rows.
        limit: Score with endless rows; of a line, the score with one row.
        scale: Factor of the power; of a line, the change of the score for rows times e.
        power: The power, 0.02 to 2; 0 for a line.
        now: Fitted score at `rows`.
        doubled: Foretold score at twice the rows.
        low: Lower end of its 95 % interval; NaN for a single curve.
        high: Upper end.
        gain: What doubling brings, positive is better.
        gain_low: Lower end of its 95 % interval; NaN for a single curve.
        gain_high: Upper end.
    """

    form: Literal["power law", "log-linear"]
    n_points: int
    n_curves: int
    rows: float
    limit: float
    scale: float
    power: float
    now: float
    doubled: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laws:
    """Costs (lower is better) over rows, limit + scale · shape(rows), of one or many curves."""

    limit: NDArray[np.float64]
    scale: NDArray[np.float64]
    power: NDArray[np.float64]
    least: float

    def at(self, rows: float) -> NDArray[np.float64]:
        return np.maximum(self.least, self.limit + self.scale * _shape(rows, self.power))


def learning_curve(
    rows: NDArray[np.float64],
    scores: NDArray[np.float64],
    *,
    higher_is_better: bool,
    best: float | None = None,
    overlap: float = 0.0,
    seed: int = 0,
) -> Forecast:
    """Fit a learning curve, and foretell the score at twice the rows.

    The means over the curves are fitted by weighted least squares. Whole curves are resampled; the
    intervals are Student's t times the standard deviation of what the resamples foretell, widened
    for the training rows that the curves share. They hold if the curve goes on as it began.

    Args:
        rows: Training rows of each size, rising, shape (sizes,).
        scores: Shape (places, seeds, sizes); NaN for a network that diverged.
        higher_is_better: Direction of the metric.
        best: The best value that the metric can have, as 0 of a loss or 1 of an accuracy.
        overlap: Validation rows over training rows of a place; no matter with a single place.
        seed: Of the resampling.

    Returns:
        The forecast.

    Raises:
        ValueError: If the axes do not agree.
        TrainingError: If fewer than two sizes have a score in most curves.

    Source:
        The form: Cortes et al. 1993, https://proceedings.neurips.cc/paper/1993/hash/1aa48fc4880bb0c9b8a3bf979d3b917e-Abstract.html;
        how well it foretells: Viering and Loog 2022, https://doi.org/10.1109/TPAMI.2022.3220744;
        the limit and the scale solved for within the power: Golub and Pereyra 1973,
        https://doi.org/10.1137/0710036; the intervals: Hesterberg 2015,
        https://doi.org/10.1080/00031305.2015.1089789

    Example:
        >>> rows = np.array([100.0, 200.0, 400.0, 800.0, 1600.0])
        >>> scores = (0.3 + 2 * rows**-0.5).reshape(1, 1, 5)
        >>> found = learning_curve(rows, scores, higher_is_better=False, best=0.0)
        >>> found.form, round(found.limit, 2), round(found.power, 1), round(found.gain, 3)
        ('power law', 0.3, 0.5, 0.015)
    """
    if rows.ndim != 1 or scores.ndim != 3 or scores.shape[2] != len(rows):
        raise ValueError(f"{rows.shape=} and {scores.shape=} have not the same sizes")
    sign = -1.0 if higher_is_better else 1.0
    rows, curves = _complete(rows, sign * by_place(scores))
    least = -math.inf if best is None else sign * best
    laws, lined = _fitted(rows, curves, least, seed)
    now, doubled = sign * laws.at(rows[-1]), sign * laws.at(DOUBLE * rows[-1])
    gains = sign * (now - doubled)
    share = 0.0 if len(scores) == 1 else overlap
    edges = (-math.inf, -least) if higher_is_better else (least, math.inf)
    low, high = _interval(doubled, len(curves), share, edges)
    gain_low, gain_high = _interval(gains, len(curves), share, (-math.inf, math.inf))
    return Forecast(
        form="log-linear" if lined else "power law",
        n_points=min(LAST, len(rows)) if lined else len(rows),
        n_curves=len(curves),
        rows=float(rows[-1]),
        limit=float(sign * laws.limit[0]),
        scale=float(sign * laws.scale[0]),
        power=float(laws.power[0]),
        now=float(now[0]),
        doubled=float(doubled[0]),
        low=low,
        high=high,
        gain=float(gains[0]),
        gain_low=gain_low,
        gain_high=gain_high,
    )


def value_at(forecast: Forecast, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fitted score at numbers of training rows, to draw the curve.

    Args:
        forecast: The fitted curve.
        rows: Training rows, above 0, shape (n,).

    Returns:
        Scores, shape (n,).

    Example:
        >>> rows = np.array([1.0, 2.0])
        >>> found = learning_curve(rows, np.array([[[0.5, 0.6]]]), higher_is_better=True)
        >>> value_at(found, np.array([2.0, 4.0])).round(3)
        array([0.6, 0.7])
    """
    return forecast.limit + forecast.scale * _shape(rows, np.asarray(forecast.power))


def _shape(rows: NDArray[np.float64] | float, power: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the scale multiplies: a falling power of the rows, or their logarithm for power 0."""
    shape: NDArray[np.float64] = np.where(power > 0, np.float64(1.0) * rows**-power, np.log(rows))
    return shape


def _complete(
    rows: NDArray[np.float64], curves: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The sizes that most curves have, and the curves that have all of these."""
    sizes = np.isnan(curves).mean(axis=0) < MOSTLY
    kept = curves[:, sizes]
    kept = kept[~np.isnan(kept).any(axis=1)]
    if sizes.sum() < LEAST or not len(kept):
        raise TrainingError(
            f"only {int(sizes.sum())} of {len(rows)} numbers of training rows have a score",
            f"{LEAST} numbers of rows at which most networks do not diverge",
            try_="a smaller learning rate",
        )
    return rows[sizes], kept


def _weights(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """One over the variance of each size beyond that of whole curves, drawn halfway to the mean.

    What makes a curve as a whole higher or lower says nothing of its form; and a variance of few
    curves is itself so uncertain that its inverse would single out a size by luck.
    """
    variance = (curves - curves.mean(axis=1, keepdims=True)).var(axis=0)
    if not variance.mean() > 0:
        return np.ones(curves.shape[1])
    weights: NDArray[np.float64] = 2 / (variance + variance.mean())
    return weights


def _fitted(
    rows: NDArray[np.float64], curves: NDArray[np.float64], least: float, seed: int
) -> tuple[_Laws, bool]:
    """The law of the mean curve, then those of resampled ones; whether they are straight lines."""
    draws = np.random.default_rng(seed).integers(0, len(curves), (N_RESAMPLES, len(curves)))
    means = np.concatenate([curves.mean(axis=0)[None], curves[draws].mean(axis=1)])
    weights = _weights(curves)
    laws = _power_law(rows, means, weights, least)
    if len(rows) < FEWEST or laws.scale[0] <= 0 or _at_an_end(laws.power[0]):
        return _line(rows, means, weights, least), True
    return laws, False


def _power_law(
    rows: NDArray[np.float64],
    means: NDArray[np.float64],
    weights: NDArray[np.float64],
    least: float,
) -> _Laws:
    """Least squares for each curve, shape (curves, sizes): the best of many powers."""
    powers = np.geomspace(FLATTEST, STEEPEST, N_POWERS)
    x = (rows[:, None] / rows[-1]) ** -powers  # (sizes, powers); 1 at the end, for the digits
    w = (weights / weights.sum())[:, None]
    x_mean, y_mean = (w * x).sum(axis=0), means @ w  # (powers,), (curves, 1)
    x_square = (w * (x - x_mean) ** 2).sum(axis=0)
    product = (means - y_mean) @ (w * (x - x_mean))  # (curves, powers)
    scale = product / x_square
    limit = y_mean - scale * x_mean
    if math.isfinite(least):
        held = (means - least) @ (w * x) / (w * x**2).sum(axis=0)
        scale, limit = np.where(limit < least, held, scale), np.maximum(limit, least)
    # The squared misses but for what no power changes.
    misses = (y_mean - limit - scale * x_mean) ** 2 + scale**2 * x_square - 2 * scale * product
    found = misses.argmin(axis=1)
    every, power = np.arange(len(means)), powers[found]
    return _Laws(
        limit=limit[every, found],
        scale=scale[every, found] * rows[-1] ** power,
        power=power,
        least=least,
    )


def _at_an_end(power: float) -> bool:
    return not FLATTEST * (1 + ROUNDING) < power < STEEPEST * (1 - ROUNDING)


def _line(
    rows: NDArray[np.float64],
    means: NDArray[np.float64],
    weights: NDArray[np.float64],
    least: float,
) -> _Laws:
    """A straight line over the logarithm of the rows, through the last sizes of each curve."""
    x, w = np.log(rows[-LAST:]), weights[-LAST:] / weights[-LAST:].sum()
    y, x_mean = means[:, -LAST:], float((w * x).sum())
    scale = y @ (w * (x - x_mean)) / float((w * (x - x_mean) ** 2).sum())
    limit = y @ w - scale * x_mean
    return _Laws(limit=limit, scale=scale, power=np.zeros(len(y)), least=least)


def _interval(
    found: NDArray[np.float64], n: int, overlap: float, edges: tuple[float, float]
) -> tuple[float, float]:
    """The 95 % interval of the first value, the others being what resamples gave.

    Student's t times their standard deviation covers with few curves; their quantiles do not.
    """
    if n < 2:
        return math.nan, math.nan
    error = float(found[1:].std()) * math.sqrt(n / (n - 1) * (1 + n * overlap))
    half = float(student.isf((1 - LEVEL) / 2, n - 1)) * error
    middle, (least, most) = float(found[0]), edges
    return max(least, middle - half), min(most, middle + half)
