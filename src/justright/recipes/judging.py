"""Score the members of a population on the validation rows of their views."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray
from torch import Tensor

from justright.data.target_values import Values
from justright.kinds import Design
from justright.recipes.metrics import METRICS, resampled, resamples
from justright.recipes.population_data import Laid, Parted, Without
from justright.recipes.predictor import Predictor, Squad
from justright.recipes.score_lines import MemberScore
from justright.recipes.views import Part
from justright.train.member import Member
from justright.train.population import Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """A member, and what it stands for.

    Attributes:
        name: Name of its design.
        design: The design.
        part: Its view of the development rows.
        seed: Number of its seed, from 0.
        epoch: Steps that visit each training row once.
        member: The member.
    """

    name: str
    design: Design
    part: Part
    seed: int
    epoch: int
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What networks are judged by: the validation rows of their views.

    Attributes:
        data: The data.
        rows: The same as tensors.
        seed: Seed of the resampled rows.
        without: Columns that a design does without, by its name.
        calibrated: Whether probabilities get the temperature that suits the validation rows best
            first, as those of a fit do.
    """

    data: Parted
    rows: Laid
    seed: int
    without: Mapping[str, Without]
    calibrated: bool = False

    def scores(self, entries: Sequence[Entry], outcome: Outcome) -> tuple[MemberScore, ...]:
        """The metric of every member on all validation rows of its view.

        Args:
            entries: What the members stand for.
            outcome: What they came to.
        """
        alone = len({(entry.part.place, entry.seed) for entry in entries}) == 1
        return tuple(self._score(entry, outcome, i, alone=alone) for i, entry in enumerate(entries))

    def _score(self, entry: Entry, outcome: Outcome, i: int, *, alone: bool) -> MemberScore:
        trace = outcome.traces[i]
        value, draws = math.nan, None
        if math.isfinite(outcome.scores[i]):
            value, draws = self._value(entry, self.predictions(entry, outcome, i), alone=alone)
        return MemberScore(
            design=entry.name,
            variant=entry.part.variant,
            place=entry.part.place,
            view=entry.part.view.name,
            seed=entry.seed,
            value=value,
            stopping_score=outcome.scores[i],
            epochs=trace.steps[-1] / entry.epoch if trace.steps else 0.0,
            stopped=trace.stopped,
            draws=draws,
        )

    def predictions(
        self, entry: Entry, outcome: Outcome, i: int, x: Tensor | None = None
    ) -> NDArray[np.float64]:
        """What a member says of the validation rows of its view.

        Args:
            entry: What it stands for.
            outcome: What was trained.
            i: Its number there.
            x: Those rows as tensors where they are not as they were, shape (rows, columns).

        Returns:
            As `Predictor.predict`, before calibration.
        """
        squad = Squad(
            spec=entry.member.spec,
            theta=outcome.thetas[i].unsqueeze(0),
            statistics=outcome.statistics[i].unsqueeze(0),
            folds=(0,),
        )
        if x is None:
            x = self.rows.encoded.data.x[torch.from_numpy(self._places(entry))]
        return np.asarray(self.predictor(entry, squad).member_outputs(squad, 0, x)[0])

    def predictor(self, entry: Entry, *squads: Squad) -> Predictor:
        """A predictor of networks of one design; without any, to calibrate with."""
        return Predictor(
            task=self.data.ground.schema.task,
            squads=squads,
            encoders=(self.rows.encoded.encoders[self._copy(entry)],),
            scale=self.rows.encoded.scale,
            output=entry.design.word("output_activation"),
        )

    def value(self, entry: Entry, mean: NDArray[np.float64]) -> float:
        """The metric of predictions of the validation rows of a view.

        Args:
            entry: Whose view.
            mean: Predictions, or the mean of several members'.
        """
        return self._value(entry, mean, alone=False)[0]

    def training_value(self, entry: Entry, outcome: Outcome, i: int, most: int) -> float:
        """The metric on rows that a member was trained on, before calibration.

        Args:
            entry: What it stands for.
            outcome: What was trained.
            i: Its number there.
            most: Rows at most, spread evenly over those that it was trained on.
        """
        rows, own = np.unique(entry.part.view.train), entry.part.view.targets
        if len(rows) > most:
            rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
        at = rows + self._copy(entry) * self.rows.encoded.n_rows
        x = self.rows.encoded.data.x[torch.from_numpy(at)]
        y = self.rows.encoded.targets[rows if own is None else own[rows]]
        metric = METRICS[self.data.ground.design.word("metric")]
        return metric.value(y, self.predictions(entry, outcome, i, x))

    def truth(self, entry: Entry) -> Values:
        """Targets of the validation rows of a view."""
        rows, own = entry.part.view.validation, entry.part.view.targets
        return self.rows.encoded.targets[rows if own is None else own[rows]]

    def _value(
        self, entry: Entry, mean: NDArray[np.float64], *, alone: bool
    ) -> tuple[float, NDArray[np.float64] | None]:
        """The metric; and, of one that is alone, the metric on resampled rows."""
        metric = METRICS[self.data.ground.design.word("metric")]
        y = self.truth(entry)
        predictions = mean
        if self.calibrated and self.data.ground.schema.task.is_classification:
            predictions = self.predictor(entry).calibrated(mean, y.astype(np.int64)).finish(mean)
        if not alone:
            return metric.value(y, predictions), None
        rows = entry.part.view.validation
        draws = resamples(len(rows), self.seed, _groups(self.data, rows))
        return metric.value(y, predictions), resampled(metric, y, predictions, draws)

    def _copy(self, entry: Entry) -> int:
        """Number of the copy of the rows that a design sees."""
        own = (entry.design.word("scaler"), self.without.get(entry.name, ()))
        return self.rows.copies.index(own)

    def _places(self, entry: Entry) -> NDArray[np.int64]:
        return entry.part.view.validation + self._copy(entry) * self.rows.encoded.n_rows


def _groups(data: Parted, rows: NDArray[np.int64]) -> NDArray[Any] | None:
    """The group of each row, where a group column was named."""
    name = data.ground.schema.group
    if name is None:
        return None
    cells = data.ground.prepared.frame[name][data.ground.development][rows]
    return cells.cast(pl.String).fill_null("").to_numpy()
