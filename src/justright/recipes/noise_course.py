"""The noise scale of the gradient at several moments of a training."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.judging import Entry
from justright.report.words import whole_percent
from justright.train.budget import Budget
from justright.train.noise_scale import Gradients, NoiseScale, gradients_of, noise_scale
from justright.train.population import Population
from justright.train.threads import threads

MOMENTS = (0.0, 0.1, 0.5, 1.0)  # shares of the way to the best weights (house convention)
STEPS_AT_A_TIME = 8  # between two looks at the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment of a training.

    Attributes:
        share: Share of the way to the best weights.
        step: Steps made.
        scale: The noise scale there.
    """

    share: float
    step: int
    scale: NoiseScale


def moments(
    arena: Arena, asking: Asking, entries: Sequence[Entry], *, share: float, n_steps: int
) -> tuple[Moment, ...]:
    """Train some networks, and stop at moments to look at their gradients.

    Args:
        arena: The design on its views.
        asking: The question; it ends in its time.
        entries: The networks.
        share: Share of their epochs that their schedules are laid out for.
        n_steps: Steps that lead to the best weights.

    Returns:
        The moments that were reached, without those at which no network has finite gradients.
    """
    members = [
        replace(e.member, total_steps=max(1, int(share * e.member.total_steps))) for e in entries
    ]
    deadline_s = time.monotonic() + max(0.0, asking.left_s)
    budget = Budget(deadline_s, asking.watch.should_stop)
    data, found = arena.laid.encoded.data, []
    if budget.over() is not None:
        return ()
    pace = arena.pace(entries)
    with threads(pace.n_threads):
        population = Population(members, data, workers=pace.n_workers)
        for place, at in enumerate(MOMENTS):
            asking.watch.training(
                done_share=place / len(MOMENTS),
                best=f"gradients at {whole_percent(at)} of the training",
                left_s=budget.left_s,
            )
            if not _walk(population, round(at * n_steps), budget):
                break
            seen = _gradients(arena, population, asking.seed + place, budget)
            if seen:
                scale = noise_scale(seen, asking.seed)
                found.append(Moment(share=at, step=population.n_steps, scale=scale))
    asking.n_networks += len(members)
    return tuple(found)


def _walk(population: Population, step: int, budget: Budget) -> bool:
    """Train up to a step; whether it was reached."""
    while population.n_steps < step and budget.over() is None:
        population.step(min(STEPS_AT_A_TIME, step - population.n_steps))
    return population.n_steps >= step and budget.over() is None


def _gradients(arena: Arena, population: Population, seed: int, budget: Budget) -> list[Gradients]:
    """Gradients of each network as it stands."""
    standing: dict[int, tuple[Tensor, Tensor]] = {}
    for numbers, pack in zip(population.numbers, population.packs, strict=True):
        standing |= {i: pack.team.own(k) for k, i in enumerate(numbers)}
    found = [
        gradients_of(
            population.members[i],
            arena.laid.encoded.data,
            *values,
            n_steps=population.n_steps,
            seed=int(np.random.SeedSequence([seed, i]).generate_state(1)[0]),
            budget=budget,
        )
        for i, values in standing.items()
    ]
    return [one for one in found if one is not None]
