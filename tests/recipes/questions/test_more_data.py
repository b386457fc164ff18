"""What twice the rows should bring."""

import dataclasses

import numpy as np
import pytest

from justright.errors import DataError
from justright.recipes.arena import Arena
from justright.recipes.population_data import parted_ground
from justright.recipes.questions import more_data
from justright.recipes.questions.told import Unit
from justright.recipes.views import shares
from justright.search.curve_fit import learning_curve
from tests.recipes.small import table

from .asked import asking, reply

UNIT = Unit(metric="rmse", higher_is_better=False, base=1.0)


@pytest.mark.parametrize(
    ("n", "rows"),
    [
        (60, [9, 15, 23, 38]),
        (100, [16, 25, 40, 64]),
        (320, [26, 51, 102, 205]),
        (1_000, [20, 40, 80, 160, 320, 640]),
    ],
)
def test_shares_are_doublings_from_twenty_rows_where_there_are_enough(n, rows):
    found, way = more_data._ways(asking("more-data", table(n=n)))
    smallest = 0.64 * n  # four fifths of the folds of four fifths of the rows
    assert [round(share * smallest) for share in found] == pytest.approx(rows, abs=1)
    assert "k_fold" in repr(way)


def test_too_few_rows_are_refused():
    with pytest.raises(DataError, match="8 rows to train on"):
        reply("more-data", table(n=20))


@pytest.mark.parametrize("order", [None, "day"])
def test_all_shares_make_as_many_steps_on_the_same_validation_rows(order):
    one = asking("more-data", table(n=150), order=order)
    found, way = more_data._ways(one)
    data = parted_ground(one.ground, shares(found, of=way), 0)
    arena = Arena(data, {more_data.NAME: one.ground.design}, 0)
    rounds = more_data._rounds(arena, one)
    assert len(rounds) == more_data.MOST_ROUNDS and len({len(own) for own in rounds}) == 1
    by_pair = {}
    for entry in (e for own in rounds for e in own):
        by_pair.setdefault((entry.part.place, entry.seed), []).append(entry.member)
    for members in by_pair.values():
        assert len(members) == len(found)
        assert len({(m.total_steps, m.epoch_steps, m.patience, m.seed) for m in members}) == 1
        assert len({tuple(m.view.validation) for m in members}) == 1
        assert np.all(np.diff([len(m.view.train) for m in members]) > 0)


@pytest.mark.parametrize(
    ("scores", "noise", "said"),
    [
        ((1.6, 1.3, 1.15, 1.075), 0.004, "Twice the rows (320 instead of 160) should bring"),
        ((1.6, 1.001, 1.0, 1.0), 0.001, "The curve is flat: twice the rows"),
        ((1.6, 1.3, 1.2, 1.1), 0.3, "No clear gain from more rows: twice the rows"),
        ((1.0, 1.1, 1.2, 1.3), 0.01, "More rows make it worse here: twice the rows"),
    ],
)
def test_sentences(scores, noise, said):
    rows = np.array([20.0, 40, 80, 160])
    errors = noise * np.random.default_rng(0).normal(size=(5, 1, 4))
    fit = learning_curve(rows, np.array(scores) + errors, higher_is_better=False, best=0.0)
    sentence = more_data._sentence(fit, dataclasses.replace(UNIT, base=fit.now))
    assert sentence.startswith(said) and "95 % interval" in sentence


@pytest.mark.parametrize(
    "targets",
    [{"y1": [0, 1], "y2": [1, 0]}, {"y1": [0.5, 3.5], "y2": [1.0, 0.2]}],
    ids=["labels", "numbers"],
)
def test_several_targets_are_parted_too(targets):
    data = {"x": range(80)} | {name: cells * 40 for name, cells in targets.items()}
    one = asking("more-data", data, list(targets))
    held = [row for part in one.parted(repeats=1).parts for row in part.view.validation]
    assert sorted(held) == list(range(len(one.ground.development)))


def test_an_answer_foretells_the_score_with_twice_the_rows(monkeypatch):
    monkeypatch.setattr(more_data, "MOST_ROUNDS", 1)
    found = reply("more-data", table(n=150))
    *measured, (rows, score, *_, word) = found.rows
    assert len(measured) == 4 and word == "foretold" and rows == pytest.approx(2 * 96, abs=3)
    assert score == found.numbers["score with twice the rows"] < measured[0][1]
    assert found.n_networks == 4 * 5 and found.picture.x_log and found.ended == "done"
    assert [series.drawn for series in found.picture.series] == ["points", "dashes", "points"]
