"""One design at many learning rates on several validation sets, and how sure its best rate is."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from justright.kinds import Sweep
from justright.recipes.arena import Arena
from justright.recipes.asking import LEAST_SHARE, Asking
from justright.recipes.judging import Entry
from justright.recipes.passes import KEPT, Pass, passes
from justright.recipes.rounds import FAIR_SHARE, FEWEST_PLACES, Round
from justright.search.spread import LEVEL, t_interval
from justright.train.population import Population
from justright.train.ramp import SAFETY
from justright.train.range_test import read_sweep
from justright.train.schedules import LOWEST

DRAWS = 200  # resamples; enough for the ends of a 95 % interval to within a tenth of its width
LEAST_PLACES = 2  # one has no interval
ROWS = 2_000  # validation rows of a place at most, as in the sweep of a fit
CLEAR = 30.0  # times: how wide it may be for an answer to be one (house conventions)
SURE = 2.0  # times: how wide the interval of the best rate may be for more rounds to be idle

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCurve:
    """What each rate came to, and the best of them.

    Attributes:
        rates: The rates, rising, shape (rates,).
        losses: Lowest validation loss, shape (places, rates); NaN where a network diverged.
        sweep: What is read of their means.
        rest: Training loss of networks that hardly moved.
        draws: Best rate of each resample of the places, shape (resamples,); empty for one place.
        overlap: Validation rows over training rows of a place.
        n_networks: Networks that were trained.
        share: Share of the epochs that they made.
        ended: Why no more were trained: "clear", "time", "interrupted", "done".
    """

    rates: tuple[float, ...]
    losses: Array
    sweep: Sweep
    rest: float
    draws: Array
    overlap: float
    n_networks: int
    share: float
    ended: str

    @property
    def gains(self) -> bool:
        """Whether some rate learnt more than the noise explains."""
        found = "tenth_of_minimum" in self.sweep.suggestions
        # Where resamples say that the lowest rate of all is best, nothing is learnt in them.
        idle = self.interval[0] <= LOWEST
        return found and not idle

    @property
    def is_sure(self) -> bool:
        """Whether the best rate is known to its order."""
        low, high = self.interval
        return self.gains and self.share >= LEAST_SHARE and high <= CLEAR * low

    @property
    def is_fair(self) -> bool:
        """Whether it may stand beside others: places enough, and at least half of the epochs."""
        return self.gains and self.share >= FAIR_SHARE and len(self.losses) >= FEWEST_PLACES

    @property
    def usable(self) -> tuple[float, float]:
        """The rates that are about as good as the best one."""
        return min(self.sweep.usable_low, self.best), max(self.sweep.usable_high, self.best)

    @property
    def best(self) -> float:
        """The best rate: the geometric mean of those of the resamples, which luck moves less.

        Source:
            Breiman 1996, Bagging Predictors, https://doi.org/10.1007/BF00058655
        """
        found = float(np.exp(np.log(self.draws).mean())) if len(self.draws) else self.sweep.best
        if self.sweep.diverges_at is not None:
            found = min(found, SAFETY * self.sweep.diverges_at)
        return float(f"{found:.2g}")

    @property
    def interval(self) -> tuple[float, float]:
        """Between which rates the best one lies; NaN for one place."""
        if not len(self.draws):
            return math.nan, math.nan
        beyond = (1 - LEVEL) / 2
        low, high = np.quantile(self.draws, [beyond, 1 - beyond], method="closest_observation")
        return min(float(low), self.best), max(float(high), self.best)

    def mean_and_ends(self, i: int) -> tuple[float | None, float | None, float | None]:
        """Mean loss of a rate and its 95 % interval; None where a network diverged."""
        own = self.losses[:, i]
        if not np.isfinite(own).all():
            return None, None, None
        low, high = t_interval(list(own), self.overlap)
        sure = math.isfinite(low)
        return float(own.mean()), low if sure else None, high if sure else None


def rate_curve(
    arena: Arena,
    asking: Asking,
    name: str,
    tried: Sequence[float],
    rounds: Sequence[Round],
    *,
    limit_s: float,
    rest: float | None = None,
) -> RateCurve:
    """Train a design of an arena at each rate, round by round, until its best rate is sure.

    Args:
        arena: The design, among others.
        asking: The question.
        name: Name of the design.
        tried: The rates, rising.
        rounds: Views and seeds of each round.
        limit_s: Seconds that it may take.
        rest: Training loss of networks that hardly moved; None for that at the lowest rate.
    """
    end_s = time.monotonic() + min(limit_s, asking.left_s)
    tried, n_places, share, look_s = _fitting(arena, name, tried, rounds[0], end_s)
    asking.tell_share(share)
    entries = [_at_rates(arena, name, tried, (p[:n_places], seeds)) for p, seeds in rounds]
    start = _start_loss(arena, entries[0][:: len(tried)])

    def curve(found: Sequence[Pass], ended: str = "") -> RateCurve:
        return _read(arena, name, tried, found, start, rest, share, ended, asking.seed)

    def enough(found: Sequence[Pass]) -> str:
        low, high = curve(found).interval
        return "clear" if high <= SURE * low else ""

    found, ended = passes(
        arena, asking, entries, share=share, until_s=end_s - look_s, enough=enough, scored=False
    )
    return curve(found, ended)


def _at_rates(arena: Arena, name: str, tried: Sequence[float], one: Round) -> list[Entry]:
    """The networks of a round: for each view and seed one at each rate."""
    parts, seeds = one
    found = []
    for entry in map(fewer_watched, arena.entries(names=[name], parts=parts, seeds=seeds)):
        found += [
            replace(entry, member=replace(entry.member, learning_rate=rate)) for rate in tried
        ]
    return found


def fewer_watched(entry: Entry) -> Entry:
    """A network that is evaluated on few of many validation rows while it trains."""
    view = entry.member.view
    rows = view.validation[:: math.ceil(len(view.validation) / ROWS)]
    return replace(entry, member=replace(entry.member, view=replace(view, validation=rows)))


def _fitting(
    arena: Arena, name: str, tried: Sequence[float], one: Round, end_s: float
) -> tuple[tuple[float, ...], int, float, float]:
    """The rates and places of a round, their share of the epochs, seconds of an evaluation.

    Where time is short, places go first, then every second rate, then epochs.
    """
    parts, seeds = one
    entries = _at_rates(arena, name, tried, (parts[:1], seeds))
    # What a place more costs is taken to be as much again, though many networks share calls.
    pace = arena.pace(entries)
    place_s = arena.expected_s(entries, pace)
    left_s = max(0.0, KEPT * (end_s - time.monotonic()))
    for n_places in range(len(parts), 0, -1):
        share = min(1.0, left_s / (n_places * place_s))
        if share >= FAIR_SHARE:
            return tuple(tried), n_places, share, n_places * pace.look_s
        if n_places <= LEAST_PLACES:
            break
    return tuple(tried[::2]), n_places, min(1.0, 2 * share), n_places * pace.look_s / 2


def _start_loss(arena: Arena, entries: Sequence[Entry]) -> float:
    """Validation loss before the first step, averaged over the views."""
    fresh = Population([entry.member for entry in entries], arena.laid.encoded.data)
    return float(np.mean(fresh.scores()))


def _read(
    arena: Arena,
    name: str,
    tried: Sequence[float],
    found: Sequence[Pass],
    start: float,
    rest: float | None,
    share: float,
    ended: str,
    seed: int,
) -> RateCurve:
    losses, ends = _tables(found, tried)
    rest = float(ends[:, 0].mean()) if rest is None else rest
    for table in (losses, ends):
        table[:, _breaking(ends.mean(axis=0), rest) :] = math.nan

    def read(drawn: Array, train: Array) -> Sweep:
        return read_sweep(
            tried,
            _or_none(train),
            _or_none(drawn),
            start_loss=start,
            n_steps=max(own.trained.outcome.steps for own in found),
            fallback=arena.designs[name].number("learning_rate"),
            start_train_loss=rest if math.isfinite(rest) else start,
            pass_steps=found[0].trained.entries[0].epoch,
        )

    overlap = float(np.mean(list(arena.overlap().values()))) if len(losses) > 1 else 0.0
    return RateCurve(
        rates=tuple(tried),
        losses=losses,
        sweep=read(losses.mean(0), ends.mean(0)),
        rest=rest,
        draws=np.array(
            [
                read(losses[own].mean(0), ends[own].mean(0)).best
                for own in _resampled(len(losses), overlap, seed)
            ]
        ),
        overlap=overlap,
        n_networks=sum(len(own.trained.entries) for own in found),
        share=share,
        ended=ended,
    )


def _resampled(n: int, overlap: float, seed: int) -> NDArray[np.int64]:
    """Places drawn with replacement, shape (resamples, places drawn); no resamples of one place.

    Places share training rows: so many are drawn as independent ones would say as much.
    """
    worth = max(2, round(1 / (1 / n + overlap)))
    return np.random.default_rng(seed).integers(n, size=(DRAWS if n > 1 else 0, worth))


def _breaking(ends: Array, rest: float) -> int:
    """The first rate above those that learn whose training ends worse off than it began.

    A network may have a good moment before it breaks; that is no reason to train at its rate.

    Example:
        >>> _breaking(np.array([1.0, 1.01, 0.5, 0.7, 3.0, 0.9]), 1.0)
        4
    """
    if not np.isfinite(ends).any():
        return 0
    lowest = int(np.nanargmin(ends))
    worse = np.flatnonzero(~(ends[lowest:] <= rest))
    return lowest + int(worse[0]) if len(worse) else len(ends)


def _tables(found: Sequence[Pass], tried: Sequence[float]) -> tuple[Array, Array]:
    """Validation and training losses by place and rate, shape (places, rates); NaN if diverged."""
    own = [
        (entry, score if trace.stopped != "diverged" else math.nan, _last(trace.train_loss))
        for one in found
        for entry, score, trace in zip(
            one.trained.entries, one.trained.outcome.scores, one.trained.outcome.traces, strict=True
        )
    ]
    places = {place: i for i, place in enumerate(sorted({e.part.place for e, _, _ in own}))}
    seeds = {seed: i for i, seed in enumerate(sorted({e.seed for e, _, _ in own}))}
    table = np.full((2, len(places), len(seeds), len(tried)), math.nan)
    at = {rate: i for i, rate in enumerate(tried)}
    for entry, score, train in own:
        where = places[entry.part.place], seeds[entry.seed], at[entry.member.learning_rate]
        table[(slice(None), *where)] = score if math.isfinite(score) else math.nan, train
    return _of_places(table[0]), _of_places(table[1])


def _of_places(table: Array) -> Array:
    """The mean of the seeds of each place; NaN where one diverged."""
    means = table[0] if len(table) == 1 else table.mean(axis=1)
    return np.asarray(means)


def _last(curve: Sequence[float | None]) -> float:
    return math.nan if not curve or curve[-1] is None else curve[-1]


def _or_none(values: Array) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values]
