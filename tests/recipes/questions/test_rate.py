"""What learning rate?"""

import math
from dataclasses import replace

import numpy as np
import pytest

from justright.recipes.questions import rate
from justright.recipes.questions.rate import CONSTANT, _Found, _near, _sentence, _trend
from justright.recipes.rate_curve import RateCurve, _breaking
from justright.recipes.rounds import rounds_of
from justright.train.range_test import rates, read_sweep
from tests.recipes.small import table

from .asked import asking, reply

RATES = rates()


def losses_around(best, places=5, wobble=0.0):
    """A valley over the logarithm of the rate, from 1 down to 0.2, that explodes far above."""
    at = np.log10(np.array(RATES) / best)
    valley = np.where(at < 1.6, 1 - 0.8 * np.exp(-(at**2)), np.nan)
    return valley + wobble * np.random.default_rng(0).normal(size=(places, len(RATES)))


def curve(losses, draws):
    means = [float(v) if math.isfinite(v) else None for v in losses.mean(0)]
    sweep = read_sweep(RATES, means, means, start_loss=1.0, n_steps=500, fallback=1e-3)
    return RateCurve(
        rates=RATES, losses=losses, sweep=sweep, rest=1.0, draws=np.array(draws), overlap=0.25,
        n_networks=145, share=1.0, ended="done",
    )  # fmt: skip


BASE = curve(losses_around(3e-3), [1.78e-3, 3.16e-3, 5.62e-3])


def test_the_best_rate_is_the_mean_of_resamples_and_lies_in_its_interval() -> None:
    assert BASE.best == pytest.approx(3.2e-3)
    assert BASE.interval == (1.78e-3, 5.62e-3)
    assert BASE.gains and BASE.is_sure
    low, high = BASE.usable
    assert low <= BASE.best <= high < BASE.sweep.diverges_at


@pytest.mark.parametrize(
    ("draws", "gains", "sure"),
    [
        ([3e-3] * 50, True, True),
        ([1e-4] * 25 + [1e-2] * 25, True, False),
        ([1e-6] * 5 + [3e-3] * 45, False, False),  # a tenth of the resamples learn nothing
    ],
)
def test_it_is_told_only_what_the_resamples_agree_on(draws, gains, sure) -> None:
    found = replace(BASE, draws=np.array(draws))
    assert (found.gains, found.is_sure) == (gains, sure)


def test_half_of_the_diverging_rate_is_never_passed() -> None:
    wild = replace(BASE, draws=np.array([5.0, 10.0]))
    assert wild.best == pytest.approx(0.5 * BASE.sweep.diverges_at, rel=0.01)


@pytest.mark.parametrize(
    ("ends", "first"),
    [
        ([1.0, 0.5, 0.2, 2.0, 0.3], 3),  # a lucky end above it counts no more
        ([1.0, 1.2, 0.9, 0.8], 4),  # noise around the start is no divergence
        ([1.0, 0.9, math.nan], 2),
        ([math.nan, math.nan], 0),
    ],
)
def test_where_training_breaks(ends, first) -> None:
    assert _breaking(np.array(ends), 1.0) == first


def test_a_fourfold_batch_that_doubles_the_rate_is_told_so() -> None:
    found = _Found(
        curves={CONSTANT: BASE, "batches of 128": replace(BASE, draws=2 * BASE.draws)},
        batches={CONSTANT: 32, "batches of 128": 128},
    )
    assert _trend(found) == pytest.approx((2.0, 2.0, 2.0), rel=0.05)
    said = _sentence(asking("learning-rate", table()), found)
    assert said.startswith("0.0032 as a constant rate (95 % interval 0.0018 … 0.0056, usable")
    assert "with 4 times the batch about 0.0063, 2 times the rate" in said


def test_rates_near_the_best_are_of_the_grid() -> None:
    near = _near(1e-3)
    assert set(near) <= set(RATES) and min(near) < 1e-4 < 1e-2 < max(near)


def test_it_is_measured(monkeypatch) -> None:
    monkeypatch.setattr(rate, "rounds_of", lambda *own: rounds_of(*own)[:1])
    monkeypatch.setattr(rate, "rates", lambda: RATES[::3])
    found = reply("learning-rate", table("binary"), overrides={"batch_size": 16})
    assert (found.metric, found.higher_is_better) == ("roc_auc", True)
    assert found.n_networks > 5 * len(RATES[::3]) and found.ended in ("done", "clear")
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert found.rows[0][:2] == (CONSTANT, 16) and found.rows[-1][0] == "ramp"
    assert 1e-5 < found.numbers["best constant rate"] < 10
    assert found.advice.startswith("--set learning_rate=") == found.clear
    assert found.picture.x_log and found.picture.series[0].name == "batches of 16"


def test_whoever_interrupts_gets_what_was_reached() -> None:
    class Stop:
        def should_stop(self):
            return True

        def __getattr__(self, _):
            return lambda *_, **__: None

    found = reply("learning-rate", table(), progress=Stop())
    assert found.ended == "interrupted" and found.rows and not found.clear and not found.advice
