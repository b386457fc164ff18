"""The rule book decides for any facts, however contradictory, and so does every named design."""

from dataclasses import fields
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from justright.designer.explain import explain
from justright.designer.levers import LEVERS, check
from justright.designer.named import design_names
from justright.designer.planner import plan
from justright.designer.why import why
from justright.kinds.profile import Profile
from justright.kinds.task import Task, TaskKind

AT_LEAST = {"n_rows": 1, "n_inputs": 1}
KINDS = get_args(TaskKind)


def any_value(field):
    """Any value of a field's type and range, whatever the other fields hold."""
    if field.name == "task":
        return st.sampled_from(KINDS)
    if field.type in ("bool", bool):
        return st.booleans()
    if field.type in ("int", int):
        return st.integers(AT_LEAST.get(field.name, 0), 10**9)
    if field.name.endswith("_share"):
        return st.floats(0, 1)
    if field.name == "budget_s":
        return st.floats(1e-3, 1e9)
    return st.floats(-1e300, 1e300)


facts = st.fixed_dictionaries({each.name: any_value(each) for each in fields(Profile)})
tables = facts.map(lambda found: Profile(**found | {"channels": 0, "height": 0, "width": 0}))


def task_of(profile):
    labels = tuple("abc") if profile.task in ("multiclass", "multilabel") else ()
    return Task(
        kind=profile.task,
        target="y",
        targets=("y", "z") if profile.task in ("multi-target", "multilabel") else (),
        classes=("no", "yes") if profile.task == "binary" else labels,
        query="q" if profile.task == "ranking" else "",
    )


def assert_whole(design):
    """Each lever once, in order, at a value that it can take."""
    assert [decision.lever for decision in design.decisions] == [lever.name for lever in LEVERS]
    for decision in design.decisions:
        checked = check(decision.lever, decision.value)
        assert checked == decision.value and type(checked) is type(decision.value)
        assert decision.reason and decision.source


@settings(max_examples=150, deadline=None)
@given(facts.map(lambda found: Profile(**found)))
def test_the_book_decides(profile):
    assert_whole(plan(profile, task_of(profile)))


@settings(max_examples=100, deadline=None)
@given(tables, st.sampled_from(design_names()))
def test_a_named_design_decides(profile, name):
    design = plan(profile, task_of(profile), design=name)
    assert_whole(design)
    assert any(decision.named == name for decision in design.decisions)


@settings(max_examples=25, deadline=None)
@given(tables, st.sampled_from((None, *design_names())))
def test_it_can_be_explained(profile, name):
    design = plan(profile, task_of(profile), design=name)
    for form in ("text", "html", "json"):
        assert "batch_size" in explain(design, form)
    for lever in LEVERS:
        decided = [each.rule for each in why(lever.name, design, profile) if each.decides]
        expected = design.decision(lever.name)
        assert decided == ([] if expected.named else [expected.rule])


@settings(max_examples=50, deadline=None)
@given(facts.map(lambda found: Profile(**found)))
def test_what_would_change_a_choice_names_another_rule(profile):
    for decision in plan(profile, task_of(profile)).decisions:
        if decision.turn is not None:
            assert decision.turn.rule != decision.rule
            assert decision.turn.rule in {passed.rule for passed in decision.passed_over}
