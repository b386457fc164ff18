"""Histograms: known answers, and what holds of all of them."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.data.histogram import N_BINS, histogram

CASES = {
    "whole numbers get a bin each": ([1, 2, 2, 5], 0.5, 5.5, (1, 2, 0, 0, 1), 0),
    "an outlier is counted apart": ([*range(8), 1000], -0.5, 7.5, (1,) * 8, 1),
    "one value": ([2.5, 2.5, None], 2.5, 2.5, (2,), 0),
}


@pytest.mark.parametrize(("cells", "low", "high", "counts", "n_above"), CASES.values(), ids=CASES)
def test_known_answers(cells, low, high, counts, n_above):
    found = histogram(pl.Series(cells, dtype=pl.Float64), "number")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.counts, found.n_below, found.n_above) == (counts, 0, n_above)


def test_dates_are_days():
    found = histogram(pl.Series([datetime(1970, 1, 2), datetime(1970, 1, 4)]), "date")
    assert found is not None and (found.low, found.high, found.counts) == (0.5, 3.5, (1, 0, 1))


@pytest.mark.parametrize(("cells", "kind"), [(["a"], "category"), ([None], "number")])
def test_nothing_to_count(cells, kind):
    assert histogram(pl.Series(cells, dtype=pl.String), kind) is None


@given(st.lists(st.none() | st.floats(allow_nan=False, width=64), max_size=50))
def test_every_finite_cell_is_counted_once(cells):
    found = histogram(pl.Series(cells, dtype=pl.Float64), "number")
    finite = [cell for cell in cells if cell is not None and abs(cell) != float("inf")]
    n = len(finite)
    if found is None:
        assert n == 0 or max(map(abs, finite)) > 1e300
    else:
        assert sum(found.counts) + found.n_below + found.n_above == n
        assert 1 <= len(found.counts) <= N_BINS and found.low <= found.high
