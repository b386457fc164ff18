"""Tables are understood, refused with reasons, and new ones read as training did."""

import msgspec
import numpy as np
import polars as pl
import pytest

from justright.data.read import read
from justright.data.schema import Schema, conform, prepare
from justright.data.target_scale import TargetScale
from justright.data.target_values import target_values
from justright.errors import DataError, ModelError

N = 60
RNG = np.random.default_rng(0)
X = RNG.normal(size=N)
TASKS = {
    "two words": (["no", "yes"] * 30, "binary", ("no", "yes")),
    "yes is positive": (["yes", "yes", "yes", "no"] * 15, "binary", ("no", "yes")),
    "True and False": (["True", "False"] * 30, "binary", ("False", "True")),
    "booleans": ([True, True, False] * 20, "binary", ("false", "true")),
    "0 and 1": ([1, 1, 1, 0] * 15, "binary", ("0", "1")),
    "0.0 and 1.0": ([1.0, 1.0, 0.0] * 20, "binary", ("0", "1")),
    "rarer is positive": (["a", "b", "b"] * 20, "binary", ("b", "a")),
    "even: later name": (["b", "a"] * 30, "binary", ("a", "b")),
    "two numbers": ([5, 7] * 30, "binary", ("5", "7")),
    "three words": (["c", "a", "b"] * 20, "multiclass", ("a", "b", "c")),
    "few integers": ([10, 2, 1] * 20, "multiclass", ("1", "2", "10")),
    "integers as text": (["10", "2", "1"] * 20, "multiclass", ("1", "2", "10")),
    "many integers": (list(range(30)) * 2, "regression", ()),
    "fractions": ([0.5, 1.5, 2.5] * 20, "regression", ()),
    "money": ([f"€ {n * 31:,}" for n in range(N)], "regression", ()),
}


def table(target, **columns):
    return read(pl.DataFrame({"x": X[: len(target)], **columns, "y": target}))


@pytest.mark.parametrize(("target", "kind", "classes"), TASKS.values(), ids=TASKS)
def test_task_is_recognised(target, kind, classes):
    prepared = prepare(table(target), "y")
    assert (prepared.schema.task.kind, prepared.schema.task.classes) == (kind, classes)
    assert "overrule" in prepared.schema.task.reason
    values = target_values(prepared.frame, prepared.schema.task)
    assert values.dtype == (np.float64 if kind == "regression" else np.int64)
    assert len(values) == N


def test_task_can_be_overruled():
    task = prepare(table([1, 2, 3] * 20), "y", task="regression").schema.task
    assert (task.kind, task.reason) == ("regression", "regression, as asked for")
    task = prepare(table(list(range(20)) * 3), "y", task="multiclass").schema.task
    assert len(task.classes) == 20


