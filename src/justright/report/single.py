"""One network in the place of an ensemble, in words: for the report, the card and the terminal."""

from justright.kinds import Single
from justright.report.sections.design import value_text
from justright.report.words import count, lever_name, metric_name, number, plural, signed

#: Digits of a metric that is compared with another: three would hide small losses.
_DIGITS = 4
#: Levers that are named.
_MOST = 3


def single_words(single: Single) -> str:
    """What the one network loses against the ensemble that taught it, in one sentence.

    Args:
        single: The one network.

    Example:
        >>> single_words(Single(metric="rmse", n_rows=200, tested=True, n_networks=14,
        ...     n_parameters=100, n_before=1400, levers={"width": 256}))
        'One network instead of 14, with 14 times fewer weights. It has width 256.'
    """
    said = f"One network instead of {count(single.n_networks)}"
    if single.value is not None and single.before is not None:
        rows = "test" if single.tested else "validation"
        said += (
            f": {metric_name(single.metric)} {number(single.value, _DIGITS)} instead of"
            f" {number(single.before, _DIGITS)} on {plural(single.n_rows, f'{rows} row')}"
            f"{_span(single)}"
        )
    said += f", with {_fewer(single)}"
    named = [f"{lever_name(n)} {value_text(v)}" for n, v in single.levers.items()]
    more = [f"{plural(len(named) - _MOST, 'more lever')} of its own"] if len(named) > _MOST else []
    changed = ", ".join([*named[:_MOST], *more])
    return f"{said}. It has {changed}." if changed else f"{said}."


def _span(single: Single) -> str:
    if single.loss is None or single.low is None or single.high is None:
        return ""
    ends = f"95 % interval {signed(single.low)} to {signed(single.high)}"
    return f" (it loses {signed(single.loss)}, {ends})"


def _fewer(single: Single) -> str:
    times = single.n_before / single.n_parameters
    if times >= 1:
        return f"{number(times, 2)} times fewer weights"
    return f"{number(1 / times, 2)} times more weights"
