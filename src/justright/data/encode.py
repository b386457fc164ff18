"""Turn typed columns into the matrix that the network sees."""

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
from justright.kinds import InputLayout

_BLOCK = 16_384  # rows written at once: the block stays in the cache (measured, 3 × faster)
_UNKNOWN = 0.5  # a missing boolean: neither 0 nor 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A number, boolean or date column, and whether missing cells get a column of their own.

    Attributes:
        name: The column.
        has_missing: Whether the rows that the layout was learnt from had missing cells.
        scale: The scale of its numbers; None for a boolean.
    """

    name: str
    has_missing: bool
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
        booleans: Boolean columns.
        categories: Category columns.
        image: The image column; None without one.
    """

    layout: InputLayout
    scaler: Scaler
    numbers: tuple[Feature, ...] = ()
    dates: tuple[Feature, ...] = ()
    date_parts: tuple[DateParts, ...] = ()
    booleans: tuple[Feature, ...] = ()
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
            out[:, place] = cells.to_numpy()
            place += 1
        for parts in self.date_parts:
            width = len(parts.features)
            out[:, place : place + width] = parts.cycles(frame[parts.name])
            place += width
        place = self._write_one_hot(frame, out, place)
        if self.image is not None:
            end = place + self.image.n_columns
            self.image.write(frame[self.image.name], out[:, place:end])
            place = end
        for levels in self.categories:
            if not levels.one_hot:
                out[:, place] = levels.codes(frame[levels.name])
                place += 1
        return out

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are read."""
        features = tuple(f.name for f in (*self.numbers, *self.dates, *self.booleans))
        images = () if self.image is None else (self.image.name,)
        return (*features, *images, *(levels.name for levels in self.categories))

    def _write_numeric(self, frame: pl.DataFrame, out: NDArray[np.float32]) -> None:
        """Scale numbers and dates, block by block, straight into the matrix."""
        columns = [frame[feature.name] for feature in self.numbers]
        columns += [parts.years(frame[parts.name]) for parts in self.date_parts]
        scales = [feature.scale for feature in (*self.numbers, *self.dates)]
        for start in range(0, frame.height, _BLOCK):
            for place, (cells, scale) in enumerate(zip(columns, scales, strict=True)):
                values = cells[start : start + _BLOCK].cast(pl.Float64).to_numpy()
                if scale is not None:
                    out[start : start + _BLOCK, place] = scale.apply(values)

    def _write_missing(self, frame: pl.DataFrame, out: NDArray[np.float32], place: int) -> int:
        for feature in (*self.numbers, *self.dates, *self.booleans):
            if feature.has_missing:
                cells = frame[feature.name]
                gaps = (
                    cells.is_null() | cells.is_nan()
                    if cells.dtype.is_float()
                    else (cells.is_null())
                )
                out[:, place] = gaps.fill_null(True).to_numpy()
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


def fit(
    frame: pl.DataFrame, schema: Schema, *, scaler: Scaler, like: Encoder | None = None
) -> Encoder:
    """Learn an encoder from the rows of a frame, and from no others.

    Args:
        frame: Typed columns of the rows to learn from.
        schema: What each column is.
        scaler: How to scale numbers.
        like: An encoder whose layout is kept: levels, indicators, date parts. Only the scales
            are learnt anew, so that every fold has the same columns.

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
    start = vocabulary(frame, schema) if like is None else like
    numbers = tuple(
        replace(feature, scale=fit_scale(frame[feature.name].fill_nan(None), scaler))
        for feature in start.numbers
    )
    dates = tuple(
        replace(feature, scale=fit_scale(parts.years(frame[parts.name]), scaler))
        for feature, parts in zip(start.dates, start.date_parts, strict=True)
    )
    image = None if start.image is None else fit_images(frame[start.image.name])
    return replace(start, scaler=scaler, numbers=numbers, dates=dates, image=image)


def vocabulary(frame: pl.DataFrame, schema: Schema) -> Encoder:
    """An encoder with its layout but without scales: levels, indicators, date parts.

    Args:
        frame: Typed columns of the rows to learn from.
        schema: What each column is.

    Returns:
        The encoder, not yet fit for `transform`.
    """
    features: dict[str, list[Feature]] = {"number": [], "date": [], "boolean": []}
    levels, date_parts, image = [], [], None
    for column in schema.inputs:
        cells = frame[column.name]
        if column.kind in features:
            has_missing = cells.null_count() > 0
            features[column.kind].append(Feature(name=column.name, has_missing=has_missing))
        elif column.kind == "image":
            image = ImageScale(name=column.name, shape=image_shape(cells))
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
        booleans=tuple(features["boolean"]),
        categories=tuple(levels),
        image=image,
    )
    return replace(encoder, layout=_layout(encoder))


def _layout(encoder: Encoder) -> InputLayout:
    numeric = [feature.name for feature in encoder.numbers]
    numeric += [f"{feature.name} (years since start)" for feature in encoder.dates]
    gaps = chain(encoder.numbers, encoder.dates, encoder.booleans)
    plain = [f"{feature.name} is missing" for feature in gaps if feature.has_missing]
    plain += [feature.name for feature in encoder.booleans]
    plain += [name for parts in encoder.date_parts for name in parts.features]
    plain += [name for part in encoder.categories if part.one_hot for name in part.features]
    indexed = [part for part in encoder.categories if not part.one_hot]
    return InputLayout(
        numeric=tuple(numeric),
        plain=tuple(plain),
        image=None if encoder.image is None else encoder.image.shape,
        codes=tuple(part.name for part in indexed),
        cardinalities=tuple(part.n_levels + 1 for part in indexed),
    )
