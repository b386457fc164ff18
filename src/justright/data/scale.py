"""Bring numbers to a similar scale."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.facts import sample

Scaler = Literal["robust", "standard", "min-max", "quantile"]

_CLIP = 3.0  # scaled units that the smooth clip tends to (arXiv 2407.04491, appendix)
_SAFE = 1e6  # scaled units; a larger input would not fit a float32 product (house limit)
_MARGIN = 0.5  # ranges that min-max lets unseen values lie outside 0 to 1 (house convention)
_KNOTS = 1_000  # quantiles at most, as scikit-learn's QuantileTransformer
_TAIL = 1e-3  # share beyond the outer knots, so that scores end at ±3.09 (house convention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How one numeric feature is scaled: (x − centre) · factor, then the scaler's curve.

    Attributes:
        scaler: The kind.
        centre: What becomes 0, in the unit of the column; the lowest value for min-max.
        factor: One over the spread; 0 for a constant.
        knots: For quantile: values, rising.
        scores: For quantile: the normal score of each knot.
    """

    scaler: Scaler
    centre: float
    factor: float
    knots: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scaled values; NaN (missing) becomes 0.

        Example:
            >>> Scale(scaler="standard", centre=1.0, factor=0.5).apply(np.array([3.0, np.nan]))
            array([1., 0.])
        """
        if self.scaler == "quantile":
            scaled = np.interp(values, self.knots, self.scores)
            scaled[np.isnan(values)] = 0.0
            return scaled
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = (values - self.centre) * self.factor
        if self.factor == 0:
            scaled[:] = 0.0
        low, high = (-_MARGIN, 1 + _MARGIN) if self.scaler == "min-max" else (-_SAFE, _SAFE)
        np.clip(scaled, low, high, out=scaled)
        if self.scaler == "robust":
            scaled /= np.sqrt(1 + np.square(scaled / _CLIP))
        scaled[np.isnan(scaled)] = 0.0
        return scaled


def fit_scale(cells: pl.Series, scaler: Scaler) -> Scale:
    """Learn the scale of one feature; quantiles from at most 100,000 rows.

    Args:
        cells: Numbers, null where missing.
        scaler: robust: (x − median) / (q75 − q25), then x / √(1 + (x/3)²); standard: mean 0,
            spread 1; min-max: 0 to 1; quantile: normal scores.

    Returns:
        The scale. Where the quartiles are equal, robust takes half the range for the spread.

    Source:
        Holzmüller et al. 2024, arXiv:2407.04491 (robust scale and smooth clip).

    Example:
        >>> fit_scale(pl.Series([1.0, 2.0, 3.0]), "min-max")
        Scale(scaler='min-max', centre=1.0, factor=0.5, knots=(), scores=())
    """
    present = cells.drop_nulls()
    if not len(present):
        return Scale(scaler=scaler, centre=0.0, factor=0.0, knots=(0.0,), scores=(0.0,))
    if scaler == "quantile":
        return _fit_quantile(sample(present).to_numpy())
    low, high = float(present.min()), float(present.max())  # type: ignore[arg-type]
    if scaler == "min-max":
        return Scale(scaler=scaler, centre=low, factor=_inverse(high / 2 - low / 2) / 2)
    if scaler == "standard":
        return _fit_standard(present.to_numpy())
    q25, median, q75 = np.quantile(sample(present).to_numpy() / 2, (0.25, 0.5, 0.75))
    factor = _inverse(q75 - q25) / 2
    if factor == 0:
        factor = _inverse(high / 2 - low / 2)
    return Scale(scaler=scaler, centre=float(median) * 2, factor=factor)


def _inverse(half: float) -> float:
    """One over a width, 0 where that is not a finite number."""
    with np.errstate(over="ignore", divide="ignore"):
        inverse = float(np.float64(1.0) / np.float64(half)) if half > 0 else 0.0
    return inverse if np.isfinite(inverse) else 0.0


def _fit_standard(values: NDArray[np.float64]) -> Scale:
    largest = float(np.abs(values).max()) or 1.0
    unit = values / largest  # so that squares of 1e300 stay finite
    mean, spread = float(unit.mean()), float(unit.std())
    tiny = spread <= np.finfo(np.float64).eps * 8  # 8 rounding errors of a constant
    factor = 0.0 if tiny else _inverse(spread) * _inverse(largest)
    return Scale(scaler="standard", centre=mean * largest, factor=factor)


def _fit_quantile(values: NDArray[np.float64]) -> Scale:
    n_knots = min(_KNOTS, len(values))
    shares = np.linspace(0, 1, n_knots) if n_knots > 1 else np.array([0.5])
    knots = np.quantile(values, shares, method="inverted_cdf")
    normal = NormalDist()
    scores = np.array([normal.inv_cdf(min(max(s, _TAIL), 1 - _TAIL)) for s in shares])
    unique, place = np.unique(knots, return_inverse=True)
    mean_scores = np.bincount(place, weights=scores) / np.bincount(place)
    if len(unique) == 1:
        mean_scores = np.zeros(1)
    return Scale(
        scaler="quantile",
        centre=float(np.median(unique)),
        factor=1.0,
        knots=tuple(float(knot) for knot in unique),
        scores=tuple(float(score) for score in mean_scores),
    )
