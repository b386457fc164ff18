"""Correct validation for its over-use: the rows that judge also chose the step and the rate."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Finding, Overuse, Score, Severity, Sweep, Trace
from justright.recipes.ground import Ground
from justright.recipes.metrics import by_name
from justright.train.range_test import read_sweep

GAP = 2.0  # half-widths of the test interval between validation and test score; beyond, it is said
#: Loss to the metrics that rise and fall with it, so that they can be corrected as it is.
FOLLOWING = {
    "mse": ("rmse", "r2"),
    "mae": ("mae",),
    "binary_cross_entropy": ("log_loss",),
    "cross_entropy": ("log_loss",),
    "focal": ("log_loss",),
    "weighted_cross_entropy": ("log_loss",),
}

Array = NDArray[np.float64]


def overuse(
    traces: Sequence[Trace],
    sweep: Sweep | None,
    n_folds: int,
    *,
    validation: tuple[Score, ...] = (),
    loss: str = "",
) -> Overuse | None:
    """Estimate how far the validation scores flatter, by choices made on other folds.

    Each network keeps the step that its own validation rows like best, and the rate is the one
    that the folds of the sweep like best. Had the other folds chosen, a fold's rows would have had
    no part in the choice: the loss is then higher by what the choice owed to luck. Where the best
    steps of networks differ for good reasons too, this says too much rather than too little.

    Args:
        traces: One per network.
        sweep: The learning-rate sweep; None where none was run.
        n_folds: Folds of one repeat; 1 for a hold-out.
        validation: Scores in validation; the first that follows the loss is corrected.
        loss: Word of the loss lever.

    Returns:
        The estimate; None where no network has a finite score.

    Source:
        Tibshirani and Tibshirani 2009, A bias correction for the minimum error rate in
        cross-validation, https://doi.org/10.1214/08-AOAS224; here a fold has no say in the choice
        that it judges.

    Example:
        >>> curves = (3.0, 1.0, 2.0), (3.0, 2.0, 1.0)  # each is lucky once
        >>> traces = [Trace(seed=0, fold=fold, learning_rate=0.1, validation_score=curve)
        ...           for fold, curve in enumerate(curves)]
        >>> found = overuse(traces, None, 2)
        >>> found.loss, found.by_step
        (1.0, 1.0)
    """
    usable = [t for t in traces if t.validation_score and None not in t.validation_score]
    if not usable:
        return None
    curves = extended([t.validation_score for t in usable])
    found = Overuse(
        n_looks=round(float(np.median([len(t.validation_score) for t in usable]))),
        n_rates=0 if sweep is None else len(sweep.rates),
        loss=float(curves.min(axis=1).mean()),
        by_step=_by_step(curves, np.array([t.fold for t in usable]), n_folds),
        by_rate=0.0 if sweep is None else _by_rate(sweep, n_folds),
    )
    promised = next((s for s in validation if s.metric in FOLLOWING.get(loss, ())), None)
    if promised is None or not found.loss > 0:
        return found
    return replace(
        found,
        metric=promised.metric,
        reported=promised.value,
        corrected=_corrected(promised, found),
    )


def extended(curves: Sequence[Sequence[float | None]]) -> Array:
    """Curves of one length: one that ended early goes on at its last value.

    Args:
        curves: Finite values of each network.

    Returns:
        Shape (curves, longest).

    Example:
        >>> extended([[2.0, 1.0], [3.0, 2.0, 4.0]])[0]
        array([2., 1., 1.])
    """
    longest = max(len(curve) for curve in curves)
    rows = [[*curve, *[curve[-1]] * (longest - len(curve))] for curve in curves]
    return np.array(rows, dtype=np.float64)


def _by_step(curves: Array, folds: NDArray[np.int64], n_folds: int) -> float | None:
    """Mean rise of the score where the other folds of the same repeat choose the step."""
    rises = []
    for i, curve in enumerate(curves):
        # Folds of another repeat hold some of the same rows, so they have no say.
        others = (folds // n_folds == folds[i] // n_folds) & (folds != folds[i])
        if others.any():
            rises.append(curve[curves[others].mean(axis=0).argmin()] - curve.min())
    return float(np.mean(rises)) if rises else None


def _by_rate(sweep: Sweep, n_folds: int) -> float | None:
    """Mean rise of the score where the other folds of the sweep choose the rate.

    It counts for the share of the folds that the sweep looked at.
    """
    ends = np.array(sweep.by_fold[:n_folds], dtype=np.float64)  # None becomes NaN
    if len(ends) < 2:
        return None
    rises = []
    for fold, own in enumerate(ends):
        means = np.delete(ends, fold, axis=0).mean(axis=0)
        chosen = read_sweep(
            sweep.rates,
            sweep.train_loss,
            [float(mean) if math.isfinite(mean) else None for mean in means],
            start_loss=sweep.start_loss,
            n_steps=sweep.n_steps,
            fallback=sweep.chosen,
        ).chosen
        rises.append(own[_nearest(sweep, chosen)] - own[_nearest(sweep, sweep.chosen)])
    finite = [rise for rise in rises if math.isfinite(rise)]
    return float(np.mean(finite)) * len(ends) / n_folds if finite else None


def _nearest(sweep: Sweep, rate: float) -> int:
    """Number of the rate tried that is nearest, by factors."""
    return int(np.abs(np.log(np.array(sweep.rates) / rate)).argmin())


def _corrected(promised: Score, found: Overuse) -> float:
    """A metric as it is where the loss is higher by what luck took off."""
    if promised.metric == "log_loss":  # the loss itself, in its own unit
        return promised.value + found.optimism
    growth = 1 + found.optimism / found.loss  # numbers are scaled in training: only shares compare
    if promised.metric == "rmse":
        return promised.value * math.sqrt(growth)
    return (
        1 - growth * (1 - promised.value) if promised.higher_is_better else promised.value * growth
    )


def gap(
    ground: Ground, scores: tuple[Score, ...], validation: tuple[Score, ...], over: Overuse | None
) -> Finding | None:
    """Find a test score that is worse than validation, as corrected, by more than chance explains.

    Args:
        ground: The data.
        scores: On the test rows.
        validation: On the validation rows.
        over: The correction of the first metric; None for none.
    """
    if not ground.n_test:
        return None
    test = scores[0]
    promised = by_name(validation).get(test.metric)
    if promised is None:
        return None
    value = promised.value
    if over is not None and over.metric == test.metric and over.corrected is not None:
        value = over.corrected
    sign = 1.0 if test.higher_is_better else -1.0
    half_width = max((test.high - test.low) / 2, 1e-12)
    if sign * (value - test.value) <= GAP * half_width:
        return None
    aside = "" if value == promised.value else f" ({value:.4g} when corrected for its over-use)"
    drawn = ground.test is not None and ground.schema.order is None
    another = "--seed 1 draws another test part: if the gap stays, look" if drawn else "look"
    return Finding(
        check="validation-gap",
        severity=Severity.WARN,
        sign=f"{test.metric} was {promised.value:.4g} in validation{aside} and is"
        f" {test.value:.4g} on the test part",
        meaning="more than chance explains: the two differ in kind, or a column gives the target"
        " away",
        remedy=f"{another} for drift in time, for rows of one source (--group COLUMN) and for"
        " columns that tell the target",
        numbers={"validation": promised.value, "corrected": value, "test": test.value},
    )
