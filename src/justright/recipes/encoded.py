"""Encode the development rows once per fold, each by its own training rows."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from justright.data.encode import Encoder
from justright.data.encode import fit as fit_encoder
from justright.data.split import views as split_views
from justright.data.target import TargetScale, target_values
from justright.kinds import InputLayout, View
from justright.recipes.ground import Ground
from justright.train.dataset import Dataset

VALIDATION_ROWS = 8_000  # scored after each epoch at most; an RMSE is then within 1 % or so


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Development rows as tensors, one copy per fold, one below the other.

    A fold's rows are scaled by what its training rows say, so that its validation rows have had
    no part in it. The copies lie in one matrix, and a view's row numbers point into its own.

    Attributes:
        data: All copies.
        views: One per fold, pointing into `data`.
        full_views: The same with all validation rows, where `views` has a share of them.
        encoders: One per fold.
        scale: Mean and spread of a numeric target; None for classes.
        targets: Class indices or numbers in their own unit, shape (development rows,).
        n_rows: Development rows.
    """

    data: Dataset
    views: tuple[View, ...]
    full_views: tuple[View, ...]
    encoders: tuple[Encoder, ...]
    scale: TargetScale | None
    targets: NDArray[np.int64] | NDArray[np.float64]
    n_rows: int

    @property
    def layout(self) -> InputLayout:
        """Columns of the input."""
        return self.encoders[0].layout


def encode(ground: Ground, seed: int) -> Encoded:
    """Part the development rows into folds and encode them.

    Args:
        ground: The table and its design.
        seed: Seed of the folds.
    """
    design, n_rows = ground.design, len(ground.development)
    frame = ground.prepared.frame[ground.development]
    evaluation: Any = design.word("evaluation")
    split: Any = design.word("split")
    parts = split_views(
        ground.prepared,
        ground.development,
        evaluation=evaluation,
        split=split,
        folds=max(2, design.count("folds")),
        seed=seed,
    )
    scaler: Any = design.word("scaler")
    # Levels and indicators come from all development rows, so that every fold has the same
    # columns; scales come from the fold's training rows alone.
    base = fit_encoder(frame, ground.schema, scaler=scaler)
    encoders = tuple(
        fit_encoder(frame[part.train], ground.schema, scaler=scaler, like=base) for part in parts
    )
    targets = target_values(frame, ground.schema.task)
    numbers = targets.astype(np.float64)
    scale = None if ground.schema.task.is_classification else TargetScale.fit(numbers)
    y = targets if scale is None else scale.forward(numbers).astype(np.float32)
    x = np.concatenate([encoder.transform(frame) for encoder in encoders])
    full = tuple(_shifted(part, i * n_rows) for i, part in enumerate(parts))
    return Encoded(
        data=Dataset(
            task=ground.schema.task.kind,
            x=torch.from_numpy(x),
            y=torch.from_numpy(np.tile(y, len(parts))),
            n_classes=len(ground.schema.task.classes),
        ),
        views=tuple(_capped(view, seed) for view in full),
        full_views=full,
        encoders=encoders,
        scale=scale,
        targets=targets,
        n_rows=n_rows,
    )


def _shifted(view: View, by: int) -> View:
    return View(train=view.train + by, validation=view.validation + by, fold=view.fold)


def _capped(view: View, seed: int) -> View:
    if len(view.validation) <= VALIDATION_ROWS:
        return view
    chosen = np.random.default_rng(seed).choice(view.validation, VALIDATION_ROWS, replace=False)
    return replace(view, validation=np.sort(chosen))
