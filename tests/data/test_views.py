"""Views keep their parts apart and their groups whole, and repeat by their seed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.model_selection import TimeSeriesSplit

from justright.data.read import read
from justright.data.schema import prepare
from justright.data.split import views as split_views
from justright.data.views import (
    bootstrap,
    hold_out,
    k_fold,
    shares,
    shuffled,
    time_ordered,
    weighted,
)
from justright.kinds import View

quick = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 999)
inner_shares = st.floats(0.02, 0.98)


def assert_partition(n, view):
    both = np.concatenate([view.train, view.validation])
    assert np.array_equal(np.sort(both), np.arange(n))
    assert len(view.train) and len(view.validation)


def assert_same(one, other):
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.train, b.train) and np.array_equal(a.validation, b.validation)
        assert (a.fold, a.name) == (b.fold, b.name)


def partition(views):
    return {frozenset(view.validation.tolist()) for view in views}


def classes_of(n, seed, p=(0.5, 0.3, 0.2)):
    return np.random.default_rng(seed).choice(["a", "b", "c"], size=n, p=p)


# -- parts


@quick
@given(n=st.integers(2, 60), share=inner_shares, seed=seeds)
def test_a_hold_out_parts_the_rows(n, share, seed):
    (view,) = hold_out(n, share=share, seed=seed)
    assert_partition(n, view)
    assert len(view.validation) == min(max(1, round(share * n)), n - 1)


@quick
@given(n=st.integers(2, 60), folds=st.integers(2, 9), repeats=st.integers(1, 3), seed=seeds)
def test_folds_part_the_rows_in_every_repeat(n, folds, repeats, seed):
    assume(n > folds)
    views = k_fold(n, folds, repeats=repeats, seed=seed)
    assert [view.fold for view in views] == list(range(folds)) * repeats
    for repeat in range(repeats):
        own = views[repeat * folds : (repeat + 1) * folds]
        held = np.concatenate([view.validation for view in own])
        assert np.array_equal(np.sort(held), np.arange(n))
        sizes = [len(view.validation) for view in own]
        assert max(sizes) - min(sizes) <= 1
        for view in own:
            assert_partition(n, view)


@quick
@given(
    groups=st.lists(st.integers(0, 12), min_size=12, max_size=60),
    folds=st.integers(2, 5),
    share=inner_shares,
    seed=seeds,
    stratified=st.booleans(),
)
def test_groups_never_cross(groups, folds, share, seed, stratified):
    assume(len(set(groups)) > folds)
    cells, n = np.array(groups), len(groups)
    y = np.random.default_rng(seed).normal(size=n) if stratified else None
    found = (
        *hold_out(n, share=share, seed=seed, y=y, groups=cells),
        *k_fold(n, folds, repeats=2, seed=seed, y=y, groups=cells),
    )
    assert len(found) == 1 + 2 * folds
    for view in found:
        assert_partition(n, view)
        assert not set(cells[view.train]) & set(cells[view.validation])


@quick
@given(n=st.integers(30, 90), folds=st.integers(2, 4), seed=seeds)
def test_classes_are_in_balance(n, folds, seed):
    y = classes_of(n, seed)
    assume(np.unique(y, return_counts=True)[1].min() >= folds)
    for view in k_fold(n, folds, repeats=2, seed=seed, y=y):
        for name in "abc":
            exact = np.sum(y == name) / folds
            assert abs(np.sum(y[view.validation] == name) - exact) < 1
    (view,) = hold_out(n, share=1 / folds, seed=seed, y=y)
    for name in "abc":
        assert abs(np.sum(y[view.validation] == name) - np.sum(y == name) / folds) <= 1


def test_numbers_are_in_balance_by_tenths():
    y = np.random.default_rng(0).normal(size=200)
    for view in k_fold(200, 5, seed=0, y=y):
        ranks = np.argsort(np.argsort(y))[view.validation]
        assert np.bincount(ranks * 10 // 200).tolist() == [4] * 10


def test_groups_are_held_out_by_rows_where_a_few_folds_reach_the_share():
    groups = np.repeat(np.arange(20), np.arange(1, 21))
    for share in (0.2, 0.4, 0.7):
        (view,) = hold_out(len(groups), share=share, seed=0, groups=groups, y=groups % 2 * 1.5)
        assert len(view.validation) / len(groups) == pytest.approx(share, abs=0.03)


@quick
@given(n=st.integers(2, 60), folds=st.integers(1, 12))
def test_time_never_runs_backwards(n, folds):
    assume(n > folds)
    views = time_ordered(n, folds)
    assert len(views) == folds
    for view in views:
        assert view.train.max() < view.validation.min()
        assert np.array_equal(view.train, np.arange(view.validation.min()))
    if folds > 1:
        for view, (train, held) in zip(
            views, TimeSeriesSplit(folds).split(np.zeros(n)), strict=True
        ):
            assert np.array_equal(view.train, train) and np.array_equal(view.validation, held)


@quick
@given(n=st.integers(2, 50), times=st.integers(1, 8), seed=seeds)
def test_a_bootstrap_validates_on_what_it_did_not_draw(n, times, seed):
    views = bootstrap(n, times, seed=seed)
    assert [view.fold for view in views] == list(range(times))
    for view in views:
        assert len(view.train) == n and len(view.validation)
        assert set(view.train) | set(view.validation) == set(range(n))
        assert not set(view.train) & set(view.validation)


def test_a_bootstrap_leaves_out_a_third():
    left = [len(view.validation) for view in bootstrap(1_000, 50, seed=0)]
    assert np.mean(left) / 1_000 == pytest.approx(np.exp(-1), abs=0.01)


# -- seeds


@quick
@given(seed=seeds)
def test_the_same_seed_gives_the_same_views(seed):
    y, groups = classes_of(60, 0), np.arange(60) // 3
    for build in (
        lambda seed: hold_out(60, seed=seed),
        lambda seed: hold_out(60, seed=seed, groups=groups),
        lambda seed: k_fold(60, 5, repeats=2, seed=seed, y=y),
        lambda seed: k_fold(60, 5, repeats=2, seed=seed, y=y, groups=groups),
        lambda seed: bootstrap(60, 3, seed=seed),
        lambda seed: shares(hold_out(60, seed=0)[0], [0.3, 0.6], seed=seed, y=y),
    ):
        assert_same(build(seed), build(seed))
        pairs = zip(build(seed), build(seed + 1), strict=True)
        assert any(not np.array_equal(one.train, other.train) for one, other in pairs)


@quick
@given(n=st.integers(30, 80), folds=st.integers(2, 5), seed=seeds)
def test_repeats_differ_and_the_first_stay(n, folds, seed):
    views = k_fold(n, folds, repeats=3, seed=seed)
    parts = [partition(views[start : start + folds]) for start in range(0, 3 * folds, folds)]
    assert parts[0] != parts[1] != parts[2] != parts[0]
    alone = k_fold(n, folds, repeats=1, seed=seed)
    assert partition(alone) == parts[0]


def test_repeats_differ_where_one_balance_of_groups_is_best():
    groups = np.repeat(np.arange(12), 2 ** (np.arange(12) // 2))
    y = np.where(np.random.default_rng(0).random(len(groups)) < 0.3, "a", "b")
    views = k_fold(len(groups), 3, repeats=3, seed=0, y=y, groups=groups)
    parts = [partition(views[start : start + 3]) for start in (0, 3, 6)]
    assert parts[0] != parts[1] != parts[2] != parts[0]


def test_a_table_is_parted_as_its_rows_are():
    y = classes_of(90, 1, p=(0.4, 0.3, 0.3))
    table = prepare(read({"x": np.random.default_rng(1).normal(size=90), "y": y}), "y")
    rows = np.arange(90)
    of_table = split_views(table, rows, evaluation="k-fold", split="random", folds=4, seed=3)
    # Rows of a table are numbered by a hash, so that only the sizes can be compared.
    of_rows = k_fold(90, 4, seed=3)
    assert [len(v.validation) for v in of_table] == [len(v.validation) for v in of_rows]
    in_time = prepare(read({"x": rows * rows * 0.5, "t": rows, "y": y}), "y", order="t")
    found = split_views(in_time, rows, evaluation="k-fold", split="ordered", folds=4, seed=0)
    for one, other in zip(found, time_ordered(90, 4), strict=True):
        assert np.array_equal(one.train, other.train)
        assert np.array_equal(one.validation, other.validation)


# -- shares, shuffled, weighted


@quick
@given(
    n=st.integers(20, 120),
    asked=st.lists(st.floats(0.1, 1), min_size=2, max_size=5),
    seed=seeds,
    stratified=st.booleans(),
)
def test_shares_lie_within_each_other(n, asked, seed, stratified):
    (view,) = hold_out(n, seed=seed)
    y = np.random.default_rng(seed).normal(size=n) if stratified else None
    found = shares(view, asked, seed=seed, y=y)
    for share, part in zip(asked, found, strict=True):
        assert len(part.train) == len(set(part.train)) == round(share * len(view.train))
        assert set(part.train) <= set(view.train)
        assert np.array_equal(part.validation, view.validation)
    rising = sorted(found, key=lambda part: len(part.train))
    for small, large in pairwise(rising):
        assert set(small.train) <= set(large.train)


@quick
@given(share=st.floats(0.1, 1), seed=seeds)
def test_shares_hold_the_classes_in_balance(share, seed):
    y = np.array(["a"] * 60 + ["b"] * 37 + ["c"] * 3)
    view = View(train=np.arange(100), validation=np.arange(100))
    (part,) = shares(view, [share], seed=seed, y=y)
    for name, count in (("a", 60), ("b", 37), ("c", 3)):
        found = np.sum(y[part.train] == name)
        assert found >= 1 and abs(found - share * count) < 2


def test_a_share_keeps_the_weights_at_mean_1():
    (view,) = hold_out(50, seed=0)
    (part,) = shares(weighted(view, np.arange(50) + 1), [0.3], seed=0)
    assert len(part.train) == 12 and part.weights[part.train].mean() == pytest.approx(1)
    assert part.weights[1] / part.weights[0] == pytest.approx(2)
    assert part.name == "hold-out of 20 %, weighted rows, 30 % of the training rows"


def test_a_share_of_a_bootstrap_is_drawn_from_its_rows():
    view = bootstrap(30, 1, seed=0)[0]
    (part,) = shares(view, [0.5], seed=0)
    drawn, kept = np.bincount(view.train, minlength=30), np.bincount(part.train, minlength=30)
    assert kept.sum() == 15 and (kept <= drawn).all()


@quick
@given(n=st.integers(10, 60), seed=seeds, build=st.sampled_from(["hold-out", "time", "bootstrap"]))
def test_shuffled_targets_stay_within_their_part(n, seed, build):
    view = {
        "hold-out": hold_out(n, share=0.4, seed=seed),
        "time": time_ordered(n, 3),
        "bootstrap": bootstrap(n, 1, seed=seed),
    }[build][0]
    assume(len(view.validation) > 1 and len(set(view.train)) > 1)
    found = shuffled(view, n, seed=seed)
    for part in (np.unique(view.train), view.validation):
        assert np.array_equal(np.sort(found.targets[part]), np.sort(part))
    outside = np.setdiff1d(np.arange(n), np.concatenate([view.train, view.validation]))
    assert np.array_equal(found.targets[outside], outside)
    assert np.array_equal(found.train, view.train) and view.targets is None
    assert np.array_equal(found.targets, shuffled(view, n, seed=seed).targets)


def test_shuffled_targets_are_mixed_in_both_parts():
    (view,) = hold_out(400, share=0.5, seed=0)
    one, other = shuffled(view, 400, seed=0).targets, shuffled(view, 400, seed=1).targets
    for part in (view.train, view.validation):
        assert np.mean(one[part] == part) < 0.05
        assert np.mean(one[part] == other[part]) < 0.05


@quick
@given(
    weights=st.lists(st.floats(0, 1e300), min_size=10, max_size=10),
    scale=st.sampled_from([1.0, 5e-324, 1e-300, 1e6]),
)
def test_weights_have_mean_1_over_the_training_rows(weights, scale):
    view = View(train=np.array([0, 0, 1, 2, 5]), validation=np.array([3, 4]))
    cells = np.minimum(np.array(weights), 1e300 / scale if scale > 1 else 1e300) * scale
    assume(cells[view.train].any())
    # A weight of a row that is not trained on may be too large for the scale of the others.
    cells[[3, 4, 6, 7, 8, 9]] = cells[view.train].max()
    found = weighted(view, cells)
    assert found.weights.shape == (10,) and found.weights.dtype == np.float64
    assert found.weights[view.train].mean() == pytest.approx(1)
    assert (found.weights >= 0).all()


@pytest.mark.parametrize("size", [5e-324, 1.0, 1e308])
def test_weights_of_any_size_keep_their_shares(size):
    view = View(train=np.arange(4), validation=np.array([4]))
    assert weighted(view, [size, size, 0, 0, 0]).weights.tolist() == [2, 2, 0, 0, 0]
    assert weighted(view, [size, 0, 0, 0, 0]).weights.tolist() == [4, 0, 0, 0, 0]


def test_views_stand_on_each_other():
    (view,) = hold_out(20, share=0.5, seed=0)
    found = weighted(shuffled(view, 20, seed=0), np.ones(20))
    assert found.targets is not None and found.weights.tolist() == [1.0] * 20
    assert found.name == "hold-out of 50 %, shuffled targets, weighted rows"
    assert (view.weights, view.targets, view.name) == (None, None, "hold-out of 50 %")


def test_a_view_needs_nothing_but_rows():
    view = View(train=np.array([0]), validation=np.array([1]), fold=3)
    assert (view.fold, view.weights, view.targets, view.name) == (3, None, None, "")
    assert shuffled(View(train=np.arange(2), validation=np.array([2, 3])), 4, seed=0).name == (
        "shuffled targets"
    )


def test_names_are_words():
    assert [view.name for view in k_fold(4, 2, seed=0)] == ["fold 1 of 2", "fold 2 of 2"]
    assert k_fold(9, 5, repeats=3, seed=0)[6].name == "fold 2 of 5, repeat 2 of 3"
    assert bootstrap(9, 3, seed=0)[1].name == "bootstrap 2 of 3"
    assert time_ordered(9, 3)[1].name == "fold 2 of 3 in time"
