"""What a network makes of one or two features: a line, or a surface over a grid."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray
from torch import Tensor

from justright.recipes.judging import Entry
from justright.recipes.play.cast import Cast
from justright.recipes.play.sets import Scene
from justright.recipes.predictor import Squad

SIDE = 48  # cells of each side of a surface
ALONG = 96  # points of a line
MARGIN = 0.08  # of the range of a feature, seen beyond its ends
MOST_POINTS = 400  # rows drawn


@dataclass(frozen=True)
class Canvas:
    """The features of a data set of one or two numbers, ready to be drawn on.

    Attributes:
        scene: The data set.
        names: Names of the features.
    """

    scene: Scene
    names: tuple[str, ...]

    @classmethod
    def of(cls, scene: Scene) -> "Canvas | None":
        """The canvas of a data set; None where it has more features, or others than numbers.

        Example:
            >>> from pathlib import Path
            >>> from justright.recipes.play.sets import scene
            >>> Canvas.of(scene("wave", folder=Path())).names
            ('x1',)
        """
        inputs = scene.parted.ground.schema.inputs
        if not 1 <= len(inputs) <= 2 or any(column.kind != "number" for column in inputs):
            return None
        return cls(scene, tuple(column.name for column in inputs))

    @cached_property
    def ends(self) -> list[list[float]]:
        """Lower and upper end of each axis."""
        found = []
        for values in self._features().T:
            low, high = float(np.nanmin(values)), float(np.nanmax(values))
            beyond = MARGIN * (high - low or 1.0)
            found.append([low - beyond, high + beyond])
        return found

    def points(self) -> dict[str, Any]:
        """The rows: features, class number or target, and whether they validate."""
        ground, part = self.scene.parted.ground, self.scene.parted.parts[0]
        features = self._features()
        rows = np.flatnonzero(np.isfinite(features).all(axis=1))  # others have no place
        if len(rows) > MOST_POINTS:
            rows = np.sort(np.random.default_rng(0).choice(rows, MOST_POINTS, replace=False))
        held = np.isin(rows, part.view.validation)
        target = ground.prepared.frame[ground.development][rows][ground.schema.target]
        classes = {name: i for i, name in enumerate(ground.schema.task.classes)}
        if classes:
            values = [classes[str(value)] for value in target.cast(pl.String).to_list()]
        else:
            values = np.round(target.cast(pl.Float64).to_numpy(), 4).tolist()
        columns = np.round(features[rows], 4).T.tolist()
        return {"names": self.names, "ends": self.ends, "columns": columns, "values": values,
                "held": held.astype(int).tolist()}  # fmt: skip

    def _features(self) -> NDArray[np.float64]:
        ground = self.scene.parted.ground
        frame = ground.prepared.frame[ground.development].select(self.names)
        return frame.select(pl.all().cast(pl.Float64)).to_numpy()

    def grid(self, cast: Cast) -> Tensor:
        """The encoded rows of the grid: `ALONG` points, or `SIDE` × `SIDE` from the lower left."""
        n = ALONG if len(self.names) == 1 else SIDE
        axes = [np.linspace(low, high, n) for low, high in self.ends]
        cells = [axis.ravel() for axis in np.meshgrid(*axes)]
        frame = pl.DataFrame(dict(zip(self.names, cells, strict=True)))
        encoder = cast.arena.laid.encoded.encoders[0]
        return torch.from_numpy(encoder.transform(encoder.digest(frame)))


def drawn(cast: Cast, canvas: Canvas, grid: Tensor, own: tuple[Tensor, Tensor]) -> dict[str, Any]:
    """What one network says over the grid.

    Args:
        cast: The members; the network is the first of them.
        canvas: Where to draw.
        grid: Its encoded rows.
        own: Parameters and statistics of the network.

    Returns:
        "line" with x and y; or "surface" with n, ends and values row by row from below: the
        probability of the second class in percent; numbers; or, of several classes, the winner's
        number times 1,000 plus its probability in percent.
    """
    said = predictions(cast, cast.entries[0], [own], grid)[0]
    if said.ndim == 2:
        best = said.argmax(1)
        sure = np.rint(100 * np.nan_to_num(said)).astype(int)
        values = sure[:, 1] if said.shape[1] == 2 else 1000 * best + sure.max(1)
    else:
        values = np.round(np.nan_to_num(said, posinf=0.0, neginf=0.0), 4)
    if len(canvas.names) == 1:
        return {"line": {"ends": canvas.ends[0], "values": values.tolist()}}
    return {"surface": {"n": SIDE, "ends": canvas.ends, "values": values.tolist()}}


def predictions(
    cast: Cast, entry: Entry, owns: list[tuple[Tensor, Tensor]], x: Tensor
) -> NDArray[np.float64]:
    """What networks of one shape say of encoded rows, as `Predictor.member_outputs`.

    Args:
        cast: The members.
        entry: One of the networks.
        owns: Parameters and statistics of each.
        x: The rows.
    """
    squad = Squad(
        spec=entry.member.spec,
        theta=torch.stack([theta for theta, _ in owns]),
        statistics=torch.stack([statistics for _, statistics in owns]),
        folds=(0,) * len(owns),
    )
    return cast.arena.judge.predictor(entry, squad).member_outputs(squad, 0, x)
