"""One lever at several values: which are compared, at which rate, and what is said."""

import shlex
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justright.designer.questions import QUESTIONS, topic
from justright.errors import DesignError
from justright.kinds import Effect
from justright.recipes import asking as asking_home
from justright.recipes import rounds
from justright.recipes.arena import Arena
from justright.recipes.questions.lever import _designs, told
from justright.recipes.rounds import Rounds
from justright.recipes.tuned import tuned
from tests.recipes.small import table

from .asked import asking, reply

QUICK = {"epochs": 2}


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch):
    for home in (asking_home, rounds):
        monkeypatch.setattr(home, "MOST_ROUNDS", 2)


def compared(question, values=None, kind="binary", **overrides):
    """Words of the values that are compared, and the cautions."""
    one = asking(question, table(kind), overrides=overrides)
    one.values = values
    found = _designs(one, one.topic.lever, one.ground.design)
    return list(found), one.cautions


@pytest.mark.parametrize(
    ("question", "values", "overrides", "left", "caution"),
    [
        ("dropout", None, {}, ["0", "0.1", "0.2", "0.4"], ""),
        ("dropout", (0.5, 0.0), {}, ["0", "0.5"], ""),
        ("momentum", None, {"optimizer": "sgd_nesterov"}, ["0.9", "0.5", "0.95", "0.99"],
         "0 is left out: optimizer = sgd_nesterov with momentum = 0"),
        ("optimizer", None, {"momentum": 0.0}, ["adamw", "nadam", "rmsprop", "adam"],
         "sgd_nesterov is left out: optimizer = sgd_nesterov with momentum = 0"),
        ("init", None, {"family": "tabm"},
         ["he_normal", "he_uniform", "lecun_normal", "glorot_normal", "glorot_uniform"],
         "data_normal is left out: init = data_normal with family = tabm"),
        ("family", None, {"residual": True}, None,
         "tabm is left out: residual = on with family = tabm"),
        ("heads", None, {}, None, "heads = 3 with family = dense"),
        ("momentum", (0.0, 0.5), {"optimizer": "sgd_nesterov"}, None, "with momentum = 0"),
        ("residual", (True,), {"family": "tabm"}, None, "residual = on with family = tabm"),
        ("dropout", (0.0,), {}, None, "one value of dropout to compare: 0"),
        ("kernel", None, {}, None, "kernel has one value for these data: 3"),
        ("dropout", (0.1, 2.0), {}, None, "dropout = 2"),
    ],
)  # fmt: skip
def test_values_that_cannot_work_are_left_out_and_those_of_the_user_refused(
    question, values, overrides, left, caution
):
    if left is None:
        with pytest.raises(DesignError) as error:
            compared(question, values, **overrides)
        assert caution.removeprefix("tabm is left out: ") in str(error.value)
        return
    found, cautions = compared(question, values, **overrides)
    assert sorted(found) == sorted(left) and cautions == ([caution] if caution else [])


def test_everything_but_the_lever_is_equal():
    one = asking("dropout", table())
    base, *others = _designs(one, "dropout", one.ground.design).values()
    for design in others:
        assert [
            d.lever for d, own in zip(design.decisions, base.decisions, strict=True)
            if d.value != own.value
        ] == ["dropout"]  # fmt: skip


def test_a_rate_that_the_user_sets_is_kept_for_all_and_said():
    found = reply("optimizer", table("binary"), overrides=QUICK, values=["adamw", "sgd"])
    assert "the learning rate that you set is kept for every value" in found.cautions
    assert found.columns[-1] == "learning rate" and {row[-1] for row in found.rows} == {0.01}
    assert [row[0] for row in found.rows] == ["adamw", "sgd"]
    calm = reply("dropout", table("binary"), overrides=QUICK, values=[0, 0.1])
    assert not calm.cautions and calm.columns[-1] == "verdict"


