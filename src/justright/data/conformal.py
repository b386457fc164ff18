"""Intervals around predicted numbers, from how far off earlier predictions were."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

MOST_SCORES = 10_000  # kept of more: a share near 90 % is then known to 0.3 points
COMPARED = 0.9  # level at which two kinds of intervals are compared (house convention)
NARROWER = 0.02  # share by which the median must be narrower; less is chance (house convention)
N_PARTS = 5  # of the rows: each is judged by sizes that the others gave (house convention)
WINDOWS = 10  # parts by predicted value in which the size of errors is measured (house convention)
WINDOW_ROWS = 50  # rows of a part at least: the size is then known to an eighth
SIZE = 0.75  # share of errors below their size: no single wild one moves it (house convention)
SMALLEST = 0.05  # of the size of all: nowhere are predictions taken to be surer (house convention)
ROUNDING = 1e-9  # of a share: 0.9 of 10 rows are 9, also in floating point

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformal:
    """How far true numbers lay from predictions by networks that had not seen them.

    Attributes:
        scores: Errors without their sign, in sizes where there are any; rising.
        n_units: Rows that they are of; groups, where rows come in groups.
        masses: Share of new rows that lie within each score, where rows come in groups; else
            empty: each row counts alike.
        places: Predictions at which the size of errors was measured, rising; empty where one
            size suits all.
        sizes: The error that three of four do not reach there.
        narrower: Share by which sizes by prediction make the median interval narrower, below 0
            where they make it wider; None where there were too few rows to tell.
    """

    scores: tuple[float, ...]
    n_units: int
    masses: tuple[float, ...] = ()
    places: tuple[float, ...] = ()
    sizes: tuple[float, ...] = ()
    narrower: float | None = None

    @property
    def highest(self) -> float:
        """The highest level that so many rows can show, 0 to 1.

        Example:
            >>> Conformal(scores=(1.0, 2.0, 3.0), n_units=3).highest
            0.75
        """
        return self.n_units / (self.n_units + 1)

    def reach(self, level: float) -> float:
        """How far an interval reaches to either side, in the unit of the scores.

        Args:
            level: Share of new rows that it shall hold, above 0 and at most `highest`.

        Raises:
            ValueError: If the level is out of this range.

        Example:
            >>> Conformal(scores=(1.0, 2.0, 3.0), n_units=3).reach(0.5)
            2.0
        """
        if not 0 < level <= self.highest + ROUNDING:
            raise ValueError(f"no such interval of {self.n_units} rows: {level=}")
        if self.masses:
            place = int(np.searchsorted(self.masses, level - ROUNDING))
        else:
            place = math.ceil(level * (self.n_units + 1) - ROUNDING) - 1
        return self.scores[max(place, 0)]

    def interval(self, predictions: Array, level: float) -> tuple[Array, Array]:
        """Both ends of the interval of each prediction.

        Args:
            predictions: Numbers, shape (rows,).
            level: As in `reach`.

        Example:
            >>> found = Conformal(scores=(1.0, 2.0, 3.0), n_units=3)
            >>> found.interval(np.array([10.0]), 0.5)
            (array([8.]), array([12.]))
        """
        half = self.reach(level) * _sizes(self.places, self.sizes, predictions)
        return predictions - half, predictions + half


def conformal(
    truth: Array, predictions: Array, *, groups: NDArray[np.int64] | None = None, seed: int = 0
) -> Conformal:
    """Learn from predictions by networks that had not seen the row how far off they are.

    Errors are measured by one size for all, or by that of the errors of similar predictions,
    whichever gives the narrower interval at the median and holds on 90 % of the rows.

    A level is reached by the error of rank ⌈(n + 1) · level⌉. Where the same networks predict
    these rows and new ones like them, one size then holds at least so often, whatever they are;
    where these rows were predicted fold by fold, and with sizes, nearly so. Of rows in groups each
    group counts alike, and a new row is one of a new group.

    Args:
        truth: True numbers, shape (rows,).
        predictions: Predicted numbers, shape (rows,).
        groups: Group of each row, as a number; None where each row is by itself.
        seed: Seed of the rows that are kept of many, and of the parts.

    Raises:
        ValueError: If there are no rows.

    Source:
        Vovk, Gammerman and Shafer 2005, https://doi.org/10.1007/b106715; sizes: Lei et al. 2018,
        arXiv:1604.04173, section 5.2; groups: Lee, Barber and Willett 2023, arXiv:2306.06342

    Example:
        >>> found = conformal(np.arange(9.0), np.zeros(9))
        >>> found.reach(0.9), found.highest
        (8.0, 0.9)
    """
    if not len(truth):
        raise ValueError("no rows to learn from")
    rng = np.random.default_rng(seed)
    rows = np.arange(len(truth))
    if len(rows) > MOST_SCORES:
        rows = np.sort(rng.choice(rows, MOST_SCORES, replace=False))
    errors, predictions = np.abs(truth - predictions)[rows], predictions[rows]
    unit_of = rows if groups is None else groups[rows]
    _, unit_of, n_rows_of = np.unique(unit_of, return_inverse=True, return_counts=True)
    part_of = (rng.permutation(len(n_rows_of)) % N_PARTS)[unit_of]
    mass = 1 / ((len(n_rows_of) + 1) * n_rows_of[unit_of])
    n_units, grouped = len(n_rows_of), groups is not None
    plain = _ranked(errors, mass, n_units, grouped=grouped)
    local = _local(errors, predictions, part_of)
    level = min(COMPARED, plain.highest)
    if local is None or not plain.reach(level) > 0:
        return plain
    sized = _ranked(errors / local, mass, n_units, grouped=grouped)
    narrower = 1 - sized.reach(level) * float(np.median(local)) / plain.reach(level)
    places, sizes = _windows(errors, predictions) if narrower >= NARROWER else ((), ())
    return replace(sized if sizes else plain, places=places, sizes=sizes, narrower=float(narrower))


def _ranked(scores: Array, mass: Array, n_units: int, *, grouped: bool) -> Conformal:
    """Scores in their order, each with the share of rows within it."""
    order = np.argsort(scores, kind="stable")
    return Conformal(
        scores=tuple(scores[order].tolist()),
        n_units=n_units,
        masses=tuple(np.cumsum(mass[order]).tolist()) if grouped else (),
    )


def _local(errors: Array, predictions: Array, part_of: NDArray[np.int64]) -> Array | None:
    """The size of each row's error by rows of other parts; None for too few rows or no error."""
    found = np.empty_like(errors)
    for part in range(N_PARTS):
        inside = part_of == part
        places, sizes = _windows(errors[~inside], predictions[~inside])
        if not sizes:
            return None
        found[inside] = _sizes(places, sizes, predictions[inside])
    return found


def _windows(errors: Array, predictions: Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Sizes of errors of similar predictions; nothing for too few rows or no error."""
    n_windows = min(WINDOWS, len(errors) // WINDOW_ROWS)
    if n_windows < 2 or not np.median(errors) > 0:
        return (), ()
    parts = np.array_split(np.argsort(predictions, kind="stable"), n_windows)
    places = [float(np.median(predictions[part])) for part in parts]
    least = SMALLEST * np.quantile(errors, SIZE)
    sizes = [float(max(np.quantile(errors[part], SIZE), least)) for part in parts]
    return tuple(places), tuple(sizes)


def _sizes(places: tuple[float, ...], sizes: tuple[float, ...], predictions: Array) -> Array:
    """The size of errors at predictions: straight between the places, level beyond them."""
    if not sizes:
        return np.ones_like(predictions)
    return np.interp(predictions, places, sizes)
