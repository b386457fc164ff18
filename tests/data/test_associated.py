"""Which columns say much the same."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy.stats.contingency import association, crosstab

from justright.data.associated import bunches, cramers_v

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 400))
LETTERS = RNG.choice(list("pqr"), 400)

CASES = {
    "apart": ({"a": A, "b": B}, [("a",), ("b",)]),
    "a bent copy": ({"a": A, "b": B, "c": np.exp(A)}, [("a", "c"), ("b",)]),
    "against each other": ({"a": A, "c": -A + 0.2 * B}, [("a", "c")]),
    "a constant": ({"a": A, "c": np.ones(400)}, [("a",), ("c",)]),
    "renamed words": (
        {"a": LETTERS, "c": np.char.upper(LETTERS), "d": RNG.choice(list("xy"), 400)},
        [("a", "c"), ("d",)],
    ),
    "one column": ({"a": A}, [("a",)]),
    "a chain is cut": (
        # Neighbours correlate by 0.87, the ends by 0.53: not all three say the same.
        {"a": A + 0.5 * B, "b": A + 1.5 * B, "c": 0.1 * A + B},
        [("a",), ("b", "c")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bunches(name):
    columns, expected = CASES[name]
    assert bunches({key: pl.Series(value) for key, value in columns.items()}) == expected


def test_dates_and_missing_cells_are_ranked():
    days = [dt.datetime(2024, 1, 1) + dt.timedelta(days=i) for i in range(60)]
    cells = {"day": pl.Series(days), "n": pl.Series([None, float("nan"), *range(58)])}
    assert bunches(cells) == [("day", "n")]


def test_cramers_v_is_that_of_the_field_less_its_bias():
    one, other = RNG.integers(0, 3, 500), RNG.integers(0, 4, 500)
    table = crosstab(one, other).count
    told = np.where(one == 0, 1, other)
    assert cramers_v(one, other) < 0.5 * association(table, "cramer")  # all of it is chance
    theirs = association(crosstab(one, told).count, "cramer")
    assert cramers_v(one, told) == pytest.approx(theirs, abs=0.02)
