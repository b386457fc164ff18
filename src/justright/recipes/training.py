"""The learning-rate sweep, and how the final population is fitted into the time."""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from justright.designer.measured import measured
from justright.kinds import Design, Sweep, View
from justright.nets.family import Spec
from justright.recipes.crew import Crew, trained
from justright.recipes.encoded import Encoded
from justright.recipes.journey import Journey, Layout, Trial
from justright.recipes.members import batch_size_of, epoch_of, member_of, members_of
from justright.recipes.progress import Listener, Progress
from justright.recipes.speed import Pace, speed
from justright.recipes.teller import teller
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.population import Outcome
from justright.train.range_test import rates, read_sweep
from justright.train.threads import threads

SWEEP_SHARE = 0.2  # of the time that is left; the rate is the lever that matters most
SWEEP_STEPS = 400  # per rate at most; by then the order of the rates no longer changes (house run)
SWEEP_EPOCHS = 20  # passes over the rows at most
MIN_SWEEP_STEPS = 100  # per rate; fewer favour high rates, and the rule book's is kept
CALLS_S = 4e-4  # seconds of a member's step alone that are calls, which many members share
BATCHED = 0.6  # of the rest, what it costs among many at least
SWEEP_LOOKS = 10  # evaluations in a sweep
SWEEP_ROWS = 2_000  # validation rows of a fold in the sweep at most
SWEEP_FOLDS = 4  # folds in the sweep at most; a score on few rows is mostly luck
MIN_LOOK_STEPS = 20  # steps between evaluations at least, where epochs are long
LOOKS = 30  # evaluations in a training of few epochs
LOOK_SHARE = 0.15  # of the time that evaluations may take
FAIR_SHARE = 0.5  # of the planned steps: below it, fewer members are trained instead
MARGIN = 0.9  # of the time left is planned with; machines are shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the final population is trained within the time.

    Attributes:
        design: The design, with the decisions that the time forced.
        members: The members.
        layout: How they were laid out.
    """

    design: Design
    members: tuple[Member, ...]
    layout: Layout


def sweep(
    design: Design,
    spec: Spec,
    encoded: Encoded,
    *,
    seed: int,
    deadline_s: float,
    progress: Listener,
    journey: Journey | None = None,
    share: float = SWEEP_SHARE,
) -> Sweep | None:
    """Train one design at many peak rates, on the same batches from the same start.

    Each rate runs through the design's own schedule and averaging, as these decide which rate is
    best; on few rows several folds are tried and their scores averaged.

    Args:
        design: The design.
        spec: Shape of its network.
        encoded: The data.
        seed: Seed of weights and batches.
        deadline_s: Moment on the monotonic clock at which the whole fit should end.
        progress: Who listens.
        journey: Where the sweep is kept on its way, and goes on from; None to begin, unkept.
        share: Share of the time left that it may take.

    Returns:
        The sweep, or None where the time does not allow steps enough to tell rates apart, or the
        user asks to stop.
    """
    journey = journey or Journey(deadline_s=deadline_s)
    fewest = _fewest_and_most(design, encoded)[0]
    trial = journey.trial or _trial(
        design, spec, encoded, seed=seed, deadline_s=deadline_s, progress=progress, share=share
    )
    if trial is None:
        return None
    members = [
        replace(m, total_steps=trial.n_steps, epoch_steps=trial.look_steps, patience=trial.n_steps)
        for m in _sweep_members(design, spec, encoded, trial.rates, trial.n_folds, seed)
    ]
    population = journey.population(members, encoded.data, trial.pace)
    if journey.trial is None:
        trial = replace(trial, start_loss=statistics.fmean(population.scores()))
        journey.trial = trial
        journey.reach(population)
    limit = Budget(trial.limit_s, progress.should_stop)
    tell = teller(progress, encoded, design, deadline_s)
    with threads(trial.pace.n_threads):
        outcome = trained(population, _crew(design, members), progress, limit, tell, journey.save)
    if outcome.steps < fewest:
        return None
    return _read(outcome, trial, design, epoch_of(encoded, members[0].batch_size))


def _crew(design: Design, members: Sequence[Member]) -> Crew:
    """What the members of a sweep stand for."""
    names = [f"rate {m.learning_rate:.2g}, fold {m.view.fold}" for m in members]
    return Crew(group="sweep", names=names, designs=[design] * len(members))


def _read(outcome: Outcome, trial: Trial, design: Design, pass_steps: int) -> Sweep:
    """What a sweep's members came to, rate by rate."""
    n_rates = len(trial.rates)
    train_loss = _per_rate([trace.train_loss for trace in outcome.traces], n_rates)
    scores = [trace.validation_score for trace in outcome.traces]
    ends = [None if not curve else curve[-1] for curve in scores]
    found = read_sweep(
        trial.rates,
        train_loss,
        _per_rate(scores, n_rates),
        start_loss=trial.start_loss,
        n_steps=outcome.steps,
        fallback=design.number("learning_rate"),
        start_train_loss=train_loss[0],  # the lowest rate has hardly moved
        pass_steps=pass_steps,
    )
    folds = range(0, len(ends), n_rates)
    return replace(found, by_fold=tuple(tuple(ends[i : i + n_rates]) for i in folds))


