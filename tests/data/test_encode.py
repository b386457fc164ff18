"""The matrix has every row, no NaN, and the same columns in every fold."""

from datetime import datetime, timedelta
from itertools import product

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.data.categories import learn_levels
from justright.data.encode import Encoder, fit, vocabulary
from justright.data.schema import Schema
from justright.data.text_column import TextPlan
from justright.kinds import Column, Task

START = datetime(2020, 1, 1)


def schema_of(**kinds):
    facts = {"role": "input", "reason": "", "n_missing": 0, "n_unique": 2}
    columns = tuple(Column(name=name, kind=kind, **facts) for name, kind in kinds.items())
    return Schema(columns=columns, task=Task(kind="regression", target="y"))


SCHEMA = schema_of(age="number", flag="boolean", city="category", shop="category", day="date")
FRAME = pl.DataFrame(
    {
        "age": [1.0, 2.0, None, 4.0] * 30,
        "flag": [True, False, None, True] * 30,
        "city": ["Oslo", "Rome", None, "Oslo"] * 30,
        "shop": [f"s{n % 12}" for n in range(120)],
        "day": [START + timedelta(days=n) for n in range(119)] + [None],
    }
)
ENCODER = fit(FRAME, SCHEMA, scaler="robust")


def column(encoder, name, frame=FRAME):
    layout = encoder.layout
    names = [*layout.numeric, *layout.plain, *layout.codes]
    return encoder.transform(frame)[:, names.index(name)].tolist()


def test_layout_names_every_column():
    layout = ENCODER.layout
    assert layout.numeric == ("age", "day (years since start)")
    assert layout.plain == (
        *("age is missing", "day is missing", "flag is missing", "flag"),
        *("day (month, sin)", "day (month, cos)", "day (weekday, sin)", "day (weekday, cos)"),
        *("day (day, sin)", "day (day, cos)"),
        *("city = Oslo", "city = Rome", "city is missing"),
    )
    assert (layout.codes, layout.cardinalities) == (("shop",), (13,))
    matrix = ENCODER.transform(FRAME)
    assert matrix.shape == (120, layout.n_columns)
    assert matrix.dtype == np.float32 and matrix.flags.c_contiguous


def test_missing_cells():
    assert column(ENCODER, "age")[2] == 0
    assert column(ENCODER, "age is missing")[:4] == [0, 0, 1, 0]
    assert column(ENCODER, "flag")[:4] == [1, 0, 0.5, 1]
    assert column(ENCODER, "flag is missing")[:4] == [0, 0, 1, 0]
    assert column(ENCODER, "city is missing")[:4] == [0, 0, 1, 0]
    assert column(ENCODER, "day (month, cos)")[-1] == 0
    assert column(ENCODER, "day is missing")[-1] == 1


def test_categories():
    assert column(ENCODER, "city = Oslo")[:4] == [1, 0, 0, 1]
    assert sorted(set(column(ENCODER, "shop"))) == list(range(1, 13))


def test_unseen_values():
    odd = pl.DataFrame(
        {
            "age": [1e300, -1e300],
            "flag": [None, None],
            "city": ["Bern", "OSLO"],
            "shop": ["new", None],
            "day": [datetime(1700, 1, 1), datetime(2199, 1, 1)],
        },
        schema_overrides={"flag": pl.Boolean},
    )
    assert np.isfinite(ENCODER.transform(odd)).all()
    assert column(ENCODER, "age", odd) == pytest.approx([3, -3])
    assert column(ENCODER, "city = Oslo", odd) == [0, 1]
    assert column(ENCODER, "shop", odd) == [0, 0]


def test_dates_are_years_and_cycles():
    days = pl.DataFrame({"day": [START, datetime(2020, 7, 1), datetime(2022, 1, 1)]})
    encoder = fit(days, schema_of(day="date"), scaler="min-max")
    assert encoder.date_parts[0].parts == ("month", "weekday")
    assert column(encoder, "day (years since start)", days) == pytest.approx(
        [0, 182 / 731, 1], abs=1e-6
    )
    assert column(encoder, "day (month, cos)", days) == pytest.approx([1, -1, 1])


