"""What learning rate? One design at rates from 1e-6 to 10, and at other batch sizes."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from justright.designer.levers import words
from justright.kinds import Design, Mark, Picture, Ramp, Reply, Series
from justright.recipes.arena import Arena
from justright.recipes.asking import Asking
from justright.recipes.network import spec_of
from justright.recipes.preflight import look_over
from justright.recipes.ramp import ramp
from justright.recipes.rate_curve import RateCurve, rate_curve
from justright.recipes.rounds import Round, rounds_of
from justright.report.words import number, plural
from justright.search.spread import LEVEL
from justright.train.range_test import BAND, rates

CONSTANT, OWN = "constant rate", "the design's schedule"  # names of curves
BATCHES = (4.0, 1 / 4)  # of the design's batch size; the larger is the cheaper
LEAST_BATCH = 4  # rows; below it batch statistics and gradients are mostly noise
REACH = 30.0  # times: how far from the best rate others are tried; 4 times the batch moves it by 4
SHARE, RAMP_SHARE = 0.5, 0.2  # of the time that is left, for the first curve and the ramp
NEAR = 1.5  # times; best rates nearer than that are told as one
BEYOND = 1.0  # gains above the start up to which losses are drawn


@dataclass(slots=True)
class _Found:
    """What came out so far."""

    curves: dict[str, RateCurve] = field(default_factory=dict)
    batches: dict[str, int] = field(default_factory=dict)
    ramp: Ramp | None = None

    @property
    def base(self) -> RateCurve:
        """The design's batch size at constant rates."""
        return self.curves[CONSTANT]

    @property
    def peak(self) -> float:
        """The rate for the design as `fit` trains it."""
        own = self.curves.get(OWN, self.base)
        return own.best if own.is_fair else self.base.best


def answer(asking: Asking) -> Reply:
    """Train the design at many rates: constant, under its own schedule, at other batch sizes.

    Args:
        asking: The question.

    Raises:
        PreflightError: If the network fails a check before training.
        BudgetError: If no time is left.
    """
    data = asking.parted()
    arena = Arena(data, _designs(asking), asking.seed)
    own = asking.ground.design
    asking.watch.stage("preflight")
    look_over(own, spec_of(own, arena.laid.encoded.layout), arena.laid.encoded, asking.seed)
    asking.refuse_late("time for one round of networks")
    asking.watch.stage("training")
    found, rounds = _Found(), rounds_of(arena, asking)
    _add(arena, asking, found, rounds, CONSTANT, SHARE)
    others = [name for name in arena.designs if name != CONSTANT] if found.base.gains else []
    if others:
        found.ramp = _ramp(arena, asking)
    for place, name in enumerate(others):
        if asking.watch.should_stop() or asking.left_s <= 0:
            asking.cautions.append(f"no time was left for: {', '.join(others[place:])}")
            break
        before = len(asking.cautions)
        _add(arena, asking, found, rounds, name, 1 / (len(others) - place))
        del asking.cautions[before:]  # told of all of these at once
    _tell(asking, found)
    return _reply(asking, found)


def _add(
    arena: Arena, asking: Asking, found: _Found, rounds: Sequence[Round], name: str, share: float
) -> None:
    """Train one design at all rates, or at those near the best one that is known."""
    found.curves[name] = rate_curve(
        arena,
        asking,
        name,
        _near(found.base.best) if found.curves else rates(),
        rounds,
        limit_s=share * asking.left_s,
        rest=found.base.rest if found.curves else None,
    )
    found.batches[name] = arena.entries([name], arena.data.parts[:1])[0].member.batch_size


def _designs(asking: Asking) -> dict[str, Design]:
    """The design at a constant rate, as it is, and at a constant rate with other batch sizes."""
    own = asking.ground.design
    constant = asking.with_value(own, "schedule", "constant")
    constant = asking.with_value(constant, "warmup_share", 0.0)
    found = {CONSTANT: constant}
    if (own["schedule"], own["warmup_share"]) != ("constant", 0.0):
        found[OWN] = own
    batch, n_rows = own.count("batch_size"), len(asking.ground.development)
    for times in BATCHES:
        other = round(batch * times)
        if LEAST_BATCH <= other <= n_rows / 2:
            found[f"batches of {other}"] = asking.with_value(constant, "batch_size", other)
    return found


def _near(best: float) -> tuple[float, ...]:
    """The rates within reach of the best one."""
    return tuple(rate for rate in rates() if best / REACH <= rate <= best * REACH)


