"""How large a difference means anything, and how large a batch pays?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Cell, Design, Picture, Reply, Series
from justright.recipes.arena import Arena
from justright.recipes.asking import PLACES, Asking
from justright.recipes.judging import Entry
from justright.recipes.metrics import METRICS
from justright.recipes.noise_course import Moment, moments
from justright.recipes.passes import KEPT, SCORE_S, Pass, by_place, passes
from justright.recipes.questions.told import Unit
from justright.recipes.rounds import FAIR_SHARE, FEWEST_PLACES
from justright.report.words import count, metric_name, number, plural, whole_percent
from justright.search.components import Components, components, least_difference

REPEATS = 2  # of the folds: 5 validation sets alone say little of their spread
SEEDS = 6  # a validation set at most; 10 × 6 networks tell the spread over seeds to ±20 %
FIRST_SEEDS = 2  # of the first round: a single one has no spread
TRAIN_SHARE = 0.6  # of the time left, for the scores; the rest is for the gradients
WATCHED = 3  # networks whose gradients are looked at, on validation sets of their own
HALF = 0.5  # share of the way to the best weights of which the sentence speaks
PLAN = (5, 3)  # folds and seeds of a usual comparison
SAVED = "twice the rows a step save less than a quarter of the steps"
NAME = "design"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What came out: scores of shape (places, seeds), and the noise scale at some moments."""

    scores: NDArray[np.float64]
    parts: Components
    overlap: float
    unit: Unit
    moments: tuple[Moment, ...]
    n_lost: int
    batch: int
    n_rows: int

    def change(self, sd: float) -> float:
        """A spread in per cent of the score, or points."""
        return abs(self.unit.change(sd))

    def least(self, n_places: int, n_seeds: int) -> float:
        """The least difference that means anything."""
        return self.change(least_difference(self.parts, n_places, n_seeds, self.overlap))

    @property
    def half(self) -> Moment | None:
        """The moment of which the sentence speaks: halfway, or the last one before."""
        before = [moment for moment in self.moments if moment.share <= HALF]
        return before[-1] if before else None


def answer(asking: Asking) -> Reply:
    """Train the design with several seeds on several validation sets, and look at its gradients.

    Args:
        asking: The question.

    Raises:
        BudgetError: If no time is left.
    """
    asking.sharp()
    design = asking.rated()
    arena = Arena(asking.parted(repeats=REPEATS), {NAME: design}, asking.seed, calibrated=True)
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    limit_s = TRAIN_SHARE * asking.left_s
    share, rounds = _planned(arena, asking, limit_s)
    until_s = asking.deadline_s - (asking.left_s - limit_s)
    done, ended = passes(arena, asking, rounds, share=share, until_s=until_s)
    found = _found(arena, design, done, _moments(arena, asking, done, share))
    _tell(asking, found, design)
    return _reply(asking, found, "done" if ended == "time" and _is_known(found) else ended)


def _planned(arena: Arena, asking: Asking, limit_s: float) -> tuple[float, list[list[Entry]]]:
    """The share of the epochs, and the rounds: two seeds on each validation set, then one more.

    Where one round takes too long, it has fewer validation sets, then shorter schedules; never
    fewer than two seeds, without which nothing is known of their spread.
    """
    entries = arena.entries(seeds=range(SEEDS))
    first = [entry for entry in entries if entry.seed < FIRST_SEEDS]
    each_s = arena.expected_s(first, arena.pace(first)) / len(first)
    places = [entry.part.place for entry in entries if entry.seed == 0]
    share = 0.0
    for n_places in sorted({FEWEST_PLACES, PLACES, len(places)}, reverse=True):
        time_s = KEPT * limit_s / (FIRST_SEEDS * n_places) - SCORE_S
        share = min(1.0, max(0.0, time_s) / each_s)
        places = places[:n_places]
        if share >= FAIR_SHARE:
            break
    asking.tell_share(share)
    seeds = [range(FIRST_SEEDS), *(range(own, own + 1) for own in range(FIRST_SEEDS, SEEDS))]
    kept = [entry for entry in entries if entry.part.place in places]
    return share, [[entry for entry in kept if entry.seed in own] for own in seeds]


