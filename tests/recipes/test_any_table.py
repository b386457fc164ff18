"""Any table either fits and predicts, or is refused with words: nothing else comes out."""

import contextlib
import tempfile
from dataclasses import replace
from datetime import datetime
from typing import get_args

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from justright.data.encode import Encoder
from justright.data.header import checked_names
from justright.data.read import read
from justright.data.schema import Schema, conform
from justright.errors import JustrightError, ModelError
from justright.kinds import Task, TaskKind
from justright.recipes.encoded import encode, network_targets
from justright.recipes.fit import fit
from justright.recipes.ground import lay_ground
from justright.recipes.metrics import METRICS, scores
from justright.recipes.model import load
from justright.recipes.profile import profile
from justright.recipes.wish import Wish
from tests.any_table import FORMS, GOALS, frames, held_as

SLOW_TO_MAKE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
FEW = {"epochs": 2, "ensemble_size": 2, "evaluation": "hold-out"}
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=SLOW_TO_MAKE)


@st.composite
def wishes(draw):
    """A table in any form, and what somebody may ask of it."""
    frame = draw(frames())
    form = draw(st.sampled_from(("polars", *FORMS)))
    data = held_as(frame, form)
    known = checked_names(frame.columns, "")[0]
    if isinstance(data, np.ndarray) and not data.dtype.names:
        known = [f"x{place}" for place in range(data.shape[1])]
    names = st.sampled_from(known)

    def seldom(strategy, otherwise, percent=8):
        return draw(strategy) if draw(st.integers(1, 100)) > 100 - percent else otherwise

    task = seldom(st.sampled_from(get_args(TaskKind)), None, 40)
    return frame, Wish(
        data=data,
        target=seldom(names | st.lists(names, min_size=1, max_size=3).map(tuple), known[0], 30),
        task=task,
        drop=seldom(st.lists(names, max_size=2).map(tuple), ()),
        group=seldom(names, None, 90 if task == "ranking" else 8),
        order=seldom(names, None),
    )


def assert_said(error):
    """Every part of an error says something."""
    for part in (error.seen, error.needed, error.try_):
        assert part and part.strip() and part != "None"


def assert_encodes(encoder, frame, n_rows):
    matrix = encoder.transform(encoder.digest(frame))
    assert matrix.shape == (n_rows, encoder.layout.n_columns)
    assert np.isfinite(matrix).all()
    return matrix


def again(record, kind):
    """A record after a journey through JSON."""
    return msgspec.json.decode(msgspec.json.encode(record), type=kind)


def altered(frame):
    """The same table as others may hand it in later."""
    yield frame
    yield frame.select(frame.columns[::-1])
    yield frame.head(1)
    yield frame.sample(frame.height * 2, with_replacement=True, seed=0)
    yield frame.with_columns(pl.lit(None).alias(name) for name in frame.columns)
    yield frame.with_columns(pl.lit("never seen").alias(name) for name in frame.columns)
    yield frame.with_columns(pl.lit(-1.5e300).alias(name) for name in frame.columns)


def check_ground(frame, wish):
    """Everything before training."""
    try:
        ground = lay_ground(wish)
        encoded = encode(ground, seed=0)
    except JustrightError as error:
        assert_said(error)
        return
    encoder = encoded.encoders[0]
    assert np.isfinite(encoded.data.x.numpy()).all()
    rows = ground.prepared.frame
    matrix = assert_encodes(encoder, rows, rows.height)
    loaded = again(encoder, Encoder)
    assert loaded == encoder and (assert_encodes(loaded, rows, rows.height) == matrix).all()
    assert again(ground.schema, Schema) == ground.schema
    for other in altered(ground.table.frame):
        try:
            conformed = conform(replace(ground.table, frame=other), ground.schema).frame
        except ModelError as error:
            assert_said(error)
        else:
            assert_encodes(encoder, conformed, other.height)
    empty = conform(replace(ground.table, frame=ground.table.frame.clear()), ground.schema)
    assert_encodes(encoder, empty.frame, 0)
    typed = conform(ground.table, ground.schema).frame
    if typed.height == rows.height:
        assert (assert_encodes(encoder, typed, typed.height) == matrix).all()


@QUICK
@given(wishes())
def test_any_table_is_grounded_or_refused(given_):
    check_ground(*given_)


