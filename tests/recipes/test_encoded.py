"""Each fold is scaled by its own training rows, and nobody speaks on rows it learnt from."""

import dataclasses

import numpy as np
import polars as pl
import pytest
import torch

from justright.recipes import encoded as room
from justright.recipes.encoded import encode
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.predictor import Predictor
from justright.recipes.wish import Wish
from tests.recipes.small import EPOCHS, table

FOLDED = {"evaluation": "k-fold", "folds": 3}


def grounded(frame, **overrides):
    return lay_ground(Wish(data=frame, target="y", time_s=60, overrides=FOLDED | overrides))


@pytest.fixture(scope="module")
def ground():
    return grounded(table("multiclass"))


@pytest.fixture(scope="module")
def encoded(ground):
    return encode(ground, seed=0)


def scales(encoder):
    return [feature.scale for feature in (*encoder.numbers, *encoder.dates)]


@pytest.mark.parametrize("scaler", ["robust", "standard", "min-max", "quantile"])
def test_a_validation_row_has_no_part_in_its_folds_scales(scaler, monkeypatch):
    frame = table("multiclass")
    before_ground = grounded(frame, scaler=scaler)
    before = encode(before_ground, seed=0)
    # Which rows are equal is hashed, and decides the draw: pin it.
    parts = room.split_views(
        before_ground.prepared, before_ground.development, evaluation="k-fold",
        split="stratified", folds=3, seed=0,
    )  # fmt: skip
    monkeypatch.setattr(room, "split_views", lambda *_, **__: parts)
    row = int(before_ground.development[parts[1].validation[0]])
    a = frame["a"].to_numpy().copy()
    a[row] = 1e6
    changed = frame.with_columns(pl.Series("a", a))
    after_ground = dataclasses.replace(
        before_ground,
        prepared=dataclasses.replace(
            before_ground.prepared,
            frame=before_ground.prepared.frame.with_columns(pl.Series("a", a)),
        ),
    )
    assert changed["a"][row] == 1e6
    after = encode(after_ground, seed=0)
    same = [scales(x) == scales(y) for x, y in zip(before.encoders, after.encoders, strict=True)]
    assert same[1] and before.encoders[1] == after.encoders[1]
    assert scaler == "robust" or same == [False, True, False]


def test_test_rows_have_no_part_in_any_encoder(ground, encoded):
    frame = ground.prepared.frame
    a = frame["a"].to_numpy().copy()
    a[ground.test] = 1e6
    prepared = dataclasses.replace(ground.prepared, frame=frame.with_columns(pl.Series("a", a)))
    again = encode(dataclasses.replace(ground, prepared=prepared), seed=0)
    assert again.encoders == encoded.encoders
    assert torch.equal(again.data.x, encoded.data.x)


def test_views_point_to_their_own_copy(ground, encoded):
    n = encoded.n_rows
    frame = ground.prepared.frame[ground.development]
    assert len(encoded.data.x) == len(encoded.data.y) == 3 * n
    for fold, view in enumerate(encoded.views):
        rows = np.concatenate([view.train, view.validation])
        assert view.fold == fold
        assert sorted(rows) == list(range(fold * n, (fold + 1) * n))
        copy = encoded.data.x[fold * n : (fold + 1) * n].numpy()
        np.testing.assert_array_equal(copy, encoded.encoders[fold].transform(frame))
        np.testing.assert_array_equal(
            encoded.data.y[fold * n : (fold + 1) * n].numpy(), encoded.targets
        )


def test_every_row_is_validated_once(encoded):
    rows = np.concatenate([view.validation % encoded.n_rows for view in encoded.views])
    assert sorted(rows) == list(range(encoded.n_rows))


def test_all_folds_have_the_same_columns(encoded):
    assert len({encoder.layout for encoder in encoded.encoders}) == 1
    assert encoded.layout.n_columns == encoded.data.x.shape[1]


def test_a_number_is_scaled_and_comes_back():
    encoded = encode(
        lay_ground(Wish(data=table(), target="y", time_s=60, task="regression")), seed=0
    )
    y = encoded.data.y[: encoded.n_rows].double()
    assert y.mean().item() == pytest.approx(0, abs=1e-6)
    assert y.std(correction=0).item() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(encoded.scale.back(y.numpy()), encoded.targets, rtol=1e-5)


