"""The learning-rate ramp: a few members of one design whose rate rises step by step."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from justright.designer.measured import measured
from justright.kinds import Design, Ramp, Trace, View
from justright.nets.family import Spec
from justright.recipes.crew import Crew, trained
from justright.recipes.encoded import Encoded
from justright.recipes.members import batch_size_of, epoch_of, member_of
from justright.recipes.progress import Listener
from justright.recipes.speed import Pace, speed
from justright.recipes.teller import teller
from justright.recipes.training import MARGIN
from justright.train.budget import Budget
from justright.train.member import NEVER, Member
from justright.train.population import Outcome, Population
from justright.train.ramp import COARSE, ramp_rates, read_ramp
from justright.train.schedules import HIGHEST, LOWEST
from justright.train.threads import threads

RAMP_MEMBERS = 8  # at most; their mean is as calm as that of a batch eight times as large
RAMP_STEPS = 200  # at most; some 30 a decade, and more would learn the rows on the way up
MIN_RAMP_STEPS = math.ceil(COARSE * math.log10(HIGHEST / LOWEST)) + 1  # fewer are coarse
WATCH_ROWS = 16  # validation rows; they only have to tell that the outputs are not finite
START_SHARE = 0.2  # of the steps; made at a rate of zero to know the loss before training


def ramp(
    design: Design,
    spec: Spec,
    encoded: Encoded,
    *,
    seed: int,
    deadline_s: float,
    progress: Listener,
) -> Ramp | None:
    """Raise the rate of a few members step by step, and read their mean training loss.

    The members differ in seed and fold and have all settings of the design but its schedule. Where
    one of them is lost, so is the mean: the rate is too high for some seeds.

    Args:
        design: The design.
        spec: Shape of its network.
        encoded: The data.
        seed: Seed of weights and batches.
        deadline_s: Moment on the monotonic clock at which it must be over.
        progress: Who listens.

    Returns:
        The ramp, or None where the time does not allow enough steps, or the user asks to stop.
    """
    laid = _laid_out(design, spec, encoded, seed=seed, deadline_s=deadline_s)
    if laid is None:
        return None
    members, pace = laid
    budget = Budget(deadline_s, progress.should_stop)
    tell = teller(progress, encoded, design, deadline_s)
    with threads(pace.n_threads):
        still = Population([_at_rest(m) for m in members], encoded.data, workers=pace.n_workers)
        start = still.run(budget)
        population = Population(members, encoded.data, workers=pace.n_workers)
        rising = trained(population, _crew(design, members), progress, budget, tell)
    if _cut(start) or _cut(rising):
        return None
    rates = ramp_rates(members[0].total_steps)
    start_losses = [_or_nan(trace.train_loss[-1]) for trace in start.traces]
    found = read_ramp(
        rates,
        mean_losses(rising.traces, len(rates)),
        start_loss=float(np.mean(start_losses)),
        fallback=design.number("learning_rate"),
        rows_per_pass_steps=epoch_of(encoded, members[0].batch_size),
    )
    return replace(found, n_members=len(members))


def _crew(design: Design, members: Sequence[Member]) -> Crew:
    """What the members of a ramp stand for."""
    names = [f"ramp {i}" for i in range(1, len(members) + 1)]
    return Crew(group="ramp", names=names, designs=[design] * len(members))


def with_ramp(design: Design, found: Ramp) -> Design:
    """The design with the rate of a ramp in the place of the rule's."""
    old = design.decision("learning_rate")
    evidence = dict(found.suggestions)
    if found.diverges_at is not None:
        evidence["diverges_at"] = found.diverges_at
    return measured(
        design,
        "learning_rate",
        found.chosen,
        reason=f"{found.reason}; the book would have taken {old.value} ({old.rule})",
        source="measured on your data: learning-rate ramp",
        evidence=evidence,
    )


def mean_losses(traces: Sequence[Trace], n_steps: int) -> list[float | None]:
    """The training loss of each step, averaged over members.

    Args:
        traces: One per member, evaluated after every step.
        n_steps: Steps of the ramp.

    Returns:
        None from the step on at which the first member was lost.

    Example:
        >>> broke = Trace(seed=0, fold=0, learning_rate=10.0, train_loss=(1.0, 4.0))
        >>> whole = Trace(seed=1, fold=0, learning_rate=10.0, train_loss=(2.0, 1.0, 0.5))
        >>> mean_losses([broke, whole], 3)
        [1.5, 2.5, None]
    """
    lines = np.full((len(traces), n_steps), math.nan)
    for line, trace in zip(lines, traces, strict=True):
        line[: len(trace.train_loss)] = [_or_nan(loss) for loss in trace.train_loss]
    return [v if math.isfinite(v) else None for v in lines.mean(0).tolist()]


def ramp_members(
    design: Design, spec: Spec, encoded: Encoded, *, n_members: int, n_steps: int, seed: int
) -> list[Member]:
    """Members of a design whose rate rises over some steps, evaluated after each.

    Args:
        design: The design.
        spec: Shape of its network.
        encoded: The data.
        n_members: How many, each with a seed of its own, spread over the folds.
        n_steps: Steps of the ramp.
        seed: Seed of their seeds.
    """
    batch = batch_size_of(design, encoded)
    views = [_watched(view) for view in encoded.views]
    seeds = np.random.SeedSequence(seed).generate_state(n_members)
    return [
        replace(
            member_of(design, spec, views[i % len(views)], int(own), batch=batch),
            schedule="ramp",
            learning_rate=HIGHEST,
            total_steps=n_steps,
            patience=NEVER,
            averaging="none",
        )
        for i, own in enumerate(seeds)
    ]


def _laid_out(
    design: Design, spec: Spec, encoded: Encoded, *, seed: int, deadline_s: float
) -> tuple[list[Member], Pace] | None:
    """As many members and steps as the time allows; None where one member is too many."""
    n_members = RAMP_MEMBERS
    while True:
        members = ramp_members(
            design, spec, encoded, n_members=n_members, n_steps=RAMP_STEPS, seed=seed
        )
        pace = speed(members, encoded)
        left_s = MARGIN * (deadline_s - time.monotonic())
        affordable = left_s / max((1 + START_SHARE) * pace.step_s + pace.look_s, 1e-9)
        if affordable >= (RAMP_STEPS if n_members > 1 else MIN_RAMP_STEPS):
            break
        if n_members == 1:
            return None
        n_members //= 2
    n_steps = int(min(RAMP_STEPS, affordable))
    return [replace(m, total_steps=n_steps) for m in members], pace


def _watched(view: View) -> View:
    """A view with a few validation rows only."""
    return replace(view, validation=view.validation[:WATCH_ROWS])


def _at_rest(member: Member) -> Member:
    """The member as it is before training: the same batches and noise, at a rate of zero."""
    n_steps = math.ceil(START_SHARE * member.total_steps)
    return replace(
        member, schedule="constant", learning_rate=0.0, warmup_share=0.0, total_steps=n_steps,
        epoch_steps=n_steps,
    )  # fmt: skip


def _cut(outcome: Outcome) -> bool:
    """Whether the time or the user ended it."""
    return any(trace.stopped in ("time", "interrupted") for trace in outcome.traces)


def _or_nan(loss: float | None) -> float:
    return math.nan if loss is None else loss
