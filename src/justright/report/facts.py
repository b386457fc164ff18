"""The facts that the rule book reads, in words."""

from dataclasses import fields

from justright.kinds import Profile
from justright.report.words import count, number, percent

#: Told elsewhere, or not of the data.
_LEFT_OUT = ("task", "budget_s")


def fact_rows(profile: Profile) -> tuple[tuple[str, str], ...]:
    """Every fact that is not what it is by default: its name and value in words.

    Args:
        profile: The facts.

    Example:
        >>> fact_rows(Profile(task="binary", n_rows=80, missing_share=0.25, n_inputs=3))
        (('rows', '80'), ('inputs', '3'), ('missing share', '25 %'))
    """
    found = []
    for field in fields(profile):
        value = getattr(profile, field.name)
        if field.name not in _LEFT_OUT and value != field.default:
            name = field.name.removeprefix("n_").replace("_", " ")
            found.append((name, _words(value, field.name)))
    return tuple(found)


def _words(value: object, name: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return percent(value) if name.endswith("_share") else number(value)
    return count(value) if isinstance(value, int) else str(value)
