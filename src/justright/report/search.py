"""What a search over designs found, in words: for the report, the card and the terminal."""

from collections import Counter
from collections.abc import Mapping

from justright.kinds import Importance, Pick, Search, Tried, Value
from justright.kinds.search import Fate
from justright.report.sections.design import value_text
from justright.report.words import (
    count,
    lever_name,
    metric_name,
    number,
    percent,
    plural,
    seconds,
    signed,
)

#: Digits of a metric that is compared with another: three would hide small gains.
_DIGITS = 4
#: Levers and members that a line of text names.
_MOST_LEVERS, _MOST_MEMBERS = 3, 5

_FATES: dict[Fate, str] = {
    "cut": "cut early",
    "raced out": "dropped from the race over folds",
    "diverged": "diverged",
    "time": "stopped by the clock",
    "grown": "grown on a few rows",
    "kept": "trained to the end",
}
_ENDS = {
    "time": "It ended with its time.",
    "trials": "It ended with its trials.",
    "no gain": "It ended because more trials had stopped to bring anything.",
    "interrupted": "It was interrupted.",
    "done": "It ended as there was nothing left to try.",
}


def search_words(search: Search) -> tuple[str, ...]:
    """What was tried, what it gained, and how much of that is luck: a few sentences each.

    Args:
        search: The search.

    Returns:
        Plain text, a paragraph each.
    """
    found = (_tried(search), _reached(search), _gain(search), _luck(search))
    return tuple(words for words in found if words)


def search_lines(search: Search) -> tuple[str, ...]:
    """The same with the levers that matter and the members of the ensemble, for plain text.

    Args:
        search: The search.

    Returns:
        Plain text, a line each.
    """
    stages = (f"{stage.name.capitalize()}: {stage.said}" for stage in search.stages)
    return (
        *search_words(search)[:1],
        *stages,
        *search_words(search)[1:],
        *_levers_line(search.importance),
        *_members_lines(search),
    )


def search_brief(search: Search) -> str:
    """What was tried and gained, in one sentence for a small screen.

    Args:
        search: The search.
    """
    n_kept = sum(one.metric is not None for one in search.tried)
    tried = (
        f"{plural(len(search.tried), 'design')} tried in {seconds(search.seconds)}, {count(n_kept)}"
        " on every fold"
    )
    if len(search.picks) == 1 and search.picks[0].number == 0:
        return f"{tried}; none betters the rule book's own beyond chance"
    if search.base is None or search.together is None:
        return f"{tried}; {plural(len(search.picks), 'design')} averaged"
    return (
        f"{tried}; {plural(len(search.picks), 'design')} averaged:"
        f" {metric_name(search.metric)} {number(search.together, _DIGITS)} in validation, instead"
        f" of {number(search.base, _DIGITS)}"
    )


def differences(search: Search, one: Tried, *, short: bool = False) -> str:
    """The levers in which a configuration differs from the rule book's own design.

    Args:
        search: The search; its configuration 0 is the rule book's own.
        one: The configuration.
        short: Whether to leave out what they are there.
    """
    base = next((tried.levers for tried in search.tried if tried.number == 0), {})
    if one.number == 0:
        return "the rule book's own design"
    changed = [
        f"{lever_name(lever)} {value_text(value)}{_instead(lever, {} if short else base)}"
        for lever, value in one.levers.items()
        if not (lever in base and base[lever] == value)
    ]
    return ", ".join(changed) or "as the rule book's own, from another start"


def fate_words(one: Tried) -> str:
    """Why the training of a configuration ended, and how far it had come.

    Example:
        >>> fate_words(Tried(number=3, idea="uniform", levers={}, rung=0, step_share=0.15,
        ...     score=0.4, metric=None, n_parameters=9, cost_s=0.1, at_s=2.0, fate="cut"))
        'cut early, after 15 % of its steps'
    """
    said = _FATES[one.fate]
    return (
        said
        if one.fate in ("kept", "grown")
        else f"{said}, after {percent(one.step_share)} of its steps"
    )