def test_hours_only_where_there_are_times():
    times = pl.DataFrame({"t": [START, START + timedelta(hours=6)] * 3})
    encoder = fit(times, schema_of(t="date"), scaler="robust")
    assert encoder.date_parts[0].parts == ("hour",)
    assert column(encoder, "t (hour, sin)", times)[:2] == pytest.approx([0, 1])


LEVELS = {
    "few rows": (["a"] * 3 + ["b"] * 2 + ["c"], ("a", "b")),
    "ties by name": (["b", "a"] * 3, ("a", "b")),
    "1,000 rows": (["a"] * 991 + ["b"] * 5 + ["c"] * 4, ("a", "b")),
    "all rare": (["b", "a", "c"], ("a", "b", "c")),
}


@pytest.mark.parametrize(("cells", "levels"), LEVELS.values(), ids=LEVELS)
def test_rare_levels_are_merged(cells, levels):
    assert learn_levels(pl.Series("c", cells)).levels == levels


@pytest.mark.parametrize(("n_levels", "one_hot"), [(10, True), (11, False)])
def test_one_hot_up_to_ten_levels(n_levels, one_hot):
    cells = pl.Series("c", [f"v{n}" for n in range(n_levels)] * 3)
    assert learn_levels(cells).one_hot is one_hot


def test_like_keeps_the_layout_and_learns_the_rest():
    few = FRAME[:6].with_columns(age=pl.lit(5.0), city=pl.lit("Bern"))
    other = fit(few, SCHEMA, scaler="robust", like=ENCODER)
    assert other.layout == ENCODER.layout
    assert other.numbers[0].scale.centre == 5.0
    assert other.transform(FRAME).shape == ENCODER.transform(FRAME).shape


def used(matrix, layout):
    """For each feature, the values that a weight of its own answers to."""
    plain = matrix[:, len(layout.numeric) : layout.n_dense]
    codes = matrix[:, layout.n_dense :]
    return [{True} & set((c != 0).tolist()) for c in plain.T] + [set(c[c > 0]) for c in codes.T]


# What the training rows lack: a column, and the rows in which it stays.
LACKS = {
    "a level": pl.col("city") != "Oslo",
    "missing levels": pl.col("city").is_not_null(),
    "an index": pl.col("shop") != "s3",
    "missing numbers": pl.col("age").is_not_null(),
    "a truth value": pl.col("flag") == False,  # noqa: E712
    "months": pl.col("day").dt.month() == 1,
    "missing dates": pl.col("day").is_not_null(),
    "words": ~pl.col("note").str.contains("rare"),
    "missing texts": pl.col("note").is_not_null(),
}


@pytest.mark.parametrize("kept", LACKS.values(), ids=LACKS)
def test_no_row_meets_a_weight_that_its_fold_did_not_train(kept):
    notes = [f"some words {'rare' if n % 7 == 0 else 'often'} here" for n in range(119)] + [None]
    frame = FRAME.with_columns(note=pl.Series(notes))
    schema = schema_of(**{c.name: c.kind for c in SCHEMA.columns}, note="text")
    base = vocabulary(frame, schema, TextPlan(n_features=8))
    train = frame.filter(kept)
    assert 0 < train.height < frame.height
    encoder = fit(train, schema, scaler="robust", like=base)
    trained = used(encoder.transform(train), base.layout)
    met = used(encoder.transform(frame), base.layout)
    assert all(value <= known for value, known in zip(met, trained, strict=True))
    still = [part for parts in encoder.date_parts for part in parts.still]
    assert still == (["month"] if "month" in str(kept) else [])


