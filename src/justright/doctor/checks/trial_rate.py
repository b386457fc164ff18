"""Whether other learning rates do much better than the user's from the same start."""

from dataclasses import dataclass

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, RateTrial, Trials
from justright.doctor.learnt import learnt
from justright.kinds import Finding, Severity

LEARNS = 0.2  # of the first loss that a lower rate must take off, to say that learning is possible
BLOWN_UP = 2.0  # times the first loss, after the trial: no noise of the batches
BARELY = 0.005  # of what can be learnt; SGD at 0.001 on a small network takes off 0.01
MUCH_MORE = 10.0  # times what the user's rate takes off, by one 100 times as high
WARMING_UP = 2.0  # times the first rate; where the rate rises later, a slow start says nothing


@dataclass(frozen=True, slots=True)
class _Gains:
    """What each rate took off the first loss, and what can be taken off."""

    first: float
    own: float | None
    lower: RateTrial | None
    higher: RateTrial | None
    learnable: float


def judge(evidence: Evidence) -> Finding | None:
    """A rate that fails where a tenth learns is too high; one that rests is too low."""
    trials = evidence.trials
    if trials is None or not trials.rates or trials.rates[0].factor != 1 or learnt(evidence):
        return None
    gains = _gains(trials)
    return _too_high(trials, gains) or _too_low(evidence, trials, gains)


def _gains(trials: Trials) -> _Gains:
    own, *others = trials.rates
    finite = [one for one in others if one.last is not None]

    def best(some: list[RateTrial]) -> RateTrial | None:
        return min(some, key=lambda one: one.last or 0.0, default=None)

    lowest = [one.last for one in trials.rates if one.last is not None]
    if trials.batch_floor is not None:
        lowest.append(trials.batch_floor)
    return _Gains(
        first=own.first,
        own=None if own.last is None else own.first - own.last,
        lower=best([one for one in finite if one.factor < 1]),
        higher=best([one for one in finite if one.factor > 1]),
        learnable=own.first - min(lowest, default=own.first),
    )


def _too_high(trials: Trials, gains: _Gains) -> Finding | None:
    better = gains.lower
    if better is None or better.last is None:
        return None
    if gains.own is not None and gains.own > 0:
        return None
    if gains.first - better.last < LEARNS * abs(gains.first):
        return None
    blown_up = gains.own is None or -gains.own > (BLOWN_UP - 1) * abs(gains.first)
    return _finding(trials, better, "too high", Severity.STOP if blown_up else Severity.WARN)


def _too_low(evidence: Evidence, trials: Trials, gains: _Gains) -> Finding | None:
    better = gains.higher
    if better is None or better.last is None or gains.own is None or gains.learnable <= 0:
        return None
    if any(_rises(track.rate) for track in evidence.tracks):
        return None
    if gains.own > BARELY * gains.learnable or gains.first <= better.last:
        return None
    if gains.first - better.last < MUCH_MORE * max(gains.own, 0.0):
        return None
    return _finding(trials, better, "too low", Severity.WARN)


def _rises(rates: tuple[float, ...]) -> bool:
    return bool(rates) and max(rates) > WARMING_UP * rates[0]


def _finding(trials: Trials, better: RateTrial, what: str, severity: Severity) -> Finding:
    own = trials.rates[0]
    came = "to no finite number" if own.last is None else f"from {own.first:.3g} to {own.last:.3g}"
    rate = trials.rate or 0.0
    return Finding(
        check=TRIAL_RATE.id,
        severity=severity,
        sign=f"in {trials.n_steps} steps on copies the learning rate {rate:.3g} brings the loss "
        f"{came}; {rate * better.factor:.3g} brings it to {better.last:.3g}",
        meaning=f"the learning rate is {what} for this network",
        remedy=f"lr={rate * better.factor:.3g}",
        numbers={
            "rate": rate,
            "better_rate": rate * better.factor,
            "factor": better.factor,
            "better_loss": better.last or 0.0,
        },
        confidence=0.9 if severity is Severity.STOP else 0.7,
    )


TRIAL_RATE = Check(
    id="trial-rate",
    asks="Does the learning rate suit the network from its start?",
    fault=13,
    needs=frozenset({"trials.rates"}),
    measured="Copies take the first 40 steps again with the user's optimizer at 1, 0.1, 0.01, 10 "
    "and 100 times the rate; losses are compared without dropout. Too high: the loss does not "
    "fall, and at a lower rate falls by a fifth; stop where it doubles or is not finite. Too "
    "low: it takes off less than 0.5 % of what can be learnt, and a higher rate 10 times as much. "
    "A rate that is merely slower than another is no fault. Silent where the training itself "
    "came well below a constant, and, for too low, where the rate rises later.",
    judge=judge,
    remedy="The rate of the best trial; then a factor of 3 up and down.",
    confirm="run the first steps again at a tenth, and at ten times, the rate",
    source="Smith 2017, arXiv:1506.01186 (range test); limits of house runs",
    example=Evidence(
        door="check",
        trials=Trials(
            rate=1.0,
            n_steps=40,
            rates=(
                RateTrial(factor=1.0, first=1.4, last=None),
                RateTrial(factor=0.1, first=1.4, last=0.3),
            ),
        ),
    ),
)