def _moments(
    arena: Arena, asking: Asking, done: Sequence[Pass], share: float
) -> tuple[Moment, ...]:
    """The noise scale of a few networks, on the way to where the others had their best weights."""
    best = [trace.best_step for one in done for trace in one.trained.outcome.traces]
    steps = [step for step in best if step is not None]
    if not steps:
        return ()
    entries = [entry for entry in done[0].trained.entries if entry.seed == 0][:WATCHED]
    n_steps = max(1, round(float(np.median(steps))))
    return moments(arena, asking, entries, share=share, n_steps=n_steps)


def _found(arena: Arena, design: Design, done: Sequence[Pass], seen: tuple[Moment, ...]) -> _Found:
    scores = by_place(done, [NAME])[:, :, 0]
    metric = design.word("metric")
    higher = METRICS[metric].higher_is_better
    known = scores[np.isfinite(scores)]
    mean = float(known.mean()) if len(known) else math.nan
    member = done[0].trained.entries[0].member
    return _Found(
        scores=scores,
        parts=components(scores),
        overlap=float(np.mean(list(arena.overlap().values()))),
        unit=Unit(metric=metric, higher_is_better=higher, base=mean),
        moments=seen,
        n_lost=sum(math.isnan(score.value) for one in done for score in one.scores),
        batch=member.batch_size,
        n_rows=len(member.view.train),
    )


def _is_known(found: _Found) -> bool:
    """Whether more time would hardly tell more: all seeds were trained."""
    return found.scores.shape[1] >= SEEDS and bool(found.moments)


def _tell(asking: Asking, found: _Found, design: Design) -> None:
    """Say how it was measured, and what a reader must know."""
    n_places, n_seeds = found.scores.shape
    asking.how += [
        f"{plural(n_places, 'validation set')} × {plural(n_seeds, 'seed')}, all of one design. The"
        " variance of the scores is parted into that of seeds on one validation set and that of"
        " validation sets (one-way analysis of variance). Two designs differ by more than chance"
        " where the 95 % interval of their difference, Student's t corrected for shared training"
        " rows (Nadeau and Bengio 2003), leaves out 0; designs that start alike and see the same"
        " batches, as those of the other questions do, may lie nearer.",
    ]
    if found.moments:
        asking.how.append(
            "Noise scale: the variance of a row's gradient over the squared gradient of all"
            " training rows (McCandlish et al. 2018, arXiv:1812.06162), both without bias from"
            f" many small batches, on {plural(min(WATCHED, n_places), 'network')}; 95 % interval by"
            " bootstrap over the batches, for these networks. Its 100 % is where networks have"
            " their best weights."
        )
        asking.cautions.append(
            "the noise scale is a guide within a factor of a few, from the theory of plain gradient"
            f" descent; {design.word('optimizer')} scales its steps"
        )
    else:
        asking.cautions.append(
            "the gradients were not looked at: too little time, too few rows, or none was finite"
        )
    if design.word("normalisation") == "batch" or asking.ground.schema.task.kind == "ranking":
        asking.cautions.append(
            "the gradient of a row depends on the others of its batch here, so that small and large"
            " batches differ in more than noise"
        )
    if found.n_lost:
        asking.cautions.append(f"not counted, as they diverged: {plural(found.n_lost, 'network')}")


def _reply(asking: Asking, found: _Found, ended: str) -> Reply:
    half = found.half
    numbers = {
        "spread over seeds": found.parts.seed_sd,
        "spread over validation sets": found.parts.place_sd,
        "least difference of single trainings": least_difference(found.parts, 1, 1, found.overlap),
        f"least difference of {PLAN[0]} folds x {PLAN[1]} seeds": least_difference(
            found.parts, *PLAN, found.overlap
        ),
        "batch size": float(found.batch),
        **{f"noise scale at {whole_percent(m.share)}": m.scale.value for m in found.moments},
    }
    if half is not None:
        numbers |= {"noise scale, low": half.scale.low, "noise scale, high": half.scale.high}
    return asking.reply(
        sentence=f"{_batch_words(found)}{_seed_words(found)}",
        clear=found.parts.freedom > 0 and half is not None and half.scale.low < found.n_rows,
        columns=("what", "value", "low", "high", "in"),
        rows=_rows(found),
        picture=_picture(found),
        numbers={name: value for name, value in numbers.items() if math.isfinite(value)},
        ended=ended,
    )


