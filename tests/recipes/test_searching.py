"""A search of so many trials: what it tries, trains, keeps and tells."""

import contextlib
import dataclasses
import functools
import math
import time
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
import torch

from justright.designer.book import RULE_BOOK
from justright.errors import BudgetError, DesignError
from justright.recipes import search_round, searching
from justright.recipes.contender import LEAST_LOOKS
from justright.recipes.fit import fit
from justright.recipes.hunt import Hunt
from justright.recipes.model import load
from justright.recipes.progress import Silent
from justright.search.greedy import averaged
from justright.search.honest import Honest
from justright.train.checkpoint import put_together, taken_apart
from justright.train.population import Population
from tests.recipes.small import table, unhurried

TRIALS, A_ROUND = 12, 6
LEVERS = {
    "epochs": 4, "ensemble_size": 3, "evaluation": "k-fold", "folds": 3, "batch_size": 32,
    "learning_rate": 0.01,
}  # fmt: skip
WITHOUT_FOLDS = LEVERS | {"evaluation": "hold-out", "folds": 1}


@pytest.fixture(autouse=True)
def several_rounds(monkeypatch):
    monkeypatch.setattr(searching, "TRIALS_A_ROUND", A_ROUND)


def searched(data, target="y", **options):
    """A model, what its search was given, and every population that it trained."""
    seen = SimpleNamespace(trained=[])
    search, train = searching.search, search_round._train

    def given(ground, design, encoded, outcome, base, **rest):
        seen.encoded, seen.base, seen.journey = encoded, base, rest["journey"]
        return search(ground, design, encoded, outcome, base, **rest)

    def training(field, pairs, cut):
        outcome = train(field, pairs, cut)
        seen.trained.append((field, tuple(pairs), outcome))
        return outcome

    options = {"trials": TRIALS, "overrides": LEVERS} | options
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("justright.recipes.fit.search_designs", given)
        patch.setattr(search_round, "_train", training)
        patch.setattr(searching, "TRIALS_A_ROUND", A_ROUND)
        seen.model = fit(data, target, **options)
    return seen


@pytest.fixture(scope="module")
def found():
    """The maker of searches, by kind of task; each is made once."""
    return functools.cache(lambda kind: searched(table(kind, n=90)))


def bits(model, data):
    outputs = model.predict_proba(data) if model.classes else model.predict(data)
    return outputs.tobytes()


def refuse_other(one, two, data):
    """Two models that differ in a bit, or in what their searches tell."""
    assert bits(one, data) == bits(two, data)
    for mine, own in zip(one.predictor.squads, two.predictor.squads, strict=True):
        assert torch.equal(mine.theta, own.theta) and torch.equal(mine.statistics, own.statistics)
        assert (mine.spec, mine.folds, mine.weight) == (own.spec, own.folds, own.weight)
    assert unhurried(one.run.search) == unhurried(two.run.search)


# ---- the same seed, the same result ------------------------------------------------------------


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_trials_and_a_seed_decide_on_all(kind, found):
    one, rows = found(kind).model, table(kind, seed=1)
    refuse_other(one, fit(table(kind, n=90), "y", trials=TRIALS, overrides=LEVERS), rows)
    if kind == "binary":
        other = fit(table(kind, n=90), "y", trials=TRIALS, overrides=LEVERS, seed=1)
        assert bits(one, rows) != bits(other, rows)
        assert [t.levers for t in one.run.search.tried[1:]] != [
            t.levers for t in other.run.search.tried[1:]
        ]


GOALS = {
    "bounded": {"task": "bounded"},
    "positive": {"task": "positive"},
    "ranking": {"task": "ranking", "group": "query"},
    "multilabel": {"target": ["red", "blue"]},
    "multi-target": {"target": ["length", "price"]},
}


