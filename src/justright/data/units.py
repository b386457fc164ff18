"""What must stay on one side of a split: equal rows, and rows of one group."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from justright.data.schema import Prepared
from justright.data.target_values import target_values
from justright.kinds import Rows

TINY = 1e-300  # smallest spread that a target is divided by
_BINS = 10  # equal shares of a numeric target that a split keeps in balance (house convention)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Rows with the unit that each belongs to; a unit never crosses a split.

    Attributes:
        codes: Number of the unit of each row, from 0, shape (rows,).
        strata: Class (or tenth of the numeric target) of each row, shape (rows,).
        n_units: How many units there are.
    """

    codes: Rows
    strata: Rows
    n_units: int

    @property
    def is_rows(self) -> bool:
        """Whether every row is a unit of its own."""
        return self.n_units == len(self.codes)


def units(prepared: Prepared, rows: Rows) -> Units:
    """Units of some rows: equal rows (all inputs and the target) and rows of one group.

    Args:
        prepared: The table.
        rows: Row numbers.

    Returns:
        Units, counted within `rows`.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [5, 5, 7] * 4, "y": ["a", "a", "b"] * 4}
        >>> units(schema.prepare(read.read(frame), "y"), np.arange(12)).n_units
        2
    """
    schema = prepared.schema
    names = [*(column.name for column in schema.inputs), *schema.task.columns]
    equal = _codes(prepared.frame.select(names).hash_rows(seed=0)[rows])
    codes = equal
    if schema.group is not None:
        codes = _joined(equal, _group_codes(prepared.frame[schema.group][rows]))
    n_units = int(codes.max(initial=-1)) + 1
    return Units(codes=codes, strata=_strata(prepared, rows), n_units=n_units)


def _codes(values: pl.Series) -> Rows:
    _, codes = np.unique(values.to_numpy(), return_inverse=True)
    return codes.astype(np.int64)


def _group_codes(group: pl.Series) -> Rows:
    """Numbers of the groups; a row without a group is one of its own."""
    codes = group.rank("dense").cast(pl.Int64).to_numpy(allow_copy=True).astype(np.float64)
    alone = np.isnan(codes)
    codes[alone] = codes[~alone].max(initial=0) + 1 + np.arange(alone.sum())
    return codes.astype(np.int64) - 1


def _joined(first: Rows, second: Rows) -> Rows:
    """Units of rows that share a code of either kind, directly or through other rows."""
    n_first = int(first.max()) + 1
    size = n_first + int(second.max()) + 1
    ones = np.ones(len(first), dtype=np.int8)
    links = coo_array((ones, (first, second + n_first)), shape=(size, size))
    _, label = connected_components(links, directed=False)
    return np.unique(label[first], return_inverse=True)[1].astype(np.int64)


def _strata(prepared: Prepared, rows: Rows) -> Rows:
    """The class of each row, its rarest label, or the tenth of its number (the mean of several)."""
    task = prepared.schema.task
    values = target_values(prepared.frame[rows], task)
    if task.is_classification:
        return values.astype(np.int64)
    if task.kind == "multilabel":
        rarest_first = np.argsort(values.sum(axis=0), kind="stable")
        held = values[:, rarest_first] > 0
        return np.where(held.any(axis=1), held.argmax(axis=1) + 1, 0).astype(np.int64)
    if task.kind == "multi-target":
        unit = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), TINY)
        return tenths(unit.mean(axis=1))
    return tenths(values.reshape(len(values), -1)[:, 0].astype(np.float64))


def tenths(values: NDArray[np.float64]) -> Rows:
    """Number of the tenth of each value, from 0: the strata of a numeric target.

    Args:
        values: Numbers, shape (rows,). Equal numbers may lie in two tenths, so that each holds
            as many rows.

    Returns:
        Shape (rows,).

    Example:
        >>> tenths(np.array([1.5, 0.5, 9.0])).tolist()
        [1, 0, 2]
    """
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks * min(_BINS, len(values)) // max(len(values), 1)
