"""Why a trial was not made."""

from justright.doctor.trials.clock import now_s

UNKNOWN_LEAST = "the least value of this loss function is not known"
TOO_SLOW = "the network is too slow for the time given"


class NotTried(Exception):
    """Why a trial does not fit this model, in words."""


def within_time(seconds: float, until: float) -> None:
    """Refuse what cannot be done in time.

    Args:
        seconds: What it takes, about.
        until: Moment of `now_s` that it must be done by.

    Raises:
        NotTried: Where it cannot.

    Example:
        >>> within_time(1.0, now_s() + 60)
    """
    if now_s() + seconds > until:
        raise NotTried(TOO_SLOW)
