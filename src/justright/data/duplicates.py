"""Rows that stand in a table more than once."""

import polars as pl

from justright.kinds import Finding
from justright.kinds.finding import Severity

_MANY = 0.05  # share of the rows from which duplicates are worth a warning (house convention)


def duplicate_rows(frame: pl.DataFrame) -> Finding | None:
    """Count the rows that repeat an earlier one in every input and in the target.

    Args:
        frame: Typed inputs and target.

    Returns:
        The finding, or None if all rows differ.

    Example:
        >>> duplicate_rows(pl.DataFrame({"x": [1.5, 1.5, 2.0], "y": [0, 0, 1]})).sign
        '1 of 3 rows repeats an earlier row in every input and the target'
    """
    n_rows = frame.height
    n_again = n_rows - frame.hash_rows(seed=0).n_unique()
    if not n_again:
        return None
    verb = "repeats" if n_again == 1 else "repeat"
    return Finding(
        check="duplicate-rows",
        severity=Severity.WARN if n_again >= _MANY * n_rows else Severity.NOTE,
        sign=f"{n_again:,} of {n_rows:,} rows {verb} an earlier row in every input and the target",
        meaning="one case may have been entered twice; equal rows are kept on one side of every"
        " split, so that no score comes from a row seen in training",
        remedy="if they are one case each: frame.unique(maintain_order=True)",
        numbers={"rows": float(n_again), "share": n_again / n_rows},
    )