def _ramp(arena: Arena, asking: Asking) -> Ramp | None:
    """The classic test beside it, where there is time."""
    own, encoded = asking.ground.design, arena.laid.encoded
    found = ramp(
        own,
        spec_of(own, encoded.layout),
        encoded,
        seed=asking.seed,
        deadline_s=time.monotonic() + RAMP_SHARE * max(0.0, asking.left_s),
        progress=asking.watch,
    )
    asking.n_networks += 0 if found is None else found.n_members
    return found


def _tell(asking: Asking, found: _Found) -> None:
    """Say how it was measured, and what a reader must know."""
    base, own = found.base, asking.ground.design
    runs = ", ".join(
        f"{name}: {plural(len(c.rates), 'rate')} × {plural(len(c.losses), 'validation set')}"
        for name, c in found.curves.items()
    )
    asking.how += [
        f"{runs}. Networks of one validation set start alike and see the same batches; each counts"
        " with its lowest validation loss, as a fit keeps the best weights."
        " The lowest mean, smoothed over neighbouring rates, tells the best rate; usable are the"
        f" rates around it that lose at most {100 * BAND:.0f} % of its gain.",
        f"The best rate is the geometric mean of those of {len(base.draws)} resamples of the"
        f" validation sets, its {100 * LEVEL:.0f} % interval where most of them lie; fewer sets are"
        " drawn than there are, as they share training rows.",
    ]
    if OWN in found.curves:
        asking.how.append(
            f"A constant rate is what textbooks mean; a fit trains with the schedule"
            f" {words(own['schedule'])}, whose peak is the lever learning_rate."
        )
    if found.ramp is not None:
        asking.how.append(
            f"The ramp raises the rate at every of {found.ramp.n_steps} steps of"
            f" {plural(found.ramp.n_members, 'network')} and reads the training loss: a rough test"
            " that takes a moment, for comparison."
        )
    asking.cautions += base.sweep.cautions
    parts = [
        f"{n} ({c.share:.2g})" for n, c in found.curves.items() if c.share < 1 and c is not base
    ]
    if not all(curve.is_fair for curve in found.curves.values()):
        asking.cautions.append("what was trained too little or too seldom is not in the sentence")
    if parts:
        asking.cautions.append(f"trained for a part of their epochs only: {', '.join(parts)}")
    if base.share < 1:
        asking.cautions.append("short trainings favour high rates: more --time tells more")


def _reply(asking: Asking, found: _Found) -> Reply:
    base = found.base
    own = asking.ground.design
    return asking.reply(
        sentence=_sentence(asking, found),
        clear=base.is_sure,
        columns=(
            *("training", "batch size", "best rate", "low", "high", "usable from", "usable to"),
            *("diverges at", "networks"),
        ),
        rows=_rows(found, own),
        picture=_picture(found),
        numbers=_numbers(found),
        ended=next((c.ended for c in found.curves.values() if c.ended == "time"), base.ended),
        advice=f"--set learning_rate={found.peak:.2g}" if base.is_sure else "",
    )


def _sentence(asking: Asking, found: _Found) -> str:
    base, sweep = found.base, found.base.sweep
    if not base.gains:
        kept = asking.ground.design.number("learning_rate")
        return (
            f"It cannot be told: no rate learnt more than the noise explains; {number(kept, 2)},"
            " the rule book's, is as good as any."
        )
    told = [
        f"usable {number(base.usable[0], 2)} … {number(base.usable[1], 2)}",
        f"nothing diverges up to {rates()[-1]:g}"
        if sweep.diverges_at is None
        else f"diverges at {number(sweep.diverges_at, 2)}",
    ]
    low, high = base.interval
    if math.isfinite(low):
        told.insert(0, f"95 % interval {number(low, 2)} … {number(high, 2)}")
    said = "" if base.is_sure else "Not clear yet: "
    said += f"{number(base.best, 2)} as a constant rate ({', '.join(told)})"
    if OWN in found.curves and found.curves[OWN].is_fair:
        schedule = words(asking.ground.design["schedule"])
        said += f"; with the design's schedule, {schedule}, "
        near = max(found.peak / base.best, base.best / found.peak) < NEAR
        said += "the same as its peak" if near else f"a peak of {number(found.peak, 2)}"
    trend = _trend(found)
    if trend is not None:
        said += f"; {_moved(base.best, *trend)}"
    return f"{said}."


