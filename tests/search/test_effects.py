"""Effects: known answers, what divergence means, and how often the intervals and verdicts hold."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ttest_1samp

from justright.kinds.reply import Effect
from justright.search.effects import effects, holm, paired
from justright.search.spread import by_place, standard_error, variance_of_seeds
from justright.search.stopping import ONCE, Look

NAN, INF = math.nan, math.inf
OVERLAP = 0.25  # five folds


def told(gains: dict[str, list[list[float]]], overlap: float = 0.0) -> dict[str, Effect]:
    found = {name: np.asarray(rows, dtype=float) for name, rows in gains.items()}
    return {e.name: e for e in effects(found, base="0", overlap=overlap)}


# --- known answers


def test_one_choice_without_shared_rows_is_students_t():
    values = [0.3, 0.1, 0.4, 0.1, 0.5]
    found = told({"a": [[v] for v in values]})["a"]
    theirs = ttest_1samp(values, 0)
    ends = theirs.confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(ends.low), pytest.approx(ends.high))
    assert found.p == pytest.approx(theirs.pvalue) and found.verdict == "useful"
    assert (found.n_pairs, found.n_places, found.level, found.base) == (5, 5, 0.95, "0")


def test_several_choices_share_the_error():
    values = [[0.3], [0.1], [0.4], [0.1], [0.5]]
    found = told({"a": values, "b": [[-v for v in row] for row in values]})
    ends = ttest_1samp(np.ravel(values), 0).confidence_interval(1 - 0.05 / 2)
    assert (found["a"].low, found["a"].high) == pytest.approx((ends.low, ends.high))
    assert list(found) == ["a", "b"]  # the largest gain first
    assert (found["b"].low, found["b"].verdict) == (-found["a"].high, "harmful")


def test_seeds_are_no_new_data_unless_there_is_one_place():
    seeds = np.tile([1.0, 2.0, 3.0], (4, 1)) + np.arange(4)[:, None]
    averaged = told({"a": [[2.0], [3.0], [4.0], [5.0]]})["a"]
    found = told({"a": seeds.tolist()})["a"]
    assert (found.low, found.high) == (averaged.low, averaged.high) and found.n_pairs == 12
    alone, places = told({"a": [[1.0, 2.0, 4.0]]}, OVERLAP)["a"], told({"a": [[1.0], [2.0], [4.0]]})
    assert (alone.low, alone.high) == (places["a"].low, places["a"].high)
    assert (alone.n_places, alone.n_pairs) == (1, 3)


def test_shared_rows_widen_what_rows_can_make_alike():
    values = np.array([1.0, 2.0, 4.0, 5.0])
    # (1/4 + 1/4) in the place of 1/4.
    ratio = standard_error(values, 0.25) / standard_error(values)
    assert ratio == pytest.approx(math.sqrt(2))
    variance = float(values.var(ddof=1))
    assert standard_error(values, 0.25, variance) == pytest.approx(standard_error(values))
    # Of places and seeds (0.5 on average) with 2 degrees of freedom each, a nineteenth is sure.
    seeds = np.array([[0.0, 2.0], [5.0, 5.0], [1.0, NAN]])
    assert variance_of_seeds(seeds) == pytest.approx(0.5 / 19)
    assert variance_of_seeds(seeds[:1]) == variance_of_seeds(seeds[:, :1]) == 0


def test_holm_of_known_values():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, NAN])[0] == 1.0 and math.isnan(holm([0.9, NAN])[1])


def test_a_single_gain_is_shrunk_by_its_own_noise():
    values = [0.3, 0.1, 0.4, 0.2]
    t = ttest_1samp(values, 0).statistic
    assert told({"a": [[v] for v in values]})["a"].shrunken == pytest.approx(0.25 * (1 - t**-2))
    assert told({"a": [[v - 0.2] for v in values]})["a"].shrunken == 0  # below its noise


def test_a_disaster_hides_no_luck():
    values, noise = np.array([[0.3], [0.1], [-0.2], [-0.1]]), np.array([[0.1], [-0.1], [0.2], [0]])
    lucky = effects({"a": values, "b": noise, "c": noise - 9}, base="0", overlap=0)[0]
    assert lucky.shrunken < lucky.value / 4
    winner = effects({"a": values + 9, "b": noise, "c": noise}, base="0", overlap=0)[0]
    assert winner.shrunken > 0.99 * winner.value


def test_an_early_look_asks_for_more():
    gains = {"a": np.array([[0.3], [0.1], [0.4], [0.2], [0.5]])}
    (now,) = effects(gains, base="0", overlap=0, look=Look(done=1, planned=4))
    (once,) = effects(gains, base="0", overlap=0, look=ONCE)
    assert (now.verdict, once.verdict) == ("no clear effect", "useful")
    assert now.low < once.low and now.p > once.p


# --- what cannot be told, and divergence


def test_one_pair_tells_nothing():
    found = told({"a": [[0.5]]})["a"]
    assert found.value == 0.5 and found.verdict == "no clear effect"
    assert all(map(math.isnan, (found.low, found.high, found.p, found.shrunken)))


def test_equal_gains_are_judged_by_their_signs():
    few, many = told({"a": [[0.1]] * 3})["a"], told({"a": [[0.1]] * 6})["a"]
    assert math.isnan(few.low) and few.verdict == "no clear effect"
    assert many.low == pytest.approx(0.1) and many.p == 2**-5 and many.verdict == "useful"
    assert told({"a": [[0.0]] * 9})["a"].verdict == "no clear effect"


def test_pairs_say_who_diverged():
    gains = paired(
        np.array([[1.0, NAN, 1.0, NAN]]), np.array([[3.0, 1, NAN, NAN]]), higher_is_better=False
    )
    np.testing.assert_equal(gains, [[2.0, -INF, INF, NAN]])


def test_a_missing_pair_is_left_out():
    found = told({"a": [[1.0, NAN], [2.0, 4.0], [NAN, NAN], [4.0, 4.0]]})["a"]
    assert found.value == pytest.approx(8 / 3) and (found.n_pairs, found.n_places) == (5, 3)


def test_a_diverged_network_is_a_loss():
    sound = [[2.0], [2.2], [1.9], [2.1], [2.0], [1.8]]
    found = told({"sound": sound, "breaks": [[-INF], *sound[1:]]})
    assert found["sound"].verdict == "useful"
    assert found["breaks"].verdict == "no clear effect" and found["breaks"].n_diverged == 1
    assert found["breaks"].value == pytest.approx((10 - 2.2) / 6)  # as large as the largest
    assert told({"saves": [[INF], *sound[1:]]})["saves"].verdict == "useful"


@pytest.mark.parametrize("others", [{}, {"sound": [[1.0], [2.0], [3.0]]}], ids=["alone", "others"])
def test_a_choice_that_mostly_diverges_is_harmful(others):
    found = told({**others, "breaks": [[-INF], [-INF], [1.0]] if others else [[-INF]] * 3})
    breaks = list(found.values())[-1]  # after those that have a gain
    assert (breaks.name, breaks.verdict) == ("breaks", "harmful")
    assert math.isnan(breaks.value) and breaks.n_diverged > 1
    assert all(e.verdict == "no clear effect" for e in found.values() if e.name != "breaks")


def test_gains_of_one_axis_are_refused():
    with pytest.raises(ValueError, match=r"'a'.*\(places, seeds\)"):
        effects({"a": np.ones(3)}, base="0", overlap=0.25)


# --- properties

numbers = st.floats(-10, 10).map(lambda x: round(x, 3))
grids = arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 3)), elements=numbers)


@settings(deadline=None, max_examples=60)
@given(grids, st.floats(0.01, 100), st.integers(1, 3))
def test_effects_keep_their_promises(gains, scale, done):
    look = Look(done=done, planned=3)
    (found,) = effects({"a": gains}, base="0", overlap=OVERLAP, look=look)
    if not math.isnan(found.low):
        assert found.low <= found.value <= found.high
        assert abs(found.shrunken) <= abs(found.value) and found.shrunken * found.value >= 0
    assert (found.verdict == "useful") == (found.low > 0)
    assert (found.verdict == "harmful") == (found.high < 0)
    # The other way round, and in another unit, it is the same answer.
    (other,) = effects({"a": -scale * gains}, base="0", overlap=OVERLAP, look=look)
    assert other.low == pytest.approx(-scale * found.high, rel=1e-6, abs=1e-9, nan_ok=True)
    assert other.p == pytest.approx(found.p, rel=1e-4, nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(grids)
def test_a_place_has_one_value(gains):
    places = by_place(gains)
    assert len(places) == (gains.shape[1] if len(gains) == 1 else len(gains))
    assert places.mean() == pytest.approx(gains.mean(), abs=1e-9)


# --- simulation: places share their data set (a quarter of a place's variance), values their base

N_SETS, N_PLACES, NAMES = 300, 10, "abc"


def simulated(truth: float, seed: int = 0) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    shape = (N_SETS, len(NAMES) + 1)
    scores = rng.normal(size=(*shape, 1, 1)) * 0.5 + rng.normal(size=(*shape, N_PLACES, 1))
    scores = scores + 1.4 * rng.normal(size=(*shape, N_PLACES, 2))
    gains = scores[:, 1:] - scores[:, :1] + truth
    return [dict(zip(NAMES, one, strict=True)) for one in gains]


def test_intervals_cover_alone_and_together():
    truth = 0.7
    alone, together = [], []
    for gains in simulated(truth):
        (one,) = effects({"a": gains["a"]}, base="0", overlap=OVERLAP)
        alone.append(one.low <= truth <= one.high)
        found = effects(gains, base="0", overlap=OVERLAP)
        together.append(all(e.low <= truth <= e.high for e in found))
    assert 0.91 <= np.mean(alone) <= 0.99
    assert np.mean(together) >= 0.93


def test_false_verdicts_are_rare_also_with_early_looks():
    false, n_looks = [], 5
    for gains in simulated(0.0, seed=1):
        verdicts = set()
        for k in range(1, n_looks + 1):
            seen = {name: rows[: 2 * k] for name, rows in gains.items()}
            look = Look(done=k, planned=n_looks)
            verdicts |= {e.verdict for e in effects(seen, base="0", overlap=OVERLAP, look=look)}
        false.append(verdicts != {"no clear effect"})
    assert np.mean(false) <= 0.05 + 1.64 * math.sqrt(0.05 * 0.95 / N_SETS)


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_shrunken_winner_is_less_biased(spread):
    rng = np.random.default_rng(3)
    raw, shrunken = [], []
    for gains in simulated(0.0, seed=2):
        truth = dict(zip(NAMES, rng.normal(size=len(NAMES)) * spread, strict=True))
        winner = effects({n: g + truth[n] for n, g in gains.items()}, base="0", overlap=OVERLAP)[0]
        raw.append(winner.value - truth[winner.name])
        shrunken.append(winner.shrunken - truth[winner.name])
    assert np.mean(raw) > 0.2
    assert abs(np.mean(shrunken)) < np.mean(raw) / 2
    assert np.mean(np.square(shrunken)) < np.mean(np.square(raw))
