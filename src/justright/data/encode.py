"""Turn typed columns into the matrix that the network sees."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.categories import Levels, learn_levels
from justright.data.dates import DateParts, learn_dates
from justright.data.image_scale import ImageScale, fit_images
from justright.data.images import image_shape
from justright.data.scale import Scale, Scaler, fit_scale
from justright.data.schema import Schema
from justright.data.text_column import TextColumn, TextPlan, digest_texts, lay_texts
from justright.data.text_embedding import Tell
from justright.kinds import InputLayout

_BLOCK = 16_384  # rows written at once: the block stays in the cache (measured, 3 × faster)
_UNKNOWN = 0.5  # a missing boolean: neither 0 nor 1
_DEFAULT_TEXT = TextPlan()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A number, boolean or date column, and whether missing cells get a column of their own.

    Attributes:
        name: The column.
        has_missing: Whether the rows that the layout was learnt from had missing cells.
        saw_missing: Whether the rows that the rest was learnt from had; else the indicator is 0.
        varies: Whether a boolean took both values in those rows; else it is always unknown.
        scale: The scale of its numbers; None for a boolean.
    """

    name: str
    has_missing: bool
    saw_missing: bool = True
    varies: bool = True
    scale: Scale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """How typed columns become the input matrix. Plain data: JSON by msgspec, no pickle.

    Attributes:
        layout: Names of the matrix' columns: numeric, plain, codes; the shape of its pixels.
        scaler: How numbers are scaled.
        numbers: Number columns.
        dates: Date columns, as numbers; beside each its parts in `date_parts`.
        date_parts: Starts and cyclic parts of the date columns.
        years: Date columns that span several years, as the number of the year.
        booleans: Boolean columns.
        texts: Free-text columns.
        categories: Category columns.
        image: The image column; None without one.
    """

    layout: InputLayout
    scaler: Scaler
    numbers: tuple[Feature, ...] = ()
    dates: tuple[Feature, ...] = ()
    date_parts: tuple[DateParts, ...] = ()
    years: tuple[Feature, ...] = ()
    booleans: tuple[Feature, ...] = ()
    texts: tuple[TextColumn, ...] = ()
    categories: tuple[Levels, ...] = ()
    image: ImageScale | None = None

    def transform(self, frame: pl.DataFrame) -> NDArray[np.float32]:
        """Encode rows.

        Missing numbers are 0 after scaling, beside an indicator where training had missing
        ones; missing booleans 0.5; unseen categories all 0, or index 0.

        Args:
            frame: Typed columns; more columns than needed do no harm.

        Returns:
            Matrix of shape (rows, layout.n_columns), without NaN, row after row in memory.

        Raises:
            ValueError: If a column is absent.
        """
        absent = [name for name in self.columns if name not in frame.columns]
        if absent:
            raise ValueError(f"the frame lacks the columns {absent=}")
        out = np.zeros((frame.height, self.layout.n_columns), dtype=np.float32)
        self._write_numeric(frame, out)
        place = self._write_missing(frame, out, len(self.layout.numeric))
        for feature in self.booleans:
            cells = frame[feature.name].cast(pl.Float32).fill_null(_UNKNOWN)
            out[:, place] = cells.to_numpy() if feature.varies else _UNKNOWN
            place += 1
        for parts in self.date_parts:
            width = len(parts.features)
            out[:, place : place + width] = parts.cycles(frame[parts.name])
            place += width
        place = self._write_one_hot(frame, out, place)
        for text in self.texts:
            width = len(text.features)
            text.write(frame[text.name], out[:, place : place + width])
            place += width
        if self.image is not None:
            end = place + self.image.n_columns
            self.image.write(frame[self.image.name], out[:, place:end])
            place = end
        for levels in self.categories:
            if not levels.one_hot:
                out[:, place] = levels.codes(frame[levels.name])
                place += 1
        return out

    def digest(self, frame: pl.DataFrame, tell: Tell | None = None) -> pl.DataFrame:
        """The frame with its texts read, which is slow and the same for every fold.

        Args:
            frame: Typed columns.
            tell: Who listens.

        Returns:
            A frame that every encoder of this layout can transform.
        """
        return digest_texts(frame, self.texts, tell)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are read."""
        features = tuple(f.name for f in (*self.numbers, *self.dates, *self.booleans))
        images = () if self.image is None else (self.image.name,)
        texts = tuple(text.name for text in self.texts)
        return (*features, *images, *texts, *(levels.name for levels in self.categories))

    def _write_numeric(self, frame: pl.DataFrame, out: NDArray[np.float32]) -> None:
        """Scale numbers and dates, block by block, straight into the matrix."""
        columns = [frame[feature.name] for feature in self.numbers]
        columns += [parts.years(frame[parts.name]) for parts in self.date_parts]
        columns += [frame[feature.name].dt.year() for feature in self.years]
        scales = [feature.scale for feature in (*self.numbers, *self.dates, *self.years)]
        for start in range(0, frame.height, _BLOCK):
            for place, (cells, scale) in enumerate(zip(columns, scales, strict=True)):
                values = cells[start : start + _BLOCK].cast(pl.Float64).to_numpy()
                if scale is not None:
                    out[start : start + _BLOCK, place] = scale.apply(values)

    def _write_missing(self, frame: pl.DataFrame, out: NDArray[np.float32], place: int) -> int:
        for feature in (*self.numbers, *self.dates, *self.booleans):
            if feature.has_missing:
                if feature.saw_missing:
                    out[:, place] = _gaps(frame[feature.name]).to_numpy()
                place += 1
        return place

    def _write_one_hot(self, frame: pl.DataFrame, out: NDArray[np.float32], place: int) -> int:
        for levels in self.categories:
            if levels.one_hot:
                codes = levels.codes(frame[levels.name])
                known = np.flatnonzero(codes)
                out[known, place + codes[known] - 1] = 1.0
                place += levels.n_levels
        return place


_Features = tuple[Feature, ...]


def _gaps(cells: pl.Series) -> pl.Series:
    """Whether each cell is missing."""
    return (
        (cells.is_null() | cells.is_nan()).fill_null(True)
        if cells.dtype.is_float()
        else (cells.is_null())
    )


def fit(
    frame: pl.DataFrame,
    schema: Schema,
    *,
    scaler: Scaler,
    text: TextPlan = _DEFAULT_TEXT,
    like: Encoder | None = None,
) -> Encoder:
    """Learn an encoder from the rows of a frame, and from no others.

    With `like`, a feature that no row of this frame has stays 0 for every row (a code: "unseen"),
    so that a network never meets a weight of its that was not trained.

    Args:
        frame: Typed columns of the rows to learn from.
        schema: What each column is.
        scaler: How to scale numbers.
        text: How free text is to enter.
        like: An encoder whose layout is kept, so that every fold has the same columns. All else
            is learnt anew: scales, n-grams and their weights, starts of dates, which levels,
            missing cells and parts of dates there are.

    Returns:
        The encoder.

    Example:
        >>> from justright.data import read, schema
        >>> prepared = schema.prepare(read.read({"x": [1, 5, 2, 4, 3] * 4, "y": range(20)}), "y")
        >>> encoder = fit(prepared.frame, prepared.schema, scaler="min-max")
        >>> encoder.transform(prepared.frame[:3])
        array([[0.  ],
               [1.  ],
               [0.25]], dtype=float32)
    """
    start = vocabulary(frame, schema, text) if like is None else like
    parts = tuple(part.learn(frame[part.name]) for part in start.date_parts)
    years = {feature.name: frame[feature.name].dt.year() for feature in start.years}
    elapsed = {part.name: part.years(frame[part.name]) for part in parts}

    def learnt(features: _Features, cells: Mapping[str, pl.Series]) -> _Features:
        return tuple(
            replace(
                feature,
                scale=fit_scale(cells[feature.name], scaler),
                saw_missing=bool(_gaps(frame[feature.name]).any()),
            )
            for feature in features
        )

    return replace(
        start,
        scaler=scaler,
        numbers=learnt(
            start.numbers, {f.name: frame[f.name].fill_nan(None) for f in start.numbers}
        ),
        dates=learnt(start.dates, elapsed),
        date_parts=parts,
        years=learnt(start.years, years),
        booleans=tuple(_fit_boolean(feature, frame[feature.name]) for feature in start.booleans),
        texts=tuple(column.learn(frame[column.name]) for column in start.texts),
        categories=tuple(levels.seen_in(frame[levels.name]) for levels in start.categories),
        image=None if start.image is None else fit_images(frame[start.image.name]),
    )


def _fit_boolean(feature: Feature, cells: pl.Series) -> Feature:
    gaps = cells.null_count() > 0
    return replace(feature, saw_missing=gaps, varies=cells.n_unique() > 1)


def vocabulary(frame: pl.DataFrame, schema: Schema, text: TextPlan = _DEFAULT_TEXT) -> Encoder:
    """An encoder with its layout but without scales: levels, indicators, date parts.

    Args:
        frame: Typed columns of the rows to learn from.
        schema: What each column is.
        text: How free text is to enter.

    Returns:
        The encoder, not yet fit for `transform`.
    """
    features: dict[str, list[Feature]] = {"number": [], "date": [], "boolean": []}
    levels, date_parts, texts, image = [], [], [], None
    for column in schema.inputs:
        cells = frame[column.name]
        if column.kind in features:
            has_missing = cells.null_count() > 0
            features[column.kind].append(Feature(name=column.name, has_missing=has_missing))
        elif column.kind == "image":
            image = ImageScale(name=column.name, shape=image_shape(cells))
        elif column.kind == "text":
            texts.append(cells)
        else:
            levels.append(learn_levels(cells))
        if column.kind == "date":
            date_parts.append(learn_dates(cells))
    encoder = Encoder(
        layout=InputLayout(),
        scaler="robust",
        numbers=tuple(features["number"]),
        dates=tuple(features["date"]),
        date_parts=tuple(date_parts),
        years=tuple(_years(features["date"], date_parts)),
        booleans=tuple(features["boolean"]),
        texts=lay_texts(texts, text),
        categories=tuple(levels),
        image=image,
    )
    return replace(encoder, layout=_layout(encoder))


def _years(dates: list[Feature], parts: list[DateParts]) -> list[Feature]:
    """The dates whose year tells rows apart."""
    return [date for date, own in zip(dates, parts, strict=True) if own.spans_years]


def _layout(encoder: Encoder) -> InputLayout:
    numeric = [feature.name for feature in encoder.numbers]
    numeric += [f"{feature.name} (years since start)" for feature in encoder.dates]
    numeric += [f"{feature.name} (year)" for feature in encoder.years]
    gaps = chain(encoder.numbers, encoder.dates, encoder.booleans)
    plain = [f"{feature.name} is missing" for feature in gaps if feature.has_missing]
    plain += [feature.name for feature in encoder.booleans]
    plain += [name for parts in encoder.date_parts for name in parts.features]
    plain += [name for part in encoder.categories if part.one_hot for name in part.features]
    plain += [name for part in encoder.texts for name in part.features]
    indexed = [part for part in encoder.categories if not part.one_hot]
    return InputLayout(
        numeric=tuple(numeric),
        plain=tuple(plain),
        image=None if encoder.image is None else encoder.image.shape,
        codes=tuple(part.name for part in indexed),
        cardinalities=tuple(part.n_levels + 1 for part in indexed),
    )
