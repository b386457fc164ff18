import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.train.range_test import HIGHEST, LOWEST, N_RATES, SAFETY, rates, read_sweep

RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
BOOK = 3e-3  # the rule book's rate


def read(validation, train=None, start=1.0, fallback=BOOK):
    return read_sweep(
        RATES, train or validation, validation, start_loss=start, n_steps=100, fallback=fallback
    )


NONE = [None] * 7
# Validation losses by rate, then the rate chosen, the rate that diverges, the usable band.
CASES = {
    "a valley": ([1.0, 0.9, 0.5, 0.2, 0.5, 0.9, 1.0], 1e-2, None, (1e-2, 1e-2)),
    "a flat start, then a valley": ([1.0, 1.0, 1.0, 0.4, 0.2, 0.4, 2.0], 1e-1, 10.0, (1e-1, 1e-1)),
    "a broad valley": ([1.0, 0.3, 0.2, 0.2, 0.2, 0.2, 0.9], 1e-2, None, (1e-3, 1e-1)),
    "the upper edge": ([1.0, 1.0, 0.9, 0.8, 0.6, 0.4, 0.2], 10.0, None, (10.0, 10.0)),
    "the lower edge": ([0.1, 0.5, 0.8, 0.9, 1.0, 1.0, 1.0], 1e-5, None, (1e-5, 1e-5)),
    "one lucky rate beside a valley": (
        [1.0, 0.5, 0.3, 0.3, 0.9, 0.25, 1.0], 1e-3, None, (1e-3, 1e-3),
    ),
    "next to a cliff": ([1.0, 0.9, 0.5, 0.2, None, None, None], 1e-2, 0.1, (1e-2, 1e-2)),
    "one lucky rate beyond the cliff": (
        [1.0, 0.9, 0.5, 0.8, None, 0.1, None], 1e-3, 0.1, (1e-3, 1e-3),
    ),
    "only the lowest is finite": ([0.5, *NONE[1:]], 1e-5, 1e-4, (1e-5, 1e-5)),
    "no rate gains": ([1.0, 1.1, 1.2, 1.1, 1.0, 1.3, 1.1], BOOK, 1e-4, None),
    "nothing moves": ([1.0] * 7, BOOK, None, None),
    "no rate gains, and the book's is known to break": (
        [1.0, 1.0, None, None, None, None, None], 5e-4, 1e-3, None,
    ),
    "all diverge": (NONE, BOOK, 1e-5, None),
}  # fmt: skip


@pytest.mark.parametrize(("losses", "chosen", "diverges", "band"), CASES.values(), ids=CASES)
def test_failure_modes(losses, chosen, diverges, band):
    sweep = read(losses)
    assert sweep.chosen == pytest.approx(chosen, rel=1e-2)
    assert sweep.diverges_at == diverges
    if band is not None:
        assert (sweep.usable_low, sweep.usable_high) == band


def test_a_rate_that_ends_worse_than_it_began_diverges():
    """Its best validation loss may have been good before it blew up."""
    validation = [1.0, 0.9, 0.6, 0.3, 0.2, 0.3, 0.9]
    sweep = read(validation, train=[1.0, 0.9, 0.5, 0.2, 0.1, 1.01, 5.0])
    assert sweep.diverges_at == 1.0
    assert sweep.chosen == 0.1
    assert "lowest validation loss after 100 steps" in sweep.reason


def test_never_more_than_half_the_rate_that_diverges():
    sweep = read_sweep(
        (0.1, 0.15), [0.5, None], [0.5, None], start_loss=1.0, n_steps=9, fallback=BOOK
    )
    assert sweep.chosen == 0.075
    assert sweep.reason == "half of 0.15, where training diverges"


def test_noise_below_the_best_is_not_divergence():
    """Slow rates end about where they began, a little above it or below."""
    sweep = read([1.0, 1.01, 0.9, 0.5, 0.2, 0.5, 0.9], train=[1.01, 1.02, 0.9, 0.5, 0.2, 0.4, 0.9])
    assert sweep.diverges_at is None
    assert sweep.chosen == 0.1


def test_without_a_gain_the_reason_says_so():
    assert read([1.0] * 7).reason == "no rate gained anything in the sweep; the rule book's is kept"


def test_a_start_that_is_not_finite_keeps_the_books_rate():
    assert read([0.5] * 7, start=math.nan).chosen == BOOK


def test_the_sweep_keeps_what_it_was_given():
    losses = [1.0, 0.9, 0.5, 0.2, None, None, None]
    sweep = read(losses, train=[0.5] * 7)
    assert sweep.rates == RATES
    assert sweep.validation_loss == tuple(losses)
    assert sweep.train_loss == (0.5,) * 7
    assert (sweep.start_loss, sweep.n_steps, sweep.best) == (1.0, 100, 1e-2)


losses = st.lists(
    st.one_of(st.none(), st.floats(0, 3), st.just(1e30)), min_size=N_RATES, max_size=N_RATES
)
books = st.sampled_from((1e-6, 1e-4, 3e-3, 0.3, 10.0))


