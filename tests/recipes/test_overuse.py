"""The correction takes off what luck put on, and nothing where there was no luck."""

import dataclasses

import numpy as np
import pytest

from justright.kinds import Score, Severity, Sweep, Trace
from justright.recipes import overuse as room
from justright.recipes.ground import lay_ground
from justright.recipes.overuse import gap, overuse
from justright.recipes.wish import Wish
from tests.recipes.small import table

TRUTH, NOISE, FOLDS = 1.0, 0.1, 5
RATES = tuple(float(f"{rate:.2g}") for rate in np.geomspace(1e-5, 1, 24))


def traces(curves, folds=None):
    return [
        Trace(
            seed=i,
            fold=i if folds is None else folds[i],
            learning_rate=0.1,
            validation_score=tuple(float(value) for value in curve),
        )
        for i, curve in enumerate(curves)
    ]


def swept(by_fold, chosen):
    return Sweep(
        rates=RATES, train_loss=(1.0,) * len(RATES), validation_loss=tuple(by_fold.mean(0)),
        n_steps=100, start_loss=2.0, best=chosen, diverges_at=None, usable_low=chosen,
        usable_high=chosen, chosen=chosen, reason="", by_fold=tuple(map(tuple, by_fold)),
    )  # fmt: skip


def test_of_pure_noise_the_correction_takes_all_the_luck():
    rng = np.random.default_rng(0)
    found = [
        overuse(traces(TRUTH + NOISE * rng.normal(size=(FOLDS, 30))), None, FOLDS)
        for _ in range(200)
    ]
    reported = np.mean([one.loss for one in found])
    assert reported == pytest.approx(TRUTH - 2.04 * NOISE, abs=0.01)  # of 30 normal draws the least
    assert np.mean([one.loss + one.optimism for one in found]) == pytest.approx(TRUTH, abs=0.01)


def test_equal_curves_need_no_correction():
    curve = 1 + (np.arange(20) - 12) ** 2 / 100
    found = overuse(traces([curve] * FOLDS), swept(np.tile(curve[:1], (4, 24)), RATES[0]), FOLDS)
    assert (found.by_step, found.by_rate, found.optimism, found.share) == (0, 0, 0, 0)
    assert (found.n_looks, found.n_rates) == (20, 24)


def test_of_noisy_rates_the_correction_takes_the_luck_of_the_chosen_one():
    rng, reported, corrected = np.random.default_rng(1), [], []
    flat = traces([[TRUTH]] * 4)
    for _ in range(150):
        by_fold = TRUTH + NOISE * rng.normal(size=(4, len(RATES)))
        read = room.read_sweep(
            RATES, [1.0] * len(RATES), by_fold.mean(0).tolist(), start_loss=2.0, n_steps=100,
            fallback=0.01,
        )  # fmt: skip
        found = overuse(flat, swept(by_fold, read.chosen), 4)
        reported.append(by_fold.mean(0)[RATES.index(read.chosen)])
        corrected.append(reported[-1] + found.by_rate)
    assert np.mean(reported) < TRUTH - 0.02
    assert np.mean(corrected) == pytest.approx(TRUTH, abs=0.008)


def test_the_rate_counts_for_the_folds_that_tried_it():
    by_fold = TRUTH + NOISE * np.random.default_rng(1).normal(size=(4, len(RATES)))
    found = [overuse(traces([[1.0]] * n), swept(by_fold, RATES[9]), n) for n in (4, 8)]
    assert found[1].by_rate == pytest.approx(found[0].by_rate / 2) and found[0].by_rate != 0


def test_one_fold_cannot_tell():
    found = overuse(traces([[2.0, 1.0], [1.0, 2.0]], folds=[0, 0]), None, 1)
    assert found.by_step is None and not found.is_known and found.optimism == 0


def test_another_repeat_has_no_say():
    # Folds 2 and 3 hold the rows of 0 and 1 dealt anew; they are lucky at the same look.
    curves = [[3, 1, 2], [3, 1, 2], [1, 3, 3], [1, 3, 3]]
    assert overuse(traces(curves), None, 2).by_step == 0
    assert overuse(traces(curves), None, 4).by_step > 0


