"""Is there anything to learn? The true targets against shuffled ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from justright.data.target_values import target_values
from justright.errors import DesignError
from justright.kinds import Mark, Picture, Reply, Series
from justright.recipes import views
from justright.recipes.arena import Arena
from justright.recipes.asking import PLACES, Asking
from justright.recipes.baselines import trivial
from justright.recipes.judging import Entry
from justright.recipes.metrics import METRICS
from justright.recipes.passes import KEPT, SCORE_S, Pass, by_place, passes
from justright.recipes.population_data import Parted, parted_ground
from justright.report.words import metric_name, number, plural
from justright.search.permutation import permutation_p, smallest_p

ROUND = 20  # orders of the targets in a round, the true one among those of the first
MOST = 200  # orders: with 199 shuffles a p-value of 0.005 can show
MOST_CELLS = 20_000_000  # training rows of all views together; 160 MB
SHORT = 0.3  # of the epochs: whether there is anything shows before the end (house convention)
FEWEST_PLACES = 3
ALPHA = 0.05  # p-value below which something is there
IDLE = 0.2  # p-value above which more shuffles will hardly bring it below 0.05
LEAST = 39  # shuffles before it is said that there is nothing
N_BINS = 20  # of the picture

Array = NDArray[np.float64]
NAME = "design"  # of the one design, before the name of its shuffle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """What came out: scores of the true targets and of shuffled ones, averaged over places."""

    true: Array  # (places,)
    shuffled: Array  # (shuffles, places)
    p: float
    baseline: float
    baseline_words: str

    @property
    def n(self) -> int:
        return len(self.shuffled)

    @property
    def means(self) -> Array:
        """Of the shuffles whose networks all learnt."""
        means = self.shuffled.mean(axis=1)
        return np.asarray(means[np.isfinite(means)])


def answer(asking: Asking) -> Reply:
    """Train the design on the true targets and on many shuffles of them.

    Args:
        asking: The question.

    Raises:
        DesignError: If rows are ranked.
        BudgetError: If no time is left.
    """
    if asking.ground.schema.task.kind == "ranking":
        raise DesignError(
            "shuffled targets of a ranking",
            "one target in each row that may be given to another row",
            try_="the same with --task regression",
        )
    asking.sharp()
    design = asking.rated()
    arena = Arena(_parted(asking), {NAME: design}, asking.seed)
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    higher = METRICS[asking.metric].higher_is_better
    rounds, share = _planned(arena, asking)

    def enough(found: Sequence[Pass]) -> str:
        test = _test(arena, found, higher)
        return "clear" if test.n >= LEAST and test.p > IDLE else ""

    found, ended = passes(arena, asking, rounds, share=share, enough=enough)
    test = _test(arena, found, higher)
    _tell(asking, test, share)
    return _reply(asking, test, "clear" if ended == "done" else ended)


def _parted(asking: Asking) -> Parted:
    timed = asking.ground.schema.order is not None
    way = views.time_ordered(PLACES) if timed else views.k_fold(PLACES)
    n_rows = len(asking.ground.development)
    times = max(ROUND, min(MOST, MOST_CELLS // (PLACES * n_rows)))
    return parted_ground(asking.ground, views.shuffled(times - 1, of=way), asking.seed)


def _planned(arena: Arena, asking: Asking) -> tuple[list[list[Entry]], float]:
    """The rounds, and the share of the epochs: all shuffles if possible, then all places."""
    variants = list(dict.fromkeys(part.variant for part in arena.data.parts))
    entries: dict[str, list[Entry]] = {variant: [] for variant in variants}
    for entry in arena.entries():
        entries[entry.part.variant].append(entry)
    pilot = [e for variant in variants[:ROUND] for e in entries[variant]]
    each_s = arena.expected_s(pilot, arena.pace(pilot)) / len(pilot)
    time_s = KEPT * asking.left_s

    def fitting(n: int, places: int) -> float:
        return max(0.0, time_s / (n * places) - SCORE_S) / each_s

    n_places, share = PLACES, min(1.0, max(SHORT, fitting(len(variants), PLACES)))
    if fitting(len(variants) // 2, PLACES) < SHORT:
        n_places = FEWEST_PLACES
    share = min(share, fitting(ROUND, n_places))
    kept = [[e for e in entries[v] if e.part.place < n_places] for v in variants]
    rounds = (kept[i : i + ROUND] for i in range(0, len(kept), ROUND))
    return [[e for own in one for e in own] for one in rounds], share


def _test(arena: Arena, found: Sequence[Pass], higher: bool) -> _Test:
    names = list(dict.fromkeys(score.name for one in found for score in one.scores))
    scores = by_place(found, names)[:, 0, :].T
    true, shuffled = scores[0], scores[1:]
    places = {score.place for one in found for score in one.scores}
    baselines = [_baseline(arena, place) for place in sorted(places)]
    return _Test(
        true=true,
        shuffled=shuffled,
        p=permutation_p(true, shuffled, higher_is_better=higher),
        baseline=float(np.mean([value for value, _ in baselines])),
        baseline_words=baselines[-1][1].partition(" (")[0],
    )


def _baseline(arena: Arena, place: int) -> tuple[float, str]:
    """Score of always the same answer on the validation rows of a place, and what it is."""
    ground = arena.data.ground
    view = next(p.view for p in arena.data.parts if p.place == place and not p.variant)
    metric, task = ground.design.word("metric"), ground.schema.task
    y = target_values(ground.prepared.frame[ground.development], task)
    same = trivial(task, y[view.train], len(view.validation), metric)
    return METRICS[metric].value(y[view.validation], same.predictions), same.what


def _tell(asking: Asking, test: _Test, share: float) -> None:
    """Say how it was measured, and what a reader must know."""
    schema = asking.ground.schema
    if schema.order is not None:
        shuffle = "moves all targets on in time by a random stretch, so that they stay as like"
        shuffle += " their neighbours as they are"
    elif schema.group is not None:
        shuffle = "deals the targets of whole groups out anew"
    else:
        shuffle = "deals the targets out anew"
    asking.how += [
        f"{plural(test.n, 'shuffle')} and the true targets"
        f" × {plural(len(test.true), 'validation set')};"
        f" each shuffle {shuffle}, the same in all validation sets. Networks of one validation set"
        " start alike and see the same batches.",
        "The p-value is the share of all orders, the true one among them, that do at least as well"
        f" as the true one; {plural(test.n, 'shuffle')} can show none below"
        f" {number(smallest_p(test.n), 2)} (Ojala and Garriga 2010).",
    ]
    if share < SHORT:
        asking.tell_share(share)
    elif share < 1:
        asking.how.append(
            f"All schedules have {share:.2g} of the epochs: whether there is anything to learn"
            " shows before the end."
        )
    if smallest_p(test.n) > ALPHA:
        asking.cautions.append(f"{plural(test.n, 'shuffle')} are too few to tell: more --time")
    if asking.ground.schema.group is not None:
        asking.cautions.append(
            "groups differ in size, so that a shuffle parts some of them: the p-value is near, not"
            " exact"
        )


def _reply(asking: Asking, test: _Test, ended: str) -> Reply:
    true = float(test.true.mean())
    low, high = _range(test)
    rows = [
        ("true targets", _cell(true), None, None),
        ("shuffled targets", _cell(_mean(test)), _cell(low), _cell(high)),
        (test.baseline_words, _cell(test.baseline), None, None),
    ]
    numbers = {
        "score of true targets": true,
        "score of shuffled targets": _mean(test),
        "score of the baseline": test.baseline,
        "p": test.p,
        "shuffles": float(test.n),
        "smallest p": smallest_p(test.n),
    }
    return asking.reply(
        sentence=_sentence(asking, test),
        clear=test.p <= ALPHA,
        columns=("networks that learn from", asking.metric, "2.5 % of shuffles", "97.5 %"),
        rows=rows,
        picture=_picture(asking, test),
        numbers={name: value for name, value in numbers.items() if math.isfinite(value)},
        ended=ended,
    )


def _sentence(asking: Asking, test: _Test) -> str:
    name, true = metric_name(asking.metric), float(test.true.mean())
    told = f"{name} {number(true)} against {number(_mean(test))} on shuffled targets"
    proof = f"(p = {number(test.p, 2)}, {plural(test.n, 'shuffle')})"
    if not math.isfinite(true):
        return "It cannot be told: networks of the true targets diverged."
    if test.p <= ALPHA:
        return f"Yes: {told} {proof}."
    if smallest_p(test.n) > ALPHA or test.p <= IDLE:
        return f"It cannot be told yet: {told} {proof}."
    return f"No sign of it: {told} {proof}."


def _picture(asking: Asking, test: _Test) -> Picture:
    """Scores of the shuffles as a histogram; the true targets and the baseline marked."""
    name, true = metric_name(asking.metric), float(test.true.mean())
    counts, edges = np.histogram(
        test.means, bins=N_BINS if len(test.means) and np.ptp(test.means) else 1
    )
    marks = [Mark(x=test.baseline, label=test.baseline_words)]
    if math.isfinite(true):
        marks.insert(0, Mark(x=true, label=f"true targets, {number(true)}"))
    return Picture(
        title=f"{name} of networks on the true targets, and on shuffled ones",
        x=name,
        y="shuffles",
        series=(
            Series(
                name="shuffles",
                x=tuple(float(value) for value in (edges[:-1] + edges[1:]) / 2),
                y=tuple(float(count) for count in counts),
                drawn="line",
            ),
        ),
        marks=tuple(marks),
    )


def _mean(test: _Test) -> float:
    return float(test.means.mean()) if len(test.means) else math.nan


def _range(test: _Test) -> tuple[float, float]:
    """Scores between which 95 % of the shuffles lie."""
    if not len(test.means):
        return math.nan, math.nan
    low, high = np.quantile(test.means, [0.025, 0.975])
    return float(low), float(high)


def _cell(value: float) -> float | None:
    return value if math.isfinite(value) else None
