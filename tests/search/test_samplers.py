"""One contract for all samplers, and what is each one's own."""

import json
import logging
import math
import sqlite3
import sys

import numpy as np
import pytest

from justright.designer.planner import plan
from justright.errors import DesignError, JustrightError
from justright.kinds import Task
from justright.search.samplers import SAMPLERS, replay, sampler
from justright.search.samplers.by_optuna import STARTUP
from justright.search.samplers.quasi_random import ENOUGH
from justright.search.space import Space
from tests.designer.cases import number

PROFILE = number(2_500)
BASE = plan(PROFILE, Task(kind="regression", target="y"))
SPACE = Space.of(BASE, PROFILE, rate=(1e-4, 1e-3, 1e-2))
SMALL = Space.of(BASE, PROFILE, fixed=set(SPACE.levers) - {"input_scaling"})
LONGEST = 40  # proposals of a test: enough for every kind of proposal


def loss(levers):
    """A made-up score: best at a width of 96, a rate of 0.003, without input scaling."""
    width, rate = math.log2(levers["width"] / 96), math.log10(levers["learning_rate"] / 0.003)
    return width**2 + rate**2 + 0.5 * levers["input_scaling"]


def tell_all(made, proposals):
    for each in proposals:
        score = None if each.number % 7 == 3 else loss(each.levers)
        made.tell(each.number, score, 0.1 if each.number % 5 == 4 else 1.0)


def run(made, rounds=4, n=10):
    found = []
    for _ in range(rounds):
        asked = made.ask(n)
        tell_all(made, asked)
        found += asked
    return found


@pytest.mark.parametrize("name", SAMPLERS)
class TestEverySampler:
    def test_the_first_is_the_base(self, name):
        first = sampler(name, SPACE, seed=0).ask(1)[0]
        assert (first.number, first.idea, first.parent) == (0, "rule book", None)
        assert first.levers == SPACE.centre

    def test_proposals_are_in_range_numbered_and_differ(self, name):
        found = run(sampler(name, SPACE, seed=0))
        assert [each.number for each in found] == list(range(LONGEST))
        assert len({frozenset(each.levers.items()) for each in found}) == LONGEST
        assert all(tuple(each.levers) == SPACE.levers for each in found)
        assert all(SPACE.works(each.levers) for each in found)
        assert all(each.parent is None or each.parent < each.number for each in found)

    def test_the_same_seed_and_tells_lead_to_the_same_proposals(self, name):
        first, again = (run(sampler(name, SPACE, seed=3)) for _ in range(2))
        other = run(sampler(name, SPACE, seed=4))
        assert first == again and first[1:] != other[1:]

    def test_many_may_be_asked_before_anything_is_told(self, name):
        made = sampler(name, SPACE, seed=0)
        found = made.ask(LONGEST)
        assert len(found) == LONGEST
        tell_all(made, found)
        assert len(made.ask(3)) == 3

    def test_tells_come_in_any_order(self, name):
        made, mixed = sampler(name, SPACE, seed=0), sampler(name, SPACE, seed=0)
        one, other = made.ask(12), mixed.ask(12)
        tell_all(made, one)
        tell_all(mixed, [other[i] for i in np.random.default_rng(0).permutation(12)])
        assert len(made.ask(4)) == len(mixed.ask(4)) == 4

    def test_all_may_diverge(self, name):
        made = sampler(name, SPACE, seed=0)
        for score in (None, math.nan, math.inf):
            for each in made.ask(10):
                made.tell(each.number, score, 0.5)
        assert {each.idea for each in made.ask(8)} <= {"quasi-random", "uniform"}

    def test_a_replay_leads_to_where_it_was(self, name):
        made, fresh = sampler(name, SPACE, seed=5), sampler(name, SPACE, seed=5)
        found = run(made, rounds=3)
        state = json.loads(json.dumps(made.state()))
        assert replay(fresh, state) == tuple(found)
        assert fresh.ask(4) == made.ask(4)

    def test_mistakes_are_refused(self, name):
        made = sampler(name, SPACE, seed=0)
        made.ask(1)
        made.tell(0, 1.0, 1.0)
        for number_, share, said in ((0, 1.0, "told before"), (1, 1.0, "never proposed")):
            with pytest.raises(ValueError, match=said):
                made.tell(number_, 1.0, share)
        with pytest.raises(ValueError, match="not at least 1"):
            made.ask(0)
        made.ask(1)
        with pytest.raises(ValueError, match="not from 0 to 1"):
            made.tell(1, 1.0, 1.5)

    def test_a_space_that_is_used_up_gives_fewer(self, name):
        made = sampler(name, SMALL, seed=0)
        found = made.ask(10)
        assert [each.levers["input_scaling"] for each in found] == [False, True]
        for each in found:
            made.tell(each.number, 0.5, 1.0)
        assert made.ask(3) == ()

    def test_scores_are_followed(self, name):
        found = run(sampler(name, SPACE, seed=1), rounds=6)
        learned = ("perturbed", "optuna")
        early, late = (
            np.median([loss(each.levers) for each in found if (each.idea in learned) == is_late])
            for is_late in (False, True)
        )
        assert late < 0.7 * early


