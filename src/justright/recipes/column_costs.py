"""What it costs a network when a column of its rows is shuffled."""

import time
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from justright.recipes.arena import Arena
from justright.recipes.judging import Entry, Judge
from justright.recipes.metrics import METRICS
from justright.recipes.passes import Pass
from justright.recipes.population_data import Without
from justright.train.population import Outcome

DEALS = 10  # times that each column is shuffled, where time allows (house convention)
LOOKED_AT = 5_000  # rows that tell which inputs a column has
TALL = 50_000  # rows predicted at a time

Array = NDArray[np.float64]


def costs(
    arena: Arena,
    found: Sequence[Pass],
    blocks: Mapping[str, Without],
    *,
    seed: int,
    until_s: float,
) -> tuple[dict[str, Array], int]:
    """What networks lose on their validation rows when columns of these are shuffled.

    The cells of a column are dealt out anew among the validation rows, as they are, missing ones
    too, and encoded again; several columns of a block move together. So a block keeps what its
    columns say of each other, and loses what it says of the target and of other columns.

    Args:
        arena: The design on its views.
        found: Its networks.
        blocks: Columns that are shuffled together, by name.
        seed: Seed of the shuffles.
        until_s: Moment on the monotonic clock at which it ends with what is there.

    Returns:
        For each block the loss of each network, positive is worse than intact, shape (places,
        seeds), NaN where it was not reached; and how often blocks were dealt out anew.

    Source:
        Breiman 2001, https://doi.org/10.1023/A:1010933404324
    """
    inputs = _inputs(arena, list(blocks.values()))
    networks = [(one, i) for one in found for i in range(len(one.scores))]
    places = _numbers(one.scores[i].place for one, i in networks)
    seeds = _numbers(one.scores[i].seed for one, i in networks)
    sign = 1.0 if METRICS[arena.data.ground.design.word("metric")].higher_is_better else -1.0
    losses = np.full((DEALS, len(blocks), len(places), len(seeds)), np.nan)
    n_deals = 0
    while n_deals < DEALS:
        for n, (one, i) in enumerate(networks):
            if (n or n_deals) and time.monotonic() > until_s:
                break
            score, entry = one.scores[i], one.trained.entries[i]
            if not np.isfinite(score.value):
                continue
            rng = np.random.default_rng([seed, score.place, n_deals])
            values = _values(arena.judge, entry, one.trained.outcome, i, inputs, rng)
            at = places[score.place], seeds[score.seed]
            losses[(n_deals, slice(None), *at)] = sign * (score.value - values)
        else:
            n_deals += 1
            continue
        break
    # A deal that did not reach all networks says more of some than of others.
    kept = losses[: max(1, n_deals)]
    return {name: kept[:, k].mean(axis=0) for k, name in enumerate(blocks)}, len(kept)


def _numbers(values: Iterable[int]) -> dict[int, int]:
    return {value: i for i, value in enumerate(sorted(set(values)))}


def _inputs(arena: Arena, blocks: Sequence[Without]) -> list[Tensor]:
    """The columns of the input matrix that change with each block, found by shuffling it."""
    ground, encoder = arena.data.ground, arena.laid.encoded.encoders[0]
    rng = np.random.default_rng(0)
    n_rows = len(ground.development)
    rows = rng.choice(n_rows, min(LOOKED_AT, n_rows), replace=False)
    frame = encoder.digest(ground.prepared.frame[ground.development][rows])
    x = encoder.transform(frame)
    changed = {}
    for name in {name for block in blocks for name in block}:
        other = frame.with_columns(frame[name].gather(rng.permutation(len(rows))))
        changed[name] = (encoder.transform(other) != x).any(axis=0)
    return [
        torch.from_numpy(np.flatnonzero(np.any([changed[name] for name in block], axis=0)))
        for block in blocks
    ]


def _values(
    judge: Judge,
    entry: Entry,
    outcome: Outcome,
    i: int,
    inputs: Sequence[Tensor],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """The metric of a network with each block shuffled, shape (blocks,)."""
    rows = entry.part.view.validation
    x = judge.rows.encoded.data.x[torch.from_numpy(rows)]
    order = torch.from_numpy(rng.permutation(len(rows)))
    found: list[float] = []
    at_once = max(1, TALL // len(rows))
    for start in range(0, len(inputs), at_once):
        some = inputs[start : start + at_once]
        tall = x.repeat(len(some), 1, 1)
        for k, columns in enumerate(some):
            tall[k][:, columns] = x[order][:, columns]
        told = judge.predictions(entry, outcome, i, tall.flatten(0, 1))
        found += [judge.value(entry, own) for own in np.split(told, len(some))]
    return np.array(found)