def _fewest_and_most(design: Design, encoded: Encoded) -> tuple[int, int]:
    """Steps of a rate that tell something, and those that tell enough."""
    epoch = epoch_of(encoded, batch_size_of(design, encoded))
    most = min(SWEEP_STEPS, SWEEP_EPOCHS * epoch)
    return min(most, MIN_SWEEP_STEPS), most


def _trial(
    design: Design,
    spec: Spec,
    encoded: Encoded,
    *,
    seed: int,
    deadline_s: float,
    progress: Progress,
    share: float,
) -> Trial | None:
    """Measure how many rates, folds and steps the time allows; None if too few."""
    tried = rates()
    share_s = share * (deadline_s - time.monotonic())
    end = time.monotonic() + share_s
    fewest, most = _fewest_and_most(design, encoded)
    one = speed(_sweep_members(design, spec, encoded, tried[:1], 1, seed), encoded)
    least_s = BATCHED * max(0.0, one.step_s - CALLS_S)  # a member's step among many
    if least_s * len(tried[::2]) * fewest > share_s:
        return None
    fits = _fitting(design, spec, encoded, seed, end, least_s, progress)
    if fits is None:
        return None
    tried, n_folds, pace, affordable = fits
    n_steps = int(min(most, affordable))
    return Trial(
        rates=tried,
        n_folds=n_folds,
        n_steps=n_steps,
        look_steps=max(1, n_steps // SWEEP_LOOKS),
        pace=pace,
        # Twice the planned time: a slow spell must not cut the sweep, a stuck machine must.
        limit_s=min(end + share_s, deadline_s),
    )


def _fitting(
    design: Design,
    spec: Spec,
    encoded: Encoded,
    seed: int,
    end: float,
    least_s: float,
    progress: Progress,
) -> tuple[tuple[float, ...], int, Pace, float] | None:
    """The most rates and folds with steps enough before `end`, their pace, and those steps."""
    tried, n_folds = rates(), min(SWEEP_FOLDS, len(encoded.views))
    fewest, most = _fewest_and_most(design, encoded)
    while True:
        needed = FAIR_SHARE * most if n_folds > 1 else fewest
        # What cannot be is not measured: that takes time itself.
        if end - time.monotonic() >= least_s * len(tried) * n_folds * needed:
            pace = speed(_sweep_members(design, spec, encoded, tried, n_folds, seed), encoded)
            left = end - time.monotonic() - SWEEP_LOOKS * pace.look_s
            affordable = left / max(pace.step_s, 1e-9)
            if affordable >= needed:
                return tried, n_folds, pace, affordable
        # More steps tell more than more folds, and than more rates.
        if n_folds > 1:
            n_folds //= 2
        elif len(tried) == len(rates()):
            tried = tried[::2]
        else:
            return None
        if progress.should_stop():
            return None


def _sweep_members(
    design: Design,
    spec: Spec,
    encoded: Encoded,
    tried: tuple[float, ...],
    n_folds: int,
    seed: int,
) -> list[Member]:
    """One member for each rate and fold, all with the same seeds."""
    views = [_trimmed(view, seed) for view in encoded.views[:n_folds]]
    batch = batch_size_of(design, encoded)
    return [
        replace(member_of(design, spec, view, seed, batch=batch), learning_rate=rate)
        for view in views
        for rate in tried
    ]


def _trimmed(view: View, seed: int) -> View:
    """A view with at most `SWEEP_ROWS` validation rows."""
    if len(view.validation) <= SWEEP_ROWS:
        return view
    rows = np.random.default_rng(seed).choice(view.validation, SWEEP_ROWS, replace=False)
    return replace(view, validation=np.sort(rows))


def _per_rate(curves: list[tuple[float | None, ...]], n_rates: int) -> list[float | None]:
    """The last value of each member's curve, averaged over folds; None where one diverged."""
    ends = np.array([math.nan if not c or c[-1] is None else c[-1] for c in curves])
    means = ends.reshape(-1, n_rates).mean(0)
    return [float(mean) if math.isfinite(mean) else None for mean in means]


def with_rate(design: Design, found: Sweep) -> Design:
    """The design with the measured learning rate in the place of the rule's."""
    old = design.decision("learning_rate")
    evidence = {"usable_low": found.usable_low, "usable_high": found.usable_high}
    if found.diverges_at is not None:
        evidence["diverges_at"] = found.diverges_at
    return measured(
        design,
        "learning_rate",
        found.chosen,
        reason=f"{found.reason}; usable from {found.usable_low:.2g} to"
        f" {found.usable_high:.2g}; the book would have taken {old.value} ({old.rule})",
        source="measured on your data: learning-rate sweep",
        evidence=evidence,
    )


def lay_out(design: Design, spec: Spec, encoded: Encoded, *, seed: int, deadline_s: float) -> Plan:
    """Fit the final population into the time: its members, and the steps of its schedule.

    The design's steps come first: where the time does not allow half of them, fewer members are
    trained, as one network trained well beats several trained badly.
    """
    batch = batch_size_of(design, encoded)
    epoch = epoch_of(encoded, batch)
    wanted = epoch * design.count("epochs")
    n_members, fewest = max(design.count("ensemble_size"), len(encoded.views)), len(encoded.views)
    while True:
        members = members_of(design, spec, encoded, n_members, seed)
        pace = speed(members, encoded)
        left = max(0.0, MARGIN * (deadline_s - time.monotonic()))
        n_looks = _looks(design, wanted, epoch, left, pace)
        affordable = max(0.0, left - n_looks * pace.look_s) / max(pace.step_s, 1e-9)
        if affordable >= FAIR_SHARE * wanted or n_members == fewest:
            break
        n_members = max(fewest, n_members // 2)
    total = int(max(1, min(wanted, affordable)))
    looks = max(1, min(total, max(epoch if n_looks >= LOOKS else 1, total // n_looks)))
    design = _forced(design, total / epoch, len(members), wanted / epoch)
    patience = max(1, round(design.count("patience") * epoch / looks))
    layout = Layout(
        n_members=len(members),
        total_steps=total,
        look_steps=looks,
        patience=patience,
        pace=pace,
    )
    return laid_out(layout, design, spec, encoded, seed=seed)


def laid_out(layout: Layout, design: Design, spec: Spec, encoded: Encoded, *, seed: int) -> Plan:
    """The plan of a layout that was measured before."""
    members = tuple(
        replace(
            m,
            total_steps=layout.total_steps,
            epoch_steps=layout.look_steps,
            patience=layout.patience,
        )
        for m in members_of(design, spec, encoded, layout.n_members, seed)
    )
    return Plan(design=design, members=members, layout=layout)


def _looks(design: Design, wanted: int, epoch: int, left_s: float, pace: Pace) -> int:
    """Evaluations of the training: one an epoch, as far as they are cheap beside the steps."""
    natural = design.count("epochs") if epoch >= MIN_LOOK_STEPS else wanted // MIN_LOOK_STEPS
    affordable = LOOK_SHARE * left_s / max(pace.look_s, 1e-9)
    return int(max(2, min(max(LOOKS, natural), affordable)))


def _forced(design: Design, epochs: float, n_members: int, wanted: float) -> Design:
    """The design with the decisions that the time took."""
    if n_members != design.count("ensemble_size"):
        more = n_members > design.count("ensemble_size")
        reason = "every fold has its own" if more else "the time does not allow more"
        design = _by_the_clock(design, "ensemble_size", n_members, reason)
    if epochs < 0.99 * wanted:
        reason = f"the time allows {epochs:.3g} of {wanted:.3g} epochs"
        design = _by_the_clock(design, "epochs", max(1, round(epochs)), reason)
    return design


def _by_the_clock(design: Design, lever: str, value: int, reason: str) -> Design:
    old = design.decision(lever)
    asked = f"the book would have taken {old.value} ({old.rule})"
    if old.named:
        asked = f"the design {old.named} has {old.value}"
    if old.origin == "user":
        asked = f"you asked for {old.value}"
    source = "measured on your machine: seconds a step"
    return measured(design, lever, value, reason=f"{reason}; {asked}", source=source)
