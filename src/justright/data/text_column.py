"""Free-text columns as plain features: hashed n-grams, or a sentence embedding."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.text_embedding import N_FEATURES, Tell, embedded
from justright.data.text_ngrams import Ngrams, Unit, hashed, learn_ngrams, learn_unit

TextWay = Literal["hashed", "embedding"]


@dataclass(frozen=True, slots=True)
class TextPlan:
    """How free text is to enter.

    Attributes:
        way: Hashed n-grams, or a sentence embedding.
        n_features: Hashed features of all text columns together.
    """

    way: TextWay = "hashed"
    n_features: int = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn:
    """How one text column becomes plain features.

    Attributes:
        name: The column.
        way: Hashed n-grams, or a sentence embedding.
        n_features: Features, the same in every fold.
        has_missing: Whether missing cells have an indicator.
        saw_missing: Whether the rows that this was learnt from had missing cells.
        unit: What n-grams are made of.
        ngrams: Those of the training rows.
    """

    name: str
    way: TextWay
    n_features: int
    has_missing: bool
    saw_missing: bool = True
    unit: Unit = "words"
    ngrams: Ngrams = field(default_factory=lambda: Ngrams(buckets=(), idf=()))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features.

        Example:
            >>> TextColumn(name="review", way="hashed", n_features=2, has_missing=True).features
            ('review is missing', 'review #1', 'review #2')
        """
        missing = (f"{self.name} is missing",) if self.has_missing else ()
        return (*missing, *(f"{self.name} #{i + 1}" for i in range(self.n_features)))

    def digest(self, cells: pl.Series, tell: Tell | None = None) -> pl.Series:
        """What does not depend on the fold: hashes, or embeddings. Done once, it is left alone."""
        if cells.dtype != pl.String:
            return cells
        return embedded(cells, tell) if self.way == "embedding" else hashed(cells, self.unit)

    def learn(self, cells: pl.Series) -> "TextColumn":
        """The same with the n-grams of these rows.

        Args:
            cells: Text, or its digest.
        """
        found = replace(self, saw_missing=cells.null_count() > 0)
        if self.way == "embedding":
            return found
        return replace(found, ngrams=learn_ngrams(self.digest(cells), self.n_features))

    def write(self, cells: pl.Series, out: NDArray[np.float32]) -> None:
        """Write the features of each row.

        Args:
            cells: Text, or its digest.
            out: Zeros of shape (rows, features).
        """
        if self.has_missing:
            out[:, 0] = cells.is_null().to_numpy() & self.saw_missing
        cells, features = self.digest(cells), out[:, int(self.has_missing) :]
        if self.way == "hashed":
            self.ngrams.write(cells, features)
        elif len(known := np.flatnonzero(cells.is_not_null().to_numpy())):
            features[known] = cells.drop_nulls().to_numpy()


def lay_texts(columns: Sequence[pl.Series], plan: TextPlan) -> tuple[TextColumn, ...]:
    """Lay out the features of text columns; hashed ones share the number that is planned.

    Args:
        columns: Text, null where missing.
        plan: How they are to enter.
    """
    share = max(1, plan.n_features // max(1, len(columns)))
    return tuple(
        TextColumn(
            name=cells.name,
            way=plan.way,
            n_features=N_FEATURES if plan.way == "embedding" else share,
            has_missing=cells.null_count() > 0,
            unit=learn_unit(cells),
        )
        for cells in columns
    )


def digest_texts(
    frame: pl.DataFrame, texts: Sequence[TextColumn], tell: Tell | None = None
) -> pl.DataFrame:
    """The frame with each text column read once, so that every fold can use it.

    Args:
        frame: Typed columns.
        texts: The text columns.
        tell: Who listens to a slow reading.
    """
    return frame.with_columns([text.digest(frame[text.name], tell) for text in texts])
