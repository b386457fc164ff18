"""The grammar of the rule book: conditions, choices, rules."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from justright.designer.levers import words
from justright.kinds.decision import Value
from justright.kinds.profile import Profile


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at: the profile, and the levers decided before.

    Attributes:
        profile: Facts measured from the data.
        decided: Lever to value, for the chapters that came earlier.
        supposed: Facts by name as they might be, in the place of what they are.
    """

    profile: Profile
    decided: Mapping[str, Value] = field(default_factory=dict)
    supposed: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposition:
    """One fact on the other side of a condition.

    Attributes:
        fact: Name of the fact.
        value: What it would be, just beyond the bound.
        text: That in words, as in "rows ≥ 3,000".
        seen: What it is, in words.
        distance: How far that is: 0 to 1 of the larger number; above 1 for what is no number.
    """

    fact: str
    value: Value
    text: str
    seen: str
    distance: float


def _nothing(case: Case) -> tuple[Supposition, ...]:
    """No fact that could be otherwise."""
    return ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no question about a case, and the words that print it.

    Conditions are joined with `&`, `|` and `~`, and their words are joined with them.

    Attributes:
        text: The question, as in "rows < 3,000".
        holds: The answer.
        seen: The facts that the answer rests on, as in "rows = 344".
        opposite: Words of the negated question; "not (…)" when empty.
        suppose: Each fact of the question, put on the other side of its bound.
    """

    text: str
    holds: Callable[[Case], bool]
    seen: Callable[[Case], str]
    opposite: str = ""
    suppose: Callable[[Case], tuple[Supposition, ...]] = _nothing

    def __and__(self, other: "Condition") -> "Condition":
        def seen(case: Case) -> str:
            failing = [part for part in (self, other) if not part.holds(case)]
            return _joined(part.seen(case) for part in failing or (self, other))

        return Condition(
            f"{self.text} and {other.text}",
            lambda c: self.holds(c) and other.holds(c),
            seen,
            suppose=lambda c: (*self.suppose(c), *other.suppose(c)),
        )

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(
            f"({_enclosed(self.text)} or {_enclosed(other.text)})",
            lambda c: self.holds(c) or other.holds(c),
            lambda c: _joined((self.seen(c), other.seen(c))),
            suppose=lambda c: (*self.suppose(c), *other.suppose(c)),
        )

    def __invert__(self) -> "Condition":
        return Condition(
            self.opposite or f"not ({self.text})",
            lambda c: not self.holds(c),
            self.seen,
            self.text,
            self.suppose,
        )


#: Holds for every case.
otherwise = Condition("otherwise", lambda _: True, lambda _: "", "never")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value, fixed or worked out from a case, and the words that print it."""

    text: str
    value: Callable[[Case], Value]
    is_formula: bool = False

    def words_for(self, case: Case) -> str:
        """The value in this case; for a formula, with the words that led to it."""
        value = words(self.value(case))
        return f"{value} ({self.text})" if self.is_formula else value


def fixed(value: Value) -> Choice:
    """Always this value.

    Example:
        >>> fixed(0.5).text
        '0.5'
    """
    return Choice(words(value), lambda _: value)


def formula(text: str, value: Callable[[Case], Value]) -> Choice:
    """A value worked out from the case, printed as `text`.

    Example:
        >>> half = formula("half the rows", lambda case: case.profile.n_rows // 2)
        >>> half.words_for(Case(Profile(task="regression", n_rows=90)))
        '45 (half the rows)'
    """
    return Choice(text, value, is_formula=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When this holds, choose that, for this reason, on this authority.

    Attributes:
        id: Chapter and number, never reused.
        when: The condition.
        choose: The choice.
        reason: The mechanism, in one sentence.
        source: Keys of `SOURCES`, parted by commas.
        amended_by: The rule of this chapter that newer evidence, or our own choice, put before it.
            Such a rule is cited and can be asked for, but does not decide by itself.
    """

    id: str
    when: Condition
    choose: Choice
    reason: str
    source: str
    amended_by: str = ""

    @property
    def when_text(self) -> str:
        """The condition in words, with the mark of a classic rule."""
        if not self.amended_by:
            return self.when.text
        mark = f"classic; amended by {self.amended_by}"
        return mark if self.when is otherwise else f"{self.when.text} ({mark})"


def _enclosed(text: str) -> str:
    """Words that an "or" cannot tear apart."""
    return f"({text})" if " and " in text else text


def _joined(parts: Iterable[str]) -> str:
    """Facts parted by commas, each once."""
    return ", ".join(dict.fromkeys(part for part in parts if part))
