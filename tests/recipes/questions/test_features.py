"""Which columns matter, and which can go."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from justright.kinds import Effect
from justright.recipes.progress import Silent
from justright.recipes.questions import features
from justright.recipes.questions.column_words import Drop, Found, _sentence
from justright.recipes.questions.told import Unit

from .asked import reply

LEVERS = {"epochs": 40, "learning_rate": 0.03}


def effect(name, value, half=0.01, verdict=None):
    low, high = value - half, value + half
    word = verdict or ("useful" if low > 0 else "harmful" if high < 0 else "no clear effect")
    return Effect(
        name=name, base="", value=value, low=low, high=high, level=0.95, shrunken=value, p=0.1,
        n_pairs=5, n_places=5, verdict=word,
    )  # fmt: skip


FOUND = Found(
    base=1.0,
    higher_is_better=False,
    bunches=(("a",), ("b", "b2"), ("c",)),
    costs=(
        effect("a", 0.5), effect("b + b2", 0.2), effect("b", 0.004), effect("b2", 0.0),
        effect("c", 0.0),
    ),
    n_deals=1,
    n_networks=5,
)  # fmt: skip
UNIT = Unit(metric="rmse", higher_is_better=False, base=1.0)


def known(n=160):
    rng = np.random.default_rng(0)
    a, b, idle = rng.normal(size=(3, n))
    word = rng.choice(list("pqr"), n)
    y = 3 * a + 2 * (word == "p") + 0.1 * b
    twin = [None if i % 11 == 0 else value for i, value in enumerate((a + 0.1 * b).tolist())]
    return pl.DataFrame({"a": a, "twin": twin, "word": word, "idle": idle, "y": y})


def test_known_columns_matter_and_an_idle_one_can_go(monkeypatch):
    monkeypatch.setattr(features, "COST_ROUNDS", 2)
    monkeypatch.setattr(features, "REPEATS", 4)
    found = reply("features", known(), overrides=LEVERS)
    verdicts = {e.name: e.verdict for e in found.effects}
    assert set(verdicts) == {"a", "twin", "word", "idle", "a + twin"}
    assert verdicts["a + twin"] == verdicts["word"] == "useful" != verdicts["idle"]
    values = {e.name: e.value for e in found.effects}
    assert values["a + twin"] > max(values["a"], values["twin"]) > values["idle"]
    assert found.advice == "--drop idle" and "1 of 4 columns can go" in found.sentence
    removals = {row[0]: row[-1] for row in found.rows}
    assert removals["a + twin"] == "harmful" and removals["all of: idle"] == "no clear effect"


def test_one_column_has_no_other_to_go():
    found = reply("features", known().select("a", "y"), overrides={"epochs": 10})
    assert [e.name for e in found.effects] == ["a"] and not found.advice


def test_a_wish_to_stop_answers_with_what_is_there():
    class Stopped(Silent):
        def should_stop(self):
            return True

    found = reply("features", known(), progress=Stopped())
    assert found.ended == "interrupted" and len(found.effects) == 5


@pytest.mark.parametrize(
    ("alone", "can_go"),
    [
        ({}, [("c",)]),
        ({("c",): effect("", -0.02, 0.01)}, []),
        ({("c",): effect("", -0.02, 0.03)}, []),
        ({("c",): effect("", -0.02, 0.08)}, [("c",)]),
        ({("c",): effect("", 0.0), ("b", "b2"): effect("", 0.0)}, [("c",), ("b", "b2")]),
        ({("a",): effect("", 0.1), ("b", "b2"): effect("", -0.02, 0.2)}, []),
    ],
    ids=["by cost", "harmful", "a likely loss", "within the noise", "two", "never the best"],
)
def test_what_can_go(alone, can_go):
    assert features._can_go(dataclasses.replace(FOUND, alone=alone)) == can_go


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "a matters most (shuffled: root mean squared error +50 %)."),
        ({"costs": FOUND.costs[1:]}, "b + b2 matter only together (shuffled:"),
        ({"costs": FOUND.costs[2:]}, "No column clearly matters (±1.4 % on"),
        (
            {"joint": (Drop(columns=("c", "b"), effect=effect("", -0.1)),)},
            "a matters most (shuffled: root mean squared error +50 %); those that seemed idle"
            " cannot go together without harm.",
        ),
        (
            {"joint": (Drop(columns=("c",), effect=effect("", 0.0, half=0.2)),)},
            "a matters most (shuffled: root mean squared error +50 %); whether those that seem",
        ),
        (
            {"joint": (
                Drop(columns=("c", "b"), effect=effect("", -0.1)),
                Drop(columns=("c",), effect=effect("", 0.002)),
            )},
            "a matters most (shuffled: root mean squared error +50 %); 1 of 4 columns can go"
            " together without clear harm (root mean squared error −0.2 %, 95 % interval"
            " −1.2 … +0.8).",
        ),
    ],
)  # fmt: skip
def test_sentences(more, said):
    assert _sentence(dataclasses.replace(FOUND, **more), UNIT).startswith(said)
