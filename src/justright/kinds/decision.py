"""A lever's value with its origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: What a lever can be set to.
Value = bool | int | float | str

Origin = Literal["rule", "measurement", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A rule that did not decide, and why not.

    Attributes:
        rule: Id of the rule.
        choice: What it would have chosen.
        when: Its condition, in words.
        because: Why it did not decide: its condition does not hold, or an earlier rule decided.
    """

    rule: str
    choice: str
    when: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A lever's value, and where it comes from.

    Attributes:
        lever: Name of the lever.
        value: What was chosen.
        unit: Unit of the value; empty for a word.
        origin: A rule, a measurement on the user's data, or the user.
        rule: Id of the rule; "measured" or "user" otherwise.
        when: The rule's condition, in words.
        reason: Why, in one sentence.
        source: The published source of the reason.
        passed_over: The rules that did not decide.
        evidence: The figures behind a measurement, by name.
    """

    lever: str
    value: Value
    unit: str = ""
    origin: Origin
    rule: str
    when: str = ""
    reason: str
    source: str
    passed_over: tuple[PassedOver, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)
