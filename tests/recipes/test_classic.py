"""The search as the guides tell it: overfit, then regularise."""

import numpy as np
import polars as pl
import pytest

from justright.recipes import searching
from justright.recipes.classic import STAGES
from justright.recipes.fit import fit
from justright.recipes.hunt import Hunt
from justright.recipes.progress import Silent
from tests.recipes.small import table

SMALL = {"epochs": 5, "evaluation": "k-fold", "folds": 2, "ensemble_size": 2}


def classic(frame, trials, progress=None, **overrides):
    levers = SMALL | {"learning_rate": 0.01} | overrides
    return fit(
        frame, "y", trials=trials, strategy="classic", overrides=levers, progress=progress
    ).run.search


def noise(n=100):
    """What a small network cannot learn by heart, and a larger one can."""
    rng = np.random.default_rng(0)
    return pl.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n), "y": rng.normal(size=n)})


@pytest.fixture(scope="module")
def search():
    return classic(noise(), 12)


def of(search, stage):
    found = [one for one in search.stages if one.name == stage]
    return found, [search.tried[n] for one in found for n in one.numbers]


def shape(tried):
    return tried.levers["depth"], tried.levers["width"]


def test_the_stages_come_in_the_order_of_the_guides_and_keep_to_the_trials(search):
    names = list(dict.fromkeys(stage.name for stage in search.stages))
    order = ["begin", *(name for name, _, _ in STAGES)]
    assert names[:3] == ["begin", "grow", "regularise"]
    assert names == [name for name in order if name in names]
    told = [n for stage in search.stages for n in stage.numbers]
    assert told == [one.number for one in search.tried[1:]]  # each in one stage, all of them told
    assert len(told) == 12 and search.ended == "trials"
    assert (search.strategy, search.sampler) == ("classic", "")


def test_bare_networks_grow_and_the_smallest_that_overfits_is_regularised(search):
    stages, ladder = of(search, "grow")
    sizes = [one.n_parameters for one in ladder]
    assert sizes == sorted(set(sizes))
    assert {one.fate for one in ladder} == {"grown"}
    assert all(one.levers[name] == 0 for one in ladder for name in ("dropout", "weight_decay"))
    _, tried = of(search, "regularise")
    [chosen] = {shape(one) for one in tried}
    [parent] = [search.tried[n] for n in {one.parent for one in tried}]
    assert shape(parent) == chosen != shape(ladder[0])
    assert f"{chosen[0]} × {chosen[1]} is the smallest that learns them by heart" in stages[-1].said


def test_a_regulariser_is_tried_alone_before_several_together(search):
    _, (bare, *singles) = of(search, "regularise")
    assert bare.levers["dropout"] == bare.levers["weight_decay"] == 0
    for one in singles:
        assert sum(one.levers[name] != value for name, value in bare.levers.items()) == 1
    assert {one.fate for one in search.tried[len(of(search, "grow")[1]) + 1 :]} <= {
        "kept", "cut", "raced out",
    }  # fmt: skip


def test_what_the_user_set_never_moves():
    mine = {"width": 24, "dropout": 0.1, "schedule": "cosine"}
    found = classic(table("binary"), 8, **mine)
    assert not set(found.levers) & {*mine, "learning_rate"}
    assert all(not set(one.levers) & set(mine) for one in found.tried)


class _Stops(Silent):
    """Asks to stop as soon as the networks have grown."""

    asked = False

    def say(self, text):
        self.asked = self.asked or text.startswith("search, grow")

    def should_stop(self):
        return self.asked


def test_an_interrupt_ends_it_with_what_there_is():
    found = classic(noise(), 12, progress=_Stops())
    assert found.ended == "interrupted"
    assert [stage.name for stage in found.stages] == ["begin", "grow"]
    assert [pick.number for pick in found.picks] == [0]


def test_a_search_that_goes_on_comes_to_the_same(search, monkeypatch):
    def bare(found):
        return [(t.levers, t.score, t.metric, t.fate) for t in found.tried], found.stages

    kept, n_saves = searching._Hunter._note, []

    def forgetful(self):
        """Goes on from what is saved after every round, with a strategy that knows nothing."""
        kept(self)
        n_saves.append(self.hunt.n_rounds)
        assert Hunt.of(self.hunt.state()).stages == self.hunt.stages
        self._strategy = self._way(self._space, self._wish)
        self._strategy.go_on(self.hunt.events)

    monkeypatch.setattr(searching._Hunter, "_note", forgetful)
    assert bare(classic(noise(), 12)) == bare(search)
    assert len(n_saves) > 3