def test_a_boolean_that_training_saw_with_one_value_is_unknown():
    encoder = fit(FRAME.filter(pl.col("flag")), SCHEMA, scaler="robust", like=ENCODER)
    assert set(column(encoder, "flag")) == {0.5}


def test_the_year_is_a_number_where_there_are_several():
    days = pl.DataFrame({"day": [datetime(year, 3, 1) for year in (2019, 2020, 2023)]})
    encoder = fit(days, schema_of(day="date"), scaler="min-max")
    assert column(encoder, "day (year)", days) == pytest.approx([0, 0.25, 1])
    assert "day (year)" not in ENCODER.layout.numeric


@pytest.mark.parametrize("scaler", ["robust", "standard", "min-max", "quantile"])
def test_survives_json(scaler):
    encoder = fit(FRAME, SCHEMA, scaler=scaler)
    back = msgspec.json.decode(msgspec.json.encode(encoder), type=Encoder)
    assert back == encoder
    assert np.array_equal(back.transform(FRAME), encoder.transform(FRAME))


def test_absent_column_is_named():
    with pytest.raises(ValueError, match=r"lacks the columns absent=\['age'\]"):
        ENCODER.transform(FRAME.drop("age"))


def test_vocabulary_has_the_layout_of_the_encoder():
    assert vocabulary(FRAME, SCHEMA).layout == ENCODER.layout


def test_one_row_is_encoded_as_among_others():
    for row in (0, 2, 119):
        alone = ENCODER.transform(FRAME[row : row + 1])
        assert np.array_equal(alone[0], ENCODER.transform(FRAME)[row])


def test_no_rows_make_an_empty_matrix():
    assert ENCODER.transform(FRAME[:0]).shape == (0, ENCODER.layout.n_columns)


def test_blocks_join_without_a_seam():
    frame = pl.DataFrame({"x": np.arange(40_000.0)})
    matrix = fit(frame, schema_of(x="number"), scaler="min-max").transform(frame)
    assert (np.diff(matrix[:, 0]) > 0).all()


words = st.none() | st.sampled_from(["a", "A", "b", "ü", "", "long word"]) | st.text(max_size=3)
times = st.none() | st.datetimes(datetime(1700, 1, 1), datetime(2199, 12, 31))
texts = st.none() | st.sampled_from(["", "a good one", "a bad one!", "字" * 30]) | st.text()
rows = st.lists(
    st.tuples(
        st.none() | st.floats(allow_infinity=False), st.none() | st.booleans(), words, times, texts
    ),
    min_size=1,
    max_size=40,
)
TYPES = {"x": pl.Float64, "b": pl.Boolean, "c": pl.String, "t": pl.Datetime("us"), "s": pl.String}
RANDOM = schema_of(x="number", b="boolean", c="category", t="date", s="text")


@settings(max_examples=40, deadline=None)
@given(rows, rows, st.sampled_from(["robust", "standard", "min-max", "quantile"]))
def test_any_frame_is_encoded(learnt, unseen, scaler):
    first = pl.DataFrame(learnt, schema=TYPES, orient="row")
    second = pl.DataFrame(unseen, schema=TYPES, orient="row")
    base = fit(first, RANDOM, scaler=scaler, text=TextPlan(n_features=8))
    other = fit(second, RANDOM, scaler=scaler, like=base)
    assert other.layout == base.layout
    for encoder, frame in product((base, other), (first, second)):
        matrix = encoder.transform(frame)
        assert matrix.shape == (frame.height, encoder.layout.n_columns)
        assert np.isfinite(matrix).all()
        n_codes = len(encoder.layout.codes)
        for place, levels in enumerate(encoder.layout.cardinalities):
            codes = matrix[:, matrix.shape[1] - n_codes + place]
            assert (codes >= 0).all() and (codes < levels).all()
        assert np.array_equal(encoder.transform(frame[::-1])[::-1], matrix)
        back = msgspec.json.decode(msgspec.json.encode(encoder), type=Encoder)
        assert np.array_equal(back.transform(frame), matrix)