def share_words(one: Importance) -> str:
    """The interval of a lever's share.

    Example:
        >>> share_words(Importance(lever="depth", share=0.4, low=0.3, high=0.52))
        '30 % to 52 %'
    """
    return f"{percent(one.low)} to {percent(one.high)}"


def members(search: Search) -> tuple[tuple[Pick, Tried], ...]:
    """The ensemble with its configurations, the heaviest first."""
    by_number = {one.number: one for one in search.tried}
    return tuple((p, by_number[p.number]) for p in search.picks if p.number in by_number)


def _instead(lever: str, base: Mapping[str, Value]) -> str:
    return f" instead of {value_text(base[lever])}" if lever in base else ""


def _tried(search: Search) -> str:
    n = len(search.tried)
    if not n:
        return "The search came to no training."
    rate = f", {count(round(60 * n / search.seconds))} a minute" if search.seconds > 0 else ""
    fates = Counter(one.fate for one in search.tried)
    ends = ", ".join(
        f"{count(fates[fate])} {words}" for fate, words in _FATES.items() if fates[fate]
    )
    by = f", proposed by the {search.sampler} sampler" if search.sampler else ""
    said = f"The search tried {plural(n, 'design')} in {seconds(search.seconds)}{rate}{by}: {ends}."
    return f"{said} {_ENDS.get(search.ended, '')}".strip()


def _reached(search: Search) -> str:
    named = (
        ("the rule book's own design", search.base),
        ("the best single one", search.best),
        ("the ensemble", search.together),
    )
    told = [f"{number(value, _DIGITS)} by {name}" for name, value in named if value is not None]
    if not told:
        return ""
    return f"Out of fold, {metric_name(search.metric)} is {', '.join(told)}."


def _gain(search: Search) -> str:
    """The gain on rows that did not choose, and whether it is one."""
    if [pick.number for pick in search.picks] == [0]:
        return "The rule book's own design stays: nothing that was tried made it better."
    if search.gain is None:
        return (
            "What choosing gains on rows that had no part in the choice could not be told."
            if search.picks
            else ""
        )
    ensemble = "The ensemble" if len(search.picks) > 1 else "The chosen design"
    where = "on rows that had no part in choosing it"
    span = ""
    if search.low is not None and search.high is not None:
        ends = f"{signed(search.low)} to {signed(search.high)}"
        span = f" (95 % interval of the gain {ends})"
        if search.low <= 0 <= search.high:
            return (
                f"{ensemble} brings no clear gain over the rule book's own design {where}: "
                f"{signed(search.gain)} in {metric_name(search.metric)}{span}."
            )
    verdict = "better" if search.gain > 0 else "worse"
    return (
        f"{ensemble} is {verdict} than the rule book's own design by "
        f"{number(abs(search.gain))} in {metric_name(search.metric)}{span}, {where}."
    )


def _luck(search: Search) -> str:
    """The winner's curse, in words."""
    if search.base is None or search.best is None:
        return ""
    lead = (search.best - search.base) * (1 if search.higher_is_better else -1)
    if lead <= 0:
        return "No single design was better than the rule book's own."
    said = f"The best single design leads the rule book's own by {number(lead)}"
    if search.luck is None:
        return f"{said}; how much of that is luck could not be told."
    if search.luck == 0:
        return f"{said}, and nothing of that seems to be luck."
    return (
        f"{said}, of which about {number(search.luck)} ({percent(min(search.luck / lead, 1.0))}) "
        "is luck: the best of many looks better than it is."
    )


def _levers_line(found: tuple[Importance, ...]) -> tuple[str, ...]:
    told = [
        f"{lever_name(one.lever)} {percent(one.share)} ({share_words(one)})"
        for one in found[:_MOST_LEVERS]
        if one.share > 0
    ]
    return (f"What the scores depend on: {', '.join(told)}.",) if told else ()


def _members_lines(search: Search) -> tuple[str, ...]:
    found = members(search)
    lines = [
        f"{percent(pick.weight)} no. {one.number}: {differences(search, one)}"
        for pick, one in found[:_MOST_MEMBERS]
    ]
    more = len(found) - _MOST_MEMBERS
    return (*lines, *([f"and {count(more)} more"] if more > 0 else []))
