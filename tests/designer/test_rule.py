"""The grammar: conditions print themselves, the first rule that holds decides."""

import pytest

from justright.designer.chapter import Chapter
from justright.designer.facts import (
    BUDGET,
    HAS_GROUPS,
    NUMERIC,
    ROWS,
    TASK,
    decided_number,
    decided_word,
)
from justright.designer.prior import stays
from justright.designer.rule import Case, Rule, fixed, otherwise
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


HELD = stays("these tests are of rules")
DEPTH = Chapter(
    lever="depth",
    rules=(
        rule(10, WIDE, 1),
        rule(20, SMALL, 2),
        rule(90, otherwise, 3),
        rule(92, otherwise, 5, "depth-90"),
    ),
    prior=HELD,
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
        Chapter(lever="depth", rules=(rule(10, WIDE, 1),), prior=HELD).decide(Case(number()))
    assert caught.value.try_ == "set it yourself: --set depth=0"


def test_a_rule_may_read_what_was_decided_before():
    deep = decided_number("depth").above(4)
    assert deep.holds(Case(number(), {"depth": 5})) and not deep.holds(Case(number(), {"depth": 4}))
    assert deep.seen(Case(number(), {"depth": 4})) == "depth = 4"


def test_a_classic_rule_does_not_decide_wherever_it_stands():
    first = Chapter(
        lever="depth",
        rules=(rule(10, otherwise, 5, "depth-90"), rule(90, otherwise, 3)),
        prior=HELD,
    )
    assert first.decide(Case(number())).rule == "depth-90"


TURNS = {
    "the nearest bound of several": (2_000, {}, "rows < 1,000", "depth-20", "2"),
    "another fact is nearer": (900, {"n_numeric": 99}, "numeric columns > 100", "depth-10", "1"),
    "however far it is": (30_000, {"n_numeric": 0}, "rows < 1,000", "depth-20", "2"),
}


@pytest.mark.parametrize("rows, facts, when, rule_id, choice", TURNS.values(), ids=TURNS)
def test_the_nearest_fact_that_would_change_the_choice(rows, facts, when, rule_id, choice):
    turn = DEPTH.decide(Case(number(rows, **facts))).turn
    assert (turn.when, turn.rule, turn.choice) == (when, rule_id, choice)


def test_what_would_change_nothing_is_no_turn():
    rules = (rule(10, WIDE, 3), rule(90, otherwise, 3))
    same = Chapter(lever="depth", rules=rules, prior=HELD)
    assert same.decide(Case(number())).turn is None
    asked = DEPTH.decide(Case(number()), asked=["depth-92"])
    assert asked.turn is None


def test_a_fact_is_supposed_just_beyond_its_bound():
    for condition in (ROWS.below(9), ROWS.at_least(9), ROWS.above(9), ROWS.is_(9)):
        for n_rows in (8, 9, 10):
            case = Case(number(n_rows))
            (beyond,) = condition.suppose(case)
            supposed = Case(number(n_rows), supposed={beyond.fact: beyond.value})
            assert condition.holds(supposed) is not condition.holds(case)
            assert beyond.text != condition.text or not condition.holds(case)


def test_a_word_may_be_another_unless_the_data_gives_it():
    free, given = decided_word("clip").is_("norm", "value"), TASK.is_("binary")
    case = Case(number(), {"clip": "norm"})
    assert [each.text for each in free.suppose(case)] == ["clip is value"]
    assert not given.suppose(case)
    (named,) = HAS_GROUPS.suppose(case)
    assert (named.text, named.seen) == (HAS_GROUPS.text, f"no: {HAS_GROUPS.text}")
