"""A fit without a test part, and one whose rows have weights."""

import re

import numpy as np
import polars as pl
import pytest

from justright.cli import main
from justright.errors import DataError, DesignError
from justright.kinds import View
from justright.recipes.encoded import encode
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.model import load
from justright.recipes.wish import Wish
from justright.report.card import card
from justright.report.html import html
from tests.recipes.small import KINDS, QUICK, table

ALONE = {**QUICK, "search": False, "test_share": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_test_part_the_scores_are_of_validation_rows(kind):
    model = fit(table(kind), "y", **ALONE)
    run = model.run
    assert (run.data.n_development, run.data.n_test, run.baselines) == (120, 0, ())
    assert run.scores == run.validation_scores and run.scores[0].n_rows == 24
    assert run.verdict.startswith("No row was set aside for a test: ")
    assert any("scores are of validation rows" in said for said in run.warnings)
    assert "on 24 validation rows" in repr(model)
    assert {finding.check for finding in run.findings}.isdisjoint({"validation-gap"})
    for page in (html(run), card(run)):
        assert "choices have looked at" in page
        assert "no choice has looked at" not in page.lower()
        assert not re.search("(?<!no )test row", page.lower())


def test_the_shell_says_so_and_takes_weights(tmp_path, capsys):
    place = tmp_path / "rows.csv"
    table().with_columns(w=pl.Series([0.0, 1.0, 2.0] * 40)).write_csv(place)
    words = ["fit", str(place), "--target", "y", "--weight", "w", "--test-share", "0", "--quiet"]
    levers = ["epochs=4", "ensemble_size=2", "evaluation=hold-out", "learning_rate=0.01"]
    out = tmp_path / "model"
    assert main([*words, "--time", "20s", "--no-search", "--out", str(out), "--set", *levers]) == 0
    assert "on 16 validation rows" in capsys.readouterr().out
    model = load(out)
    assert {c.name: c.role for c in model.run.columns}["w"] == "weight"
    assert len(model.predict(table().drop("y"))) == 120
    assert not (out / "train.py").exists()


SCRIPTLESS = {
    "weights": ({"weight": "w"}, "rows are weighed by column 'w'"),
    "another share": ({"test_share": 0.1}, "a share of 0.1 of the rows was set aside"),
}


@pytest.mark.parametrize(("asked", "said"), SCRIPTLESS.values(), ids=SCRIPTLESS)
def test_a_script_knows_neither_weights_nor_another_share(asked, said):
    frame = table().with_columns(w=pl.Series([1.0, 2.0] * 60))
    with pytest.raises(DesignError, match=said):
        fit(frame, "y", search=False, **QUICK, **asked).to_code()


def test_a_share_that_is_none_is_refused():
    with pytest.raises(DataError, match="the share of the rows to set aside is 1"):
        fit(table(), "y", test_share=1)


def test_few_rows_and_rare_classes_are_enough():
    few = {"x": [1.0, 2, 3, 4, 5, 7], "y": ["a", "b", "b", "a", "a", "c"]}
    assert fit(few, "y", task="multiclass", **ALONE).classes == ("a", "b", "c")
    rare = {"x": [n * n for n in range(40)], "y": ["a", "b"] * 19 + ["a", "c"]}
    assert fit(rare, "y", **ALONE).classes == ("a", "b", "c")
    with pytest.raises(DataError, match="at least 10 rows"):
        fit(few, "y", task="multiclass", **QUICK)


def weighed(weights, **changes):
    frame = table("binary").with_columns(w=pl.Series(weights))
    return Wish(data=frame, target="y", weight="w", **changes)


def test_every_fold_weighs_its_rows_with_mean_1():
    weights = np.arange(120.0) + 1
    ground = lay_ground(weighed(weights, overrides={"evaluation": "k-fold", "folds": 3}))
    encoded = encode(ground, 0)
    own = weights[ground.development]
    for view in encoded.full_views:
        assert isinstance(view, View) and view.weights is not None
        assert view.weights[view.train].mean() == pytest.approx(1)
        rows = view.train - view.fold * encoded.n_rows
        np.testing.assert_allclose(view.weights[view.train] / own[rows], view.weights[0] / own[0])


def test_rows_of_one_class_that_weigh_more_draw_the_probabilities_to_it():
    frame = table("binary").with_columns(w=pl.when(pl.col("y") == "yes").then(30.0).otherwise(1.0))
    means = [
        fit(frame.drop([] if name else "w"), "y", weight=name, **ALONE)
        .predict_proba(frame)[:, 1].mean()
        for name in (None, "w")
    ]  # fmt: skip
    assert means[1] > means[0] + 0.1
