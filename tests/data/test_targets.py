"""Which columns pose which task."""

import numpy as np
import polars as pl
import pytest

from justright.data.label_lists import label_lists
from justright.data.narrowing import narrowed
from justright.data.schema import prepare
from justright.data.table import Table
from justright.data.target_scale import TargetScale
from justright.data.target_values import target_values
from justright.errors import DataError
from justright.kinds import Task

N = 40
RNG = np.random.default_rng(0)
COLUMNS = {
    "x": RNG.normal(size=N),
    "flag": [i % 2 for i in range(N)],
    "yes": ["yes" if i % 3 else "no" for i in range(N)],
    "price": np.linspace(1.5, 90.0, N),
    "gain": np.linspace(-4.5, 9.0, N),
    "share": np.linspace(0.0, 1.0, N),
    "corner": np.linspace(-1.0, 1.0, N),
    "late": np.linspace(0.3, 0.7, N),
    "text": ["a", "b"] * (N // 2),
    "tags": [["a", "b"] if i % 2 else ["b", "c"] if i % 3 else [] for i in range(N)],
    "words": ["a|b" if i % 2 else "c" if i % 3 else "b|c" for i in range(N)],
    "query": [f"q{i // 4}" for i in range(N)],
    "rank": [i % 4 for i in range(N)],
}


def prepared(target, **options):
    kept = {
        "x",
        *([target] if isinstance(target, str) else target),
        *filter(None, options.values()),
    }
    frame = pl.DataFrame({name: COLUMNS[name] for name in COLUMNS if name in kept})
    return prepare(Table(frame=frame, source="d"), target, **options)


POSED = [
    ("flag", None, "binary", 2),
    ("price", None, "positive", 0),
    ("price", "positive", "positive", 0),
    ("gain", None, "regression", 0),
    ("share", None, "bounded", 0),
    ("late", None, "regression", 0),  # shares, but nothing says that they end at 0 and 1
    ("late", "positive", "positive", 0),
    ("corner", "bounded", "bounded", 0),
    ("price", "regression", "regression", 0),
    ("price", "bounded", "bounded", 0),
    ("late", "bounded", "bounded", 0),
    ("share", "regression", "regression", 0),
    ("tags", None, "multilabel", 3),
    ("words", None, "multiclass", 3),
    ("words", "multilabel", "multilabel", 3),
    (["flag", "yes"], None, "multilabel", 2),
    (["price", "gain"], None, "multi-target", 0),
    (["flag", "gain"], None, "multi-target", 0),
    (["flag", "yes"], "multilabel", "multilabel", 2),
]


@pytest.mark.parametrize(("target", "asked", "kind", "n_classes"), POSED, ids=str)
def test_the_task_that_columns_pose(target, asked, kind, n_classes):
    found = prepared(target, task=asked)
    if asked is None:
        found = narrowed(found, np.arange(N))
    task = found.schema.task
    assert (task.kind, len(task.classes)) == (kind, n_classes)
    values = target_values(found.frame, task)
    assert values.shape == (
        (N,) if task.n_outputs == 1 or kind == "multiclass" else (N, task.n_outputs)
    )
    assert [c.name for c in found.schema.columns if c.role == "target"] == list(task.columns)


def test_rows_of_the_test_part_have_no_say_in_the_task():
    found = prepared("gain")
    within = np.flatnonzero((np.array(COLUMNS["gain"]) > 0.1) & (np.array(COLUMNS["gain"]) < 9))
    assert narrowed(found, within).schema.task.kind == "positive"
    assert narrowed(found, np.arange(N)).schema.task.kind == "regression"


def test_bounds_are_those_that_the_numbers_lie_in():
    found = [prepared(name, task="bounded").schema.task for name in ("share", "corner", "price")]
    assert [(task.low, task.high) for task in found] == [(0, 1), (-1, 1), (0, 100)]


def test_a_ranking_has_relevance_and_query():
    found = prepared("rank", task="ranking", group="query")
    assert found.schema.task.query == "query"
    values = target_values(found.frame, found.schema.task)
    assert values[:5].tolist() == [[0, 0], [1, 0], [2, 0], [3, 0], [0, 1]]


REFUSED = [
    ("price", {"task": "multi-target"}, "at least 2 columns"),
    ("rank", {"task": "ranking"}, "ranked against each other"),
    ("gain", {"task": "positive"}, "above 0"),
    ("gain", {"task": "ranking", "group": "query"}, "0 or more"),
    (["text", "price"], {}, "a number in every cell"),
    (["text", "flag"], {"task": "multilabel"}, "0 and 1"),
    (["price", "gain"], {"task": "regression"}, "1 column"),
    ("text", {"task": "multilabel"}, None),
    (["price", "price"], {}, "a column of its own"),
]


@pytest.mark.parametrize(("target", "options", "needed"), REFUSED, ids=str)
def test_columns_that_do_not_suit_are_refused(target, options, needed):
    if needed is None:  # two labels, each alone in its cell, are a multilabel task too
        assert prepared(target, **options).schema.task.classes == ("a", "b")
        return
    with pytest.raises(DataError, match=needed):
        prepared(target, **options)


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("a|b", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ("a;b;a", ["a", "b"]),
        ("", []),
        (None, None),
        (["a", " b "], ["a", "b"]),
    ],
)
def test_labels_of_a_cell(cell, labels):
    assert label_lists(pl.Series([cell])).to_list() == [labels]


def test_text_of_a_new_table_is_cut_at_the_mark_that_gives_known_labels():
    assert label_lists(pl.Series(["x, y|z"]), known=["x, y", "z"]).to_list() == [["x, y", "z"]]
    assert label_lists(pl.Series(["x;y, z"]), known=["x;y", "z"]).to_list() == [["x;y", "z"]]


def test_rows_with_any_target_missing_are_removed():
    frame = pl.DataFrame(
        {"x": RNG.normal(size=N), "a": [None, *range(1, N)], "b": [*range(1, N), None]}
    )
    found = prepare(Table(frame=frame, source="d"), ["a", "b"])
    assert found.frame.height == N - 2
    assert any(entry.action == "removed rows" and entry.count == 2 for entry in found.log)


@pytest.mark.parametrize(
    ("kind", "output", "low"),
    [("regression", "none", -9.0), ("positive", "softplus", 0.1), ("positive", "exp", 0.1),
     ("bounded", "sigmoid", 0.0), ("bounded", "tanh", 0.0)],
)  # fmt: skip
def test_scaled_targets_come_back(kind, output, low):
    values = np.linspace(low, 1.0, 20)
    task = Task(kind=kind, target="y", low=0.0, high=1.0)
    scale = TargetScale.of(values, task, output)
    np.testing.assert_allclose(scale.back(scale.forward(values)), values, rtol=1e-12, atol=1e-12)


def test_a_new_target_is_read_as_training_read_it():
    cells = [f"€ {n}.500" for n in range(1, N + 1)]
    frame = pl.DataFrame({"x": RNG.normal(size=N), "y": cells, "z": cells})
    for target in ("y", ["y", "z"]):
        task = prepare(Table(frame=frame, source="d"), target).schema.task
        new = pl.DataFrame({"y": ["7.500"], "z": ["7.500"]})  # alone it would be seven and a half
        assert target_values(new, task).ravel()[0] == 7_500