def test_many_validation_rows_are_capped_but_all_are_scored(ground, monkeypatch):
    monkeypatch.setattr(room, "VALIDATION_ROWS", 7)
    capped = encode(ground, seed=0)
    for view, full in zip(capped.views, capped.full_views, strict=True):
        assert len(view.validation) == 7 < len(full.validation)
        assert set(view.validation) < set(full.validation)
        assert (view.train == full.train).all() and view.fold == full.fold
    again = encode(ground, seed=0)
    assert (again.views[0].validation == capped.views[0].validation).all()


def test_another_seed_parts_otherwise(ground, encoded):
    other = encode(ground, seed=1)
    assert set(other.views[0].validation) != set(encoded.views[0].validation)


def test_out_of_fold_comes_from_the_members_of_the_fold(fitted, ground, encoded, monkeypatch):
    predictor = fitted("multiclass", folds=3).predictor
    monkeypatch.setattr(
        Predictor,
        "member_outputs",
        lambda self, squad, fold, x: np.full((2, len(x), 3), float(fold)),
    )
    out = predictor.out_of_fold(encoded.data.x, encoded.views)
    for view in encoded.views:
        own = view.validation - view.fold * encoded.n_rows
        assert (out[own] == view.fold).all()
        assert not set(own) & set(view.train - view.fold * encoded.n_rows)


def test_out_of_fold_of_iterated_folds_is_the_mean_of_the_repeats(fitted, monkeypatch):
    predictor = fitted("multiclass", folds=3).predictor
    twice = encode(grounded(table("multiclass"), repeats=2), seed=0)
    assert len(twice.views) == 6 and len(twice.data.x) == 6 * twice.n_rows
    squad = dataclasses.replace(predictor.squads[0], folds=(0, 1, 2, 3, 4, 5))
    both = dataclasses.replace(predictor, encoders=twice.encoders, squads=(squad,))
    monkeypatch.setattr(
        Predictor,
        "member_outputs",
        lambda self, squad, fold, x: np.full((1, len(x), 3), float(fold)),
    )
    total = np.zeros(twice.n_rows)
    for view in twice.views:
        total[view.validation - view.fold * twice.n_rows] += view.fold
    out = both.out_of_fold(twice.data.x, twice.views)
    np.testing.assert_allclose(out, np.repeat(total[:, None] / 2, 3, axis=1))


def test_a_fit_with_iterated_folds_judges_each_row_once():
    levers = EPOCHS | {"evaluation": "k-fold", "folds": 3, "repeats": 2}
    run = fit(table("binary"), "y", time_s=60, overrides=levers).run
    assert (run.data.n_folds, run.data.n_repeats, len(run.traces)) == (3, 2, 6)
    assert run.validation_scores[0].n_rows == run.data.n_development


def test_out_of_fold_outputs_are_those_of_the_folds_encoder(fitted, ground, encoded):
    predictor = fitted("multiclass", folds=3).predictor
    assert predictor.encoders == encoded.encoders
    out = predictor.out_of_fold(encoded.data.x, encoded.views)
    frame = ground.prepared.frame[ground.development]
    for view in encoded.views:
        rows = view.validation - view.fold * encoded.n_rows
        x = torch.from_numpy(predictor.encoders[view.fold].transform(frame[rows]))
        np.testing.assert_allclose(
            out[rows],
            predictor.member_outputs(predictor.squads[0], view.fold, x).mean(0),
            atol=1e-6,
        )


def test_no_member_of_a_fold_no_prediction(fitted, encoded):
    predictor = fitted("multiclass", folds=3).predictor
    all_three = predictor.squads[0]
    first = dataclasses.replace(all_three, theta=all_three.theta[:1], folds=all_three.folds[:1])
    alone = dataclasses.replace(predictor, squads=(first,))
    out = alone.out_of_fold(encoded.data.x, encoded.views)
    spoken = np.isfinite(out).all(1)
    assert set(np.flatnonzero(spoken)) == set(encoded.views[0].validation)


def test_rows_before_the_first_ordered_fold_are_left_out_of_validation():
    levers = EPOCHS | {"evaluation": "k-fold", "folds": 3}
    model = fit(table(), "y", order="day", time_s=60, overrides=levers)
    n_scored = model.run.validation_scores[0].n_rows
    assert n_scored == 3 * model.run.data.n_validation < model.run.data.n_development
