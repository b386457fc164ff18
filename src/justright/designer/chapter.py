"""The chapters of the rule book: the rules for one lever, and what a search may do with it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from justright.designer.levers import check, lever, words
from justright.designer.prior import Prior
from justright.designer.rule import Case, Rule
from justright.designer.sources import cite
from justright.errors import DesignError
from justright.kinds.decision import Decision, PassedOver, Turn, Value

#: How it begins why a rule did not decide whose condition does not hold.
FAILS = "condition does not hold: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The rules for one lever. The first rule that holds decides.

    Attributes:
        lever: Name of the lever.
        rules: In the order in which they are asked: those in force, the last of which is
            `otherwise`, then the classic ones that were amended.
        prior: What a search may do with the lever.
    """

    lever: str
    rules: tuple[Rule, ...]
    prior: Prior

    def value(self, case: Case) -> Value:
        """What the rules in force choose, without the words around it.

        Raises:
            DesignError: If no rule holds.
        """
        return check(self.lever, self._winner(case, ()).choose.value(case))

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


def _example(name: str) -> str:
    """A value that the lever could take."""
    found = lever(name)
    return found.words[0] if found.words else words(found.low)
