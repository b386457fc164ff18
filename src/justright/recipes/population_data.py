"""The data of a population: parted once, encoded once, gathered by row number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import torch

from justright.data.encode import fit as fit_encoder
from justright.data.encode import vocabulary
from justright.data.profile import measure
from justright.data.target_values import target_values
from justright.data.text_column import TextPlan
from justright.data.units import units
from justright.designer.planner import plan
from justright.errors import DataError
from justright.kinds import Rows, View
from justright.recipes.encoded import VALIDATION_ROWS, Encoded, network_targets
from justright.recipes.ground import Ground, lay_ground
from justright.recipes.metrics import defined
from justright.recipes.progress import Progress
from justright.recipes.views import Part, Sample, Views, named
from justright.recipes.wish import Wish
from justright.train.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Data that is understood and parted.

    Attributes:
        ground: The table, its development rows, and the facts about them.
        parts: The views; their row numbers count within the development rows.
    """

    ground: Ground
    parts: tuple[Part, ...]


def parted(
    wish: Wish,
    views: str | Views | Sequence[View],
    *,
    test_share: float,
    progress: Progress | None = None,
) -> Parted:
    """Read the data, set the test part aside, and part the rest.

    Args:
        wish: What the user asks for.
        views: A word, a way to part rows, or views of the user's own, whose row numbers count
            within the data as it was given.
        test_share: Share of the rows to set aside; 0 for none. Views of the user's own set aside
            what none of them names.
        progress: Who listens.

    Raises:
        DataError: If the data cannot be used, or the views do not fit it.
    """
    way = named(views) if isinstance(views, str) else views
    own = None if isinstance(way, Views) else _own(way)
    ground = _ground(wish, own, test_share, progress)
    if isinstance(way, Views):
        return parted_ground(ground, way, wish.seed)
    place = np.full(ground.prepared.frame.height, -1, dtype=np.int64)
    place[ground.development] = np.arange(len(ground.development))
    parts = tuple(
        Part(view=_renumbered(view, i, place, ground.development), place=i)
        for i, view in enumerate(own or ())
    )
    _refuse_undefined(ground, parts)
    return Parted(ground=ground, parts=parts)


def parted_ground(ground: Ground, way: Views, seed: int) -> Parted:
    """Part the development rows of a ground that is laid already.

    Args:
        ground: The table, its test part set aside.
        way: How to part them.
        seed: Seed of the draw.

    Raises:
        DataError: If the metric has no value on the validation rows of some view.
    """
    parts = way.build(_sample(ground), seed)
    _refuse_undefined(ground, parts)
    return Parted(ground=ground, parts=parts)


def _own(views: Any) -> tuple[View, ...]:
    found = tuple(views) if isinstance(views, Sequence) else ()
    if not found or not all(isinstance(view, View) for view in found):
        raise DataError(
            f"views is of type {type(views).__name__}" + (", of other things" if found else ""),
            "a word, one of justright.views, or a list of at least one View",
            try_="views=justright.views.k_fold(5, repeats=2)",
        )
    for i, view in enumerate(found):
        both = np.intersect1d(view.train, view.validation)
        if len(view.train) == 0 or len(view.validation) == 0 or len(both):
            raise DataError(
                f"view {i} has {len(view.train):,} training rows, {len(view.validation):,}"
                f" validation rows, and {len(both):,} that are both",
                "at least one of each, and none that is both",
                try_="justright.views.k_fold(5), or View(train=..., validation=...) of other rows",
            )
    return found


def _ground(
    wish: Wish, own: tuple[View, ...] | None, test_share: float, progress: Progress | None
) -> Ground:
    ground = lay_ground(replace(wish, test_share=test_share), progress)
    if own is None:
        return ground
    prepared = ground.prepared
    development = _rows_named(own, ground)
    test = np.setdiff1d(np.arange(prepared.frame.height, dtype=np.int64), development)
    profile = measure(prepared, development, budget_s=wish.time_s)
    design = plan(profile, prepared.schema.task, wish.overrides)
    return replace(ground, development=development, test=test, profile=profile, design=design)


def _rows_named(own: Sequence[View], ground: Ground) -> Rows:
    rows = np.unique(np.concatenate([np.r_[view.train, view.validation] for view in own]))
    given, kept = ground.table.frame.height, ground.prepared.frame.height
    if given != kept:
        raise DataError(
            f"{given - kept:,} of {given:,} rows have no target and are left out,"
            " so that the rows of your views would shift",
            "a target in every row, where the views are your own",
            try_="leave these rows out first, and build the views on what is left",
        )
    if rows[0] < 0 or rows[-1] >= given:
        raise DataError(
            f"the views name rows {rows[0]:,} to {rows[-1]:,}",
            f"rows 0 to {given - 1:,}: those of the data",
            try_=f"justright.data.views.k_fold({given}, 5, seed=0), with the rows of the data",
        )
    return rows.astype(np.int64)


def _renumbered(view: View, i: int, place: Rows, development: Rows) -> View:
    """The view with rows counted within the development rows."""
    if view.weights is not None and len(view.weights) != len(place):
        raise DataError(
            f"view {i} has weights for {len(view.weights):,} rows",
            f"a weight for each of {len(place):,} rows of the data",
            try_="justright.data.views.weighted(view, weights)",
        )
    return replace(
        view,
        train=place[view.train],
        validation=place[view.validation],
        weights=None if view.weights is None else view.weights[development],
        targets=None if view.targets is None else place[view.targets[development]],
        name=view.name or f"view {i}",
    )