def test_what_diverged_is_left_out_and_what_stopped_early_goes_on():
    usable = traces([[3, 1, 2, 2], [3, 2, 1]])
    broken = dataclasses.replace(usable[0], fold=2, validation_score=(1.0, None))
    assert overuse([*usable, broken], None, 3) == overuse(usable, None, 3)
    assert overuse(usable, None, 3).by_step == 1.0
    assert overuse(traces([[1, 2], [3, 2, 2, 1]]), None, 2).by_step == (1 + 2) / 2
    assert overuse([broken], None, 3) is None


def score(value, *, metric="rmse", half=0.01, higher=False):
    return Score(
        metric=metric, value=value, low=value - half, high=value + half, n_rows=9,
        higher_is_better=higher,
    )  # fmt: skip


LUCKY = traces([[3.0, 1.0, 1.21], [3.0, 1.21, 1.0]])  # 21 % of the loss is luck


@pytest.mark.parametrize(
    ("loss", "promised", "corrected"),
    [
        ("mse", score(2.0), 2.2),  # its root
        ("mse", score(0.9, metric="r2", higher=True), 0.879),
        ("mae", score(2.0, metric="mae"), 2.42),
        ("cross_entropy", score(0.3, metric="log_loss"), 0.51),
    ],
    ids=["rmse", "r2", "mae", "log loss"],
)
def test_a_metric_that_follows_the_loss_is_corrected(loss, promised, corrected):
    found = overuse(LUCKY, None, 2, validation=(score(1.0, metric="f1"), promised), loss=loss)
    assert found.optimism == pytest.approx(0.21) and found.share == pytest.approx(0.21 / 1.21)
    assert found.corrected == pytest.approx(corrected)
    assert (found.metric, found.reported) == (promised.metric, promised.value)


def test_a_metric_of_another_kind_is_left_alone():
    found = overuse(LUCKY, None, 2, validation=(score(0.9, metric="accuracy"),), loss="mse")
    assert found.corrected is None and found.optimism > 0


GAPS = {
    "kept": (0.80, 0.81, True, False),
    "just within": (0.80, 0.819, True, False),
    "just beyond": (0.80, 0.821, True, True),
    "better than promised": (0.80, 0.5, True, False),
    "an error grew": (0.80, 0.5, False, True),
    "an error fell": (0.80, 0.9, False, False),
    "nothing promised": (0.80, None, True, False),
}


@pytest.fixture(scope="module")
def grounds():
    def of(**more):
        return lay_ground(Wish(data=table(), target="y", time_s=5, **more))

    return {"drawn": of(), "in time": of(order="day"), "apart": of(test=table(n=50, seed=1))}


@pytest.mark.parametrize(("test", "promised", "higher", "found"), GAPS.values(), ids=GAPS)
def test_a_gap_between_validation_and_test_is_found(test, promised, higher, found, grounds):
    validation = () if promised is None else (score(promised, higher=higher),)
    seen = gap(grounds["drawn"], (score(test, higher=higher),), validation, None)
    assert (seen is not None) is found
    if seen is not None:
        assert seen.severity is Severity.WARN and "--seed 1" in seen.remedy


def test_the_correction_may_explain_the_gap(grounds):
    promised, test = (score(2.0),), (score(2.3, half=0.06),)
    over = overuse(LUCKY, None, 2, validation=promised, loss="mse")
    assert gap(grounds["drawn"], test, promised, None) is not None
    assert gap(grounds["drawn"], test, promised, over) is None
    far = gap(grounds["drawn"], (score(9.0),), promised, over)
    assert "(2.2 when corrected for its over-use)" in far.sign


@pytest.mark.parametrize("how", ["in time", "apart"])
def test_where_the_test_part_is_given_no_seed_draws_another(how, grounds):
    assert "--seed" not in gap(grounds[how], (score(9.0),), (score(2.0),), None).remedy
