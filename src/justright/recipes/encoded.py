"""Encode the development rows once per fold, each by its own training rows."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from justright.data.balance import balanced as balanced_view
from justright.data.encode import Encoder, vocabulary
from justright.data.encode import fit as fit_encoder
from justright.data.split import views as split_views
from justright.data.target_scale import TargetScale
from justright.data.target_values import Values, target_values
from justright.data.views import weighted
from justright.kinds import InputLayout, Task, View
from justright.recipes.ground import Ground
from justright.recipes.progress import Progress
from justright.recipes.text import text_plan, text_teller
from justright.train.dataset import Dataset

_MOST_RELEVANT = 1e30  # relevance of a row; float32 ends at 3e38, and sums of it must not
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
        repeats: Times that every row is validated, by folds dealt out anew.
        scale: How a numeric target is scaled; None for classes, labels and rankings.
        targets: As `target_values` gives them, numbers in their own unit.
        n_rows: Development rows.
    """

    data: Dataset
    views: tuple[View, ...]
    full_views: tuple[View, ...]
    encoders: tuple[Encoder, ...]
    scale: TargetScale | None
    targets: Values
    n_rows: int
    repeats: int = 1

    @property
    def layout(self) -> InputLayout:
        """Columns of the input."""
        return self.encoders[0].layout


def encode(ground: Ground, seed: int, progress: Progress | None = None) -> Encoded:
    """Part the development rows into folds and encode them.

    Args:
        ground: The table and its design.
        seed: Seed of the folds.
        progress: Who listens to a slow reading of text.

    Raises:
        DataError: If text is to be embedded and the model for it is not installed.
    """
    design = ground.design
    evaluation: Any = design.word("evaluation")
    split: Any = design.word("split")
    parts = split_views(
        ground.prepared,
        ground.development,
        evaluation=evaluation,
        split=split,
        folds=max(2, design.count("folds")),
        repeats=design.count("repeats"),
        seed=seed,
    )
    encoded = encode_parts(ground, parts, seed, progress)
    return balanced(encoded, seed) if design.word("sampling") == "balanced" else encoded


def encode_parts(
    ground: Ground, parts: tuple[View, ...], seed: int, progress: Progress | None = None
) -> Encoded:
    """Encode the development rows once for each part, by its training rows.

    Args:
        ground: The table and its design.
        parts: Row numbers within the development rows; `fold` counts from 0.
        seed: Seed of the validation rows that are looked at, of many.
        progress: Who listens to a slow reading of text.
    """
    design, n_rows = ground.design, len(ground.development)
    frame = ground.prepared.frame[ground.development]
    scaler: Any = design.word("scaler")
    # The layout comes from all development rows, so that every fold has the same columns; all
    # that is written in them comes from the fold's training rows alone.
    base = vocabulary(frame, ground.schema, text_plan(design))
    frame = base.digest(frame, text_teller(progress))
    encoders = tuple(
        fit_encoder(frame[part.train], ground.schema, scaler=scaler, like=base) for part in parts
    )
    targets = target_values(frame, ground.schema.task)
    y, scale = network_targets(targets, ground.schema.task, design.word("output_activation"))
    x = np.concatenate([encoder.transform(frame) for encoder in encoders])
    full = tuple(
        _weighted(_shifted(part, i * n_rows), ground.weights, len(parts))
        for i, part in enumerate(parts)
    )
    return Encoded(
        data=Dataset(
            task=ground.schema.task.kind,
            x=torch.from_numpy(x),
            y=torch.from_numpy(np.concatenate([y] * len(parts))),
            n_classes=len(ground.schema.task.classes),
        ),
        views=tuple(_capped(view, seed) for view in full),
        full_views=full,
        encoders=encoders,
        scale=scale,
        targets=targets,
        n_rows=n_rows,
        repeats=design.count("repeats"),
    )


def balanced(encoded: Encoded, seed: int) -> Encoded:
    """The same with training rows of rare classes named several times.

    Args:
        encoded: Rows whose target is a class.
        seed: Seed of the draw of the rows that are named once more.
    """
    labels = np.tile(encoded.targets.astype(np.int64), len(encoded.encoders))
    views = tuple(balanced_view(view, labels, seed=seed) for view in encoded.views)
    return replace(encoded, views=views)


def network_targets(
    targets: Values, task: Task, output: str
) -> tuple[NDArray[Any], TargetScale | None]:
    """Targets as the network learns them, and the scale of numbers.

    Args:
        targets: As `target_values` gives them.
        task: What is predicted.
        output: Word of the output_activation lever.

    Returns:
        Class numbers (int64), or scaled numbers, labels or relevance and query (float32); and
        the scale, None where nothing is scaled.

    Example:
        >>> task = Task(kind="regression", target="price")
        >>> network_targets(np.array([1.0, 3.0]), task, "none")[0]
        array([-1.,  1.], dtype=float32)
    """
    if task.is_classification:
        return targets, None
    numbers = targets.astype(np.float64)
    if task.kind == "ranking":  # the order of relevance and its proportions are all that counts
        numbers[:, 0] /= max(1.0, numbers[:, 0].max() / _MOST_RELEVANT)
    if task.kind in ("multilabel", "ranking"):
        return numbers.astype(np.float32), None
    scale = TargetScale.of(numbers, task, output)
    return scale.forward(numbers).astype(np.float32), scale


def _shifted(view: View, by: int) -> View:
    return View(train=view.train + by, validation=view.validation + by, fold=view.fold)


def _weighted(view: View, weights: NDArray[np.float64] | None, copies: int) -> View:
    """The view with the weights of the development rows, of which there are several copies."""
    return view if weights is None else weighted(view, np.tile(weights, copies))


def _capped(view: View, seed: int) -> View:
    if len(view.validation) <= VALIDATION_ROWS:
        return view
    chosen = np.random.default_rng(seed).choice(view.validation, VALIDATION_ROWS, replace=False)
    return replace(view, validation=np.sort(chosen))
