"""From a design to members: rows behind a step, steps of an epoch, seeds."""

import math
import statistics

import numpy as np

from justright.kinds import Design, View
from justright.nets.family import Spec
from justright.recipes.encoded import Encoded
from justright.train.member import Member


def batch_size_of(design: Design, encoded: Encoded) -> int:
    """The design's batch size, but never more than there are rows to train on."""
    smallest = min(len(view.train) for view in encoded.views)
    return max(1, min(design.count("batch_size"), smallest))


def epoch_of(encoded: Encoded, batch_size: int) -> int:
    """Steps that visit each training row once."""
    typical = statistics.median(len(view.train) for view in encoded.views)
    return max(1, round(typical / batch_size))


def members_of(
    design: Design, spec: Spec, encoded: Encoded, n_members: int, seed: int
) -> list[Member]:
    """Members spread evenly over the folds, each with a seed of its own."""
    folds, batch = len(encoded.views), batch_size_of(design, encoded)
    n_members = math.ceil(n_members / folds) * folds
    seeds = np.random.SeedSequence(seed).generate_state(n_members)
    return [
        member_of(design, spec, encoded.views[i % folds], int(own), batch=batch)
        for i, own in enumerate(seeds)
    ]


def member_of(design: Design, spec: Spec, view: View, seed: int, *, batch: int) -> Member:
    """A member of a design before its steps are laid out: one step, and an evaluation after it."""
    return Member.of(
        design,
        spec,
        view,
        seed=seed,
        order_seed=seed,
        batch_size=batch,
        epoch_steps=1,
        total_steps=1,
    )
