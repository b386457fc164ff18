"""What a network has to beat, on tables where the answer is known."""

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from justright.data.encode import fit as fit_encoder
from justright.data.read import read
from justright.data.schema import prepare
from justright.data.target_values import target_values
from justright.kinds import Task
from justright.recipes import baselines
from justright.recipes.baselines import linear, trivial

REGRESSION = Task(kind="regression", target="y")
CLASSES = Task(kind="multiclass", target="y", classes=("a", "b", "c"))


def prepared(columns):
    table = prepare(read(pl.DataFrame(columns)), "y")
    return table, target_values(table.frame, table.schema.task)


def fit_linear(columns, seed=0):
    """The linear rival, trained and tested on the same rows."""
    table, y = prepared(columns)
    return linear(table.schema.task, table.schema, table.frame, y, table.frame, seed=seed), y


# ---- trivial -----------------------------------------------------------------------------------


def test_trivial_says_the_class_shares():
    rival = trivial(CLASSES, np.array([0, 1, 1, 1]), 3, "accuracy")
    assert rival.predictions.tolist() == [[0.25, 0.75, 0.0]] * 3
    assert rival.what == "always the class shares (most often 'b')"


@pytest.mark.parametrize(
    ("metric", "value", "word"),
    [("rmse", 4.0, "mean"), ("r2", 4.0, "mean"), ("mae", 2.0, "median")],
)
def test_trivial_says_the_mean_or_for_mae_the_median(metric, value, word):
    rival = trivial(REGRESSION, np.array([1.0, 2.0, 9.0]), 2, metric)
    assert rival.predictions.tolist() == [value, value]
    assert rival.what == f"always the {word} ({value:g})"


# ---- linear ------------------------------------------------------------------------------------


def test_ridge_finds_a_line():
    x = np.linspace(-3, 8, 60) ** 2
    rival, y = fit_linear({"x": x, "y": 2 * x + 3})
    np.testing.assert_allclose(rival.predictions, y, rtol=1e-3)
    assert rival.what == "ridge regression (alpha 0.001)"


def test_ridge_finds_the_level_of_each_category():
    c = np.array(list("pqrs"))[np.arange(60) % 4]
    rival, y = fit_linear({"c": c, "y": np.array([1.0, 7, -2, 30])[np.arange(60) % 4] + 0.5})
    np.testing.assert_allclose(rival.predictions, y, atol=0.01)


def test_logistic_is_scikit_learns():
    rng = np.random.default_rng(0)
    x = rng.normal(size=90)
    columns = {"x": x, "y": np.where(x + 0.5 * rng.normal(size=90) > 0, "yes", "no")}
    rival, y = fit_linear(columns)
    encoded = ((x - x.mean()) / x.std()).reshape(-1, 1)
    theirs = LogisticRegression(C=1.0, max_iter=300).fit(encoded, y).predict_proba(encoded)
    np.testing.assert_allclose(rival.predictions, theirs, atol=1e-4)


def test_a_class_without_rows_has_no_probability():
    rng = np.random.default_rng(0)
    frame = {"x": rng.normal(size=90), "y": list("abc") * 30}
    table, y = prepared(frame)
    kept = np.flatnonzero(y != 1)
    rival = linear(table.schema.task, table.schema, table.frame[kept], y[kept], table.frame, seed=0)
    assert rival.predictions.shape == (90, 3)
    assert (rival.predictions[:, 1] == 0).all()
    np.testing.assert_allclose(rival.predictions.sum(1), 1)


def test_one_class_only_is_always_that_class():
    table, y = prepared({"x": np.arange(60.0) ** 2, "y": ["a", "b"] * 30})
    kept = np.flatnonzero(y == 1)
    rival = linear(table.schema.task, table.schema, table.frame[kept], y[kept], table.frame, seed=0)
    assert rival.predictions.tolist() == [[0.0, 1.0]] * 60


def test_many_rows_are_drawn_from(monkeypatch):
    monkeypatch.setattr(baselines, "LINEAR_ROWS", 40)
    x = np.random.default_rng(0).normal(size=200)
    noise = np.random.default_rng(1).normal(size=200)
    one, _ = fit_linear({"x": x, "y": x + noise})
    same, _ = fit_linear({"x": x, "y": x + noise})
    other, _ = fit_linear({"x": x, "y": x + noise}, seed=1)
    assert one.what.endswith(" on 40 rows") and len(one.predictions) == 200
    assert (one.predictions == same.predictions).all()
    assert (one.predictions != other.predictions).any()


def test_many_levels_are_left_out_beyond_the_room(monkeypatch):
    rng = np.random.default_rng(0)
    few, many = rng.integers(0, 30, 400), rng.integers(0, 60, 400)
    table, _ = prepared(
        {
            "few": [f"f{i}" for i in few],
            "many": [f"m{i}" for i in many],
            "x": rng.normal(size=400),
            "y": rng.normal(size=400),
        }
    )
    encoder = fit_encoder(table.frame, table.schema, scaler="standard")
    assert encoder.layout.codes == ("few", "many")  # both are indices, for an embedding
    few_levels, many_levels = encoder.layout.cardinalities

    def width(room):
        monkeypatch.setattr(baselines, "ONE_HOT_COLUMNS", room)
        return baselines._one_hot(encoder, table.frame).shape[1]

    assert width(1_000) == 1 + few_levels + many_levels
    assert width(many_levels) == 1 + few_levels
    assert width(few_levels - 1) == 1


def test_one_hot_has_one_cell_a_row_for_each_category():
    levels = [f"m{i % 60}" for i in range(400)]
    table, _ = prepared({"many": levels, "y": np.arange(400.0)})
    encoder = fit_encoder(table.frame, table.schema, scaler="standard")
    x = baselines._one_hot(encoder, table.frame)
    assert (x.sum(1) == 1).all() and len(np.unique(x, axis=0)) == 60
