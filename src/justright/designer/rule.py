"""The grammar of the rule book: conditions, choices, rules, chapters."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from justright.designer.levers import check, lever, words
from justright.designer.sources import cite
from justright.errors import DesignError
from justright.kinds.decision import Decision, PassedOver, Turn, Value
from justright.kinds.profile import Profile

#: How it begins why a rule did not decide whose condition does not hold.
FAILS = "condition does not hold: "


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The rules for one lever. The first rule that holds decides.

    Attributes:
        lever: Name of the lever.
        rules: In the order in which they are asked: those in force, the last of which is
            `otherwise`, then the classic ones that were amended.
    """

    lever: str
    rules: tuple[Rule, ...]

    def decide(self, case: Case, asked: Collection[str] = ()) -> Decision:
        """Choose the lever's value by the first rule that holds.

        Args:
            case: The profile and the earlier decisions.
            asked: Ids of rules that the user wants; one of this chapter decides whether or not
                its condition holds.

        Raises:
            DesignError: If no rule holds.
        """
        winner = self._winner(case, asked)
        by_user = winner.id in asked
        return Decision(
            lever=self.lever,
            value=check(self.lever, winner.choose.value(case)),
            unit=lever(self.lever).unit,
            origin="user" if by_user else "rule",
            rule=winner.id,
            when=winner.when.text,
            reason=f"you asked for this rule: {winner.reason}" if by_user else winner.reason,
            source=cite(winner.source),
            passed_over=self.passed_over(case, winner, "you asked for" if by_user else ""),
            turn=None if by_user else self._turn(case, winner),
        )

    def decide_named(self, case: Case, own: Rule, *, standing_for: str = "") -> Decision:
        """Choose the lever's value as a named design does.

        Args:
            case: The profile and the earlier decisions.
            own: The rule of the named design.
            standing_for: The rule of this chapter that the design took over; empty for none.
        """
        return Decision(
            lever=self.lever,
            value=check(self.lever, own.choose.value(case)),
            unit=lever(self.lever).unit,
            origin="rule",
            rule=own.id,
            when=own.when.text,
            reason=own.reason,
            source=cite(own.source),
            passed_over=tuple(
                passed
                for passed in self.passed_over(case, own, "set by")
                if passed.rule != standing_for
            ),
        )

    def passed_over(
        self, case: Case, winner: Rule, who: str = "", *, keep_winner: bool = False
    ) -> tuple[PassedOver, ...]:
        """The rules that did not decide, and why not.

        Args:
            case: The profile and the earlier decisions.
            winner: The rule that decided, or would have.
            who: Who set the rules in force aside, as in "you asked for".
            keep_winner: Whether the winner was itself set aside (by the user).
        """
        return tuple(
            PassedOver(
                rule=rule.id,
                choice=rule.choose.words_for(case),
                when=rule.when.text,
                because=_because(rule, case, winner, who),
            )
            for rule in self.rules
            if keep_winner or rule is not winner
        )

    def _turn(self, case: Case, winner: Rule) -> Turn | None:
        """The nearest fact that would make another rule choose otherwise."""
        supposed = {
            each for rule in self.rules if not rule.amended_by for each in rule.when.suppose(case)
        }
        for each in sorted(supposed, key=lambda one: (one.distance, one.text)):
            other = self._first(replace(case, supposed={each.fact: each.value}))
            if other is not None and other.choose.text != winner.choose.text:
                return Turn(when=each.text, seen=each.seen, rule=other.id, choice=other.choose.text)
        return None

    def _first(self, case: Case) -> Rule | None:
        """The first rule in force that holds."""
        return next((r for r in self.rules if not r.amended_by and r.when.holds(case)), None)

    def _winner(self, case: Case, asked: Collection[str]) -> Rule:
        """The rule that decides."""
        for rule in self.rules:
            if rule.id in asked:
                return rule
        found = self._first(case)
        if found is not None:
            return found
        raise DesignError(
            f"no rule of the chapter {self.lever!r} holds for {case.profile}",
            "a value for every lever",
            try_=f"set it yourself: --set {self.lever}={_example(self.lever)}",
        )


def _because(rule: Rule, case: Case, winner: Rule, who: str) -> str:
    """Why a rule did not decide."""
    if rule is winner:
        return "you set the value"
    if not rule.when.holds(case):
        return f"{FAILS}{rule.when.seen(case)}"
    if who:
        return f"{who} {winner.id}"
    if rule.amended_by:
        return f"classic; amended by {rule.amended_by}"
    return f"an earlier rule decided: {winner.id}"


def _enclosed(text: str) -> str:
    """Words that an "or" cannot tear apart."""
    return f"({text})" if " and " in text else text


def _joined(parts: Iterable[str]) -> str:
    """Facts parted by commas, each once."""
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _example(name: str) -> str:
    """A value that the lever could take."""
    found = lever(name)
    return found.words[0] if found.words else words(found.low)
