"""Scalers give known answers, and never anything but finite numbers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justright.data.scale import fit_scale

FIVE = pl.Series([1.0, 2.0, 3.0, 4.0, 5.0])


def clipped(z):
    return z / np.sqrt(1 + (z / 3) ** 2)


KNOWN = {
    "robust": ("robust", FIVE, [3.0, 5.0, 103.0], [0, clipped(1), clipped(50)]),
    "robust, equal quartiles": (
        "robust",
        pl.Series([0.0] * 8 + [-1.0, 3.0]),
        [0.0, 3.0],
        [0, clipped(1.5)],
    ),
    "standard": ("standard", pl.Series([1.0, 3.0]), [2.0, 4.0, 3.0], [0, 2, 1]),
    "min-max": ("min-max", FIVE, [1.0, 5.0, 2.0, 99.0, -99.0], [0, 1, 0.25, 1.5, -0.5]),
    "quantile": ("quantile", FIVE, [3.0, 4.0, 99.0], [0, 0.6745, 3.0902]),
    "quantile, ties": ("quantile", pl.Series([7.0, 7.0, 7.0]), [7.0, 9.0], [0, 0]),
    "constant robust": ("robust", pl.Series([7.0] * 3), [7.0, 9.0], [0, 0]),
    "constant standard": ("standard", pl.Series([0.1] * 3), [0.1, 9.0], [0, 0]),
    "constant min-max": ("min-max", pl.Series([7.0] * 3), [7.0, 9.0], [0, 0]),
    "nothing": ("robust", pl.Series([None, None], dtype=pl.Float64), [7.0], [0]),
    "missing": ("robust", pl.Series([1.0, None, 3.0]), [np.nan, 2.0], [0, 0]),
}
SCALERS = ("robust", "standard", "min-max", "quantile")


@pytest.mark.parametrize(("scaler", "cells", "given_", "known"), KNOWN.values(), ids=KNOWN)
def test_known_answers(scaler, cells, given_, known):
    found = fit_scale(cells, scaler).apply(np.array(given_, dtype=float))
    assert found == pytest.approx(known, abs=1e-4)


def test_quantile_makes_skewed_numbers_normal():
    values = np.exp(np.random.default_rng(0).normal(size=20_000) * 2)
    found = fit_scale(pl.Series(values), "quantile").apply(values)
    assert found.mean() == pytest.approx(0, abs=0.01)
    assert found.std() == pytest.approx(1, abs=0.02)
    assert len(fit_scale(pl.Series(values), "quantile").knots) <= 1_000


@pytest.mark.parametrize("scaler", SCALERS)
@given(
    learnt=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30),
    unseen=st.lists(st.floats(), min_size=1, max_size=30),
)
def test_always_finite(scaler, learnt, unseen):
    scale = fit_scale(pl.Series(learnt, dtype=pl.Float64), scaler)
    found = scale.apply(np.array(learnt + unseen)).astype(np.float32)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("scaler", SCALERS)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_order_is_kept(scaler, learnt):
    values = np.sort(np.array(learnt))
    found = fit_scale(pl.Series(values), scaler).apply(values)
    assert (np.diff(found) >= -1e-9).all()
