"""Uneven classes: ways to train on them, compared by measurement and not by habit."""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from justright.designer.measured import measured
from justright.designer.rulebook.target import IMBALANCED
from justright.kinds import Contest, Design, Profile, Value, Way
from justright.nets.family import Spec
from justright.recipes.crew import Crew, trained
from justright.recipes.encoded import Encoded, balanced
from justright.recipes.evaluation import groups_of
from justright.recipes.ground import Ground
from justright.recipes.journey import Heat, Journey
from justright.recipes.members import batch_size_of, epoch_of, member_of
from justright.recipes.metrics import LEVEL, METRICS, defined, gain, resamples
from justright.recipes.predictor import Predictor, Squad
from justright.recipes.progress import Listener
from justright.recipes.speed import speed
from justright.recipes.teller import teller
from justright.recipes.training import BATCHED, CALLS_S
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.population import Outcome
from justright.train.threads import threads

MIN_LEFT_S = 10.0  # seconds left for training, of which the contest takes its share
SHARE = 0.1  # of the time left is planned with
MOST = 0.15  # of the time left, at which the contest is cut: machines are shared
MIN_STEPS, MAX_STEPS = 100, 1_000  # of each network: fewer tell little, more are for the training
MAX_SEEDS = 3  # networks of each way and fold; their mean is what is compared
LOOKS = 10  # evaluations of each network

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """A way before it is measured: its name, and the lever that it sets."""

    name: str
    lever: str
    value: Value


def entries(design: Design) -> tuple[Entry, ...]:
    """The ways that are compared, the plain one first."""
    return (
        Entry("plain", "loss", design.word("loss")),
        Entry("class weights", "loss", "weighted_cross_entropy"),
        Entry("focal loss", "loss", "focal"),
        Entry("balanced sampling", "sampling", "balanced"),
    )


def is_uneven(design: Design, profile: Profile) -> bool:
    """Whether classes are uneven, and the user left open what to do about it."""
    plain = {"binary": "binary_cross_entropy", "multiclass": "cross_entropy"}.get(profile.task)
    return (
        plain == design.word("loss")
        and profile.minority_share * profile.n_classes < IMBALANCED
        and not any(design.decision(lever).is_given for lever in ("loss", "sampling"))
    )


def contest(
    ground: Ground,
    design: Design,
    spec: Spec,
    encoded: Encoded,
    *,
    seed: int,
    progress: Listener,
    journey: Journey,
) -> Contest | None:
    """Train a few networks each way, on the same rows from the same starts, and compare.

    Args:
        ground: The table; its test part is not looked at.
        design: The design, with the rate that was measured for it.
        spec: Shape of its network.
        encoded: The data.
        seed: Seed of weights, batches and resampled rows.
        progress: Who listens.
        journey: Where it is kept on its way, and goes on from.

    Returns:
        What came out, on rows that no network of the comparison trained on; None where time does
        not allow steps enough, or the user asks to stop.
    """
    heat = journey.heat or _laid_out(design, spec, encoded, seed, journey.deadline_s)
    if heat is None or progress.should_stop():
        return None
    members = _members(design, spec, encoded, heat, seed)
    population = journey.population(members, encoded.data, heat.pace)
    if journey.heat is None:
        journey.heat = heat
        journey.reach(population)
    tell = teller(progress, encoded, design, journey.deadline_s)
    limit = Budget(heat.limit_s, progress.should_stop)
    with threads(heat.pace.n_threads):
        outcome = trained(population, _crew(design, heat), progress, limit, tell, journey.save)
    if any(trace.stopped in ("time", "interrupted") for trace in outcome.traces):
        return None  # those that came further than others would win
    return _compared(ground, design, spec, encoded, heat, outcome, seed)


def _crew(design: Design, heat: Heat) -> Crew:
    """What the members stand for, way by way."""
    ways = [entry for entry in entries(design) for _ in range(heat.n_folds * heat.n_seeds)]
    return Crew(
        group="contest",
        names=[entry.name for entry in ways],
        designs=[design] * len(ways),
        more=[{entry.lever: entry.value} for entry in ways],
    )


