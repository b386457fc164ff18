"""A learning rate at which the loss runs away, or jumps and stays where it is."""

import math

from justright.doctor.check import Check
from justright.doctor.curve import curve_of, main_track, training_loss, trivial, typical_update
from justright.doctor.evidence import Breakdown, Evidence, Track
from justright.kinds import Finding, Severity

RUNS_AWAY = 3.0  # times the first loss: noise of the batches seldom doubles a window's median
FAR = 20.0  # times: no doubt left
LARGE_STEP = 0.05  # of the weights in one step; sound training moves about 0.001 (Karpathy 2019)
HUGE_STEP = 0.3  # of the weights: they are made anew every few steps
LEAP = 1.0  # of the weights in the very first step: what is left may have no gradient at all
STUCK = 0.98  # of the trivial loss, or of the first: nothing was learnt


def judge(evidence: Evidence) -> Finding | None:
    """Tell a loss that runs away, or weights that are thrown about, from one that learns."""
    for track in evidence.tracks:
        found = _judge(evidence, track)
        if found is not None:
            return found
    return None


def _judge(evidence: Evidence, track: Track) -> Finding | None:
    broken = evidence.breakdown
    if broken is not None and (broken.in_input or broken.in_target):
        return None
    rate = track.options.get("lr", 0.0)
    early = _early_update(track)
    losses = [x for x in track.loss if x is not None]
    if track.first_bad_step is not None and evidence.door == "member":
        # The losses of a population cannot fail by themselves: no logarithm of 0, no 0 / 0.
        sign = f"learning rate {rate:g}: diverged at step {track.first_bad_step:,}"
        return _found(track, Severity.STOP, 0.95, sign, early)
    if track.first_bad_step is not None and broken is not None:
        return _blown(broken, track, losses, rate, early)
    curve = curve_of(track.loss)
    if curve is None or not rate:
        return None
    level = trivial(training_loss(evidence))
    base = max(abs(curve.first), level or 0.0, 1e-12)
    own = main_track(evidence) is not None
    times = curve.last / base
    if times > RUNS_AWAY and (own or times > FAR):
        return _found(
            track, Severity.STOP, 0.9 if times > FAR else 0.75,
            f"the loss rose from {curve.first:.3g} to {curve.last:.3g} over {curve.n} steps"
            f" at a learning rate of {rate:g}",
            early,
        )  # fmt: skip
    peak = max(curve.middles)
    if own and peak > FAR * base and curve.last > STUCK * base:
        return _found(
            track, Severity.STOP, 0.85,
            f"the loss jumped from {curve.first:.3g} to {peak:.3g} and is at {curve.last:.3g}"
            f" after {curve.n} steps at a learning rate of {rate:g}",
            early,
        )  # fmt: skip
    return _thrown(evidence, track, early, base)


def _thrown(evidence: Evidence, track: Track, early: float | None, base: float) -> Finding | None:
    """Weights that each step makes anew, while nothing is learnt."""
    curve, later = curve_of(track.loss), typical_update(track)
    if curve is None or main_track(evidence) is None or early is None or later is None:
        return None
    level = trivial(training_loss(evidence)) or curve.first
    stuck = curve.last > STUCK * level or (curve.last > 0.9 * level and later > LARGE_STEP)
    if early <= LARGE_STEP or not stuck:
        return None
    rate = track.options.get("lr", 0.0)
    sure = 0.8 if early > HUGE_STEP else 0.6
    steps = f"steps changed the weights by {early:.0%} each"
    if early > LEAP:
        steps = f"step changed the weights by {early:.0%}"
    return _found(
        track, Severity.STOP, sure,
        f"the first {steps} at a learning rate of {rate:g},"
        f" and the loss stays at {curve.last:.3g} (a constant prediction has {level:.3g})",
        early,
    )  # fmt: skip


def _blown(
    broken: Breakdown, track: Track, losses: list[float], rate: float, early: float | None
) -> Finding | None:
    """A loss that is not finite: the rate's doing where it grew before, or steps were large."""
    grew = len(losses) >= 2 and max(losses[1:]) > RUNS_AWAY * max(abs(losses[0]), 1e-12)
    threw = early is not None and early > LARGE_STEP
    if broken.step == 0 or not (grew or threw):
        return None
    peak = f", after it had grown from {losses[0]:.3g} to {max(losses):.3g}" if grew else ""
    return _found(
        track, Severity.STOP, 0.95 if grew else 0.7,
        f"the loss is {broken.loss} after {broken.step} steps at a learning rate of"
        f" {rate:g}{peak}",
        early,
    )  # fmt: skip


def _early_update(track: Track) -> float | None:
    """Median share by which one of the first steps changed a parameter; of a leap, the first's."""
    early = typical_update(track, 4)
    first = typical_update(track, 1)
    return first if early is not None and first is not None and first > LEAP else early


def _found(
    track: Track, severity: Severity, confidence: float, sign: str, early: float | None
) -> Finding:
    rate = track.options.get("lr", 0.0)
    numbers = {"learning_rate": rate}
    if early is not None:
        numbers["early_update"] = early
    return Finding(
        check=RATE_TOO_HIGH.id,
        severity=severity,
        sign=sign,
        meaning="the learning rate is too high: each step leaps over the minimum",
        remedy=f"lower the learning rate: lr={rate:g} -> lr={_lower(rate, early):g}",
        numbers=numbers,
        confidence=confidence,
    )


def _lower(rate: float, early: float | None) -> float:
    """A rate whose first steps change the weights by about a hundredth, a tenth at most."""
    factor = 0.1 if early is None else min(0.1, 0.01 / max(early, 1e-12))
    factor = max(factor, 1e-4)
    return float(f"{rate * 10 ** math.floor(math.log10(factor)):.1g}")


RATE_TOO_HIGH = Check(
    id="learning-rate-too-high",
    fault=13,
    asks="Does the loss come down at this learning rate?",
    needs=frozenset({"tracks"}),
    measured="Medians of the loss over twentieths of the training, against the first steps and"
    " the best constant: alarm where it ends 3 times higher, or jumps 20 times and does not come"
    " back, or becomes infinite after growing, or stays where a constant is while the first"
    " steps changed the weights by more than 5 % each (sound training: about 0.1 %).",
    judge=judge,
    remedy="Lower the learning rate by 10; a warm-up helps where only the start is rough.",
    confirm="run the same steps again at a tenth of the rate",
    source="Karpathy 2019, A Recipe for Training Neural Networks; Goodfellow et al. 2016, 11.4.1",
    example=Evidence(
        door="watch",
        tracks=(
            Track(
                name="optimizer",
                kind="SGD",
                n_steps=60,
                options={"lr": 3.0},
                steps=tuple(range(60)),
                loss=tuple(0.7 * 1.2**i for i in range(60)),
            ),
        ),
    ),
)