@pytest.mark.parametrize("kind", GOALS)
def test_every_kind_of_task(kind):
    rng = np.random.default_rng(0)
    a, b, noise = rng.normal(size=(3, 80))
    signal = 2 * a + b + 0.3 * noise
    y = {
        "bounded": 1 / (1 + np.exp(-signal)), "positive": np.exp(signal),
        "ranking": np.digitize(signal, [-1, 1]),
    }  # fmt: skip
    several = {
        "multilabel": {"red": (signal > 0).astype(int), "blue": (b > 0.3).astype(int)},
        "multi-target": {"length": signal, "price": 1000 * b},
    }
    cells = {"a": a, "b": b} | several.get(kind, {"y": y.get(kind)})
    if kind == "ranking":
        cells["query"] = np.arange(80) // 4
    model = fit(cells, **({"target": "y"} | GOALS[kind]), trials=7, overrides=WITHOUT_FOLDS)
    record = model.run.search
    assert model.run.profile.task == kind and len(record.tried) == 8 and record.ended == "trials"
    assert math.isfinite(record.together) and math.isfinite(record.base)
    assert sum(pick.weight for pick in record.picks) == pytest.approx(1)
    assert len(model.predict(pl.DataFrame(cells))) == 80


# ---- what is trained ---------------------------------------------------------------------------


