"""Ensembles of several sizes, made of the same networks."""

import dataclasses
import math

import numpy as np
import pytest

from justright.recipes import asking as asking_home
from justright.recipes import rounds
from justright.recipes.arena import Arena
from justright.recipes.assembled import Assembled
from justright.recipes.progress import Silent
from tests.recipes.questions.asked import asking, reply
from tests.recipes.small import table

QUICK = {"epochs": 2, "learning_rate": 0.03}
SIZES = (1, 2, 3)


@pytest.fixture
def arena():
    one = asking("ensemble", table("binary"), overrides=QUICK)
    one.sharp()
    data = one.parted(repeats=1, places=3)
    designs = {str(n): one.with_value(one.ground.design, "ensemble_size", n) for n in SIZES}
    return Assembled(data, designs, 0)


def test_sizes_are_means_over_all_that_the_networks_make(arena):
    trained = arena.train(arena.entries(seeds=(0, 1)), Silent(), share=1.0)
    assert len(trained.entries) == 3 * 2 * 3  # views, seeds, networks of the largest
    found = {(m.name, m.place, m.seed): m.value for m in arena.scores([trained]).members}
    assert len(found) == len(SIZES) * 3 * 2

    alone = Arena(arena.data, {"1": arena.designs["1"]}, 0, calibrated=True)
    singles = alone.train(alone.entries(seeds=range(6)), Silent(), share=1.0)
    values = {(m.place, m.seed): m.value for m in alone.scores([singles]).members}
    said = [alone.judge.predictions(e, singles.outcome, i) for i, e in enumerate(singles.entries)]
    for place in range(3):
        at = 6 * place  # networks 0 to 2 are those of the first seed
        entry = singles.entries[at]
        assert found["1", place, 0] == pytest.approx(np.mean([values[place, i] for i in range(3)]))
        pair, three = (np.mean(said[at : at + n], axis=0) for n in (2, 3))
        assert found["2", place, 0] == pytest.approx(alone.judge.value(entry, pair))
        assert found["3", place, 0] == pytest.approx(alone.judge.value(entry, three))


def test_networks_that_diverged_are_left_out_of_their_ensembles(arena):
    trained = arena.train(arena.entries(), Silent(), share=1.0)
    whole = {(m.name, m.place): m.value for m in arena.scores([trained]).members}
    lost = [math.inf if i in (0, 3, 4, 5) else s for i, s in enumerate(trained.outcome.scores)]
    outcome = dataclasses.replace(trained.outcome, scores=tuple(lost))
    found = {(m.name, m.place): m.value for m in arena.judge.scores(trained.entries, outcome)}
    assert all(math.isfinite(found[name, 0]) for name in "123")
    assert found["3", 0] != whole["3", 0]
    assert all(math.isnan(found[name, 1]) for name in "123")
    assert all(found[name, 2] == whole[name, 2] for name in "123")


def test_larger_ensembles_are_better_and_the_networks_are_counted_once(monkeypatch):
    for home in (asking_home, rounds):
        monkeypatch.setattr(home, "MOST_ROUNDS", 2)
    found = reply("ensemble", table("binary"), overrides=QUICK, values=[1, 4])
    means = {row[0]: row[1] for row in found.rows}
    assert means["4"] < means["1"]
    largest = max(int(name) for name in means)
    assert found.n_networks == 2 * largest * found.effects[0].n_places
    assert any("made of the same networks" in said for said in found.how)