INF, NAN = float("inf"), float("nan")
REFUSED = {
    "unknown target": (dict(target="Y2"), ["a", "b"] * 30, "no column 'Y2' for target among 2"),
    "all missing": ({}, [None] * N, "target 'y' is missing in all 60 rows"),
    "constant": ({}, ["a"] * N, "target 'y' is constant: all 60 rows hold 'a'"),
    "a key": ({}, [f"k{n}" for n in range(N)], "60 different values in 60 rows (first: 'k0'"),
    "3 rows": ({}, ["a", "b", "a"], "3 rows with a target in 'y' (of 3 rows)"),
    "few known": ({}, ["a", "b", *[None] * 58], "2 rows with a target in 'y' (of 60 rows)"),
    "a rare class of two": (
        {},
        ["a"] * 59 + ["b"],
        "1 of 2 classes of 'y' have fewer than 3 rows (first: 'b', 1 row)",
    ),
    "many rare classes": (
        {},
        ["a", "b"] * 28 + ["c", "d", "e", "e"],
        "3 of 5 classes of 'y' have fewer than 3 rows (first: 'c', 1 row)",
    ),
    "infinite": ({}, [*X[:-1] + 1, INF], "target 'y' is infinite in 1 row (first: row 60, inf)"),
    "words for numbers": (
        dict(task="regression"),
        ["a", "b", "c"] * 20,
        "no numbers in 60 of 60 rows",
    ),
    "three for binary": (dict(task="binary"), ["a", "b", "c"] * 20, "has 3 different values"),
    "classes of fractions": (dict(task="multiclass"), X, "it looks like an id, not like classes"),
    "dates": (
        {},
        [f"2020-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(N)],
        "holds dates in 60",
    ),
    "target dropped": (dict(drop=["y"]), ["a", "b"] * 30, "both the target and one of 1 columns"),
    "unknown drop": (dict(drop=["z"]), ["a", "b"] * 30, "no column 'z' for drop"),
    "unknown group": (dict(group="z"), ["a", "b"] * 30, "no column 'z' for group"),
    "unknown order": (dict(order="z"), ["a", "b"] * 30, "no column 'z' for order"),
    "group is target": (dict(group="y"), ["a", "b"] * 30, "as target and group"),
    "nothing left": (dict(drop=["x"]), ["a", "b"] * 30, "1 excluded ('x': left out by the user)"),
}


@pytest.mark.parametrize(("words", "target", "says"), REFUSED.values(), ids=REFUSED)
def test_refused(words, target, says):
    with pytest.raises(DataError) as caught:
        prepare(table(target), **{"target": "y", **words})
    assert says in str(caught.value)
    assert caught.value.needed and caught.value.try_


def test_near_target_is_offered():
    with pytest.raises(DataError, match="--target 'price'"):
        prepare(read({"price": [1], "size": [2]}), "Prize")


def test_group_and_order_together_are_refused():
    with pytest.raises(DataError, match="2 ways to part the rows"):
        prepare(table(["a", "b"] * 30, g=[1] * N, t=range(N)), "y", group="g", order="t")


def test_order_with_gaps_is_refused():
    with pytest.raises(DataError, match=r"order 't' is missing in 1 of 60 rows \(first: row 60"):
        prepare(table(["a", "b"] * 30, t=[*range(59), None]), "y", order="t")


def test_reasons_of_all_excluded_columns_are_listed():
    frame = pl.DataFrame({"k": [f"k{n}" for n in range(N)], "c": [1] * N, "y": ["a", "b"] * 30})
    with pytest.raises(DataError, match=r"2 excluded \('k': a key: 60 .*; 'c': constant: every"):
        prepare(read(frame), "y")


def test_rows_without_target_are_removed_and_counted():
    prepared = prepare(table([None, NAN, *X[2:] + 1]), "y")
    assert prepared.frame.height == 58
    assert next(e.count for e in prepared.log if e.action == "removed rows") == 2


RARE = {
    "two left": (["a", "b"] * 29 + ["a", "c"], {}, "binary", ("a", "b"), 59),
    "asked for": (
        ["a", "b"] * 29 + ["a", "c"],
        {"task": "multiclass"},
        "multiclass",
        ("a", "b"),
        59,
    ),
    "one missing": (["a", "b", "c"] * 19 + ["d", "d", None], {}, "multiclass", ("a", "b", "c"), 57),
}


@pytest.mark.parametrize(("target", "words", "kind", "classes", "n"), RARE.values(), ids=RARE)
def test_rows_of_rare_classes_are_left_out_and_flagged(target, words, kind, classes, n):
    prepared = prepare(table(target), "y", **words)
    task, [found] = prepared.schema.task, prepared.findings
    assert (task.kind, task.classes, prepared.frame.height) == (kind, classes, n)
    assert found.check == "rare-classes" and "have fewer than 3 rows (first: " in found.sign
    n_rare = sum(label not in {*task.classes, None} for label in map(_label, target))
    counts = {e.action: e.count for e in prepared.log}
    assert counts["left out rare classes"] == found.numbers["rows"] == n_rare
    assert counts.get("removed rows", 0) == N - n - n_rare


def _label(cell):
    return None if cell is None else str(cell)


def test_frame_is_typed_and_schema_keeps_all_columns():
    prepared = prepare(
        table(
            ["a", "b"] * 30,
            n=range(3, N + 3),
            flag=["yes", "yes", "no", "no"] * 15,
            city=["Oslo", " oslo ", "Rome"] * 20,
            day=[f"{1 + n % 28}.1.2020" for n in range(N)],
            constant=[1] * N,
            patient=[n % 7 for n in range(N)],
        ),
        "y",
        group="patient",
    )
    assert prepared.frame.schema == {
        "x": pl.Float64,
        "n": pl.Float64,
        "flag": pl.Boolean,
        "city": pl.String,
        "day": pl.Datetime("us"),
        "patient": pl.String,
        "y": pl.String,
    }
    assert prepared.schema.group == "patient" and prepared.schema.order is None
    assert prepared.frame["city"].n_unique() == 2
    roles = {column.name: column.role for column in prepared.schema.columns}
    assert roles["constant"] == "excluded" and roles["patient"] == "group"
    assert list(roles) == ["x", "n", "flag", "city", "day", "constant", "patient", "y"]


def test_copies_are_excluded():
    columns = dict(twin=X, scaled=X * 3 + 1, leak=["a", "b"] * 30, code=[2, 1] * 30)
    schema = prepare(table(["a", "b"] * 30, near=["a"] * 28 + ["b"] * 32, **columns), "y").schema
    reasons = {c.name: c.reason for c in schema.columns if c.role == "excluded"}
    assert reasons == {
        "twin": "a copy of 'x'",
        "scaled": "a near-duplicate of 'x': correlation 1 in 60 rows",
        "leak": "a copy of the target 'y'",
        "code": "a copy of the target 'y' under other names",
    }


def test_one_input_works_even_if_it_counts_the_rows():
    schema = prepare(read({"x": range(N), "y": X}), "y").schema
    assert [column.name for column in schema.inputs] == ["x"]


def test_schema_survives_json():
    schema = prepare(table(["a", "b"] * 30, day=["1.1.2020", "5.2.2020"] * 30), "y").schema
    assert msgspec.json.decode(msgspec.json.encode(schema), type=Schema) == schema


def test_column_figures():
    prepared = prepare(read({"x": [1, 2, 3, 4, None, 1000] * 10, "y": range(60)}), "y")
    column = prepared.schema.columns[0]
    assert (column.low, column.median, column.high) == (1, 3, 1000)
    assert (column.n_missing, column.n_unique) == (10, 5)
    assert column.outlier_share == pytest.approx(0.2)


MESSY = {
    "x": [str(x) for x in X],
    "flag": [1, 0] * 30,
    "city": ["Oslo", "OSLO", "Rome"] * 20,
    "day": [f"2020-01-{1 + n % 28:02d}" for n in range(N)],
}
TIDY = {
    "x": X,
    "flag": ["no", "no", "yes", "yes"] * 15,
    "city": ["Oslo", "Rome", "Bern"] * 20,
    "day": [f"{1 + n % 28}.1.2020" for n in range(N)],
    "key": [f"k{n}" for n in range(N)],
    "y": ["a", "b"] * 30,
}
SCHEMA = prepare(read(TIDY), "y").schema


def test_new_table_is_typed_as_in_training():
    new = conform(read({"more": [1] * N} | dict(reversed(MESSY.items()))), SCHEMA)
    assert new.frame.columns == ["x", "flag", "city", "day"]
    assert new.frame["x"].to_list() == X.tolist()
    assert new.frame["flag"].to_list() == [True, False] * 30
    assert new.frame["day"][3].day == 4
    assert [e.count for e in new.log if e.action == "left out columns"] == [1]


def test_target_of_a_new_table_is_kept():
    assert conform(read(TIDY), SCHEMA).frame["y"].to_list() == TIDY["y"]


def test_unread_cells_become_missing_rows_stay():
    new = conform(read(MESSY | {"x": ["oops", "n/a", *MESSY["x"][2:]]}), SCHEMA)
    assert new.frame.height == N and new.frame["x"].null_count() == 2
    entry = next(e for e in new.log if e.subject == "x")
    assert (entry.count, entry.reason) == (1, "they do not read as a number (first: 'oops')")


def test_decimal_mark_of_training_is_kept():
    words = [f"{n},{n:03d}" for n in range(10, N + 10)] + ["1,5"]
    schema = prepare(read({"x": words, "y": [*X, 0.0]}), "y").schema
    assert schema.inputs[0].decimal_mark == ","
    assert conform(read({"x": ["1,234"]}), schema).frame["x"].to_list() == [1.234]


def test_absent_columns_are_all_named():
    with pytest.raises(ModelError) as caught:
        conform(read({"X": [1.0], "day": ["1.1.2020"]}), SCHEMA)
    assert "lacks 3 of 4 input columns: 'x' (near: 'X'), 'flag', 'city'" in str(caught.value)
    assert caught.value.try_ == "frame.rename({'X': 'x'})"


@pytest.mark.parametrize("name", ["x", "flag", "day"])
def test_column_of_another_kind_is_refused(name):
    with pytest.raises(ModelError, match=r"in any of 60 cells \(first: 'blue'\)"):
        conform(read(MESSY | {name: ["blue"] * N}), SCHEMA)


def test_classes_of_a_test_file():
    task = prepare(table([0, 1, 2] * 20), "y").schema.task
    values = target_values(pl.DataFrame({"y": ["2", "0.0", " 1 "]}), task)
    assert values.tolist() == [2, 0, 1]
    with pytest.raises(DataError, match=r"1 classes that training did not have, in 2 rows of 3"):
        target_values(pl.DataFrame({"y": [3, 3, 0]}), task)
    with pytest.raises(DataError, match=r"missing in 1 row of 2 \(first: row 2\)"):
        target_values(pl.DataFrame({"y": [1, None]}), task)
    with pytest.raises(DataError, match="has no target column 'y'"):
        target_values(pl.DataFrame({"z": [1]}), task)


def test_numbers_of_a_test_file():
    task = prepare(table(X + 1), "y").schema.task
    assert target_values(pl.DataFrame({"y": ["1.5", "-2"]}), task).tolist() == [1.5, -2]
    with pytest.raises(DataError, match=r"holds no number in 1 row of 2 \(first: row 1, 'a'\)"):
        target_values(pl.DataFrame({"y": ["a", "1"]}), task)


@pytest.mark.parametrize("values", [[1.0, 2.0, 4.0], [5.0, 5.0], [1e300, -1e300], [0.1] * 7])
def test_target_scale_goes_there_and_back(values):
    scale = TargetScale.fit(values)
    forward = scale.forward(np.array(values))
    assert np.isfinite(forward).all() and abs(forward.mean()) < 1e-9
    assert scale.back(forward) == pytest.approx(values)
    assert msgspec.json.decode(msgspec.json.encode(scale), type=TargetScale) == scale
