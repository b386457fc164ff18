"""Intervals of predicted numbers: in the unit and the bounds of the target, kept and measured."""

import hashlib
import json

import numpy as np
import polars as pl
import pytest

from justright.data.conformal import Conformal
from justright.data.schema import Schema
from justright.data.target_scale import TargetScale
from justright.errors import ModelError
from justright.kinds import Column, Task
from justright.recipes.fit import fit
from justright.recipes.folder import MANIFEST
from justright.recipes.intervals import INTERVALS, Measured, _worth, intervals, learn, measure
from justright.recipes.model import load
from tests.recipes.small import EPOCHS, table

ONE = Task(kind="regression", target="y")
TWO = Task(kind="multi-target", target="a, b", targets=("a", "b"))
PLAIN = TargetScale(mean=(0.0,), spread=(1.0,))
HALF = Conformal(scores=(0.5,) * 9, n_units=9)


def schema(task=ONE, **named):
    columns = [
        Column(name=name, kind="number", role=role, reason="", n_missing=0, n_unique=9)
        for role, name in named.items()
    ]
    return Schema(columns=tuple(columns), task=task)


# ---- ends ----------------------------------------------------------------------------------------

SHARE = Task(kind="bounded", target="y", low=0.0, high=100.0)
PRICE = Task(kind="positive", target="y")
ENDS = {
    "any number": (ONE, TargetScale(mean=(7.0,), spread=(10.0,)), 20.0, (15.0, 25.0)),
    "bounds": (SHARE, TargetScale(mean=(0.0,), spread=(100.0,)), 20.0, (0.0, 70.0)),
    "positive": (PRICE, TargetScale(mean=(0.0,), spread=(10.0,)), 2.0, (0.0, 7.0)),
    "ratios": (
        PRICE,
        TargetScale(mean=(1.0,), spread=(2.0,), curve="log"),
        20.0,
        (20 / np.e, 20 * np.e),
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_ends_are_in_the_unit_of_the_target(name):
    task, scale, prediction, wanted = ENDS[name]
    found = intervals(np.array([prediction]), (HALF,), scale, task, 0.9)
    assert found == pytest.approx(np.array([wanted]))


def test_a_prediction_of_0_has_an_interval_on_a_log_scale():
    scale = TargetScale(mean=(0.0,), spread=(1.0,), curve="log")
    low, high = intervals(np.array([0.0]), (HALF,), scale, PRICE, 0.9)[0]
    assert 0 <= low <= high < 1e-300


def test_each_column_has_its_own():
    scale = TargetScale(mean=(0.0, 0.0), spread=(1.0, 10.0))
    found = intervals(np.array([[1.0, 100.0]] * 3), (HALF, HALF), scale, TWO, 0.9)
    assert found.shape == (3, 2, 2)
    assert found[0] == pytest.approx(np.array([[0.5, 1.5], [95.0, 105.0]]))


# ---- refused -------------------------------------------------------------------------------------

CLASSES = Task(kind="binary", target="y", classes=("no", "yes"))
RANKING = Task(kind="ranking", target="y", query="q")
GROUPED = Conformal(scores=(1.0, 2.0), n_units=2, masses=(1 / 3, 2 / 3))
REFUSED = {
    "classes": (CLASSES, (HALF,), 0.9, "predicts classes, 'y'", "prob_<class>"),
    "a ranking": (RANKING, (HALF,), 0.9, "predicts an order, 'y'", "rank"),
    "an old folder": (ONE, (), 0.9, "has no intervals.json", "fit again"),
    "no share": (ONE, (HALF,), 90.0, "an interval of 90 was asked for", "0.9 for 90 %"),
    "nothing": (ONE, (HALF,), 0.0, "an interval of 0 ", "0.9 for 90 %"),
    "all": (ONE, (HALF,), 1.0, "an interval of 1 ", "0.9 for 90 %"),
    "not a number": (ONE, (HALF,), np.nan, "an interval of nan ", "0.9 for 90 %"),
    "too few rows": (ONE, (HALF,), 0.95, "errors are of 9 rows", "at most 0.9, or 19 rows"),
    "too few groups": (ONE, (GROUPED,), 0.9, "errors are of 2 groups", "or 9 groups"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_interval_is_refused_with_words(name):
    task, errors, level, seen, advice = REFUSED[name]
    with pytest.raises(ModelError) as caught:
        intervals(np.array([1.0]), errors, PLAIN, task, level)
    assert seen in caught.value.seen and advice in str(caught.value)


# ---- learnt and measured -------------------------------------------------------------------------


def test_learns_from_rows_that_some_network_had_not_seen():
    truth, guesses = np.arange(30.0), np.arange(30.0) + np.tile([1.0, -2.0, np.nan], 10)
    found = learn(schema(), PLAIN, truth, guesses, None, 0)
    assert found.conformals[0].scores == (1.0,) * 10 + (2.0,) * 10
    assert found.intervals.n_rows == 20 and found.intervals.cautions == ()
    groups = np.repeat(["p", "q", "r"], 10)
    found = learn(schema(group="who", order="day"), PLAIN, truth, guesses, groups, 0)
    assert found.conformals[0].n_units == found.intervals.n_groups == 3
    assert ["'day'" in said or "'who'" in said for said in found.intervals.cautions] == [True] * 2


@pytest.mark.parametrize("task", [CLASSES, RANKING], ids=["classes", "ranking"])
def test_nothing_to_learn_without_a_number(task):
    assert learn(schema(task), None, np.zeros(3), np.zeros(3), None, 0) == Measured()


def test_coverage_is_the_share_of_test_rows_inside():
    learnt = learn(schema(), PLAIN, np.arange(1.0, 20.0), np.zeros(19), None, 0)
    y = np.array([5.0, -5.0, 10.0, 10.5, 15.0, 17.0, 18.5, 20.0, -30.0, 40.0])
    found = measure(learnt, PLAIN, ONE, y, np.zeros(10), None)
    told = {one.level: (one.observed, one.width, one.n_rows) for one in found.coverage}
    # 19 errors: the reach at 50, 80, 90 and 95 % is 10, 16, 18 and 19.
    assert told == {0.5: (0.3, 20, 10), 0.8: (0.5, 32, 10), 0.9: (0.6, 36, 10), 0.95: (0.7, 38, 10)}
    assert all(one.low < one.observed < one.high for one in found.coverage)
    (said,) = found.intervals.cautions
    assert said.startswith("on the 10 test rows the 95 % intervals of 'y' held on 70 % only (40 ")


def test_chance_is_no_caution():
    learnt = learn(schema(), PLAIN, np.arange(1.0, 20.0), np.zeros(19), None, 0)
    y = np.array([1.0] * 9 + [50.0])
    found = measure(learnt, PLAIN, ONE, y, np.zeros(10), None)
    assert found.coverage[3].observed == 0.9 and found.intervals.cautions == ()


def test_levels_that_so_few_rows_cannot_show_are_left_out():
    learnt = learn(schema(), PLAIN, np.arange(1.0, 6.0), np.zeros(5), None, 0)
    found = measure(learnt, PLAIN, ONE, np.zeros(4), np.zeros(4), None)
    assert [one.level for one in found.coverage] == [0.5, 0.8]
    assert measure(learnt, PLAIN, ONE, np.zeros(0), np.zeros(0), None) is learnt


def test_rows_of_a_group_that_are_alike_are_worth_one():
    inside = np.repeat([True, False, True, True], 25)
    assert _worth(inside, None) == 100
    assert _worth(inside, np.repeat(["a", "b", "c", "d"], 25)) == 4
    assert _worth(inside, np.tile(np.arange(25), 4)) == 100
    assert _worth(np.ones(100, dtype=bool), np.repeat(["a", "b"], 50)) == 2


# ---- the model -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def several():
    frame = table().with_columns((pl.col("y") * -1 + pl.col("a")).alias("z"))
    return fit(frame, ["y", "z"], time_s=30, overrides=EPOCHS)


def test_a_model_gives_intervals_and_keeps_them(fitted, tmp_path):
    model, rows = fitted("regression", 3), table(n=40, seed=7).drop("y")
    wide, narrow = model.predict_interval(rows, 0.95), model.predict_interval(rows, 0.5)
    predicted = model.predict(rows)
    assert wide.shape == (40, 2) and model.run.intervals.n_rows == 96
    assert (wide[:, 0] < narrow[:, 0]).all() and (narrow[:, 1] < wide[:, 1]).all()
    assert (narrow[:, 0] < predicted).all() and (predicted < narrow[:, 1]).all()
    frame = model.predict_frame(rows, interval=0.95)
    assert frame.columns == ["prediction", "low", "high"]
    assert (frame.select("low", "high").to_numpy() == wide).all()
    again = load(model.save(tmp_path / "model"))
    assert again.conformals == model.conformals and again.run == model.run
    assert again.predict_frame(rows, interval=0.9).equals(model.predict_frame(rows, interval=0.9))


def test_a_model_of_several_columns(several, tmp_path):
    rows = table(n=40, seed=7).drop("y")
    frame = several.predict_frame(rows, interval=0.9)
    assert frame.columns == [
        *("prediction_y", "prediction_z"), *("low_y", "high_y", "low_z", "high_z")
    ]  # fmt: skip
    ends = several.predict_interval(rows)
    assert ends.shape == (40, 2, 2) and (ends[:, 1, 1] == frame["high_z"].to_numpy()).all()
    assert {(one.column, one.level) for one in several.run.coverage} >= {("y", 0.9), ("z", 0.8)}
    folder = several.save(tmp_path / "model")
    content = json.loads((folder / INTERVALS).read_bytes())[:1]
    _rewritten(folder, json.dumps(content).encode())
    with pytest.raises(ModelError, match="errors of 1 columns"):
        load(folder)


def test_a_folder_from_before_intervals_predicts_without(fitted, tmp_path):
    folder = fitted("regression").save(tmp_path / "model")
    _rewritten(folder, None)
    model, rows = load(folder), table(n=40, seed=7).drop("y")
    assert model.predict_frame(rows).equals(fitted("regression").predict_frame(rows))
    with pytest.raises(ModelError, match="fit again"):
        model.predict_interval(rows)


def test_a_model_of_classes_has_none(fitted, tmp_path):
    model = fitted("multiclass")
    assert model.run.intervals is None and model.run.coverage == ()
    assert not (model.save(tmp_path / "model") / INTERVALS).exists()
    with pytest.raises(ModelError, match="prob_<class>"):
        model.predict_frame(table(n=9).drop("y"), interval=0.9)


def test_the_test_rows_teach_nothing(fitted):
    far = table().with_columns(pl.col("y") + 500)
    other = fit(table(), "y", time_s=30, overrides=EPOCHS, test=far)
    assert max(one.observed for one in other.run.coverage) == 0
    assert "held on 0 % only" in other.run.intervals.cautions[0]
    apart = fit(table(), "y", time_s=30, overrides=EPOCHS, test=table(seed=9))
    assert apart.conformals == other.conformals


def _rewritten(folder, content):
    """The folder with another file of errors, or without one, as if it had been written so."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if content is None:
        (folder / INTERVALS).unlink()
        del manifest["sha256"][INTERVALS]
    else:
        (folder / INTERVALS).write_bytes(content)
        manifest["sha256"][INTERVALS] = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))
