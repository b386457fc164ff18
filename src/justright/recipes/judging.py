"""Score the members of a population on the validation rows of their views."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray

from justright.kinds import Design
from justright.recipes.encoded import Encoded
from justright.recipes.metrics import METRICS, resampled, resamples
from justright.recipes.population_data import Parted
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


def judged(
    entries: Sequence[Entry],
    outcome: Outcome,
    encoded: Encoded,
    data: Parted,
    seed: int,
) -> tuple[MemberScore, ...]:
    """The metric of every member on all validation rows of its view.

    Args:
        entries: What the members stand for.
        outcome: What they came to.
        encoded: The rows.
        data: The data.
        seed: Seed of the resampled rows.
    """
    alone = len({(entry.part.place, entry.seed) for entry in entries}) == 1
    found = []
    for i, entry in enumerate(entries):
        trace = outcome.traces[i]
        value, draws = math.nan, None
        if math.isfinite(outcome.scores[i]):
            value, draws = _value(i, entry, outcome, encoded, data, seed if alone else None)
        found.append(
            MemberScore(
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
        )
    return tuple(found)


def _value(
    i: int, entry: Entry, outcome: Outcome, encoded: Encoded, data: Parted, seed: int | None
) -> tuple[float, NDArray[np.float64] | None]:
    """A member's metric; and, with a seed, the metric on resampled rows."""
    metric = METRICS[data.ground.design.word("metric")]
    rows = entry.part.view.validation
    squad = Squad(
        spec=entry.member.spec,
        theta=outcome.thetas[i].unsqueeze(0),
        statistics=outcome.statistics[i].unsqueeze(0),
        folds=(0,),
    )
    predictor = Predictor(
        task=data.ground.schema.task,
        squads=(squad,),
        encoders=encoded.encoders[:1],
        scale=encoded.scale,
        output=entry.design.word("output_activation"),
    )
    kinds: list[str] = [encoder.scaler for encoder in encoded.encoders]
    copy = kinds.index(entry.design.word("scaler"))
    x = encoded.data.x[torch.from_numpy(rows + copy * encoded.n_rows)]
    predictions = predictor.finish(predictor.member_outputs(squad, 0, x)[0])
    own = entry.part.view.targets
    y = encoded.targets[rows if own is None else own[rows]]
    value = metric.value(y, predictions)
    if seed is None:
        return value, None
    draws = resamples(len(rows), seed, _groups(data, rows))
    return value, resampled(metric, y, predictions, draws)


def _groups(data: Parted, rows: NDArray[np.int64]) -> NDArray[Any] | None:
    """The group of each row, where a group column was named."""
    name = data.ground.schema.group
    if name is None:
        return None
    cells = data.ground.prepared.frame[name][data.ground.development][rows]
    return cells.cast(pl.String).fill_null("").to_numpy()