def _laid_out(
    design: Design, spec: Spec, encoded: Encoded, seed: int, deadline_s: float
) -> Heat | None:
    """Measure how many networks and steps the time allows; None if too few."""
    begin_s = time.monotonic()
    left_s = deadline_s - begin_s
    if left_s < MIN_LEFT_S:
        return None
    epoch = epoch_of(encoded, batch_size_of(design, encoded))
    most = min(MAX_STEPS, epoch * design.count("epochs"))
    fewest, end_s = min(most, MIN_STEPS), begin_s + SHARE * left_s
    one = Heat(
        n_folds=len(encoded.views) // encoded.repeats,
        n_seeds=1,
        n_steps=1,
        look_steps=1,
        pace=speed(_first(design, spec, encoded, seed), encoded),
        limit_s=begin_s + MOST * left_s,
    )
    n_members = len(entries(design)) * one.n_folds
    least_s = BATCHED * max(0.0, one.pace.step_s - CALLS_S) * n_members
    if least_s * fewest > end_s - time.monotonic():
        return None
    pace = speed(_members(design, spec, encoded, one, seed), encoded)
    affordable = (end_s - time.monotonic() - LOOKS * pace.look_s) / max(pace.step_s, 1e-9)
    if affordable < fewest:
        return None
    n_seeds = max(1, min(MAX_SEEDS, int(affordable // most)))
    n_steps = int(min(most, affordable / n_seeds))
    return replace(
        one, n_seeds=n_seeds, n_steps=n_steps, look_steps=max(1, n_steps // LOOKS), pace=pace
    )


def _first(design: Design, spec: Spec, encoded: Encoded, seed: int) -> list[Member]:
    """One network, to see whether measuring more is worth while."""
    batch = batch_size_of(design, encoded)
    return [member_of(design, spec, encoded.views[0], seed, batch=batch)]


def _members(design: Design, spec: Spec, encoded: Encoded, heat: Heat, seed: int) -> list[Member]:
    """Way by way: one network for each fold and seed, all ways with the same seeds."""
    batch, views = batch_size_of(design, encoded), encoded.views[: heat.n_folds]
    repeated = balanced(encoded, seed).views[: heat.n_folds]
    seeds = [int(own) for own in np.random.SeedSequence(seed).generate_state(heat.n_seeds)]
    found = []
    for entry in entries(design):
        own = measured(design, entry.lever, entry.value, reason="tried", source="tried")
        for view in repeated if entry.lever == "sampling" else views:
            found += [member_of(own, spec, view, each, batch=batch) for each in seeds]
    return [
        replace(m, total_steps=heat.n_steps, epoch_steps=heat.look_steps, patience=heat.n_steps)
        for m in found
    ]


def _compared(
    ground: Ground,
    design: Design,
    spec: Spec,
    encoded: Encoded,
    heat: Heat,
    outcome: Outcome,
    seed: int,
) -> Contest | None:
    """The metric of each way, and what it gains over the plain one, paired by rows."""
    n_each = heat.n_folds * heat.n_seeds
    outputs = []
    for k in range(len(entries(design))):
        found = _predicted(ground, spec, encoded, outcome, range(k * n_each, (k + 1) * n_each))
        if found is None:
            return None
        outputs.append(found)
    known = np.all([np.isfinite(p).all(1) for p in outputs], axis=0)
    y, name = encoded.targets[known], design.word("metric")
    if not len(y) or not defined(name, y):
        return None
    groups = groups_of(ground, ground.prepared.frame)
    if groups is not None:
        groups = groups[ground.development][known]
    draws = resamples(len(y), seed, groups)
    level = 1 - (1 - LEVEL) / (len(outputs) - 1)  # Bonferroni: all intervals hold together
    ways = []
    for entry, p in zip(entries(design), outputs, strict=True):
        value, low, high = gain(name, y, p[known], outputs[0][known], draws, level)
        score = METRICS[name].value(y, p[known])
        ways.append(
            Way(
                name=entry.name,
                lever=entry.lever,
                value=entry.value,
                score=score,
                gain=value,
                low=low,
                high=high,
            )
        )
    better = [k for k, way in enumerate(ways) if way.low > 0]
    return Contest(
        metric=name,
        higher_is_better=METRICS[name].higher_is_better,
        minority_share=ground.profile.minority_share,
        ways=tuple(ways),
        chosen=max(better, key=lambda k: ways[k].gain, default=0),
        level=LEVEL,
        n_rows=len(y),
        n_networks=n_each,
        n_steps=heat.n_steps,
    )


def _predicted(
    ground: Ground, spec: Spec, encoded: Encoded, outcome: Outcome, numbers: range
) -> Array | None:
    """Calibrated probabilities on validation rows by some members; None if all diverged."""
    squad = Squad.of(spec, outcome, numbers)
    if squad is None:
        return None
    predictor = Predictor(
        task=ground.schema.task,
        squads=(squad,),
        encoders=encoded.encoders,
        scale=encoded.scale,
        output=ground.design.word("output_activation"),
    )
    mean = predictor.out_of_fold(encoded.data.x, encoded.views)
    known = np.isfinite(mean).all(1)
    own = predictor.calibrated(mean[known], encoded.targets[known].astype(np.int64))
    return own.finish(mean)


def with_way(design: Design, found: Contest) -> Design:
    """The design with the way that the contest chose."""
    way, plain = found.ways[found.chosen], found.ways[0]
    evidence = {f"gain of {each.name}": each.gain for each in found.ways[1:]}
    if found.chosen:
        evidence |= {"low": way.low, "high": way.high}
        reason = (
            f"{way.name}: {found.metric} {way.score:.4g}, against {plain.score:.4g} with every row"
            f" alike (gain {way.low:+.2g} to {way.high:+.2g}); its probabilities are bent, which"
            " no temperature undoes, and the metric decides"
        )
    else:
        reason = (
            "no clear effect: neither class weights, focal loss nor balanced sampling betters"
            f" {found.metric} beyond chance; so probabilities stay true"
        )
    return measured(
        design,
        way.lever,
        way.value,
        reason=reason,
        source="measured on your data: ways to train on uneven classes",
        evidence=evidence,
    )
