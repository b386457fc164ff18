"""Categories as numbers: one column per level, or an index for an embedding."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

ONE_HOT_LEVELS = (
    10  # levels up to which each gets a column (house convention; fastai, skrub: 10-40)
)
MAX_LEVELS = 10_000  # levels of an index; the rest is rare (house limit on embedding tables)
_RARE_ROWS = 5  # rows below which a level teaches nothing by itself (house convention)
_RARE_SHARE = 0.005  # the same for small tables, share of the rows; never fewer than 2 rows
_MISSING = "(missing)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The levels of one category column.

    The index of a cell is 0 where its level was unseen or rare, else 1 + its place here.
    A missing cell has a level of its own, the last, if training had missing cells.

    Attributes:
        name: The column.
        levels: Levels, most frequent first.
        has_missing: Whether missing cells have a level.
        one_hot: Whether each level gets a column of the input.
        absent: Levels that the rows of training do not have, though the layout does; None stands
            for missing cells. Their cells are unseen.
    """

    name: str
    levels: tuple[str, ...]
    has_missing: bool
    one_hot: bool
    absent: tuple[str | None, ...] = ()

    @property
    def n_levels(self) -> int:
        """Levels, "missing" included and "unseen or rare" not."""
        return len(self.levels) + self.has_missing

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the columns of a one-hot encoding.

        Example:
            >>> Levels(name="a", levels=("x",), has_missing=True, one_hot=True).features
            ('a = x', 'a is missing')
        """
        missing = (f"{self.name} is missing",) if self.has_missing else ()
        return (*(f"{self.name} = {level}" for level in self.levels), *missing)

    def codes(self, cells: pl.Series) -> NDArray[np.int64]:
        """The index of every cell; levels that differ only in case are the same.

        Example:
            >>> levels = Levels(name="a", levels=("x", "y"), has_missing=False, one_hot=False)
            >>> levels.codes(pl.Series(["y", "X", "z", None]))
            array([2, 1, 0, 0])
        """
        index = {level: 1 + place for place, level in enumerate(self.levels)}
        index |= {level: 0 for level in self.absent if level is not None}
        by_key = {level.lower(): place for level, place in reversed(index.items())}
        words = cells.drop_nulls().unique().to_list()
        codes = [index.get(word, by_key.get(word.lower(), 0)) for word in words]
        missing = self.n_levels if self.has_missing and None not in self.absent else 0
        if not words:
            return np.full(len(cells), missing, dtype=np.int64)
        found = cells.replace_strict(words, codes, default=None, return_dtype=pl.Int64)
        return found.fill_null(missing).to_numpy().astype(np.int64)

    def seen_in(self, cells: pl.Series) -> "Levels":
        """The same, with the levels that these cells do not have marked as absent.

        Example:
            >>> levels = Levels(name="a", levels=("x", "y"), has_missing=True, one_hot=True)
            >>> levels.seen_in(pl.Series(["y"])).absent
            ('x', None)
        """
        whole = replace(self, absent=())
        seen = set(whole.codes(cells).tolist())
        known: tuple[str | None, ...] = (*self.levels, *((None,) if self.has_missing else ()))
        absent = tuple(level for place, level in enumerate(known) if 1 + place not in seen)
        return replace(self, absent=absent)


def learn_levels(cells: pl.Series) -> Levels:
    """Learn the levels of one column; levels with too few rows are left to "unseen or rare".

    Args:
        cells: Words, null where missing.

    Returns:
        The levels.

    Example:
        >>> learn_levels(pl.Series("city", ["Oslo", "Rome", "Oslo", "Rome", "Bern"])).levels
        ('Oslo', 'Rome')
    """
    limit = min(_RARE_ROWS, max(2, int(_RARE_SHARE * len(cells))))
    counts = cells.drop_nulls().alias("level").value_counts()
    counts = counts.sort("count", "level", descending=[True, False])
    frequent = counts.filter(pl.col("count") >= limit)["level"].head(MAX_LEVELS)
    if not len(frequent):  # all are rare: the most frequent ones are better than none
        frequent = counts["level"].head(ONE_HOT_LEVELS)
    has_missing = cells.null_count() > 0
    return Levels(
        name=cells.name,
        levels=tuple(frequent.to_list()),
        has_missing=has_missing,
        one_hot=len(frequent) + has_missing <= ONE_HOT_LEVELS,
    )
