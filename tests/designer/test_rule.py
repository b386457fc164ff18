"""The grammar: conditions print themselves, the first rule that holds decides."""

import pytest

from justright.designer.facts import BUDGET, HAS_GROUPS, NUMERIC, ROWS, TASK, decided_number
from justright.designer.rule import Case, Chapter, Rule, fixed, otherwise
from justright.errors import DesignError
from tests.designer.cases import number

SMALL, WIDE = ROWS.below(1_000), NUMERIC.above(100)


@pytest.mark.parametrize(
    "condition, text",
    [
        (SMALL & WIDE, "rows < 1,000 and numeric columns > 100"),
        (SMALL | WIDE, "(rows < 1,000 or numeric columns > 100)"),
        ((SMALL & WIDE) | HAS_GROUPS, "((rows < 1,000 and numeric columns > 100) or a group "),
        (~SMALL, "rows ≥ 1,000"),
        (~~SMALL, "rows < 1,000"),
        (~(SMALL & WIDE), "not (rows < 1,000 and numeric columns > 100)"),
        (~TASK.is_("binary", "regression"), "task is not binary or regression"),
        (BUDGET.at_least(7.5), "budget ≥ 7.5 s"),
        (ROWS.is_(3), "rows = 3"),
    ],
)
def test_words_are_built_together(condition, text):
    assert condition.text.startswith(text)


@pytest.mark.parametrize(
    "condition, holds",
    [
        (SMALL & WIDE, False),
        (SMALL | WIDE, True),
        (~WIDE, True),
        (~SMALL, False),
        (~(SMALL & WIDE), True),
        (HAS_GROUPS, False),
        (ROWS.is_(344), True),
    ],
)
def test_logic(condition, holds):
    assert condition.holds(Case(number(344))) is holds


def test_seen_names_only_the_facts_that_fail():
    case = Case(number(344))
    assert (SMALL & WIDE).seen(case) == "numeric columns = 8"
    assert (SMALL | WIDE).seen(case) == "rows = 344, numeric columns = 8"
    assert HAS_GROUPS.seen(case) == "no: a group column is named"


def rule(number, when, value, amended_by=""):
    return Rule(
        id=f"depth-{number}",
        when=when,
        choose=fixed(value),
        reason=f"reason {number}",
        source="convention",
        amended_by=amended_by,
    )


DEPTH = Chapter(
    lever="depth",
    rules=(
        rule(10, WIDE, 1),
        rule(20, SMALL, 2),
        rule(90, otherwise, 3),
        rule(92, otherwise, 5, "depth-90"),
    ),
)


def test_the_first_rule_that_holds_decides_and_the_others_say_why_not():
    decision = DEPTH.decide(Case(number(344)))
    assert (decision.value, decision.rule, decision.unit) == (2, "depth-20", "hidden layers")
    assert [passed.because for passed in decision.passed_over] == [
        "condition does not hold: numeric columns = 8",
        "an earlier rule decided: depth-20",
        "classic; amended by depth-90",
    ]


def test_a_classic_rule_decides_only_when_asked():
    assert DEPTH.decide(Case(number())).rule == "depth-90"
    decision = DEPTH.decide(Case(number()), asked=["depth-92"])
    assert (decision.value, decision.origin) == (5, "user")
    assert decision.reason == "you asked for this rule: reason 92"
    assert decision.passed_over[2].because == "you asked for depth-92"


def test_no_rule_holds():
    with pytest.raises(DesignError, match="no rule of the chapter 'depth' holds") as caught:
        Chapter(lever="depth", rules=(rule(10, WIDE, 1),)).decide(Case(number()))
    assert caught.value.try_ == "set it yourself: --set depth=0"


def test_a_rule_may_read_what_was_decided_before():
    deep = decided_number("depth").above(4)
    assert deep.holds(Case(number(), {"depth": 5})) and not deep.holds(Case(number(), {"depth": 4}))
    assert deep.seen(Case(number(), {"depth": 4})) == "depth = 4"


def test_a_classic_rule_does_not_decide_wherever_it_stands():
    first = Chapter(
        lever="depth", rules=(rule(10, otherwise, 5, "depth-90"), rule(90, otherwise, 3))
    )
    assert first.decide(Case(number())).rule == "depth-90"
