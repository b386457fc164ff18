"""Columns that say the same are found, those that only look alike are kept."""

import numpy as np
import polars as pl
import pytest

from justright.data.twins import twins

N = 4_000
RNG = np.random.default_rng(0)
X = RNG.normal(20, 5, N)
C = RNG.choice(list("pqrs"), N)
NAMES = {"p": "ja", "q": "nein", "r": "weiß nicht", "s": "andere"}
D = np.array([NAMES[c] for c in C])


def changed(cells, places, value):
    cells = np.array(cells)
    cells[places] = value
    return cells


def coded(cells, share=0.02):
    return np.where(np.arange(N) % 50 < 50 * share, -9999.0, cells)


ONE = {
    "another unit": (X, X * 1.8 + 32),
    "falling": (X, -X),
    "rounded": (X, np.round(X, 1)),
    "two wrong cells": (X, changed(X * 2, [5, 77], 1e9)),
    "missing alike": (np.where(X > 30, np.nan, X), np.where(X > 30, np.nan, X / 3)),
    "dates": (
        pl.Series(np.datetime64("2020-01-01") + X.astype("timedelta64[D]")).cast(pl.Datetime("us")),
        X.astype("timedelta64[D]").astype(float),
    ),
    "other names": (C, D),
    "one wrong name": (C, changed(D, [7], "ja")),
    "a boolean and two words": (C == "p", np.where(C == "p", "yes!", "no!")),
}
TWO = {
    "noise of 5 %": (X, X + RNG.normal(0, 0.25, N)),
    "a curve": (X, X**2),
    "a code for missing in both": (coded(X), coded(RNG.normal(20, 5, N))),
    "a far value in both": (changed(X, [3], 1e9), changed(RNG.normal(size=N), [3], 1e9)),
    "more is known": (np.where(X > 20, np.nan, X), X * 2),
    "rare in other rows": (np.arange(N) < 3, (np.arange(N) >= 3) & (np.arange(N) < 6)),
    "rare words in other rows": (
        changed(["a"] * N, [0, 1, 2], "b"),
        changed(["a"] * N, [4, 5, 6], "b"),
    ),
    "different in every row": ([f"a{i}" for i in range(N)], [f"b{i}" for i in range(N)]),
    "coarser": (C, np.where(C == "p", "p", "rest")),
    "four rows": (X[:4], X[:4] * 2),
    "two classes of few rows": (["a", "a", "b"] * 3, ["x", "x", "y"] * 3),
}


def found(pair):
    first, second = (pl.Series(cells, nan_to_null=True) for cells in pair)
    return twins(
        {"first": first, "other": pl.Series(RNG.normal(size=len(first))), "second": second}
    )


@pytest.mark.parametrize("pair", ONE.values(), ids=ONE)
def test_one_column_twice(pair):
    assert list(found(pair)) == ["second"]
    assert found(pair)["second"].startswith("a near-duplicate of 'first': ")
    assert list(found(pair[::-1])) == ["second"]


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO)
def test_two_columns(pair):
    assert found(pair) == {}


def test_the_first_of_many_stays_and_deviating_rows_are_counted():
    several = {name: pl.Series(X * k) for k, name in enumerate("abc", start=1)}
    several["d"] = pl.Series(changed(X, [3], 0.0))
    gone = twins(several)
    assert list(gone) == ["b", "c", "d"]
    assert all("of 'a': correlation 1 in" in why for why in gone.values())
    assert "in 3,999 of 4,000 rows" in gone["d"]


def test_a_thousand_columns_are_not_compared_one_by_one(monkeypatch):
    columns = {f"x{i}": pl.Series(X + RNG.normal(0, 0.3, N)) for i in range(300)}
    calls = []
    monkeypatch.setattr("justright.data.twins.same_numbers", lambda *pair: calls.append(pair) or "")
    assert twins(columns) == {} and not calls