def _moved(best: float, times: float, low: float, high: float) -> str:
    """How a larger batch moves the rate, in words."""
    batch = f"with {BATCHES[0]:g} times the batch"
    if low <= 1 <= high:
        return f"{batch} no clear change ({number(low, 2)} … {number(high, 2)} times the rate)"
    told = f" (95 % interval {number(low, 2)} … {number(high, 2)})" if math.isfinite(low) else ""
    return f"{batch} about {number(times * best, 2)}, {number(times, 2)} times the rate{told}"


def _trend(found: _Found) -> tuple[float, float, float] | None:
    """How many times the rate goes with `BATCHES[0]` times the batch, and its interval."""
    curves = [c for name, c in found.curves.items() if name != OWN and c.is_fair]
    sizes = [found.batches[name] for name, c in found.curves.items() if name != OWN and c.is_fair]
    if len(curves) < 2:
        return None
    at = np.log(sizes) - np.mean(np.log(sizes))

    def times(best: Sequence[float]) -> float:
        slope = float(at @ np.log(best) / (at @ at))
        return float(BATCHES[0] ** slope)

    draws = [c.draws for c in curves if len(c.draws)]
    low = high = math.nan
    if len(draws) == len(curves):
        beyond = (1 - LEVEL) / 2
        drawn = [times(best) for best in zip(*draws, strict=True)]
        low, high = (float(v) for v in np.quantile(drawn, [beyond, 1 - beyond]))
    return times([c.best for c in curves]), low, high


def _numbers(found: _Found) -> Mapping[str, float]:
    base, trend = found.base, _trend(found)
    low, high = base.interval
    numbers = {
        "best constant rate": base.best,
        "best constant rate, low": low,
        "best constant rate, high": high,
        "peak with the design's schedule": found.peak,
        "usable from": base.usable[0],
        "usable to": base.usable[1],
        "diverges at": base.sweep.diverges_at or math.nan,
        "rate of the ramp": math.nan if found.ramp is None else found.ramp.chosen,
    }
    if trend is not None:
        which = f"{BATCHES[0]:g} times the batch: times the rate"
        numbers |= {which: trend[0], f"{which}, low": trend[1], f"{which}, high": trend[2]}
    return {name: value for name, value in numbers.items() if math.isfinite(value)}


def _rows(found: _Found, own: Design) -> list[tuple[str | int | float | None, ...]]:
    rows: list[tuple[str | int | float | None, ...]] = []
    for name, curve in found.curves.items():
        said = f"schedule {words(own['schedule'])}, peak" if name == OWN else CONSTANT
        low, high = curve.interval
        diverges = curve.sweep.diverges_at
        ends = (low, high) if math.isfinite(low) else (None, None)
        best = curve.best if curve.gains else None
        rows.append(
            (said, found.batches[name], best, *ends, *curve.usable, diverges, curve.n_networks)
        )
    if found.ramp is not None:
        ends = None, None
        one = found.ramp
        rows.append(
            (
                "ramp",
                found.batches[CONSTANT],
                one.chosen,
                *ends,
                *ends,
                one.diverges_at,
                one.n_members,
            )
        )
    return rows


def _picture(found: _Found) -> Picture:
    base = found.base
    sweep = base.sweep
    marks = [Mark(x=base.best, label=f"best, {number(base.best, 2)}")] if base.gains else []
    if base.gains:
        marks += [
            Mark(x=base.usable[0], label="usable from"),
            Mark(x=base.usable[1], label="usable to"),
        ]
    if sweep.diverges_at is not None:
        marks.append(Mark(x=sweep.diverges_at, label="diverges"))
    if found.ramp is not None:
        marks.append(Mark(x=found.ramp.chosen, label=f"ramp, {number(found.ramp.chosen, 2)}"))
    names = {CONSTANT: f"batches of {found.batches[CONSTANT]}"}
    return Picture(
        title="Lowest validation loss at each learning rate",
        x="learning rate",
        y="validation loss (lower is better)",
        series=tuple(_series(names.get(name, name), c) for name, c in found.curves.items()),
        marks=tuple(marks),
        x_log=True,
    )


def _series(name: str, curve: RateCurve) -> Series:
    """The losses of a curve, up to where they explode."""
    sweep = curve.sweep
    best = np.nanmin(np.append(curve.losses.mean(axis=0), sweep.start_loss))
    top = sweep.start_loss + BEYOND * (sweep.start_loss - best)
    points = [curve.mean_and_ends(i) for i in range(len(curve.rates))]
    shown = [p if p[0] is not None and p[0] <= top else (None, None, None) for p in points]
    return Series(
        name=name,
        x=curve.rates,
        y=tuple(mean for mean, _, _ in shown),
        low=tuple(low for _, low, _ in shown),
        high=tuple(high for _, _, high in shown),
    )
