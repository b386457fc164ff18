"""Part the rows: a test part that no choice looks at, and views to train and validate on."""

from typing import Literal

import numpy as np
import polars as pl

from justright.data.folds import expanding, held_out, last_rows, repeated_folds
from justright.data.schema import Prepared
from justright.data.units import units
from justright.errors import DataError
from justright.kinds import Rows, View

VALIDATION_SHARE = 0.2  # share of the rows, 0 to 1; as in every guide (chollet2017)


def split_test(prepared: Prepared, *, share: float = 0.2, seed: int) -> tuple[Rows, Rows]:
    """Hold out a test part.

    With an order column the last rows, with a group column whole groups, else drawn within each
    class (or each tenth of a numeric target). Equal rows never lie on both sides, save where
    an order decides.

    Args:
        prepared: The table.
        share: Share of the rows to hold out, between 0 and 1.
        seed: Seed of the draw.

    Returns:
        Row numbers for development and for the test, each rising.

    Raises:
        DataError: If fewer than 2 different rows, or groups, are left to part.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(20)], "y": ["a", "b"] * 10}
        >>> development, test = split_test(schema.prepare(read.read(frame), "y"), seed=0)
        >>> len(development), len(test)
        (16, 4)
    """
    if not 0 < share < 1:
        raise ValueError(f"need a share between 0 and 1, got {share=}")
    rows = np.arange(prepared.frame.height, dtype=np.int64)
    if prepared.schema.order is not None:
        return last_rows(_ranks(prepared, rows), share)
    kind = "grouped" if prepared.schema.group is not None else "stratified"
    return held_out(units(prepared, rows), share, kind, np.random.default_rng(seed))


def views(
    prepared: Prepared,
    rows: Rows,
    *,
    evaluation: Literal["hold-out", "k-fold"],
    split: Literal["stratified", "random", "grouped", "ordered"],
    folds: int,
    repeats: int = 1,
    seed: int,
) -> tuple[View, ...]:
    """Part the development rows into training and validation.

    Args:
        prepared: The table.
        rows: Development rows.
        evaluation: One hold-out of 20 %, or K folds. Ordered folds train on all earlier rows.
        split: How rows are drawn.
        folds: K; fewer where there are not as many different rows or groups.
        repeats: Times that the folds are dealt out, each after another shuffle (iterated K-fold).
            The first are the same however many follow. Ordered rows and a hold-out have one.
        seed: Seed of the draw.

    Returns:
        One view per fold, repeat by repeat; `fold` counts through all of them, and row numbers
        count within `rows`.

    Raises:
        DataError: If fewer than 2 different rows, or groups, are left to part.

    Source:
        Iterated K-fold with shuffling: chollet2017, section 4.2.1.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(20)], "y": ["a", "b"] * 10}
        >>> prepared = schema.prepare(read.read(frame), "y")
        >>> parts = views(prepared, np.arange(20), evaluation="k-fold", split="stratified",
        ...               folds=5, seed=0)
        >>> [len(view.validation) for view in parts]
        [4, 4, 4, 4, 4]
    """
    if evaluation == "k-fold" and folds < 2:
        raise ValueError(f"need at least 2 folds, got {folds=}")
    if split == "ordered":
        ranks = _ranks(prepared, rows)
        pairs = [last_rows(ranks, VALIDATION_SHARE)]
        if evaluation == "k-fold":
            pairs = expanding(ranks, folds)
    else:
        parts, rng = units(prepared, rows), np.random.default_rng(seed)
        if evaluation == "hold-out":
            pairs = [held_out(parts, VALIDATION_SHARE, split, rng)]
        else:
            pairs = [
                (np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold))
                for fold_of in repeated_folds(parts, folds, repeats, split, rng)
                for fold in range(int(fold_of.max()) + 1)
            ]
    return tuple(
        View(train=train, validation=validation, fold=fold)
        for fold, (train, validation) in enumerate(pairs)
    )


def _ranks(prepared: Prepared, rows: Rows) -> Rows:
    """Place of each row in time; equal times share one."""
    name = prepared.schema.order
    if name is None:
        raise DataError(
            f"no order column is named, and {len(rows):,} rows are to be parted by order",
            "a column of dates or numbers that orders the rows",
            try_="--order date",
        )
    return prepared.frame[name][rows].rank("dense").cast(pl.Int64).to_numpy() - 1
