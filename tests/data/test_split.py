"""Parts are disjoint, cover all rows, keep classes in balance and units together."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import TimeSeriesSplit

from justright.data.read import read
from justright.data.schema import prepare
from justright.data.split import split_test, views
from justright.errors import DataError


def prepared(n=100, classes=3, equal=1, seed=0, **more):
    """A table in which each row stands `equal` times, shuffled."""
    rng = np.random.default_rng(seed)
    x = np.repeat(rng.normal(size=n), equal)
    y = np.repeat(np.array([f"c{code}" for code in np.arange(n) % classes]), equal)
    frame = pl.DataFrame({"x": x, "y": y}).sample(fraction=1, shuffle=True, seed=seed)
    columns = [pl.Series(name, cells) for name, cells in more.items()]
    use = {name: name for name in more if name in ("group", "order")}
    return prepare(read(frame.with_columns(columns)), "y", **use)


def regression(n=200):
    x = np.random.default_rng(0).normal(size=n)
    return prepare(read({"x": x, "y": x * 2 + 1}), "y")


def assert_parts(n_rows, *parts):
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(n_rows))
    assert all(len(part) for part in parts)


def assert_apart(cells, *parts):
    """No value of the cells on both sides."""
    seen = [set(cells[part].to_list()) for part in parts]
    assert not set.intersection(*seen)


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(10, 80),
    classes=st.integers(2, 3),
    equal=st.integers(1, 4),
    folds=st.integers(2, 12),
    seed=st.integers(0, 99),
)
def test_equal_rows_never_cross(n, classes, equal, folds, seed):
    data = prepared(n, classes, equal, seed)
    development, test = split_test(data, seed=seed)
    assert_parts(data.frame.height, development, test)
    assert_apart(data.frame["x"], development, test)
    inner = data.frame["x"][development]
    for evaluation in ("hold-out", "k-fold"):
        for split in ("stratified", "random", "grouped"):
            found = views(
                data, development, evaluation=evaluation, split=split, folds=folds, seed=seed
            )
            assert [view.fold for view in found] == list(range(len(found)))
            for view in found:
                assert_parts(len(development), view.train, view.validation)
                assert_apart(inner, view.train, view.validation)
            if evaluation == "k-fold":
                assert_parts(len(development), *(view.validation for view in found))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=30, max_size=60), st.integers(2, 12))
def test_groups_never_cross(groups, folds):
    data = prepared(len(groups), 2, group=groups)
    if len(set(groups)) < 2:
        with pytest.raises(DataError, match="are equal or of one group"):
            split_test(data, seed=0)
        return
    development, test = split_test(data, seed=0)
    assert_parts(len(groups), development, test)
    assert_apart(data.frame["group"], development, test)
    rows = np.arange(len(groups))
    found = views(data, rows, evaluation="k-fold", split="grouped", folds=folds, seed=0)
    assert_parts(len(groups), *(view.validation for view in found))
    for view in found:
        assert_apart(data.frame["group"], view.train, view.validation)


def test_equal_rows_join_their_groups():
    x = [1.5, 1.5, *np.arange(2.25, 40, 2)]
    groups = ["a", "b", "a", "b", *(f"g{n % 5}" for n in range(len(x) - 4))]
    frame = {"x": x, "y": ["u", "u", *["v", "u"] * ((len(x) - 2) // 2), "v"][: len(x)], "g": groups}
    data = prepare(read(frame), "y", group="g")
    for seed in range(20):
        development, _ = split_test(data, seed=seed)
        assert len({row in development for row in (0, 1, 2, 3)}) == 1


def test_many_groups_are_fast_and_stay_together():
    groups = np.arange(30_000) // 5
    data = prepared(30_000, 2, group=groups)
    development, test = split_test(data, seed=0)
    assert_apart(data.frame["group"], development, test)
    assert len(test) == pytest.approx(6_000, rel=0.05)


def test_rows_without_a_group_stand_alone():
    data = prepared(60, 2, group=["a", "b", None] * 20)
    _, test = split_test(data, seed=1)
    assert 0 < len(test) < 60


def test_every_class_is_in_the_test_part():
    y = ["a"] * 180 + ["b"] * 17 + ["c"] * 3
    data = prepare(read({"x": np.random.default_rng(0).normal(size=200), "y": y}), "y")
    development, test = split_test(data, seed=3)
    counts = dict(data.frame["y"][test].value_counts().iter_rows())
    assert counts == {"a": 36, "b": 3, "c": 1}
    assert len(development) == 160


def test_folds_keep_the_classes_in_balance():
    data = prepared(300, 3)
    found = views(data, np.arange(300), evaluation="k-fold", split="stratified", folds=5, seed=0)
    for view in found:
        counts = data.frame["y"][view.validation].value_counts()["count"]
        assert counts.min() >= 19 and counts.max() <= 21


def test_classes_rarer_than_folds_do_no_harm():
    y = ["a"] * 47 + ["b"] * 3
    data = prepare(read({"x": np.random.default_rng(0).normal(size=50), "y": y}), "y")
    found = views(data, np.arange(50), evaluation="k-fold", split="stratified", folds=10, seed=0)
    assert [len(view.validation) for view in found] == [5] * 10


def test_numeric_targets_are_balanced_by_tenths():
    data = regression()
    _, test = split_test(data, seed=0)
    assert len(test) == 40
    tenths = data.frame["y"].rank().to_numpy()[test] * 10 // 201
    assert np.bincount(tenths.astype(int)).tolist() == [4] * 10


def test_same_seed_same_rows():
    data = prepared()
    assert np.array_equal(split_test(data, seed=5)[1], split_test(data, seed=5)[1])
    assert not np.array_equal(split_test(data, seed=5)[1], split_test(data, seed=6)[1])


def test_views_count_within_the_rows_given():
    data = prepared(100)
    rows = np.arange(50, 100)
    (view,) = views(data, rows, evaluation="hold-out", split="stratified", folds=1, seed=0)
    assert_parts(50, view.train, view.validation)
    assert len(view.validation) == 10


def test_order_holds_out_the_last_rows():
    order = np.random.default_rng(1).permutation(100)
    data = prepared(100, 2, order=order)
    development, test = split_test(data, seed=0)
    assert order[test].min() == 80 and order[development].max() == 79


def test_equal_times_stay_together():
    data = prepared(100, 2, order=np.arange(100) // 30)
    development, test = split_test(data, seed=0)
    assert_apart(data.frame["order"], development, test)
    assert len(test) == 10


@pytest.mark.parametrize("split", ["random", "stratified", "grouped"])
def test_iterated_folds_judge_every_row_once_a_repeat(split):
    more = {"group": np.arange(180) // 6} if split == "grouped" else {}
    data, rows = prepared(180 if more else 90, 3, equal=1 if more else 2, **more), np.arange(180)
    how = {"evaluation": "k-fold", "split": split, "folds": 4, "seed": 0}
    found = views(data, rows, repeats=3, **how)
    assert [view.fold for view in found] == list(range(12))
    deals = [found[start : start + 4] for start in (0, 4, 8)]
    for deal in deals:
        assert_parts(180, *(view.validation for view in deal))
        for view in deal:
            assert_apart(data.frame["group" if more else "x"], view.train, view.validation)
    once = [set(view.validation) for view in views(data, rows, **how)]
    assert [set(view.validation) for view in deals[0]] == once
    assert all(set(view.validation) not in once for view in (*deals[1], *deals[2]))


def test_ordered_folds_are_those_of_scikit_learn():
    data = prepared(53, 2, order=np.arange(53) + 7)
    found = views(data, np.arange(53), evaluation="k-fold", split="ordered", folds=5, seed=0)
    for view, (train, held) in zip(found, TimeSeriesSplit(5).split(np.zeros(53)), strict=True):
        assert np.array_equal(view.train, train) and np.array_equal(view.validation, held)


def test_ordered_folds_never_look_ahead():
    order = np.random.default_rng(1).integers(0, 9, size=80)
    data = prepared(80, 2, order=order)
    found = views(data, np.arange(80), evaluation="k-fold", split="ordered", folds=5, seed=0)
    assert found
    for view in found:
        assert order[view.train].max() < order[view.validation].min()


def test_rows_that_cannot_be_parted_say_so():
    frame = pl.DataFrame({"x": [1.5, 2.5] * 10, "y": ["a", "b"] * 10})
    data = prepare(read(frame), "y")
    assert_parts(20, *split_test(data, seed=0))
    one = np.flatnonzero((frame["y"] == "a").to_numpy())
    with pytest.raises(DataError, match="all 10 rows are equal or of one group"):
        views(data, one, evaluation="k-fold", split="random", folds=5, seed=0)
    with pytest.raises(DataError, match="no order column is named"):
        views(data, one, evaluation="hold-out", split="ordered", folds=1, seed=0)
    with pytest.raises(DataError, match="have the same place in the order"):
        split_test(prepared(20, 2, order=[7] * 20), seed=0)


def test_mistakes_of_a_programmer():
    data = prepared(20, 2)
    with pytest.raises(ValueError, match="share=2"):
        split_test(data, share=2, seed=0)
    with pytest.raises(ValueError, match="folds=1"):
        views(data, np.arange(20), evaluation="k-fold", split="random", folds=1, seed=0)