def _sample(ground: Ground) -> Sample:
    frame = ground.prepared.frame[ground.development]
    order = ground.schema.order
    ranks = None
    if order is not None:
        ranks = frame[order].rank("dense").cast(pl.Int64).to_numpy() - 1
    y: Any = target_values(frame, ground.schema.task)
    alike = units(ground.prepared, ground.development)
    if y.ndim > 1:  # in the order of their strata, which parts then hold tenths of
        y = alike.strata
    return Sample(
        units=alike,
        y=y if ground.schema.task.is_classification else y.astype(np.float64),
        ranks=ranks,
        grouped=ground.schema.group is not None,
    )


def _refuse_undefined(ground: Ground, parts: Sequence[Part]) -> None:
    """Raise where the metric has no value on the validation rows of some view."""
    metric = ground.design.word("metric")
    y = target_values(ground.prepared.frame[ground.development], ground.schema.task)
    bad = [part.view.name for part in parts if not defined(metric, y[part.view.validation])]
    if bad:
        raise DataError(
            f"{metric} is not defined on the validation rows of {len(bad):,} of {len(parts):,}"
            f" views (first: {bad[0]}): all their targets are the same",
            "different targets in the validation rows of every view",
            try_="fewer folds, or metric='accuracy' (for numbers metric='rmse')",
        )


#: Columns whose every cell is empty in a copy of the rows: a design is then without them.
Without = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """Development rows as tensors, one copy for each scaler, and the views into each copy.

    Attributes:
        encoded: All copies.
        copies: What each copy is: its scaler, and the columns that are left out of it.
        views: Each part's view into each copy.
    """

    encoded: Encoded
    copies: tuple[tuple[str, Without], ...]
    views: Mapping[tuple[str, Without], tuple[View, ...]]


def laid(
    data: Parted,
    scalers: Sequence[str],
    text: TextPlan,
    output: str,
    seed: int,
    *,
    without: Sequence[Without] = ((),),
) -> Laid:
    """Encode the development rows once, by an encoder that learns from them without the target.

    Args:
        data: The data.
        scalers: Scalers of the designs; each has a copy of the rows.
        text: How free text enters.
        output: Word of the output_activation lever, which the scale of the target follows from.
        seed: Seed of the validation rows that are looked at during training, where they are many.
        without: Sets of columns to leave out; each has a copy of the rows for each scaler, in
            which every row says the same in these columns.
    """
    ground, n_rows = data.ground, len(data.ground.development)
    frame, task = ground.prepared.frame[ground.development], ground.schema.task
    kinds: Any = list(dict.fromkeys(scalers))
    base = vocabulary(frame, ground.schema, text)
    read = {own: base.digest(emptied(frame, own)) for own in ((), *without)}
    fitted = {kind: fit_encoder(read[()], ground.schema, scaler=kind, like=base) for kind in kinds}
    targets = target_values(frame, task)
    y, scale = network_targets(targets, task, output)
    copies = tuple((kind, own) for own in without for kind in kinds)
    x = np.concatenate([fitted[kind].transform(read[own]) for kind, own in copies])
    trimmed = [_trimmed(part.view, seed) for part in data.parts]
    views = {
        copy: tuple(_copied(view, i, len(copies), n_rows) for view in trimmed)
        for i, copy in enumerate(copies)
    }
    encoded = Encoded(
        data=Dataset(
            task=task.kind,
            x=torch.from_numpy(x),
            y=torch.from_numpy(np.concatenate([y] * len(copies))),
            n_classes=len(task.classes),
        ),
        views=views[copies[0]],
        full_views=tuple(part.view for part in data.parts),
        encoders=tuple(fitted[kind] for kind, _ in copies),
        scale=scale,
        targets=targets,
        n_rows=n_rows,
    )
    return Laid(encoded, copies, views)


def emptied(frame: pl.DataFrame, columns: Without) -> pl.DataFrame:
    """The frame with nothing in some columns: they say the same of every row.

    Example:
        >>> emptied(pl.DataFrame({"a": [1, 2], "b": [3, 4]}), ("b",))["b"].null_count()
        2
    """
    return frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in columns)


def _trimmed(view: View, seed: int) -> View:
    """A view with as many validation rows at most as are scored after each epoch."""
    if len(view.validation) <= VALIDATION_ROWS:
        return view
    rows = np.random.default_rng(seed).choice(view.validation, VALIDATION_ROWS, replace=False)
    return replace(view, validation=np.sort(rows))


def _copied(view: View, copy: int, copies: int, n_rows: int) -> View:
    """The view into one of several copies of the rows that lie one below the other."""
    if copies == 1:
        return view
    return replace(
        view,
        train=view.train + copy * n_rows,
        validation=view.validation + copy * n_rows,
        weights=None if view.weights is None else np.tile(view.weights, copies),
        # Every copy has the same targets, so that those of the first will do.
        targets=None if view.targets is None else np.tile(view.targets, copies),
    )
