"""Would more rows help? Networks on shares of the rows, and the curve through their scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from justright.errors import DataError
from justright.kinds import Picture, Reply, Series
from justright.recipes import views
from justright.recipes.arena import Arena
from justright.recipes.asking import MOST_ROUNDS, PLACES, Asking
from justright.recipes.judging import Entry
from justright.recipes.metrics import METRICS
from justright.recipes.passes import Pass, by_place, fitted, passes
from justright.recipes.population_data import parted_ground
from justright.recipes.questions.told import Unit
from justright.recipes.scores import metric_range
from justright.report.words import count, metric_name, number, plural
from justright.search import spread
from justright.search.curve_fit import DOUBLE, FEWEST, Forecast, learning_curve, value_at

LEAST_ROWS = 20  # training rows of the smallest share, or a quarter of few (house convention)
FEWEST_ROWS = 8  # from which a network learns anything at all (house convention)
ROWS_OF_CLASS = 2  # of the smallest share, on average
MOST = 6  # sizes: shares below 1/32 say little of the end (house convention)
PRECISE = 0.3  # per cent or points: half of an interval that more rounds need not narrow
FLAT = 1.0  # per cent or points: what twice the rows must bring to be worth a thought
DRAWN = 41  # points of the fitted curve

Array = NDArray[np.float64]
NAME = "design"  # of the one design, before the name of its share


@dataclass(frozen=True, slots=True)
class _Curve:
    """Scores by training rows, and the curve through them."""

    rows: Array
    scores: Array  # (places, seeds, sizes)
    overlaps: tuple[float, ...]
    fit: Forecast


def answer(asking: Asking) -> Reply:
    """Train the design on growing shares of the rows, and foretell what twice the rows bring.

    Args:
        asking: The question.

    Raises:
        DataError: If there are too few rows to take shares of.
        BudgetError: If no time is left.
    """
    asking.sharp()
    design = asking.rated()
    shares, way = _ways(asking)
    data = parted_ground(asking.ground, views.shares(shares, of=way), asking.seed)
    arena = Arena(data, {NAME: design}, asking.seed, calibrated=True)
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    share, rounds = fitted(arena, asking, _rounds(arena, asking), asking.left_s)

    def enough(found: Sequence[Pass]) -> str:
        fit = _curve(arena, found, asking.seed).fit
        half = (fit.gain_high - fit.gain_low) / 2
        return "clear" if abs(_unit(asking, fit).change(half)) < PRECISE else ""

    found, ended = passes(arena, asking, rounds, share=share, enough=enough)
    curve = _curve(arena, found, asking.seed)
    _tell(asking, curve, len(rounds[0]))
    return _reply(asking, curve, ended)


def _ways(asking: Asking) -> tuple[tuple[float, ...], views.Views]:
    """The shares, the smallest first, and the views whose training rows they are of."""
    timed = asking.ground.schema.order is not None
    way = views.time_ordered(PLACES) if timed else views.k_fold(PLACES, repeats=MOST_ROUNDS)
    parts = asking.parted(repeats=1).parts
    n_rows = round(float(np.mean([len(part.view.train) for part in parts])))
    n_classes = len(asking.ground.schema.task.classes)
    least = max(FEWEST_ROWS, ROWS_OF_CLASS * n_classes, min(LEAST_ROWS, n_rows // 4))
    if n_rows < DOUBLE * least:
        raise DataError(
            f"{plural(n_rows, 'row')} to train on",
            f"{DOUBLE * least}: twice the {least} of the smallest share",
            try_="more rows; with so few, more rows help as a rule",
        )
    doublings = math.floor(math.log2(n_rows / least))
    n_sizes = min(MOST, max(FEWEST, doublings + 1))
    # Doublings where the rows allow enough of them, else smaller steps down to the least.
    step = DOUBLE if doublings + 1 >= FEWEST else (n_rows / least) ** (1 / (FEWEST - 1))
    return tuple(step**-i for i in reversed(range(n_sizes))), way


def _rounds(arena: Arena, asking: Asking) -> list[list[Entry]]:
    """Each repeat of the folds is a round; in time, each seed. All make as many steps."""
    timed = asking.ground.schema.order is not None
    seeds = tuple(range(MOST_ROUNDS)) if timed else (0,)
    full = [p for p in arena.data.parts if p.variant == arena.data.parts[-1].variant]
    of_all = {(e.part.place, e.seed): e.member for e in arena.entries(parts=full, seeds=seeds)}
    entries = []
    for entry in arena.entries(seeds=seeds):
        like = of_all[entry.part.place, entry.seed]
        member = replace(
            entry.member,
            total_steps=like.total_steps,
            epoch_steps=like.epoch_steps,
            patience=like.patience,
        )
        entries.append(replace(entry, member=member))
    rounds: list[list[Entry]] = [[] for _ in range(MOST_ROUNDS)]
    for entry in entries:
        rounds[entry.seed if timed else entry.part.place // PLACES].append(entry)
    return rounds


def _curve(arena: Arena, found: Sequence[Pass], seed: int) -> _Curve:
    variants = list(dict.fromkeys(part.variant for part in arena.data.parts))
    rows = np.array(
        [
            np.mean([len(p.view.train) for p in arena.data.parts if p.variant == variant])
            for variant in variants
        ]
    )
    scores = by_place(found, [f"{NAME}, {variant}" for variant in variants])
    overlap = arena.overlap()
    metric = METRICS[arena.data.ground.design.word("metric")]
    least, most = metric_range(arena.data.ground.design.word("metric"), metric.higher_is_better)
    fit = learning_curve(
        rows,
        scores,
        higher_is_better=metric.higher_is_better,
        best=most if metric.higher_is_better else least,
        overlap=overlap[variants[-1]],
        seed=seed,
    )
    return _Curve(rows, scores, tuple(overlap[variant] for variant in variants), fit)


def _unit(asking: Asking, fit: Forecast) -> Unit:
    higher = METRICS[asking.metric].higher_is_better
    return Unit(metric=asking.metric, higher_is_better=higher, base=fit.now)


def _tell(asking: Asking, curve: _Curve, n_networks: int) -> None:
    """Say how it was measured, and what a reader must know."""
    n_places, n_seeds, n_sizes = curve.scores.shape
    timed = asking.ground.schema.order is not None
    asking.how += [
        f"{plural(n_sizes, 'share')} of the training rows, each within the next larger,"
        f" × {plural(n_places, 'validation set')} × {plural(n_seeds, 'seed')};"
        f" {n_networks} networks trained together at a time, those of one validation set alike"
        " but for their rows."
        + (" Shares are drawn from all times before a validation set." if timed else ""),
        "All make as many steps as networks on all rows do, and keep the best of them: with as"
        " many epochs, small shares would stop short and the curve would promise too much. The"
        " learning rate is that of all rows.",
        "The curve is a "
        + ("power law, limit + scale · rows^−power" if curve.fit.power else "straight line over"
           " the logarithm of the rows, through the last sizes")
        + f", through {curve.fit.n_points} sizes; the 95 % interval comes from whole validation"
        " sets resampled, widened for their number and for the training rows that they share"
        " (Nadeau and Bengio 2003).",
    ]  # fmt: skip
    asking.cautions.append("it holds if new rows are like these, and if the curve goes on as it is")
    if curve.fit.n_curves < PLACES:
        asking.cautions.append(
            f"the curve rests on {plural(curve.fit.n_curves, 'validation set')}: more --time"
            " gives it more"
        )
    if asking.ground.schema.group is not None:
        asking.cautions.append(
            "shares hold rows of all groups: rows of new groups may bring more than the curve says"
        )


def _reply(asking: Asking, curve: _Curve, ended: str) -> Reply:
    fit, unit = curve.fit, _unit(asking, curve.fit)
    numbers = {
        "training rows": fit.rows,
        "score now": fit.now,
        "score with twice the rows": fit.doubled,
        "gain": fit.gain,
        "gain, low": fit.gain_low,
        "gain, high": fit.gain_high,
        "limit": fit.limit,
        "scale": fit.scale,
        "power": fit.power,
    }
    if not fit.power:  # of a line, the limit is no limit
        del numbers["limit"]
    return asking.reply(
        sentence=_sentence(fit, unit),
        clear=fit.gain_low > 0 or fit.gain_high < 0 or _is_flat(fit, unit),
        columns=("training rows", asking.metric, "low", "high", "networks"),
        rows=_rows(curve, unit),
        picture=_picture(curve, unit),
        numbers={name: value for name, value in numbers.items() if math.isfinite(value)},
        ended=ended,
    )


def _is_flat(fit: Forecast, unit: Unit) -> bool:
    return max(abs(unit.change(fit.gain_low)), abs(unit.change(fit.gain_high))) <= FLAT


def _sentence(fit: Forecast, unit: Unit) -> str:
    name = metric_name(unit.metric)
    twice = f"wice the rows ({count(round(DOUBLE * fit.rows))} instead of {count(round(fit.rows))})"
    if not math.isfinite(fit.gain_low):
        return f"T{twice} may bring {name} {unit.words(fit.gain)}: too few trainings to tell."
    told = f"95 % interval {unit.between(fit.gain_low, fit.gain_high)}"
    if _is_flat(fit, unit):
        return f"The curve is flat: t{twice} should bring {name} {unit.words(fit.gain)} ({told})."
    if fit.gain_low > 0:
        return f"T{twice} should bring {name} {unit.words(fit.gain)} ({told})."
    if fit.gain_high < 0:
        return f"More rows make it worse here: t{twice}, {name} {unit.words(fit.gain)} ({told})."
    return f"No clear gain from more rows: t{twice}, {name} {unit.words(fit.gain)} ({told})."


def _intervals(curve: _Curve, unit: Unit) -> list[tuple[float, float | None, float | None, int]]:
    """Mean of each size, its interval, and how many networks."""
    found = []
    for i, overlap in enumerate(curve.overlaps):
        values = spread.by_place(curve.scores[:, :, i])
        alone = len(curve.scores) == 1
        low, high = spread.t_interval(list(values), 0.0 if alone else overlap)
        mean = float(values.mean()) if len(values) else math.nan
        n = int(np.isfinite(curve.scores[:, :, i]).sum())
        low, high = np.clip([low, high], *metric_range(unit.metric, unit.higher_is_better))
        ends = (float(low), float(high)) if math.isfinite(low) else (None, None)
        found.append((mean, *ends, n))
    return found


def _rows(curve: _Curve, unit: Unit) -> list[tuple[float | int | str | None, ...]]:
    rows: list[tuple[float | int | str | None, ...]] = [
        (round(n), mean if math.isfinite(mean) else None, low, high, networks)
        for n, (mean, low, high, networks) in zip(curve.rows, _intervals(curve, unit), strict=True)
    ]
    fit = curve.fit
    ends = (fit.low, fit.high) if math.isfinite(fit.low) else (None, None)
    return [*rows, (round(DOUBLE * fit.rows), fit.doubled, *ends, "foretold")]


def _picture(curve: _Curve, unit: Unit) -> Picture:
    measured, fit = _intervals(curve, unit), curve.fit
    first = curve.rows[0] if fit.power else curve.rows[-min(fit.n_points, len(curve.rows))]
    drawn = np.geomspace(first, DOUBLE * fit.rows, DRAWN)
    ends = (fit.low, fit.high) if math.isfinite(fit.low) else (None, None)
    better = "higher" if unit.higher_is_better else "lower"
    return Picture(
        title=f"{metric_name(unit.metric)} by number of training rows",
        x="training rows",
        y=f"{metric_name(unit.metric)} ({better} is better)",
        series=(
            Series(
                name="measured",
                x=tuple(float(n) for n in curve.rows),
                y=tuple(m if math.isfinite(m) else None for m, *_ in measured),
                low=tuple(low for _, low, _, _ in measured),
                high=tuple(high for _, _, high, _ in measured),
                drawn="points",
            ),
            Series(
                name=f"fitted {fit.form}",
                x=tuple(float(n) for n in drawn),
                y=tuple(float(v) for v in value_at(fit, drawn)),
                drawn="dashes",
            ),
            Series(
                name="foretold",
                x=(DOUBLE * fit.rows,),
                y=(fit.doubled,),
                low=(ends[0],),
                high=(ends[1],),
                drawn="points",
                told=(f"{number(fit.doubled)} with {count(round(DOUBLE * fit.rows))} rows",),
            ),
        ),
        x_log=True,
    )
