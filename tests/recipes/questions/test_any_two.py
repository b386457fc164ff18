"""Two designs against each other."""

import shlex

import pytest

import justright
from justright.designer.design_text import read_design
from justright.errors import DesignError
from justright.recipes import asking as asking_home
from justright.recipes import rounds
from justright.recipes.ask import ask
from justright.recipes.candidates import OF_THE_POPULATION, candidates
from justright.recipes.questions.any_two import _named
from tests.recipes.small import table

from .asked import asking

QUICK = {"epochs": 3, "learning_rate": 0.01}


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch):
    for home in (asking_home, rounds):
        monkeypatch.setattr(home, "MOST_ROUNDS", 2)


def compared(*designs, overrides=QUICK, **more):
    return ask(
        "any", table("binary"), "y", designs=designs, time_s=120, overrides=overrides, **more
    ).reply


def test_two_designs_are_compared_and_the_command_asks_the_same():
    found = compared({"depth": 0}, "fast")
    assert [row[0] for row in found.rows] == ["depth=0", "fast"]
    assert found.effects[0].base == "depth=0" and found.effects[0].name == "fast"
    words = shlex.split(found.command)
    assert words[:5] == ["justright", "ask", "any", "depth=0", "fast"]
    again = compared(*map(read_design, words[3:5]))
    assert again.effects == found.effects


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({}, "rule-book"),
        ("realmlp", "realmlp"),
        ({"design": "fast", "depth": 1}, "fast depth=1"),
        ({"weight_decay": 1 / 3, "residual": True}, "weight_decay=0.3333333333333333 residual=on"),
    ],
)
def test_every_design_can_be_typed(given, typed):
    one = asking("any", table("binary"))
    one.designs = (given, "fast")
    words = shlex.split(one.command())
    assert words[3:5] == [typed, "fast"] and read_design(words[3]) == given


def test_a_planned_design_is_typed_with_all_that_its_network_has():
    planned = justright.design(table("binary"), "y", overrides={"depth": 3})
    one = asking("any", table("binary"))
    one.designs = (planned, planned.design)
    first, second = shlex.split(one.command())[3:5]
    levers = read_design(first)
    assert first == second and levers["depth"] == 3 and len(levers) > 30
    assert not levers.keys() & OF_THE_POPULATION.keys()  # no design of one network sets them
    assert all(planned.design[name] == value for name, value in levers.items())


def test_levers_that_are_set_hold_for_both_and_a_design_keeps_its_own():
    found = compared({"dropout": 0.3}, {"epochs": 2, "dropout": 0.0}, design="fast")
    assert [row[0] for row in found.rows] == ["dropout=0.3", "epochs=2 dropout=0"]
    one = asking("any", table("binary"), overrides={"epochs": 3, "depth": 1}, design="fast")
    one.designs = ({"weight-decay": 0.1}, {"depth": 2})
    both = list(candidates(_named(one), one.ground, None).values())
    assert [d["depth"] for d in both] == [1, 2] and [d["epochs"] for d in both] == [3, 3]
    assert both[0]["weight_decay"] == 0.1


def test_a_planned_design_keeps_all_that_it_holds_and_says_so():
    planned = justright.design(table("binary"), "y", overrides={"epochs": 2, "learning_rate": 0.1})
    found = compared(planned, {"depth": 0}, overrides={"epochs": 1, "learning_rate": 0.1})
    assert any("keeps all that it holds" in caution for caution in found.cautions)


@pytest.mark.parametrize(
    ("designs", "seen"),
    [
        ((), "0 designs to compare"),
        (({"depth": 1},), "1 designs to compare"),
        (({"depth": 1}, {"depth": 1}), "both designs have the same levers"),
        (({"depth": 1}, {"layers": 1}), "no lever is called 'layers'"),
        (({"depth": 1}, "fats"), "no design is called 'fats'"),
        (({"depth": 1}, {"folds": 3}), "folds is for the whole population"),
    ],
)
def test_what_cannot_be_compared_is_refused(designs, seen):
    with pytest.raises(DesignError) as error:
        compared(*designs)
    assert seen in str(error.value)
