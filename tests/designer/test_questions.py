"""The questions: every lever has one, and each compares values that its data can take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.designer.compared import NOT_ASKED, values_for
from justright.designer.design_text import read_design
from justright.designer.levers import LEVERS, check
from justright.designer.planner import plan
from justright.designer.questions import QUESTIONS, topic
from justright.errors import DesignError
from justright.kinds.profile import Profile
from justright.recipes.candidates import OF_THE_POPULATION
from tests.designer.test_every_profile import tables, task_of

TABLE = Profile(task="binary", n_rows=500, n_classes=2)
NUMBER = Profile(task="regression", n_rows=500)
IMAGES = Profile(task="multiclass", n_rows=500, n_classes=3, channels=1, height=8, width=8)


def test_every_lever_is_asked_about_once_or_refused_for_a_reason() -> None:
    asked = [one.lever for one in QUESTIONS if one.lever is not None]
    assert sorted([*asked, *NOT_ASKED]) == sorted(lever.name for lever in LEVERS)
    of_the_rows = {"text", "text_features", "output_activation"}
    assert set(NOT_ASKED) == set(OF_THE_POPULATION) - {"ensemble_size", "sampling"} | of_the_rows


def test_names_are_unique_and_found_in_any_spelling() -> None:
    names = [one.name for one in QUESTIONS]
    assert len(set(names)) == len(names)
    for one in QUESTIONS:
        assert one.asked.endswith("?") and one.line
        if one.kind != "reserved":
            assert topic(one.name.replace("-", "_").upper()) is one
        if one.lever is not None:
            assert topic(one.lever) is one


@pytest.mark.parametrize(
    ("name", "seen", "needed", "try_"),
    [
        ("dropot", "no question is called 'dropot'", "dropout", "justright ask dropout"),
        ("xyzzy", "no question", "'justright ask' lists", "justright ask --list"),
        ("folds", "folds is no question", "one network", "--set folds=5"),
        ("pretrained", "not for tables", "a table", "--list"),
    ],
)
def test_what_cannot_be_asked(name: str, seen: str, needed: str, try_: str) -> None:
    with pytest.raises(DesignError) as caught:
        topic(name)
    error = caught.value
    assert seen in error.seen and needed in error.needed and try_ in error.try_


CASES = {
    "own list, base in it": ("dropout", 0.2, TABLE, (0.2, 0.0, 0.1, 0.4)),
    "own list, base beside it": ("weight_decay", 0.02, TABLE, (0.02, 0.0, 1e-4, 1e-3, 1e-2, 0.1)),
    "factors": ("batch-size", 64, TABLE, (64, 16, 256)),
    "factors stay inside": ("batch-size", 4096, TABLE, (4096, 1024, 8192)),
    "thirds": ("patience", 10, TABLE, (10, 3, 30)),
    "switch": ("residual", True, TABLE, (True, False)),
    "words": ("clip", "none", TABLE, ("none", "norm", "value")),
    "losses of classes": (
        "loss",
        "focal",
        TABLE,
        ("focal", "binary_cross_entropy", "weighted_cross_entropy"),
    ),
    "losses of the task": ("loss", "mae", NUMBER, ("mae", "mse", "huber")),
    "family of a table": ("family", "dense", TABLE, ("dense", "tabm")),
    "family of images": ("family", "conv", IMAGES, ("conv", "dense")),
    "convolutions are not deep": ("depth", 2, IMAGES, (2, 1, 3, 4, 6)),
}


@pytest.mark.parametrize(("lever", "base", "facts", "values"), CASES.values(), ids=CASES)
def test_the_values(lever, base, facts, values) -> None:
    found = values_for(lever, base, facts)
    assert found == values and list(map(type, found)) == list(map(type, values))


@pytest.mark.parametrize(
    ("lever", "base", "facts"),
    [("label_smoothing", 0.0, NUMBER), ("kernel", 3, TABLE), ("scaler", "standard", IMAGES)],
)
def test_nothing_to_compare(lever, base, facts) -> None:
    with pytest.raises(DesignError, match="one value for these data"):
        values_for(lever, base, facts)


def test_no_values_for_what_all_networks_share() -> None:
    with pytest.raises(DesignError, match="for all networks at once"):
        values_for("folds", 5, TABLE)


@given(tables)
def test_whatever_the_data_the_values_are_the_levers_own_and_differ(facts: Profile) -> None:
    design = plan(facts, task_of(facts))
    for one in LEVERS:
        try:
            values = values_for(one.name, design[one.name], facts)
        except DesignError:
            continue
        assert values[0] == design[one.name] and len(set(values)) == len(values) >= 2
        assert all(check(one.name, value) == value for value in values)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (" ", "a design without words"),
        ("realmpl", "no design is called 'realmpl'"),
        ("depth=3 wide", "'wide' in a design"),
        ("depth=", "'depth=' in a design"),
        ("depht=3", "no lever is called 'depht'"),
        ("depth=many", "depth = many"),
        ("depth=3 depth=4", "depth is set twice"),
    ],
)
def test_a_design_that_cannot_be_read(text: str, seen: str) -> None:
    with pytest.raises(DesignError) as caught:
        read_design(text)
    assert seen in caught.value.seen


@given(st.sampled_from(["", "tabm ", "rule_book "]))
def test_a_design_is_a_start_and_levers(start: str) -> None:
    found = read_design(f"{start}batch-size=64 residual=on")
    own = {"batch_size": 64, "residual": True}
    assert found == ({"design": "tabm"} | own if start == "tabm " else own)
