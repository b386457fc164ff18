"""The rule book: who decides when, and what must be true of every rule."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.designer.levers import LEVERS, check
from justright.designer.planner import plan
from justright.designer.rule import otherwise
from justright.designer.rulebook import RULE_BOOK
from justright.designer.sources import SOURCES, keys
from justright.kinds.profile import Profile
from justright.kinds.task import Task
from tests.designer.cases import CASES

RULES = [rule for chapter in RULE_BOOK for rule in chapter.rules]
LABELS = {
    "multilabel": ("a", "b", "c"),
    "binary": ("no", "yes"),
    "multiclass": ("a", "b", "c"),
    "regression": (),
}


def task_of(profile):
    return Task(kind=profile.task, target="y", classes=LABELS.get(profile.task, ()))


@pytest.mark.parametrize("rule, profile, overrides, value", CASES, ids=[c[0] for c in CASES])
def test_case(rule, profile, overrides, value):
    lever = rule.rsplit("-", 1)[0]
    decision = plan(profile, task_of(profile), overrides).decision(lever)
    assert (decision.rule, decision.value) == (rule, value)
    assert decision.origin == "rule"


def test_every_rule_in_force_has_a_case():
    in_force = {rule.id for rule in RULES if not rule.amended_by}
    assert in_force == {case[0] for case in CASES}


def test_chapters_are_the_levers_in_their_order():
    assert [chapter.lever for chapter in RULE_BOOK] == [lever.name for lever in LEVERS]


def test_ids_are_unique_and_named_after_their_chapter():
    assert len({rule.id for rule in RULES}) == len(RULES)
    for chapter in RULE_BOOK:
        for rule in chapter.rules:
            assert re.fullmatch(rf"{chapter.lever}-\d\d", rule.id), rule.id


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_source_is_known_and_reason_is_a_sentence(rule):
    assert set(keys(rule.source)) <= set(SOURCES)
    assert len(rule.reason) > 10 and not rule.reason.endswith(".")


@pytest.mark.parametrize("chapter", RULE_BOOK, ids=lambda chapter: chapter.lever)
def test_last_rule_in_force_is_otherwise_and_classics_follow(chapter):
    in_force = [rule for rule in chapter.rules if not rule.amended_by]
    assert in_force[-1].when is otherwise
    assert chapter.rules[: len(in_force)] == tuple(in_force)


@pytest.mark.parametrize("chapter", RULE_BOOK, ids=lambda chapter: chapter.lever)
def test_classic_rules_name_a_rule_in_force_of_their_chapter(chapter):
    in_force = {rule.id for rule in chapter.rules if not rule.amended_by}
    for rule in chapter.rules:
        assert not rule.amended_by or rule.amended_by in in_force


def test_every_word_of_a_source_is_cited_with_a_place_to_read():
    for key, text in SOURCES.items():
        assert text.strip() == text and len(text) > 20, key


shares = st.floats(0, 1)


@st.composite
def profiles(draw):
    kind = draw(st.sampled_from(["binary", "multiclass", "regression"]))
    n_classes = {"binary": 2, "regression": 0}.get(kind) or (kind == "multiclass") * 3
    n_rows = draw(st.integers(1, 10**7))
    low = draw(st.floats(-1e6, 1e6))
    image = draw(st.none() | st.tuples(*[st.integers(1, 500)] * 3))
    return Profile(
        task=kind,
        n_rows=n_rows,
        n_numeric=draw(st.integers(0, 300)),
        n_inputs=draw(st.integers(1, 2_000)),
        **dict(zip(("channels", "height", "width"), image or (0, 0, 0), strict=True)),
        skewed_share=draw(shares),
        outlier_share=draw(shares),
        n_classes=n_classes,
        minority_share=draw(shares) / n_classes if n_classes else 0.0,
        n_rarest=draw(st.integers(0, n_rows)) if n_classes else 0,
        target_low=low,
        target_high=low + draw(st.floats(0, 1e6)),
        target_outlier_share=draw(shares),
        target_skewness=draw(st.floats(-50, 50)),
        has_groups=draw(st.booleans()),
        has_order=draw(st.booleans()),
        budget_s=draw(st.floats(0.1, 1e5)),
    )


@settings(max_examples=150, deadline=None)
@given(profiles())
def test_every_profile_gets_a_design_in_range(profile):
    design = plan(profile, task_of(profile))
    assert [d.lever for d in design.decisions] == [lever.name for lever in LEVERS]
    for decision in design.decisions:
        checked = check(decision.lever, decision.value)
        assert checked == decision.value and type(checked) is type(decision.value)
    assert design.count("batch_size") <= max(2, profile.n_rows)
    assert design.count("folds") <= max(2, profile.n_rows)


@settings(max_examples=40, deadline=None)
@given(profiles())
def test_every_other_rule_is_passed_over_with_its_reason(profile):
    for decision, chapter in zip(plan(profile, task_of(profile)).decisions, RULE_BOOK, strict=True):
        others = [rule.id for rule in chapter.rules if rule.id != decision.rule]
        assert [passed.rule for passed in decision.passed_over] == others
        assert all(passed.because and passed.choice for passed in decision.passed_over)
