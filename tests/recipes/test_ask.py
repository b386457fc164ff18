"""What a question needs before any work, what it leaves unread, and what it gives back."""

import dataclasses
import shlex

import msgspec
import numpy as np
import polars as pl
import pytest

from justright.cli import main
from justright.errors import BudgetError, DataError, DesignError
from justright.kinds import Reply
from justright.recipes import ask as home
from justright.recipes import asking as asking_home
from justright.recipes import rounds
from justright.recipes.answer import Answer
from justright.recipes.ask import ask
from tests.recipes.small import table
from tests.report.answers import ANSWERS

QUICK = {"epochs": 2, "learning_rate": 0.01}


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch):
    for module in (asking_home, rounds):
        monkeypatch.setattr(module, "MOST_ROUNDS", 2)


def replied(**more):
    given = {"values": [0.0, 0.3], "time_s": 120, "overrides": QUICK, **more}
    return ask("dropout", table("binary"), "y", **given).reply


@pytest.mark.parametrize(
    ("question", "more", "kind", "seen"),
    [
        ("dropuot", {}, DesignError, "no question is called 'dropuot'"),
        ("pretrained", {}, DesignError, "pretrained is not for tables"),
        ("folds", {}, DesignError, "folds is no question"),
        ("dropout", {"designs": [{}, {}]}, DesignError, "2 designs for the question 'dropout'"),
        ("signal", {"values": [1]}, DesignError, "values for the question 'signal'"),
        ("any", {"values": [1], "designs": [{}, {}]}, DesignError, "values for the question 'any'"),
        ("dropout", {"time_s": 1}, BudgetError, "1 s were given"),
        ("dropout", {"time_s": float("nan")}, BudgetError, "nan s were given"),
        ("dropout", {"target": "z"}, DataError, "'z'"),
        ("dropout", {"target": None}, DataError, "'label'"),
        ("dropout", {"overrides": {"dropuot": 1}}, DesignError, "no lever is called 'dropuot'"),
        ("dropout", {"values": ["lots"]}, DesignError, "dropout = "),
    ],
)
def test_what_cannot_be_asked_is_refused(question, more, kind, seen):
    with pytest.raises(kind) as error:
        ask(question, table("binary"), **({"target": "y"} | more))
    assert seen in str(error.value)


def test_the_test_part_is_never_read(monkeypatch):
    clean = replied()
    lay = home.lay_ground

    def poisoned(*given):
        ground = lay(*given)
        y = ground.prepared.frame["y"].to_numpy().copy()
        y[ground.test] = np.where(y[ground.test] == "yes", "no", "yes")
        frame = ground.prepared.frame.with_columns(
            pl.Series("y", y, ground.prepared.frame.schema["y"])
        )
        return dataclasses.replace(
            ground, prepared=dataclasses.replace(ground.prepared, frame=frame)
        )

    monkeypatch.setattr(home, "lay_ground", poisoned)
    assert replied().effects == clean.effects and replied().rows == clean.rows


def test_a_reply_goes_through_json_and_back():
    found = replied()
    assert msgspec.json.decode(msgspec.json.encode(found), type=Reply) == found
    assert found.picture.series[0].x == ("0.3",) and found.seconds > 0
    assert found.n_networks == len(found.effects) * 2 * found.effects[0].n_pairs


#: Answers with a number that is none come back without it.
ODD = ("exploded", "nothing")


@pytest.mark.parametrize("name", [name for name in ANSWERS if name not in ODD])
def test_every_picture_goes_through_json_and_back(name):
    picture = ANSWERS[name].picture
    assert msgspec.json.decode(msgspec.json.encode(picture), type=type(picture)) == picture


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("dropout", {"values": (0.0, 1 / 3), "seed": 5, "metric": "accuracy"}),
        ("batch-norm", {"values": ("none", "layer"), "drop": ("flag",), "design": "fast"}),
        ("any", {"designs": ({}, {"design": "fast", "weight_decay": 1e-5})}),
        ("any", {"designs": ("realmlp", {"residual": True}), "overrides": {"depth": 1} | QUICK}),
    ],
)
def test_the_command_asks_the_same(question, more, monkeypatch, tmp_path):
    path = tmp_path / "t.csv"
    table("binary").write_csv(path)
    heard = {}

    def hear(name, data, target, **options):
        heard.update(name=name, data=data, target=target, **options)
        return Answer(ANSWERS["lever"])

    empty = {"columns": (), "rows": (), "picture": ANSWERS["lever"].picture}
    monkeypatch.setattr(home, "_answer", lambda one: one.reply(sentence="", clear=True, **empty))
    found = ask(question, str(path), "y", time_s=30, **more).reply
    monkeypatch.setattr(home, "ask", hear)
    assert main([*shlex.split(found.command)[1:], "--quiet"]) == 0
    usual = {
        "name": question, "data": str(path), "target": "y", "time_s": 30.0, "seed": 0,
        "designs": (), "values": None, "metric": None, "design": None, "overrides": {},
        "drop": (), "group": None, "order": None, "task": None, "lab": None,
    }  # fmt: skip
    heard.pop("progress")
    assert heard == usual | more
