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
class Turn:
    """The nearest fact that would make the rule book decide otherwise, all else alike.

    Attributes:
        when: What would have to be so, as in "rows ≥ 3,000".
        seen: What is so, as in "rows = 569".
        rule: Id of the rule that would decide.
        choice: What it would choose.
    """

    when: str
    seen: str
    rule: str
    choice: str


#: What the rule of a decision begins with where a named design made it.
NAMED = "design:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A lever's value, and where it comes from.

    Attributes:
        lever: Name of the lever.
        value: What was chosen.
        unit: Unit of the value; empty for a word.
        origin: A rule, a measurement on the user's data, or the user.
        rule: Id of the rule, or "design:" and the name of the design that set it; "measured" or
            "user" otherwise.
        when: The rule's condition, in words.
        reason: Why, in one sentence.
        source: The published source of the reason.
        passed_over: The rules that did not decide.
        evidence: The figures behind a measurement, by name.
        turn: The nearest fact that would change the choice; None where no single one would, or
            where no rule decided.
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
    turn: Turn | None = None

    @property
    def named(self) -> str:
        """The named design that set the value; empty where none did.

        Example:
            >>> Decision(lever="depth", value=3, origin="rule", rule="design:realmlp",
            ...          reason="", source="").named
            'realmlp'
        """
        return self.rule.removeprefix(NAMED) if self.rule.startswith(NAMED) else ""

    @property
    def is_given(self) -> bool:
        """Whether the user set the value, or began with a named design that sets it."""
        return self.origin == "user" or bool(self.named)
