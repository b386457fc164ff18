"""Rows in time are told from rows in any order, and nothing is said twice."""

import time

import numpy as np
import polars as pl
import pytest

from justright.data.neighbours import likeness, neighbours
from justright.data.profile import measure
from justright.data.read import read
from justright.data.schema import prepare
from justright.data.suspects import suspects
from justright.kinds import Severity

N = 800
RNG = np.random.default_rng(0)
X, NOISE = RNG.normal(size=(2, N))
SLOW = np.convolve(RNG.normal(size=N + 2), np.ones(3) / 2, mode="valid")
CLASS = np.array(["low", "mid", "top"])[np.digitize(SLOW, [-0.5, 0.5])]
DAYS = np.datetime64("2020-01-01") + np.arange(N).astype("timedelta64[D]")
ALL = np.arange(N)


def prepared(target, **columns):
    columns = {"x": X, **columns}
    use = {name: name for name in columns if name in ("group", "order")}
    return prepare(read(pl.DataFrame({**columns, "y": target})), "y", **use)


@pytest.mark.parametrize("target", [SLOW, CLASS, CLASS == "top"], ids=["number", "three", "two"])
def test_neighbours_alike_are_flagged_and_shuffled_ones_are_not(target):
    found = neighbours(prepared(target), ALL)
    assert found.severity is Severity.NOTE and "--order COLUMN" in found.remedy
    assert neighbours(prepared(target[RNG.permutation(N)]), ALL) is None


def test_the_correlation_is_that_of_ranks():
    found = likeness(prepared(SLOW), ALL)
    ranks = pl.Series(SLOW).rank().to_numpy()
    assert found.autocorrelation == pytest.approx(
        np.corrcoef(ranks[1:], ranks[:-1])[0, 1], abs=0.01
    )
    assert found.z == pytest.approx(found.autocorrelation * np.sqrt(N - 1))


def test_of_independent_rows_z_is_one_standard_error():
    rng = np.random.default_rng(3)
    targets = [rng.normal(size=200) for _ in range(40)] + [
        rng.choice(["a", "b"], 200, p=[0.8, 0.2]) for _ in range(40)
    ]
    z = [likeness(prepare(read({"x": X[:200], "y": y}), "y"), np.arange(200)).z for y in targets]
    assert abs(np.mean(z)) < 0.4 and 0.75 < np.std(z) < 1.25


def test_a_date_that_rises_is_named():
    found = neighbours(prepared(SLOW, day=DAYS), ALL)
    assert (found.severity, found.column) == (Severity.WARN, "day")
    assert found.remedy.startswith("--order day, if")
    scattered = neighbours(prepared(SLOW, day=RNG.permutation(DAYS)), ALL)
    assert scattered.severity is Severity.NOTE and scattered.column is None


@pytest.mark.parametrize("named", ["group", "order"])
def test_where_an_order_or_a_group_is_named_nothing_is_said(named):
    assert neighbours(prepared(SLOW, **{named: ALL // 2 * 3}), ALL) is None


def test_only_development_rows_and_direct_neighbours_count():
    every_other = ALL[::2]
    assert likeness(prepared(SLOW), every_other).z == 0
    changed = SLOW.copy()
    changed[400:] = RNG.normal(size=400)
    first = np.arange(400)
    assert likeness(prepared(SLOW), first) == likeness(prepared(changed), first)


def test_copies_of_the_row_before_are_no_likeness():
    twice = {"x": np.repeat(X, 2), "y": np.repeat(NOISE, 2)}
    assert abs(likeness(prepare(read(twice), "y"), np.arange(2 * N)).z) < 3


def test_it_is_a_fact_and_a_finding_said_once():
    slow, days = prepared(SLOW), prepared(np.arange(N) / 40 + NOISE, day=DAYS)
    assert [one.check for one in suspects(slow, ALL)] == ["neighbours"]
    assert [one.check for one in suspects(days, ALL)] == ["row-order"]
    facts, seen = measure(slow, ALL, budget_s=1), likeness(slow, ALL)
    assert (facts.autocorrelation, facts.autocorrelation_z) == (seen.autocorrelation, seen.z)


def test_it_costs_little():
    n = 200_000
    rng = np.random.default_rng(0)
    frame = pl.DataFrame(rng.normal(size=(n, 20)), schema=[f"c{i}" for i in range(20)])
    table = prepare(read(frame), "c0")
    begin = time.perf_counter()
    likeness(table, np.arange(n))
    assert time.perf_counter() - begin < 1.0