def _batch_words(found: _Found) -> str:
    """How large a batch pays."""
    half = found.half
    if half is None:
        return ""
    scale, when = half.scale, _when(half.share)
    if scale.low >= found.n_rows:
        return (
            f"Any batch pays, up to all {count(found.n_rows)} training rows: the gradient is mostly"
            f" noise {when} (noise scale {_more(scale.low)} rows or more). "
        )
    told = f"95 % interval {_more(scale.low)} … {_more(scale.high)}, {when}"
    said = (
        f"A batch of up to about {_more(scale.value)} rows pays ({told}): beyond it, {SAVED}"
        if math.isfinite(scale.value)
        else f"A batch of {_more(scale.low)} rows or more pays ({told})"
    )
    if found.batch < scale.low:
        place = "is below that"
    else:
        place = "is above that" if found.batch > scale.high else "is about that"
    return f"{said}; the design's {count(found.batch)} {place}. "


def _when(share: float) -> str:
    names = {0.0: "at the start", HALF: "halfway through the training"}
    return names.get(share, f"after {whole_percent(share)} of the training")


def _more(rows: float) -> str:
    """A number of rows in words of two digits."""
    return number(float(f"{rows:.2g}")) if math.isfinite(rows) else "no limit"


def _seed_words(found: _Found) -> str:
    """How large a difference means anything."""
    name, suffix = metric_name(found.unit.metric), found.unit.suffix
    single, many = found.least(1, 1), found.least(*PLAN)
    if not math.isfinite(single):
        return (
            "How large a difference means anything cannot be told: too few networks came through."
        )
    return (
        f"Two single trainings must differ by more than {number(single, 2)}{suffix} in {name} to"
        f" mean anything; with {PLAN[0]} folds × {PLAN[1]} seeds, {number(many, 2)}{suffix}."
    )


def _rows(found: _Found) -> list[tuple[Cell, ...]]:
    parts, unit = found.parts, found.unit.suffix.strip()
    rows: list[tuple[Cell, ...]] = [
        (
            f"noise scale at {whole_percent(moment.share)} of the training",
            *map(_three, (moment.scale.value, moment.scale.low, moment.scale.high)),
            "rows",
        )
        for moment in found.moments
    ]
    rows += [
        ("batch size of the design", float(found.batch), None, None, "rows"),
        (
            "spread over seeds (standard deviation)",
            *(_cell(found.change(sd)) for sd in (parts.seed_sd, parts.seed_low, parts.seed_high)),
            unit,
        ),
        (
            "spread over validation sets",
            _cell(found.change(parts.place_sd)), None, None, unit,
        ),
    ]  # fmt: skip
    plans = {
        "least difference: one training each": (1, 1),
        f"least difference: {PLACES} folds each": (PLACES, 1),
        f"least difference: {PLAN[0]} folds × {PLAN[1]} seeds each": PLAN,
    }
    rows += [(name, _cell(found.least(*plan)), None, None, unit) for name, plan in plans.items()]
    return rows


def _three(rows: float) -> float | None:
    """A number of rows to three digits, more than which nothing is known."""
    return float(f"{rows:.3g}") if math.isfinite(rows) else None


def _cell(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _picture(found: _Found) -> Picture:
    """The noise scale over the training; without any, the scores."""
    if not found.moments:
        return _scores(found)
    x = tuple(100 * moment.share for moment in found.moments)
    scales = [moment.scale for moment in found.moments]
    rows = tuple(float(found.batch) for _ in x)
    return Picture(
        title="Noise scale of the gradient over the training",
        x="share of the way to the best weights, %",
        y="rows of a batch",
        series=(
            Series(
                name="noise scale",
                x=x,
                y=tuple(_cell(scale.value) for scale in scales),
                low=tuple(_cell(scale.low) for scale in scales),
                high=tuple(_cell(scale.high) for scale in scales),
            ),
            Series(name=f"the design's batch, {count(found.batch)}", x=x, y=rows, drawn="dashes"),
        ),
        y_log=True,
    )


def _scores(found: _Found) -> Picture:
    """Scores of all networks by validation set."""
    n_places, n_seeds = found.scores.shape
    better = "higher" if found.unit.higher_is_better else "lower"
    return Picture(
        title="Scores of one design by seed and validation set",
        x="validation set",
        y=f"{metric_name(found.unit.metric)} ({better} is better)",
        series=tuple(
            Series(
                name=f"seed {seed + 1}",
                x=tuple(float(place + 1) for place in range(n_places)),
                y=tuple(_cell(value) for value in found.scores[:, seed].tolist()),
                drawn="points",
            )
            for seed in range(n_seeds)
        ),
    )
