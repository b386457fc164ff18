"""Facts are those of the development rows, and of no others."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justright.data.encode import fit
from justright.data.profile import measure
from justright.data.read import read
from justright.data.schema import prepare

N = 200
RNG = np.random.default_rng(0)
FRAME = pl.DataFrame(
    {
        "small": RNG.uniform(0, 1, N),
        "large": RNG.uniform(0, 1000, N),
        "skewed": np.exp(3 * RNG.normal(size=N)),
        "gaps": [None if n % 4 == 0 else n * 0.5 for n in range(N)],
        "flag": ["yes", "no"] * (N // 2),
        "city": [f"c{n % 15}" for n in range(N)],
        "day": [f"2020-01-{1 + n % 28:02d}" for n in range(N)],
        "y": ["a"] * 150 + ["b"] * 40 + ["c"] * 10,
    }
)
DATA = prepare(read(FRAME), "y")
ALL = np.arange(N)


def test_counts_and_shares():
    profile = measure(DATA, ALL, budget_s=7)
    assert (profile.n_rows, profile.n_numeric, profile.n_boolean) == (N, 4, 1)
    assert (profile.n_category, profile.n_date, profile.max_cardinality) == (1, 1, 15)
    assert (profile.n_classes, profile.n_rarest, profile.minority_share) == (3, 10, 0.05)
    assert profile.missing_share == pytest.approx(50 / (7 * N))
    assert profile.skewed_share == 0.25
    assert profile.outlier_share > 0.05
    assert profile.scale_ratio > 500
    assert (profile.budget_s, profile.has_groups, profile.has_order) == (7, False, False)


def test_width_is_that_of_the_encoder():
    encoder = fit(DATA.frame, DATA.schema, scaler="robust")
    assert measure(DATA, ALL, budget_s=1).n_inputs == encoder.layout.n_columns


def test_other_rows_do_not_count():
    rows = np.arange(100)
    seen = measure(DATA, rows, budget_s=1)
    changed = DATA.frame.with_columns(
        large=pl.when(pl.int_range(N) < 100).then("large").otherwise(1e9)
    )
    other = measure(replace(DATA, frame=changed), rows, budget_s=1)
    assert seen == other
    assert (seen.n_rows, seen.n_rarest) == (100, 0)


def test_numeric_target():
    data = prepare(read({"x": RNG.normal(size=N), "y": [*np.arange(N - 1.0), 1e6]}), "y")
    profile = measure(data, ALL, budget_s=1)
    assert (profile.target_low, profile.target_high) == (0, 1e6)
    assert profile.target_outlier_share == pytest.approx(1 / N)
    assert profile.target_skewness > 10
    assert (profile.n_classes, profile.minority_share) == (0, 0)


def test_groups_and_order_are_seen():
    grouped = prepare(read(FRAME.with_columns(g=pl.Series(ALL % 9))), "y", group="g")
    ordered = prepare(read(FRAME.with_columns(t=pl.Series(ALL))), "y", order="t")
    assert measure(grouped, ALL, budget_s=1).has_groups
    assert measure(ordered, ALL, budget_s=1).has_order
