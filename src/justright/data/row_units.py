"""Units and strata of rows that come as plain arrays, without a table."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from justright.data.units import Units, tenths
from justright.data.words import counted
from justright.errors import DataError
from justright.kinds import Rows


def row_units(
    n: int, y: ArrayLike | None, groups: ArrayLike | None, *, least: int, why: str
) -> Units:
    """The rows or groups to part, refused where they, or those of a class, are too few.

    Args:
        n: Rows of the data.
        y: Classes or floats, shape (n,); None: one stratum.
        groups: Group of each row, shape (n,); None: each row is a unit.
        least: Units needed in all, and of each class.
        why: What they are needed for, in words.

    Returns:
        Units of all rows; a class is a stratum, a tenth where `y` holds floats.

    Raises:
        DataError: If cells are missing or of a wrong number, or units are too few.

    Example:
        >>> row_units(4, None, ["a", "b", "a", "b"], least=2, why="one each").codes
        array([0, 1, 0, 1])
    """
    codes, n_units = np.arange(n, dtype=np.int64), n
    if groups is not None:
        codes = _codes(_present(read_cells(groups, "groups", exactly=n), "groups"))
        n_units = int(codes.max(initial=-1)) + 1
    word = "row" if groups is None else "group"
    if n_units < least:
        found = counted(n_units, word)
        raise DataError(
            found if groups is None else f"{found} in {n:,} rows",
            f"at least {least:,} {word}s: {why}",
            try_=f"fewer folds, 2 to {n_units:,}" if n_units > 1 else f"add {word}s",
        )
    strata = np.zeros(n, dtype=np.int64)
    if y is not None:
        values = read_cells(y, "y", exactly=n)
        strata = strata_of(values)
        if not is_numbers(values):
            _refuse_rare(values, strata, codes, least, f"{word}s")
    return Units(codes=codes, strata=strata, n_units=n_units)


def read_cells(
    cells: ArrayLike, name: str, *, exactly: int | None = None, at_least: int = 0
) -> NDArray[Any]:
    """One cell for every row as an array.

    Args:
        cells: The cells.
        name: What they are, for the error.
        exactly: Rows of the data, where known.
        at_least: Rows that the data has at least.

    Returns:
        Shape (rows,).

    Raises:
        DataError: If there are more or fewer cells than rows.

    Example:
        >>> read_cells([1, 2], "weights", at_least=2)
        array([1, 2])
    """
    values: NDArray[Any] = np.asarray(cells)
    needed = max(at_least, exactly or 0)
    if values.ndim != 1 or len(values) < needed or (exactly is not None and len(values) > exactly):
        raise DataError(
            f"{name} has the shape {values.shape}",
            f"one cell for each of {'' if exactly is not None else 'at least '}{needed:,} rows",
            try_=f"{name} with one cell per row of the data",
        )
    return values


def is_numbers(values: NDArray[Any]) -> bool:
    """Whether a target is numeric (floats) rather than of classes.

    Example:
        >>> is_numbers(np.array([0.5])), is_numbers(np.array([1])), is_numbers(np.array(["a"]))
        (True, False, False)
    """
    return bool(np.issubdtype(values.dtype, np.floating))


def strata_of(values: NDArray[Any]) -> Rows:
    """Number of the class of each row, or of the tenth where the target holds floats.

    Args:
        values: Classes or floats, shape (rows,).

    Returns:
        Numbers from 0, shape (rows,).

    Raises:
        DataError: If a cell is missing.

    Example:
        >>> strata_of(np.array(["b", "a", "b"])).tolist()
        [1, 0, 1]
    """
    present = _present(values, "y")
    return tenths(present) if is_numbers(present) else _codes(present)


def _present(values: NDArray[Any], name: str) -> NDArray[Any]:
    """The values, refused where one is missing: it would join all others that are missing."""
    absent: Any = values != values  # true of NaN and of the missing date alone
    if values.dtype == object:
        absent = [cell is None or cell != cell for cell in values]
    missing = np.flatnonzero(absent)
    if len(missing):
        raise DataError(
            f"{len(missing):,} of {len(values):,} cells of {name} are missing "
            f"(first: row {missing[0]:,})",
            f"a cell of {name} for every row",
            try_="leave these rows out, or give each a value of its own",
        )
    return values


def _codes(values: NDArray[Any]) -> Rows:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _refuse_rare(values: NDArray[Any], strata: Rows, codes: Rows, least: int, words: str) -> None:
    pairs = np.unique(np.stack([strata, codes]), axis=1)  # each class with each unit it lies in
    counts = np.bincount(pairs[0])
    rare = np.flatnonzero(counts < least)
    if len(rare):
        first = values[np.argmax(strata == rare[0])]
        raise DataError(
            f"{len(rare):,} of {len(counts):,} classes lie in fewer than {least:,} {words} "
            f"(first: {str(first)!r}, in {counts[rare[0]]:,})",
            f"every class in at least {least:,} {words}: one for each part",
            try_="y=None, a class joined with another, or y.astype(float) if y is a number",
        )
