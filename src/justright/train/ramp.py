"""The learning-rate ramp: the rates to step through, and what the losses say about them."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from justright.kinds import Ramp
from justright.train.ramp_curve import Curve, n_early, read_curve
from justright.train.schedules import HIGHEST, LOWEST

SAFETY = 0.5  # of the diverging rate; the guides' "at most half the rate that diverges"
TENTH = 0.1  # of the rate with the lowest loss; fastai's lr_find
MIN_RUN = 5  # losses; fewer that fall in a row are no valley. House guess
MIN_SHARE = 0.5  # of the steps between flat start and minimum; fewer that fall are noise
FLAT = 0.5  # of the steps; a flat start as long is worth a word, as it is steps lost
NOISY = 0.5  # of the gain; one step's noise beyond it moves the valley by more than a factor of 2
COARSE = 8  # steps a decade; at fewer each step raises the rate by more than a third


def ramp_rates(n_steps: int, low: float = LOWEST, high: float = HIGHEST) -> tuple[float, ...]:
    """The rate of each step, rising by the same factor every time.

    Args:
        n_steps: Steps, at least 2.
        low: Rate of the first step.
        high: Rate of the last step.

    Returns:
        One rate a step.

    Raises:
        ValueError: If there are too few steps or the ends are out of order.

    Source:
        Smith 2017, section 3.3, https://arxiv.org/abs/1506.01186, where the rate rises linearly;
        geometrically as in fastai, since good rates differ by decades.

    Example:
        >>> ramp_rates(4, 0.001, 1.0)
        (0.001, 0.01, 0.1, 1.0)
    """
    if n_steps < 2:
        raise ValueError(f"a ramp has at least 2 steps: {n_steps=}")
    if not 0 < low < high < math.inf:
        raise ValueError(f"a ramp rises from a rate above 0: {low=}, {high=}")
    return tuple(float(f"{r:.8g}") for r in np.geomspace(low, high, n_steps))


def read_ramp(
    rates: Sequence[float],
    losses: Sequence[float | None],
    *,
    start_loss: float,
    fallback: float,
    rows_per_pass_steps: int,
) -> Ramp:
    """Choose a rate from the losses of one training whose rate rises.

    The rule: the valley where it is sound; else a tenth of the rate with the lowest loss; never
    above half of the diverging rate. The fallback is kept where no rate gained anything, at most
    half of the diverging rate there too. The valley comes first because noise moves it least: over
    300 made-up ramps of 100 steps, with noise half as large as the gain, nine in ten valleys lay
    within a factor of 3 of their median, the steepest descents only within a factor of 10.

    Args:
        rates: Rate of each step, rising.
        losses: Training loss of each step, before its update; None or nan where not finite.
        start_loss: Loss before the first step, measured as the steps' losses are (the same loss,
            with dropout where they have it).
        fallback: The rule book's rate.
        rows_per_pass_steps: Steps that one pass over the rows has.

    Returns:
        The ramp with its suggestions, the choice, the reason and what to be careful about.

    Raises:
        ValueError: If the rates do not rise from above 0, or there are not as many losses.

    Source:
        Smith 2017, https://arxiv.org/abs/1506.01186; suggestions as in lr_find of fastai,
        https://docs.fast.ai/callback.schedule.html

    Example:
        >>> rates = ramp_rates(71)
        >>> losses = [1 - 0.6 / (1 + (3e-3 / r) ** 2) if r < 0.9 else 50.0 for r in rates]
        >>> ramp = read_ramp(rates, losses, start_loss=1.0, fallback=1e-3, rows_per_pass_steps=71)
        >>> ramp.chosen < ramp.suggestions["half_diverging"], ramp.reason
        (True, 'the middle of the valley, the longest run of falling losses')
    """
    values = _checked(rates, losses, rows_per_pass_steps)
    curve = read_curve(np.asarray(rates, dtype=float), values, start_loss)
    diverges_at = None if curve is None else _diverges_at(rates, curve)
    suggestions = _suggestions(curve, diverges_at) if curve is not None else {}
    chosen, reason = _choose(curve, suggestions, fallback, min(rates, default=0.0))
    lines: list[float | None] = [None] * len(rates)
    if curve is not None:
        for step, loss in zip(curve.steps, curve.smooth, strict=True):
            lines[int(step)] = float(loss)
    return Ramp(
        rates=tuple(rates),
        losses=tuple(v if math.isfinite(v) else None for v in values.tolist()),
        smoothed=tuple(lines),
        n_steps=len(rates),
        start_loss=start_loss,
        suggestions=suggestions,
        diverges_at=diverges_at,
        chosen=chosen,
        reason=reason,
        cautions=tuple(_cautions(rates, values, curve, suggestions, rows_per_pass_steps)),
    )


def longest_fall(losses: Sequence[float]) -> list[int]:
    """Places of the longest run of losses each below the one before; others may lie between.

    Args:
        losses: Finite losses.

    Returns:
        Places, rising.

    Example:
        >>> longest_fall([5.0, 4.0, 9.0, 3.0])
        [0, 1, 3]
    """
    lasts: list[float] = []  # negated: the highest loss that ends a run of each length
    places: list[int] = []
    before: list[int] = []
    for place, loss in enumerate(losses):
        length = bisect_left(lasts, -loss)
        before.append(places[length - 1] if length else -1)
        lasts[length : length + 1] = [-loss]
        places[length : length + 1] = [place]
    run = places[-1:]
    while run and before[run[-1]] >= 0:
        run.append(before[run[-1]])
    return run[::-1]


def _checked(
    rates: Sequence[float], losses: Sequence[float | None], rows_per_pass_steps: int
) -> np.ndarray:
    """The losses with nan where they are not finite, once the arguments are seen to fit."""
    if len(rates) != len(losses):
        raise ValueError(f"one loss a rate: {len(rates)=}, {len(losses)=}")
    if any(not 0 < r < math.inf for r in rates) or any(a >= b for a, b in pairwise(rates)):
        raise ValueError(f"rates rise from above 0: {rates=}")
    if rows_per_pass_steps < 1:
        raise ValueError(f"a pass has at least 1 step: {rows_per_pass_steps=}")
    finite = (math.nan if v is None or not math.isfinite(v) else v for v in losses)
    return np.array(list(finite), dtype=float)


def _diverges_at(rates: Sequence[float], curve: Curve) -> float | None:
    """The rate of the update before the loss that shows it: the loss is that before its update."""
    if curve.diverges is None:
        return None
    return rates[max(curve.diverges - 1, 0)]


def _suggestions(curve: Curve, diverges_at: float | None) -> dict[str, float]:
    """Rates by name, as far as the curve has them."""
    found: dict[str, float] = {}
    if curve.gains:
        # The flat start is left out: a slope there is noise, the fall from a spike is no gain.
        fall = slice(curve.onset, curve.lowest + 1)
        found |= rates_of_fall(curve.rates[fall], curve.smooth[fall])
        found["tenth_of_minimum"] = TENTH * float(curve.rates[curve.lowest])
    if diverges_at is not None:
        found["half_diverging"] = SAFETY * diverges_at
    return found


def rates_of_fall(rates: np.ndarray, smooth: np.ndarray) -> dict[str, float]:
    """Rates by name that follow from how a smoothed loss falls, from its flat start to its minimum.

    Args:
        rates: Rates, rising, shape (rates,).
        smooth: Smoothed losses, shape (rates,).

    Returns:
        `valley` where enough losses fall in a row, and `steepest`.

    Example:
        >>> rates = np.array([1e-4, 1e-3, 1e-2, 1e-1, 1.0])
        >>> rates_of_fall(rates, np.array([1.0, 0.9, 0.5, 0.4, 0.3]))
        {'valley': 0.0001, 'steepest': 0.001}
    """
    found: dict[str, float] = {}
    if (valley := _valley(rates, smooth)) is not None:
        found["valley"] = valley
    if len(smooth) > 1:
        slope = np.gradient(smooth, np.log(rates))
        found["steepest"] = float(rates[np.argmin(slope)])
    return found


def _valley(rates: np.ndarray, smooth: np.ndarray) -> float | None:
    """The middle of the longest run of falling losses; None where too few fall.

    The place is that of the published code, a third of the run and half of another third. Its
    text says two thirds. That code counts back from the end of the run as if no step lay between
    its losses, which noise makes untrue; here the run itself is followed.

    Source:
        `valley` of fastai, from ESRI, https://forums.fast.ai/t/automated-learning-rate-suggester/44199/30
    """
    run = longest_fall(smooth.tolist())
    if len(run) < max(MIN_RUN, MIN_SHARE * len(smooth)):
        return None
    return float(rates[run[len(run) // 3 + len(run) // 6 - 1]])


def _choose(
    curve: Curve | None, suggestions: dict[str, float], fallback: float, lowest: float
) -> tuple[float, str]:
    """The rate and why, as `read_ramp` states the rule."""
    if curve is None:
        return fallback, "no loss of the ramp was finite; the rule book's rate is kept"
    if curve.doubtful:
        return fallback, "the loss lies above the start throughout; the rule book's rate is kept"
    if "valley" in suggestions:
        wanted = suggestions["valley"]
        reason = "the middle of the valley, the longest run of falling losses"
    elif "tenth_of_minimum" in suggestions:
        wanted = max(suggestions["tenth_of_minimum"], lowest)
        reason = "a tenth of the rate with the lowest loss, as no run of falling losses is sound"
    else:
        wanted, reason = fallback, "no rate gained anything in the ramp; the rule book's is kept"
    limit = suggestions.get("half_diverging", math.inf)
    if wanted <= limit:
        return wanted, reason
    return limit, f"half of {limit / SAFETY:.2g}, where training diverges"


def _cautions(
    rates: Sequence[float],
    losses: np.ndarray,
    curve: Curve | None,
    suggestions: dict[str, float],
    rows_per_pass_steps: int,
) -> Iterator[str]:
    """What makes the ramp hard to read, in sentences."""
    n_steps = len(rates)
    if n_steps > rows_per_pass_steps:
        yield (
            f"The ramp passed over the rows {n_steps / rows_per_pass_steps:.1f} times: later "
            "losses are those of rows already learned, so the lowest loss lies too far right."
        )
    if n_steps < 2 or n_steps - 1 < COARSE * math.log10(rates[-1] / rates[0]):
        yield f"The ramp is coarse: {n_steps} steps, fewer than {COARSE} a decade of the rate."
    if curve is None:
        yield "No loss was finite, from the first step on: look at the data, not at the rate."
    elif curve.doubtful:
        yield (
            "The loss lies above the start from the first steps on: the lowest rate is too high, "
            "or the loss before the first step was measured otherwise."
        )
    else:
        yield from _shape_cautions(rates, losses, curve, suggestions)


def _shape_cautions(
    rates: Sequence[float], losses: np.ndarray, curve: Curve, suggestions: dict[str, float]
) -> Iterator[str]:
    """What about the shape of the curve is out of the ordinary."""
    spikes = _n_spikes(losses, curve)
    if spikes:
        yield (
            f"{spikes} of the first {n_early(len(losses))} losses spiked and came back; they "
            "do not count as divergence."
        )
    if not curve.gains:
        yield "The loss never fell by more than its noise explains."
    else:
        if curve.steps[curve.onset] >= FLAT * len(losses):
            yield (
                f"The loss was flat up to {curve.rates[curve.onset]:.2g}, which is more than half "
                "of the steps; that part was left out."
            )
        if curve.noise > NOISY * curve.gain:
            yield (
                "The loss varies from step to step by more than half of what it fell: more steps "
                "or larger batches would make the curve clearer."
            )
        if "valley" not in suggestions:
            yield "Too few losses fall in a row for a valley."
        if curve.still_falls:
            yield "The loss was still falling at the highest rate: the range ends too early."
    if curve.diverges is None:
        yield f"Nothing diverged up to {rates[-1]:.2g}, so no upper bound was seen."
    elif not curve.exploded:
        # An Adam step is about as long as the rate, whatever the gradient: Kingma and Ba 2015, 2.1.
        yield (
            "The loss did not explode but stayed high, usual with Adam, whose steps are bounded, "
            "and else a sign of dead units: the diverging rate is where most of the gain was lost."
        )


def _n_spikes(losses: np.ndarray, curve: Curve) -> int:
    """First losses that are lost or far above the start, whereas training went on."""
    first = losses[: min(n_early(len(losses)), int(curve.steps[-1]) + 1)]
    far = max(abs(curve.gain), 8 * curve.noise)  # as high above as the minimum is below
    return int(np.sum(~(first <= curve.start + far))) if far > 0 else int(np.isnan(first).sum())
