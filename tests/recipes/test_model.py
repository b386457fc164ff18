"""A model that was saved and loaded is the same, and takes the rows that people have."""

import ast
import dataclasses
import hashlib
import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

import justright
from justright.errors import DataError, ModelError
from justright.recipes.fit import fit
from justright.recipes.folder import MANIFEST
from justright.recipes.model import Model, load
from justright.recipes.model_files import DESIGN, ENCODER, RUN, WEIGHTS
from tests.recipes.small import EPOCHS, KINDS, table

ROWS = 40


def new_rows(kind="regression"):
    return table(kind, n=ROWS, seed=7).drop("y")


@pytest.fixture
def saved(fitted, tmp_path):
    return fitted("multiclass").save(tmp_path / "model")


# ---- saved and loaded ----------------------------------------------------------------------------


@pytest.mark.parametrize("folds", [0, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_loaded_predictions_are_bit_identical(kind, folds, fitted, tmp_path):
    model = fitted(kind, folds)
    again = load(model.save(tmp_path / "model"))
    rows = new_rows(kind)
    assert again.predict_frame(rows).equals(model.predict_frame(rows))
    assert (again.predictor.predict(rows) == model.predictor.predict(rows)).all()
    assert torch.equal(again.predictor.squads[0].theta, model.predictor.squads[0].theta)
    assert again.predictor.encoders == model.predictor.encoders
    assert again.run == model.run and again.schema == model.schema
    assert again.explain() == model.explain()
    assert repr(again) == repr(model) and again.classes == model.classes


UNUSUAL = {
    "batch norm": {"normalisation": "batch"},
    "layer norm": {"normalisation": "layer"},
    "bins": {"numeric_embedding": "piecewise_linear"},
    "periods": {"numeric_embedding": "periodic"},
    "no hidden layer": {"depth": 0},
    "a learnt slope": {"activation": "prelu"},
    "residual funnel": {"residual": True, "shape": "funnel", "depth": 3},
    "quantiles": {"scaler": "quantile"},
}


@pytest.mark.parametrize("levers", UNUSUAL.values(), ids=UNUSUAL)
def test_every_kind_of_network_is_kept(levers, tmp_path):
    model = fit(table(), "y", time_s=30, overrides=EPOCHS | levers, out=tmp_path / "model")
    rows = new_rows()
    assert (load(tmp_path / "model").predict(rows) == model.predict(rows)).all()


def test_squads_of_two_shapes_are_kept(fitted, tmp_path):
    one = fitted("multiclass")
    wide = fit(table("multiclass"), "y", time_s=30, overrides=EPOCHS | {"width": 24, "depth": 1})
    squads = tuple(
        dataclasses.replace(model.predictor.squads[0], weight=weight)
        for model, weight in ((one, 0.1), (wide, 0.9))
    )
    assert squads[0].spec != squads[1].spec
    predictor = dataclasses.replace(one.predictor, squads=squads)
    model = Model(one.schema, predictor, one.run)
    rows = new_rows("multiclass")
    again = load(model.save(tmp_path / "model"))
    assert again.predictor.predict(rows).tobytes() == predictor.predict(rows).tobytes()
    for mine, own in zip(again.predictor.squads, squads, strict=True):
        assert torch.equal(mine.theta, own.theta) and torch.equal(mine.statistics, own.statistics)
        assert (mine.spec, mine.folds, mine.weight) == (own.spec, own.folds, own.weight)
    alone = [dataclasses.replace(predictor, squads=(own,)).predict(rows) for own in squads]
    assert not np.allclose(alone[0], alone[1])


def test_a_model_loads_in_another_process(saved, fitted, tmp_path):
    new_rows().write_parquet(tmp_path / "rows.parquet")
    code = (
        "import sys, justright\n"
        "model = justright.load(sys.argv[1])\n"
        "model.predict_frame(sys.argv[2]).write_parquet(sys.argv[3])\n"
    )
    out = tmp_path / "out.parquet"
    subprocess.run([sys.executable, "-c", code, saved, tmp_path / "rows.parquet", out], check=True)
    here = fitted("multiclass").predict_frame(new_rows())
    there = pl.read_parquet(out)
    assert there["prediction"].equals(here["prediction"])
    np.testing.assert_allclose(there[:, 1:].to_numpy(), here[:, 1:].to_numpy(), atol=1e-6)


def test_save_says_where(fitted, tmp_path):
    model = fitted("binary")
    assert model.save(str(tmp_path / "a")) == tmp_path / "a" == model.folder
    assert load(str(tmp_path / "a")).folder == tmp_path / "a"


# ---- no pickle -----------------------------------------------------------------------------------


def test_no_file_is_a_pickle_or_an_archive(saved):
    for path in saved.iterdir():
        start = path.read_bytes()[:4]
        assert not start.startswith((b"\x80", b"PK", b"\x1f\x8b")), path.name


def test_loading_unpickles_nothing(saved, monkeypatch):
    def never(*_, **__):
        raise AssertionError("a pickle was read")

    for module, name in ((pickle, "load"), (pickle, "loads"), (pickle, "Unpickler")):
        monkeypatch.setattr(module, name, never)
    monkeypatch.setattr(torch, "load", never)
    assert len(load(saved).predict(new_rows())) == ROWS


def test_the_source_knows_no_pickle():
    source = Path(justright.__file__).parent
    for path in source.rglob("*.py"):
        tree = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        called = {ast.unparse(node.func) for node in tree if isinstance(node, ast.Call)}
        assert not called & {"eval", "torch.load", "torch.save"}, path.name
        imported = {
            alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names
        }
        imported |= {node.module for node in tree if isinstance(node, ast.ImportFrom)}
        assert not imported & {"pickle", "joblib", "marshal"}, path.name


# ---- harmed files --------------------------------------------------------------------------------


def replaced(folder, name, content):
    """Another content, with a manifest that vouches for it."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["sha256"][name] = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize("name", [WEIGHTS, DESIGN, ENCODER, RUN, MANIFEST])
def test_a_file_cut_short_is_named(name, saved):
    content = (saved / name).read_bytes()
    (saved / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError) as caught:
        load(saved)
    assert name in caught.value.seen


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1, 2]"], ids=repr)
@pytest.mark.parametrize("name", [WEIGHTS, DESIGN, ENCODER, RUN])
def test_a_wrong_file_with_a_right_manifest_is_named(name, content, saved):
    replaced(saved, name, content)
    with pytest.raises(ModelError) as caught:
        load(saved)
    assert name in caught.value.seen


def test_weights_of_another_network_are_refused(saved, fitted, tmp_path):
    other = fitted("multiclass", folds=3).save(tmp_path / "other")
    replaced(saved, WEIGHTS, (other / WEIGHTS).read_bytes())
    with pytest.raises(ModelError) as caught:
        load(saved)
    assert WEIGHTS in caught.value.seen and DESIGN in caught.value.needed


def test_encoders_of_other_columns_are_refused(saved, tmp_path):
    other = fit(table("multiclass").drop("a"), "y", time_s=5, overrides=EPOCHS)
    replaced(saved, ENCODER, (other.save(tmp_path / "other") / ENCODER).read_bytes())
    with pytest.raises(ModelError) as caught:
        load(saved)
    assert ENCODER in caught.value.seen and DESIGN in caught.value.needed


def test_encoders_of_fewer_folds_are_refused(saved, fitted, tmp_path):
    other = fitted("multiclass", folds=3).save(tmp_path / "other")
    replaced(other, ENCODER, (saved / ENCODER).read_bytes())
    with pytest.raises(ModelError) as caught:
        load(other)
    assert ENCODER in caught.value.seen


# ---- the rows that people have -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_rows_keep_their_order_and_number(kind, fitted):
    model, rows = fitted(kind), new_rows(kind)
    all_at_once = model.predict(rows)
    assert len(all_at_once) == ROWS
    backwards = model.predict(rows.reverse())
    if kind == "regression":
        np.testing.assert_allclose(backwards[::-1], all_at_once, rtol=1e-5)
        alone = [model.predict(rows[i : i + 1])[0] for i in range(5)]
        np.testing.assert_allclose(alone, all_at_once[:5], rtol=1e-5)
    else:
        assert (backwards[::-1] == all_at_once).all()
    twice = model.predict(pl.concat([rows, rows]))
    assert len(twice) == 2 * ROWS and (twice[:ROWS] == twice[ROWS:]).all()


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_labels_are_those_of_the_largest_probability(kind, fitted):
    model = fitted(kind)
    frame = model.predict_frame(new_rows(kind))
    p = model.predict_proba(new_rows(kind))
    assert frame.columns == ["prediction", *(f"prob_{label}" for label in model.classes)]
    assert (np.array(model.classes)[p.argmax(1)] == model.predict(new_rows(kind))).all()
    np.testing.assert_array_equal(frame[:, 1:].to_numpy(), p)


@pytest.mark.parametrize("kind", KINDS)
def test_unseen_categories_and_missing_values(kind, fitted):
    model = fitted(kind)
    rows = new_rows(kind).with_columns(
        pl.when(pl.int_range(ROWS) % 2 == 0).then(pl.lit("never seen")).otherwise("c").alias("c"),
        *(
            pl.when(pl.int_range(ROWS) % (i + 2) == 0).then(None).otherwise(name).alias(name)
            for i, name in enumerate(("a", "b", "flag", "day"))
        ),
    )
    assert np.isfinite(model.predictor.predict(rows)).all()
    nothing = pl.DataFrame(
        {name: pl.Series([None] * 3, dtype=rows.schema[name]) for name in rows.columns}
    )
    assert len(model.predict(nothing)) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_columns_may_stand_otherwise_and_be_more(kind, fitted):
    model, rows = fitted(kind), new_rows(kind)
    mixed = rows.select(reversed(rows.columns)).with_columns(extra=pl.lit("x"), y=pl.lit("?"))
    assert (model.predict(mixed) == model.predict(rows)).all()


def test_a_dict_a_frame_and_a_file_say_the_same(fitted, tmp_path):
    model, rows = fitted("regression"), new_rows()
    rows.write_csv(tmp_path / "rows.csv")
    wanted = model.predict(rows)
    np.testing.assert_allclose(model.predict(rows.to_dict(as_series=False)), wanted)
    np.testing.assert_allclose(model.predict(tmp_path / "rows.csv"), wanted, rtol=1e-6)
    np.testing.assert_allclose(model.predict(rows.to_pandas()), wanted)


def test_missing_columns_are_named(fitted):
    with pytest.raises(ModelError) as caught:
        fitted("regression").predict(new_rows().drop("b", "flag"))
    assert "'b'" in caught.value.seen and "'flag'" in caught.value.seen
    assert "'a'" not in caught.value.seen


def test_a_renamed_column_is_guessed(fitted):
    with pytest.raises(ModelError) as caught:
        fitted("regression").predict(new_rows().rename({"flag": "Flag"}))
    assert "'Flag'" in str(caught.value) and "rename" in caught.value.try_


def test_a_number_has_no_probabilities(fitted):
    with pytest.raises(ModelError, match="the model predicts a number, 'y'"):
        fitted("regression").predict_proba(new_rows())


# ---- evaluate ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_evaluate(kind, fitted):
    model = fitted(kind)
    found = model.evaluate(table(kind, n=60, seed=3))
    assert [s.metric for s in found] == [s.metric for s in model.run.scores]
    assert {s.n_rows for s in found} == {60}
    if kind == "regression":
        frame = table(kind, n=60, seed=3)
        rmse = float(np.sqrt(((frame["y"].to_numpy() - model.predict(frame)) ** 2).mean()))
        assert found[0].metric == "rmse" and found[0].value == pytest.approx(rmse)


def test_evaluate_needs_the_target(fitted):
    with pytest.raises(ModelError, match="no column 'y'"):
        fitted("binary").evaluate(new_rows())


def test_evaluate_refuses_a_class_unseen_in_training(fitted):
    rows = table("binary", n=20).with_columns(y=pl.lit("perhaps"))
    with pytest.raises(DataError, match="'perhaps'"):
        fitted("binary").evaluate(rows)