def check_profile(frame, wish, use_target):
    try:
        found = profile(
            wish.data,
            (list(wish.target) if isinstance(wish.target, tuple) else wish.target)
            if use_target
            else None,
            drop=wish.drop,
            group=wish.group,
            order=wish.order,
            task=wish.task,
        )
    except JustrightError as error:
        assert_said(error)
        return
    assert found.text() and found._repr_html_() and found.log_text() is not None
    msgspec.json.encode(found.record)


@settings(QUICK, max_examples=100)
@given(wishes(), st.booleans())
def test_any_table_has_a_report_or_is_refused(given_, use_target):
    check_profile(*given_, use_target)


def check_fit(frame, wish, folder):
    """The whole journey, to predictions that are the same after saving and loading."""
    try:
        model = fit(
            wish.data,
            list(wish.target) if isinstance(wish.target, tuple) else wish.target,
            time_s=1,
            overrides=FEW,
            drop=wish.drop,
            group=wish.group,
            order=wish.order,
            task=wish.task,
        )
    except JustrightError as error:
        assert_said(error)
        return
    predicted = model.predict_frame(wish.data)
    assert predicted.height == read(wish.data).frame.height
    numbers = predicted.select(pl.selectors.numeric())
    assert all(np.isfinite(cells.to_numpy()).all() for cells in numbers)
    assert (
        predicted.select(pl.selectors.starts_with("prediction")).null_count().sum_horizontal()[0]
        == 0
    )
    loaded = load(model.save(folder))
    assert loaded.predict_frame(wish.data).equals(predicted)
    assert loaded.run == model.run and loaded.schema == model.schema
    assert repr(model) and model.explain() and model._repr_html_()
    with contextlib.suppress(JustrightError):
        model.evaluate(wish.data)


@settings(QUICK, max_examples=20, derandomize=True, phases=[Phase.generate])
@given(wishes())
def test_any_table_is_fitted_or_refused(given_):
    with tempfile.TemporaryDirectory() as folder:
        check_fit(*given_, f"{folder}/model")


def nasty(kind, n=30):
    """Few rows of cells that nobody would want, with targets of a kind."""
    rng = np.random.default_rng(0)
    y = pl.Series(list(GOALS[kind if kind in GOALS else "regression"](rng, n)))
    return pl.DataFrame(
        {
            "y": y,
            "z": rng.normal(size=n),
            "huge": rng.choice([1e308, -1e308, 5e-324, 0.5, float("nan"), float("inf")], n),
            "*": rng.choice(["İ", "i̇", "ß", "SS", "", "NA", "a|b", "x" * 500], n),
            "^q$": [n // 6 for n in range(n)],
            "prediction": [None] * (n - 1) + [1],
            "day": [None, datetime(1, 1, 1), datetime(2024, 2, 29)] * (n // 3),
            "many": [f"w{n % 14}" for n in range(n)],
            "odd": pl.Series([[n % 3] if n % 2 else None for n in range(n)], dtype=pl.Object),
        }
    )


@pytest.mark.parametrize("kind", get_args(TaskKind))
def test_each_kind_of_task_takes_nasty_cells(kind, tmp_path):
    frame = nasty(kind)
    target = ("y", "z") if kind == "multi-target" else "y"
    group = "column ^q$" if kind == "ranking" else None
    wish = Wish(data=frame, target=target, task=kind, group=group)
    check_ground(frame, wish)
    check_fit(frame, wish, tmp_path / "model")
    assert (tmp_path / "model").exists()


def test_relevance_beyond_float32_keeps_its_order():
    task = Task(kind="ranking", target="y", query="q")
    y, _ = network_targets(np.array([[0.0, 1.0], [1e100, 1.0], [2e100, 1.0]]), task, "none")
    assert np.isfinite(y).all() and (np.diff(y[:, 0]) > 0).all()


def test_draws_in_which_every_column_is_constant_do_not_warn():
    y, p = np.array([[1.0, 2.0], [3.0, 5.0]]), np.zeros((2, 2))
    found = METRICS["r2"].quick(y, p, np.array([[0, 0], [0, 1]]))
    assert np.isnan(found).tolist() == [True, False]


def test_a_metric_that_no_draw_defines_is_left_out():
    y, p = np.array([[0.0, 1.0], [1.0, 0.0]]), np.full((2, 2), 0.5)
    found = scores(("roc_auc", "log_loss"), y, p, np.zeros((5, 2), dtype=np.int64))
    assert [each.metric for each in found] == ["log_loss"]