def test_an_answer_about_what_moves_the_rate_gives_each_value_its_own(monkeypatch):
    seen = []

    def each(arena, one, **_):
        seen.append(list(arena.designs))
        rates = dict(zip(arena.designs, (0.02, 0.3), strict=True))
        return {n: one.with_value(d, "learning_rate", rates[n]) for n, d in arena.designs.items()}

    def rated(one, *_, **__):
        return one.with_value(one.ground.design, "learning_rate", 0.05)

    monkeypatch.setattr("justright.recipes.questions.lever.tuned", each)
    monkeypatch.setattr(asking_home.Asking, "rated", rated)
    found = reply("optimizer", _flat(), overrides=QUICK | {"depth": 0},
                  values=["adamw", "sgd"])  # fmt: skip
    assert seen == [["adamw", "sgd"]]
    assert {row[0]: row[-1] for row in found.rows} == {"adamw": 0.02, "sgd": 0.3}


def _flat():
    x = np.random.default_rng(0).normal(size=(100, 2))
    return pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": 3 * x[:, 0] - x[:, 1]})


def test_the_rate_is_the_better_one_for_each_design():
    one = asking("any", _flat(), overrides={"depth": 0, "optimizer": "sgd", "epochs": 6})
    designs = {
        name: one.with_value(one.ground.design, "learning_rate", rate)
        for name, rate in {"slow": 1e-5, "fast": 10.0, "kept": 1e-5}.items()
    }
    arena = Arena(one.parted(), designs, 0)
    found = tuned(arena, one, keep=["kept"])
    assert found["slow"]["learning_rate"] == pytest.approx(1e-3)  # the largest that it may have
    assert found["fast"]["learning_rate"] <= 1.0
    assert found["kept"] == designs["kept"]
    assert found["slow"].decision("learning_rate").origin == "measurement"
    assert one.n_networks == 2 * (7 + 5)  # on two folds, of rates from 1e-6 to 10


@pytest.mark.parametrize(
    ("lever", "rate"), [("activation", " --set learning_rate=0.01"), ("dropout", "")]
)
def test_a_useful_value_is_advised_with_the_rate_it_was_measured_at(lever, rate):
    designs = {name: asking(lever, _flat()).ground.design for name in ("own", "other")}
    useful = Effect(
        name="other", base="own", value=0.1, low=0.05, high=0.15, level=0.95, shrunken=0.09,
        p=0.01, n_pairs=10, n_places=5, verdict="useful",
    )  # fmt: skip
    found = Rounds(
        scores=None, effects=(useful,), means={"own": 1.0, "other": 0.9}, n_rounds=1, share=1,
        ended="clear",
    )  # fmt: skip
    answer = told(asking(lever, _flat()), "own", found, lever, designs, setting=lever)
    assert answer.advice == f"--set {lever}=other{rate}" and answer.clear


def test_the_same_seed_gives_the_same_answer_and_another_seed_another():
    def effects(seed):
        return reply("dropout", table(), overrides=QUICK, values=[0, 0.3], seed=seed).effects

    assert effects(1) == effects(1) != effects(2)


def test_the_command_names_the_values_with_all_their_digits():
    one = asking("dropout", table())
    one.values = (1 / 3, 0.0)
    words = shlex.split(one.command())
    assert words[words.index("--values") + 1] == "0.3333333333333333,0.0"


LEVER_QUESTIONS = [one.name for one in QUESTIONS if one.kind == "lever" and one.name != "ensemble"]


@pytest.mark.parametrize("name", LEVER_QUESTIONS)
def test_every_question_about_a_lever_compares_networks_that_differ(name, ground):
    one = replace(asking("dropout", _flat()), topic=topic(name), ground=ground)
    try:
        designs = _designs(one, one.topic.lever, ground.design)
    except DesignError:
        return  # it says so
    arena = Arena(one.parted(repeats=1, places=2), designs, 0)
    entries = arena.entries(parts=arena.data.parts[:1])
    seen = {
        (repr(replace(e.member, view=None)), e.member.view.train.tobytes(), e.design["scaler"])
        for e in entries
    }
    assert len(seen) == len(designs)


@pytest.fixture(scope="module")
def ground():
    """A small table with a category, which all of these questions are asked of."""
    return asking("dropout", table("multiclass", n=60)).ground
