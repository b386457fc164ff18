"""A learning rate of its own for each of several designs: what suits one does not suit another."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from justright.designer.measured import measured
from justright.kinds import Design, Value
from justright.recipes.arena import Arena
from justright.recipes.asking import PLACES, Asking
from justright.recipes.judging import Entry
from justright.report.words import plural

FACTORS = (1 / 100, 1 / 30, 1 / 10, 1 / 3, 1.0, 3.0, 10.0, 30.0, 100.0)  # of the design's own rate
LEAST_RATE, MOST_RATE = 1e-6, 10.0  # what the lever allows
FOLDS = 2  # validation sets that rates are judged on; the comparison has others
SHARE = 0.35  # of the time that is left
SHORT = 0.5  # of the epochs at most: the order of rates shows before the end (house run)

#: Levers that move the best rate, so that a fair comparison gives each value its own.
MOVERS = frozenset(
    {
        "optimizer",
        "momentum",
        "beta2",
        "batch_size",
        "family",
        "depth",
        "width",
        "shape",
        "residual",
        "activation",
        "activation_blend",
        "init",
        "parametrisation",
        "normalisation",
        "numeric_embedding",
        "embedding_size",
        "frequency_scale",
        "input_scaling",
        "scaler",
        "schedule",
        "warmup_share",
        "clip",
        "clip_threshold",
        "loss",
        "heads",
        "kernel",
        "pool",
        "head_width",
        "epochs",
    }
)


def tuned(arena: Arena, asking: Asking, *, keep: Sequence[str] = ()) -> dict[str, Design]:
    """Give each design the rate that suits it best, on validation sets of the first repeat.

    Args:
        arena: The designs.
        asking: The question.
        keep: Names of designs whose rate stays as it is.

    Returns:
        The designs by name; those whose every rate diverged, or where time is short, as they were.
    """
    names = [name for name in arena.designs if name not in keep]
    asking.watch.stage("learning rate")
    parts = arena.data.parts[: min(FOLDS, PLACES)]
    tries = [
        replace(entry, member=replace(entry.member, learning_rate=rate))
        for entry in arena.entries(names=names, parts=parts)
        for rate in _rates(entry.design)
    ]
    pace = arena.pace(tries)
    limit_s = SHARE * asking.left_s
    share = min(SHORT, limit_s / arena.expected_s(tries, pace))
    done = arena.train(
        tries,
        asking.watch,
        deadline_s=time.monotonic() + 2 * limit_s,
        share=share,
        pace=pace,
        best=lambda epoch: f"learning rates: {plural(epoch.running, 'network')} in training",
    )
    asking.n_networks += len(tries)
    asking.how.append(
        f"Each has a learning rate of its own, the best of {len(FACTORS)} from a hundredth to a"
        f" hundred times the design's, over {share:.2g} of the epochs on"
        f" {plural(len(parts), 'validation set')}."
    )
    return {
        name: _at_best(name, design, tries, done.outcome.scores) if name in names else design
        for name, design in arena.designs.items()
    }


def _rates(design: Design) -> tuple[float, ...]:
    own = design.number("learning_rate")
    found = (float(f"{own * factor:.2g}") for factor in FACTORS)
    return tuple(dict.fromkeys(min(MOST_RATE, max(LEAST_RATE, rate)) for rate in found))


def _at_best(name: str, design: Design, tries: Sequence[Entry], scores: Sequence[float]) -> Design:
    """The design at the rate whose stopping scores are lowest, smoothed over its neighbours."""
    rates = sorted(_rates(design))
    table = {rate: [] for rate in rates}  # type: dict[float, list[float]]
    for entry, score in zip(tries, scores, strict=True):
        if entry.name == name:
            table[entry.member.learning_rate].append(score)
    means = np.array([np.mean(table[rate]) if table[rate] else math.inf for rate in rates])
    if not np.isfinite(means).any():
        return design
    worst = means[np.isfinite(means)].max()
    padded = np.pad(np.where(np.isfinite(means), means, worst), 1, mode="edge")
    smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    best = int(np.where(np.isfinite(means), smooth, math.inf).argmin())
    rate: Value = rates[best]
    if rate == design["learning_rate"]:
        return design
    return measured(
        design,
        "learning_rate",
        rate,
        reason="the best of several rates for this choice",
        source="measured on your data: a rate for each choice",
    )
