"""One network in the place of an ensemble: taught the target and what the ensemble says of a row.

What the ensemble says comes from networks that did not train on the row, so that it is as unsure
as it ought to be. On new rows it is less noisy than the target itself, which is why one network
learns more from both than from the target alone.

Source:
    Hinton, Vinyals and Dean 2015, arXiv:1503.02531; for tables Fakoor et al. 2020, arXiv:2006.14284
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from justright.data.split import views as split_views
from justright.data.target_values import target_values
from justright.errors import DesignError
from justright.kinds import Design, Rows, Single, Value
from justright.recipes.contender import LEAST_LOOKS, MOST_LOOKS
from justright.recipes.crew import Crew, trained
from justright.recipes.encoded import Encoded, balanced, encode_parts
from justright.recipes.evaluation import final_frame, groups_of
from justright.recipes.ground import Ground
from justright.recipes.members import batch_size_of, epoch_of, member_of
from justright.recipes.metrics import METRICS, defined, gain, resamples
from justright.recipes.network import spec_of
from justright.recipes.outcome import calibrated
from justright.recipes.predictor import Predictor, Squad
from justright.recipes.speed import Pace, speed
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.teller import teller
from justright.recipes.wish import Wish
from justright.search.space import Space
from justright.train.budget import Budget
from justright.train.member import Member
from justright.train.population import Outcome, Population
from justright.train.threads import threads

SINGLE_SHARE = 0.15  # of the time, kept for the one network
OWN_WEIGHT = 0.5  # of the target itself in what is taught; the rest is what the ensemble says
FEWEST_FOLDS, MOST_FOLDS = 5, 10  # one fold of so many is kept to stop by: 20 % to 10 % of the rows
FOLD_ROWS = 100  # that it should have; fewer say too little of when to stop (house convention)
WIDER = 2  # times: a second width that is tried, as one network has to hold what several held
SEEDS = 2  # starts of each width
FAIR_SHARE = 0.5  # of the planned steps: below it fewer candidates are trained instead
MARGIN = 0.9  # of the time left is planned with
#: Losses against probabilities, by the loss of the design. A focal or weighted loss gives way: what
#: it is for is in the ensemble's probabilities.
TAUGHT_BY: Mapping[str, str] = {
    "binary": "binary_cross_entropy",
    "multiclass": "cross_entropy",
}

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """The one network.

    Attributes:
        predictor: It, calibrated.
        encoded: The development rows as it sees them.
        out_of_fold: Its mean outputs on the rows it was stopped by; NaN for all others.
        told: What it loses against the ensemble.
    """

    predictor: Predictor
    encoded: Encoded
    out_of_fold: Array
    told: Single


def reserve_s(wish: Wish) -> float:
    """Seconds of the time that are kept for the one network."""
    return SINGLE_SHARE * wish.time_s if wish.single else 0.0


def refuse_single(wish: Wish, ground: Ground) -> None:
    """Refuse one network where an ensemble cannot teach.

    Raises:
        DesignError: If rows are ranked: scores of a query mean nothing beside another query's.
    """
    if wish.single and ground.schema.task.kind == "ranking":
        raise DesignError(
            "--single for a ranking",
            "classes or numbers, which an ensemble can teach",
            try_="without --single",
        )


def distil(
    ground: Ground,
    design: Design,
    ensemble: Predictor,
    out_of_fold: Array,
    *,
    reported: Design,
    wish: Wish,
    deadline_s: float,
    watch: Stopwatch,
) -> Student | None:
    """Teach one network what an ensemble knows.

    Args:
        ground: The table. Its test part is used to compare the two, and for nothing else.
        design: The design of the network; twice its width is tried beside it.
        ensemble: The calibrated ensemble.
        out_of_fold: Its mean outputs on rows that its networks did not train on.
        reported: The design that the record tells of.
        wish: What the user asks for.
        deadline_s: Moment on the monotonic clock at which its training ends.
        watch: Who listens.

    Returns:
        The network; None, with a word to the user, where there is nothing to teach, the user asked
        to stop, or every candidate diverged.
    """
    if ensemble.n_networks == 1:
        watch.say("one network: there is only one already")
        return None
    if watch.deaf or watch.should_stop():
        watch.warn("one network: no time was left to teach it, so the ensemble stays")
        return None
    encoded = _encoded(ground, design, wish, watch)
    said = _said(ground, ensemble, out_of_fold)
    taught = replace(encoded, data=replace(encoded.data, taught=_lesson(ground, encoded, said)))
    designs = _designs(ground, design)
    members, pace, who = _plan(designs, taught, wish, deadline_s)
    if not members:
        watch.warn("one network: the time left is too short to teach it, so the ensemble stays")
        return None
    population = Population(members, taught.data, workers=pace.n_workers)
    budget, tell = Budget(deadline_s, watch.should_stop), teller(watch, taught, design, deadline_s)
    with threads(pace.n_threads):
        outcome = trained(population, _crew([designs[k] for k in who]), watch, budget, tell)
    best = min(range(len(members)), key=lambda i: outcome.scores[i])
    if watch.should_stop() or not math.isfinite(outcome.scores[best]):
        why = "it was interrupted" if watch.should_stop() else "it diverged"
        watch.warn(f"one network: {why}, so the ensemble stays")
        return None
    chosen = designs[who[best]]
    alone, own = calibrated(ground, encoded, _predictor(ensemble, encoded, members, outcome, best))
    told = _told(ground, encoded, (alone, own), (ensemble, out_of_fold), wish.seed)
    told = replace(told, levers=_changed(reported, chosen))
    return Student(predictor=alone, encoded=encoded, out_of_fold=own, told=told)


def _crew(designs: list[Design]) -> Crew:
    """What the candidates stand for."""
    names = [f"one network, width {design.count('width')}" for design in designs]
    return Crew(group="one network", names=names, designs=designs)


def _changed(reported: Design, chosen: Design) -> Mapping[str, Value]:
    """Levers of the network that are not those of the design in the report."""
    still = ("ensemble_size", "epochs")  # how it was trained, which is told otherwise
    return {
        each.lever: each.value
        for each in chosen.decisions
        if each.lever not in still and each.value != reported[each.lever]
    }


def _encoded(ground: Ground, design: Design, wish: Wish, watch: Stopwatch) -> Encoded:
    """All development rows but a few to stop by, encoded by what the others say."""
    n_rows = len(ground.development)
    split = design.word("split")
    parts = split_views(
        ground.prepared,
        ground.development,
        evaluation="k-fold",
        split=split,  # type: ignore[arg-type]
        folds=min(MOST_FOLDS, max(FEWEST_FOLDS, n_rows // FOLD_ROWS)),
        seed=wish.seed,
    )
    # Of ordered rows the last part trains on all that came before.
    encoded = encode_parts(ground, (replace(parts[-1], fold=0),), wish.seed, watch)
    return balanced(encoded, wish.seed) if design.word("sampling") == "balanced" else encoded


def _said(ground: Ground, ensemble: Predictor, out_of_fold: Array) -> Array:
    """What the ensemble says of each development row; of rows in no fold, what all of it says."""
    said = ensemble.finish(out_of_fold)
    absent = _rows_of(~_known(out_of_fold))
    if len(absent):
        frame = ground.prepared.frame[ground.development]
        said = said.copy()
        said[absent] = ensemble.predict(frame[absent])
    return said


def _lesson(ground: Ground, encoded: Encoded, said: Array) -> torch.Tensor:
    """The mean of the target and of what the ensemble says, as the network learns it."""
    y, task = encoded.data.y, ground.schema.task
    if task.kind == "multiclass":
        truth = torch.nn.functional.one_hot(y, len(task.classes)).double().numpy()
    else:
        truth = y.double().numpy()
        said = said[:, 1] if task.kind == "binary" else said
        said = said if encoded.scale is None else encoded.scale.forward(said)
    said = np.where(np.isfinite(said), said, truth)
    mixed = OWN_WEIGHT * truth + (1 - OWN_WEIGHT) * said.reshape(truth.shape)
    return torch.from_numpy(mixed).to(encoded.data.x.dtype)


def _designs(ground: Ground, design: Design) -> tuple[Design, ...]:
    """The design, and twice as wide where the user did not set the width."""
    if design.decision("width").is_given:
        return (design,)
    space = Space.of(design, ground.profile)
    wide = {"width": WIDER * design.count("width")}
    try:
        return (design, space.design(design, wide)) if space.works(wide) else (design,)
    except DesignError:
        return (design,)  # wider than any network may be


def _plan(
    designs: tuple[Design, ...], encoded: Encoded, wish: Wish, deadline_s: float
) -> tuple[list[Member], Pace, list[int]]:
    """The candidates that the time allows, how they run fastest, and the design of each.

    None where not even one has half of its steps: a running mean of weights is then still near
    where it began.
    """
    everyone = [(k, seed) for seed in range(SEEDS) for k in range(len(designs))]
    for n in sorted({len(everyone), len(designs), 1}, reverse=True):
        members = [_member(designs[k], encoded, wish.seed, seed) for k, seed in everyone[:n]]
        pace = speed(members, encoded)
        left_s = MARGIN * (deadline_s - time.monotonic())
        longest = max(m.total_steps for m in members)
        looks_s = MOST_LOOKS * pace.look_s
        share = max(0.0, left_s - looks_s) / max(longest * pace.step_s, 1e-9)
        if share >= FAIR_SHARE or n == 1:
            break
    if share < FAIR_SHARE:
        return [], pace, []
    members = [_shortened(m, min(1.0, share)) for m in members]
    return members, pace, [k for k, _ in everyone[: len(members)]]


def _member(design: Design, encoded: Encoded, seed: int, start: int) -> Member:
    batch = batch_size_of(design, encoded)
    own = int(np.random.SeedSequence([seed, start]).generate_state(1)[0])
    member = member_of(design, spec_of(design, encoded.layout), encoded.views[0], own, batch=batch)
    epoch, epochs = epoch_of(encoded, batch), design.count("epochs")
    looks = max(1, epoch * epochs // max(LEAST_LOOKS, min(MOST_LOOKS, epochs)))
    return replace(
        member,
        loss=TAUGHT_BY.get(encoded.data.task, member.loss),
        total_steps=epoch * epochs,
        epoch_steps=looks,
        patience=max(1, round(design.count("patience") * epoch / looks)),
    )


def _shortened(member: Member, share: float) -> Member:
    steps = max(1, int(share * member.total_steps))
    return replace(member, total_steps=steps, epoch_steps=max(1, int(share * member.epoch_steps)))


def _predictor(
    ensemble: Predictor, encoded: Encoded, members: list[Member], outcome: Outcome, best: int
) -> Predictor:
    squad = Squad.of(members[best].spec, outcome, [best])
    if squad is None:
        raise ValueError("the best network has a finite score")
    return replace(ensemble, squads=(squad,), encoders=encoded.encoders, temperature=1.0, doubt=0.0)


def _told(
    ground: Ground,
    encoded: Encoded,
    alone: tuple[Predictor, Array],
    ensemble: tuple[Predictor, Array],
    seed: int,
) -> Single:
    """Both on the same rows: the test part, or the rows that the one network was stopped by."""
    metric, task = ground.design.word("metric"), ground.schema.task
    if ground.n_test:
        frame = final_frame(ground)
        y, groups = target_values(frame, task), groups_of(ground, frame)
        new, old = (each.predict(frame) for each, _ in (alone, ensemble))
    else:
        rows = _rows_of(_known(alone[1]) & _known(ensemble[1]))
        y, groups = encoded.targets[rows], groups_of(ground, ground.prepared.frame)
        groups = None if groups is None else groups[ground.development][rows]
        new, old = (each.finish(mean)[rows] for each, mean in (alone, ensemble))
    sizes = (sum(s.theta.numel() for s in each.squads) for each, _ in (alone, ensemble))
    n_parameters, n_before = sizes
    told = Single(
        metric=metric,
        n_rows=len(y),
        tested=bool(ground.n_test),
        n_networks=ensemble[0].n_networks,
        n_parameters=n_parameters,
        n_before=n_before,
    )
    if len(y) < 2 or not defined(metric, y):
        return told
    better, low, high = gain(metric, y, new, old, resamples(len(y), seed, groups))
    value, before = (METRICS[metric].value(y, each) for each in (new, old))
    return replace(
        told, value=value, before=before, loss=0.0 - better, low=0.0 - high, high=0.0 - low
    )


def _known(mean: Array) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(mean.reshape(len(mean), -1)).all(1))


def _rows_of(mask: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(mask)