@settings(max_examples=200, deadline=None)
@given(losses, losses, st.floats(0, 3), books)
def test_the_choice_is_a_rate_that_can_be_trained_with(validation, train, start, book):
    sweep = read_sweep(rates(), train, validation, start_loss=start, n_steps=10, fallback=book)
    assert SAFETY * LOWEST <= sweep.chosen <= HIGHEST
    assert sweep.usable_low <= sweep.best <= sweep.usable_high
    broken = [r for r, a, b in zip(rates(), train, validation, strict=True) if None in (a, b)]
    if broken and broken[0] > LOWEST:
        assert sweep.chosen <= SAFETY * broken[0], "no rate as high as one that broke"
    if sweep.diverges_at is not None and "no rate gained" not in sweep.reason:
        assert sweep.chosen <= SAFETY * sweep.diverges_at


# ---- other readings, and what makes a sweep hard to read ---------------------------------------

FINE = np.array(rates())
VALLEY = 1 - 0.6 / (1 + (3e-3 / FINE) ** 1.5) + 0.8 / (1 + (1.0 / FINE) ** 2)


def read_fine(validation, n_steps=200, pass_steps=1, start=1.0):
    losses = [v if math.isfinite(v) else None for v in np.asarray(validation).tolist()]
    return read_sweep(
        rates(), losses, losses, start_loss=start, n_steps=n_steps, fallback=BOOK,
        pass_steps=pass_steps,
    )  # fmt: skip


def test_a_sweep_offers_what_a_ramp_offers():
    sweep = read_fine(np.where(FINE > 3.0, math.nan, VALLEY))
    assert set(sweep.suggestions) == {"valley", "steepest", "tenth_of_minimum", "half_diverging"}
    assert sweep.suggestions["tenth_of_minimum"] == pytest.approx(0.1 * sweep.best)
    assert sweep.suggestions["half_diverging"] == pytest.approx(0.5 * sweep.diverges_at)
    assert 1e-3 < sweep.suggestions["steepest"] < 1e-2, "where the curve falls fastest, at 3e-3"
    assert sweep.suggestions["valley"] < sweep.best
    assert sweep.cautions == ()


def _noisy(scale, seed):
    noise = np.random.default_rng(seed).normal(size=N_RATES)
    return scale * noise * np.clip((np.arange(N_RATES) - 8) / 4, 0, 1)


def test_noise_without_a_signal_keeps_the_books_rate():
    """Of ten sweeps, most are seen through; before they were smoothed, none would be."""
    found = [read_fine(1 + _noisy(0.05, seed)) for seed in range(10)]
    kept = [sweep for sweep in found if "no rate gained more than the noise" in sweep.reason]
    assert len(kept) >= 7
    assert all(sweep.chosen == BOOK and not set(sweep.suggestions) - {"half_diverging"}
               for sweep in kept)  # fmt: skip
    assert "no more than the noise" in kept[0].cautions[0]


def test_a_signal_is_seen_through_some_noise():
    for seed in range(10):
        assert 1e-3 < read_fine(VALLEY + _noisy(0.05, seed)).chosen < 1.0


CAUTIONS = {
    "no divergence": (VALLEY * 0.8, {}, "Nothing diverged up to 10"),
    "a long flat start": (np.where(FINE < 0.1, 1.0, 0.5), {}, "was flat up to 0.032"),
    "still falling": (1 - 0.1 * np.log10(FINE / FINE[0]), {}, "the range ends too early"),
    "less than a pass": (VALLEY, {"n_steps": 50, "pass_steps": 200}, "saw 25% of the rows only"),
    "at the edge of a wide band": (
        np.where(FINE < 2e-3, 1.0, np.where(FINE < 1.0, 0.5 - 0.001 * np.log10(FINE), 0.9)),
        {},
        "the upper end of the rates that are as good",
    ),
    "no gain": (1 + FINE, {}, "No rate ended below"),
    "nothing finite": (FINE * math.nan, {}, "at the lowest rate too"),
}


@pytest.mark.parametrize(("losses", "how", "words"), CAUTIONS.values(), ids=CAUTIONS)
def test_cautions(losses, how, words):
    assert [c for c in read_fine(losses, **how).cautions if words in c]


# Validation losses of a table of 142 rows with AdamW: from 0.02 to 6 all rates do about as well.
PLATEAU = [
    1.07428, 1.07391, 1.07324, 1.072, 1.06968, 1.06557, 1.0583, 1.04549, 1.02295, 0.98318, 0.91186,
    0.78401, 0.58479, 0.36206, 0.18002, 0.10641, 0.08691, 0.07738, 0.07764, 0.08166, 0.09358,
    0.09644, 0.11533, 0.09297, 0.10294, 0.07594, 0.07592, 0.0737, 0.12161,
]  # fmt: skip


def test_on_a_plateau_the_lowest_rate_that_is_as_good_is_taken():
    sweep = read_sweep(rates(), PLATEAU, PLATEAU, start_loss=1.0743, n_steps=160, fallback=1e-3)
    assert sweep.best > 1, "the minimum itself is chance"
    assert 0.01 < sweep.chosen < 0.05
    assert "as good as the best, 3.2" in sweep.reason
