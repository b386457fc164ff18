"""A remedy that was tried on a copy: what it changed, and what came of it."""

from justright.doctor.evidence import RateTrial, Trials
from justright.kinds import Mended


def own_rate(trials: Trials) -> RateTrial | None:
    """The trial at the user's own rate.

    Example:
        >>> own_rate(Trials()) is None
        True
    """
    return next((trial for trial in trials.rates if trial.factor == 1), None)


def best_rate(trials: Trials) -> RateTrial | None:
    """The rate trial that came lowest; None where none was finite.

    Example:
        >>> best_rate(Trials(rates=(RateTrial(factor=0.1, first=1.0, last=0.5),))).factor
        0.1
    """
    finite = [trial for trial in trials.rates if trial.last is not None]
    return min(finite, key=lambda trial: trial.last or 0.0, default=None)


def mended_rate(trials: Trials, check: str) -> Mended | None:
    """The effect of the best learning rate that was tried, against the user's own.

    Args:
        trials: Figures of the trials.
        check: Id of the finding whose remedy is another rate.

    Returns:
        None where there was no trial of the user's rate, or none came lower.

    Example:
        >>> diverged = RateTrial(factor=1, first=1, last=None)
        >>> rates = (diverged, RateTrial(factor=0.1, first=1, last=0.2))
        >>> mended_rate(Trials(rates=rates, rate=1.0, n_steps=40), "trial-rate").what
        'learning rate 1 -> 0.1'
    """
    own, best = own_rate(trials), best_rate(trials)
    if own is None or best is None or best is own or trials.rate is None:
        return None
    return Mended(
        check=check,
        what=f"learning rate {trials.rate:.3g} -> {trials.rate * best.factor:.3g}",
        before=own.last,
        after=best.last,
        n_steps=trials.n_steps,
    )