def test_a_network_of_a_round_is_as_if_alone(found):
    seen, cut, whole = found("binary"), 0, 0
    for field, pairs, outcome in seen.trained:
        for i in (0, len(pairs) // 2, len(pairs) - 1):
            contender, fold = pairs[i]
            member = contender.member(seen.encoded, fold, field.seed, field.horizon)
            alone = Population([member], seen.encoded.data).run()
            trace, own = alone.traces[0], outcome.traces[i]
            n = len(own.steps)
            assert own.steps == trace.steps[:n] and trace.seed == own.seed
            np.testing.assert_allclose(
                own.validation_score, trace.validation_score[:n], rtol=1e-4, atol=1e-6
            )
            if own.stopped == "pruned":
                cut += 1
                assert n < len(trace.steps)
            else:
                whole += 1
                torch.testing.assert_close(outcome.thetas[i], alone.thetas[0], rtol=1e-3, atol=1e-5)
    assert cut >= 2 and whole >= 2


def test_seeds_are_all_different(found):
    seeds = [trace.seed for _, _, outcome in found("binary").trained for trace in outcome.traces]
    assert len(set(seeds)) == len(seeds) > TRIALS


def test_the_ensemble_speaks_as_the_mean_of_its_designs(found):
    seen = found("multiclass")
    joint, kept = seen.model.predictor, {own.number: own for own in seen.journey.hunt.kept}
    rows, views = seen.encoded.data.x, seen.encoded.full_views
    alone = [
        dataclasses.replace(
            seen.base,
            squads=(kept[p.number].squad,) if p.number else seen.base.squads,
        ).out_of_fold(rows, views)
        for p in seen.model.run.search.picks
    ]
    places = [
        dataclasses.replace(pick, number=k) for k, pick in enumerate(seen.model.run.search.picks)
    ]
    assert len(places) > 1
    np.testing.assert_allclose(joint.out_of_fold(rows, views), averaged(alone, places), rtol=1e-6)


# ---- what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_the_record(kind, found):
    seen = found(kind)
    record, tried = seen.model.run.search, seen.model.run.search.tried
    assert [t.number for t in tried] == list(range(TRIALS + 1)) and record.ended == "trials"
    own = tried[0]
    assert (own.idea, own.fate, own.rung, own.step_share) == ("rule book", "kept", 2, 1.0)
    assert set(own.levers) == set(record.levers) and not set(record.levers) & set(LEVERS)
    assert dict(own.levers) == {name: seen.model.run.design[name] for name in own.levers}
    assert own.metric == record.base
    for t in tried:
        assert (t.fate == "kept") == (t.metric is not None)
        assert 0 < t.step_share <= 1 and 0 <= t.rung <= len(search_round.RUNGS)
        assert t.parent is None or (t.idea == "perturbed" and tried[t.parent].number < t.number)
        assert t.n_parameters > 0 and t.cost_s > 0 and math.isfinite(t.score)
    best = max if record.higher_is_better else min
    assert record.best == best(t.metric for t in tried if t.fate == "kept")
    assert record.curve[0] == (0.0, record.base) and len(record.curve) == 1 + TRIALS // A_ROUND
    times = [at for at, _ in record.curve]
    assert times == sorted(times) and times[-1] <= record.seconds
    assert record.curve[-1][1] == record.together or record.picks[0].weight == 1.0
    kept = {t.number for t in tried if t.fate == "kept"}
    assert {p.number for p in record.picks} <= kept and record.luck >= 0
    assert sum(p.weight for p in record.picks) == pytest.approx(1)


def test_who_is_cut_made_the_steps_of_its_rung(found):
    seen, last = found("binary"), len(search_round.RUNGS)
    cut = [t for t in seen.model.run.search.tried if t.fate == "cut" and t.rung < last]
    assert len({t.rung for t in cut}) == last
    for t in cut:
        look = 1 / LEAST_LOOKS
        share = search_round.RUNGS[t.rung].share
        assert share <= t.step_share <= share + look
    for start in range(1, TRIALS + 1, A_ROUND):
        round_ = seen.model.run.search.tried[start : start + A_ROUND]
        first = round(search_round.RUNGS[0].keep * A_ROUND)
        assert first <= sum(t.rung > 0 for t in round_) <= first + 1, "one by lot"


def test_no_gain_is_no_ensemble(monkeypatch):
    harm = Honest(base=0.5, together=0.6, gain=-0.1, low=-0.2, high=0.0)
    monkeypatch.setattr(searching.Committee, "honest", lambda *_: harm)
    seen = searched(table("binary", n=90), overrides=WITHOUT_FOLDS)
    record = seen.model.run.search
    assert [(p.number, p.weight) for p in record.picks] == [(0, 1.0)]
    assert record.together == record.base and record.gain == -0.1
    assert seen.model.predictor.squads == seen.base.squads


# ---- what the user set -------------------------------------------------------------------------


def test_what_the_user_set_stays():
    set_ = LEVERS | {"dropout": 0.3, "depth": 1, "activation": "tanh"}
    seen = searched(table("binary", n=90), overrides=set_)
    assert not set(seen.model.run.search.levers) & set(set_)
    contenders = {c.number: c for _, pairs, _ in seen.trained for c, _ in pairs}
    assert len(contenders) == TRIALS
    for contender in contenders.values():
        assert {name: contender.design[name] for name in set_} == set_
        assert contender.design.count("batch_size") == 32 and contender.spec.depth == 1
    assert len({str(c.levers) for c in contenders.values()}) == TRIALS
    trained = [trace for _, _, outcome in seen.trained for trace in outcome.traces]
    assert {trace.learning_rate for trace in trained} == {set_["learning_rate"]}


def test_all_levers_set(found):
    design = found("binary").model.run.design
    names = {chapter.lever for chapter in RULE_BOOK}
    every = {own.lever: own.value for own in design.decisions if own.lever in names}
    listener = Listener()
    model = fit(table("binary", n=90), "y", trials=9, overrides=every, progress=listener)
    assert model.run.search is None and len(model.predictor.squads) == 1
    assert "search: every lever is set, so there is nothing to search" in listener.said


REFUSED = {
    "no trials": ({"trials": 0}, BudgetError, "trials = 0"),
    "too many": ({"trials": 10**7}, BudgetError, "trials = 10000000"),
    "no such sampler": ({"sampler": "tpe"}, DesignError, "no sampler is called 'tpe'"),
    "no such strategy": ({"strategy": "grid"}, DesignError, "no strategy is called 'grid'"),
    "both": ({"search": False, "trials": 9}, DesignError, "--no-search with --trials"),
    "a study of nobody": ({"storage": "a.db"}, DesignError, "--storage with the sampler quasi"),
}


@pytest.mark.parametrize(("options", "kind", "seen"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked(options, kind, seen):
    with pytest.raises(kind, match=seen) as caught:
        fit("no/such/file.csv", "y", **options)
    assert caught.value.needed and caught.value.try_


# ---- how it ends -------------------------------------------------------------------------------


class Listener(Silent):
    """Keeps what is said, and asks to stop when a search has trained for so many turns."""

    def __init__(self, turns=None):
        self.said, self.warned, self.at, self.left = [], [], "", turns

    def stage(self, name):
        self.at = name

    def say(self, text):
        self.said.append(text)

    def warn(self, text):
        self.warned.append(text)

    def training(self, **_):
        if self.left is not None and self.at == "search":
            self.left -= 1

    def should_stop(self):
        return self.at == "search" and self.left is not None and self.left <= 0


@pytest.mark.parametrize("turns", [1, 4, 14])
def test_who_stops_keeps_what_there_is(turns, tmp_path):
    listener = Listener(turns)
    options = {"trials": 500, "overrides": LEVERS, "out": tmp_path / "model"}
    model = fit(table("binary", n=90), "y", progress=listener, **options)
    record = model.run.search
    assert record.ended == "interrupted" and len(record.tried) < 50
    assert {t.fate for t in record.tried[1:]} <= {"time", "cut", "kept"}, "nobody diverged"
    assert all((t.metric is not None) == (t.fate == "kept") for t in record.tried)
    if turns == 1:
        assert [t.fate for t in record.tried] == ["kept"] + ["time"] * A_ROUND
        assert [(p.number, p.weight) for p in record.picks] == [(0, 1.0)]
    rows = table("binary", seed=1)
    assert bits(load(tmp_path / "model"), rows) == bits(model, rows)


def test_who_stops_before_a_round_has_the_rule_books_design():
    model = fit(table("binary", n=60), "y", trials=9, overrides=LEVERS, progress=Listener(0))
    assert model.run.search is None and len(model.predictor.squads) == 1


def test_the_time_is_kept():
    begin_s = time.monotonic()
    model = fit(table("binary", n=60), "y", time_s=3, search=True, overrides=LEVERS)
    assert time.monotonic() - begin_s < 5
    record = model.run.search
    if record is not None:
        assert record.ended in ("time", "no gain") and record.seconds < 3


# ---- kept on the way ---------------------------------------------------------------------------


def test_a_hunt_is_kept_as_it_is(found):
    hunt = found("binary").journey.hunt
    again = Hunt.of(put_together(*taken_apart(hunt.state())))
    for name in ("events", "tried", "n_rounds", "curve", "spent_s", "one_s", "ended"):
        assert getattr(again, name) == getattr(hunt, name), name
    assert len(again.kept) == len(hunt.kept) > 0
    for mine, own in zip(again.kept, hunt.kept, strict=True):
        for field in dataclasses.fields(own):
            if field.name != "ended":
                assert getattr(mine, field.name) == getattr(own, field.name), field.name
        for fold, ended in own.ended.items():
            assert torch.equal(mine.ended[fold].theta, ended.theta)
            assert torch.equal(mine.ended[fold].statistics, ended.statistics)
            assert mine.ended[fold].score == ended.score


# ---- optuna ------------------------------------------------------------------------------------


def test_optuna_proposes(tmp_path, monkeypatch):
    pytest.importorskip("optuna")
    monkeypatch.setattr("justright.search.samplers.by_optuna.STARTUP", 4)
    with contextlib.chdir(tmp_path):
        model = fit(
            table("binary", n=90), "y", trials=8, sampler="optuna", storage="study.db",
            overrides=WITHOUT_FOLDS,
        )  # fmt: skip
        record = model.run.search
        assert (record.sampler, len(record.tried), record.ended) == ("optuna", 9, "trials")
        ideas = [t.idea for t in record.tried]
        assert ideas == ["rule book", *["quasi-random"] * A_ROUND, "optuna", "optuna"]
        assert (tmp_path / "study.db").exists()
        assert "--sampler optuna --storage study.db" in model.run.command