def test_quasi_random_has_a_quarter_uniform_and_perturbs_the_best():
    made = sampler("quasi-random", SPACE, seed=0)
    first = made.ask(8)
    assert [each.idea for each in first[4::4]] == ["uniform"]
    assert {each.idea for each in first[1:4]} == {"quasi-random"}
    for each in first[: ENOUGH - 1]:
        made.tell(each.number, float(each.number), 1.0)
    assert {each.idea for each in made.ask(4)} == {"uniform", "quasi-random"}
    made.tell(6, -1.0, 0.1)  # the lowest score of all, but of a training that was cut
    after = made.ask(40)
    assert [each.idea for each in after[:4]] == [
        *("uniform", "perturbed", "quasi-random", "perturbed")
    ]
    assert {each.parent for each in after if each.idea == "perturbed"} == {0, 1}


def test_quasi_random_fills_a_lever_more_evenly_than_chance():
    made = sampler("quasi-random", SPACE, seed=0)
    stream = [each for each in made.ask(86) if each.idea == "quasi-random"]
    near = SPACE.draws(SPACE.centre)
    rate = dict(near)["learning_rate"]
    shares = sorted(
        rate.share(each.levers["learning_rate"])
        for each in stream
        if each.levers["optimizer"] == "adamw" and each.levers["width"] >= 128
    )
    gap = max(abs(share - (i + 0.5) / len(shares)) for i, share in enumerate(shares))
    assert gap < 0.15


def test_optuna_proposes_once_enough_is_told_and_keeps_its_study(tmp_path):
    path = tmp_path / "search.db"
    made = sampler("optuna", SPACE, seed=0, storage=path)
    first = made.ask(STARTUP + 2)
    assert {each.idea for each in first} == {"rule book", "quasi-random"}
    for each in first:
        diverged, cut = each.number == 3, each.number == 5
        made.tell(each.number, None if diverged else 0.5, 0.1 if cut else 1.0)
    assert {each.idea for each in made.ask(2)} == {"optuna"}
    with sqlite3.connect(path) as kept:
        states = kept.execute("select state, count(*) from trials group by state").fetchall()
        names = kept.execute("select distinct param_name from trial_params").fetchall()
    kept.close()
    assert dict(states) == {"COMPLETE": 10, "PRUNED": 1, "FAIL": 1, "RUNNING": 2}
    assert {"learning_rate", "dropout on", "1 - momentum"} <= {name for (name,) in names}
    sampler("optuna", SPACE, seed=0, storage=path).ask(1)  # a study of its own
    with sqlite3.connect(path) as kept:
        studies = kept.execute("select study_name from studies").fetchall()
    kept.close()
    assert studies == [("justright",), ("justright-2",)]


def test_optuna_writes_no_log_of_its_own(caplog):
    logging.getLogger("optuna").addHandler(caplog.handler)
    made = sampler("optuna", SPACE, seed=0)
    tell_all(made, made.ask(STARTUP))
    logging.getLogger("optuna").removeHandler(caplog.handler)
    assert caplog.messages == []


def test_a_missing_optuna_says_what_to_paste(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(JustrightError, match="optuna is not installed") as caught:
        sampler("optuna", SPACE, seed=0)
    assert caught.value.try_ == "pip install 'justright[optuna]'"


def test_a_storage_that_cannot_be_opened(tmp_path):
    (tmp_path / "text.db").write_text("no database " * 200)
    for path in (tmp_path / "none" / "search.db", tmp_path / "text.db", "redis9://here"):
        with pytest.raises(JustrightError, match="cannot be opened"):
            sampler("optuna", SPACE, seed=0, storage=path)


def test_samplers_by_name():
    with pytest.raises(DesignError, match="no sampler is called 'optna'") as caught:
        sampler("optna", SPACE, seed=0)
    assert caught.value.try_ == "sampler='optuna'"
    with pytest.raises(DesignError, match="with the sampler quasi-random"):
        sampler("quasi-random", SPACE, seed=0, storage="search.db")
