"""Thinned curves keep their peaks, their ends and their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.lab.web import decimate as module
from justright.lab.web.decimate import decimate, decimate_each

VALUES = st.lists(st.floats(-1e9, 1e9) | st.just(float("nan")), max_size=400)


@given(VALUES, st.integers(4, 60))
def test_peaks_ends_and_order_stay(values: list[float], most: int) -> None:
    x, y = np.arange(len(values), dtype=float), np.array(values, dtype=float)
    kept, thin = decimate(x, y, most)
    assert len(kept) <= max(most, 0) and np.all(np.diff(kept) > 0)
    assert np.array_equal(thin, y[kept.astype(int)], equal_nan=True)
    if len(values):
        assert kept[0] == 0 and kept[-1] == len(values) - 1
    if np.isfinite(y).any():
        assert np.nanmax(thin) == np.nanmax(y) and np.nanmin(thin) == np.nanmin(y)


@given(st.lists(VALUES, max_size=6), st.integers(4, 20), st.integers(1, 500))
def test_many_are_thinned_as_each_by_itself(
    values: list[list[float]], most: int, at_once: int
) -> None:
    curves = {
        i: (np.arange(len(y), dtype=float), np.array(y, dtype=float)) for i, y in enumerate(values)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "AT_ONCE", at_once)
        found = decimate_each(curves, most)
    assert list(found) == list(curves)
    for key, (x, y) in curves.items():
        for mine, own in zip(found[key], decimate(x, y, most), strict=True):
            assert np.array_equal(mine, own, equal_nan=True)


def test_a_long_gap_stays_a_gap() -> None:
    y = np.ones(10_000)
    y[4000:6000] = np.nan
    x, thin = decimate(np.arange(10_000.0), y, 100)
    assert np.isnan(thin[(x > 4200) & (x < 5800)]).all()


@pytest.mark.parametrize(("most", "n"), [(3, 10), (10, 9)])
def test_refuses_what_cannot_be(most: int, n: int) -> None:
    with pytest.raises(ValueError, match="most"):
        decimate(np.arange(10.0), np.zeros(n), most)
