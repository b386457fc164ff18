"""The benchmark of remedies: its pairs are pairs, and its shares are shares."""

import math

import polars as pl
import pytest

from justright.doctor.checks import CHECKS
from justright.doctor.effects import EFFECTS


def test_twins_differ_in_the_levers_of_the_remedy_alone(script):
    known = {check.id for check in CHECKS}
    for remedy in script("remedy_pairs").REMEDIES:
        assert set(remedy.checks) <= known
        assert remedy.sick.keys() == remedy.mended.keys()
        assert all(remedy.sick[name] != remedy.mended[name] for name in remedy.sick)


def test_the_figures_that_are_kept_are_those_of_these_pairs(script):
    words = script("remedies").lever_words
    pairs = script("remedy_pairs").REMEDIES
    tried = {(remedy.checks, words(remedy.sick)) for remedy in pairs}
    assert {(effect.checks, effect.sick) for effect in EFFECTS} == tried


@pytest.mark.parametrize(("name", "constant"), [("digits", math.log(10)), ("diabetes", 77.0)])
def test_scores_are_shares_of_the_best_constants(script, name, constant):
    table = script("remedies").table_of(name, 0, rare=False)
    assert table.constant == pytest.approx(constant, rel=1e-3)
    assert table.left(table.constant) == 1.0


def test_a_rare_class_is_thinned_and_a_coin_is_worth_a_constant(script):
    remedies = script("remedies")
    frame = pl.DataFrame({"x": range(500), "y": ["a"] * 100 + ["b"] * 400})
    kept = remedies.thinned(frame, "y")["y"].value_counts()
    assert dict(kept.iter_rows()) == {"rare": 20, "usual": 400}
    table = remedies.Table(frame=frame, target="y", metric="balanced_accuracy", constant=0.5)
    assert (table.left(0.5), table.left(1.0)) == (1.0, 0.0)
