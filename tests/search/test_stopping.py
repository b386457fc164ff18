"""Early looks: published boundaries, the error that they spend, and when rounds may end."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from justright.kinds.reply import Effect
from justright.search.effects import effects
from justright.search.stopping import ONCE, Look, ends, level, sequential_p

looks = st.integers(1, 6).flatmap(
    lambda planned: st.builds(
        Look, done=st.integers(1, planned), planned=st.just(planned), last=st.booleans()
    )
)


def test_the_published_boundaries():
    # Lan and DeMets's O'Brien-Fleming-like spending, five looks, two-sided 5 %.
    found = [norm.isf(level(Look(done=k, planned=5), 0.05) / 2) for k in range(1, 6)]
    assert found == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=5e-4)


def test_one_look_spends_all():
    assert level(ONCE, 0.03) == pytest.approx(0.03) and sequential_p(ONCE, 0.03) == 0.03


def test_what_is_left_may_be_spent_when_the_time_is_over():
    cut, planned = Look(done=3, planned=6, last=True), Look(done=3, planned=6)
    assert level(planned, 0.05) < 0.01 < 0.045 < level(cut, 0.05) < 0.05


@pytest.mark.parametrize("last", [6, 4])
def test_all_looks_together_make_the_error(last):
    rng, n, alpha = np.random.default_rng(0), 40_000, 0.2
    sums = rng.normal(size=(n, last)).cumsum(axis=1) / np.sqrt(np.arange(1, last + 1))
    planned = [Look(done=k, planned=6, last=k == last) for k in range(1, last + 1)]
    bounds = [norm.isf(level(look, alpha) / 2) for look in planned]
    assert (abs(sums) > bounds).any(axis=1).mean() == pytest.approx(alpha, abs=0.006)


@settings(deadline=None, max_examples=15)  # the looks of a plan are integrated once
@given(looks, st.floats(1e-6, 0.4))
def test_a_look_spends_at_most_the_whole(look, alpha):
    allowed = level(look, alpha)
    assert 0 < allowed <= alpha * (1 + 1e-6)
    assert level(look, alpha / 2) < allowed
    if allowed > 1e-10:
        assert sequential_p(look, allowed) == pytest.approx(alpha, rel=0.02)


def test_p_values_over_looks_stay_p_values():
    look = Look(done=1, planned=3)
    assert sequential_p(look, 0.9) == 1.0 and sequential_p(look, 0.0) > 0
    assert math.isnan(sequential_p(look, math.nan))


@pytest.mark.parametrize(("done", "planned"), [(0, 3), (4, 3)])
def test_a_look_beyond_the_plan_is_refused(done, planned):
    with pytest.raises(ValueError, match="is not between 1 and"):
        Look(done=done, planned=planned)


# --- when to end

SETTLED = Effect(
    name="a",
    base="0",
    value=1.0,
    low=0.5,
    high=1.5,
    level=0.95,
    shrunken=0.9,
    p=0.01,
    n_pairs=10,
    n_places=10,
    verdict="useful",
)
HARMFUL = replace(SETTLED, value=-1.0, low=-1.5, high=-0.5, verdict="harmful")
UNKNOWN = replace(SETTLED, low=math.nan, high=math.nan, verdict="no clear effect")
SMALL = replace(SETTLED, value=0.0, low=-0.1, high=0.1, verdict="no clear effect")
WIDE = replace(SMALL, low=-9.0, high=9.0)
HALFWAY, END = Look(done=3, planned=6), Look(done=6, planned=6)
LATE = Look(done=5, planned=6)

CASES = {
    "the winner is clear": ([SETTLED, WIDE], HALFWAY, 0.0, "clear"),
    "all are harmful": ([HARMFUL, HARMFUL], HALFWAY, 0.0, "clear"),
    "a broken one beside a harmful one": (
        [HARMFUL, replace(HARMFUL, low=math.nan, high=math.nan)],
        HALFWAY,
        0.0,
        "clear",
    ),
    "what is left does not matter": ([SMALL, HARMFUL], HALFWAY, 0.2, "clear"),
    "one may still be useful": ([HARMFUL, WIDE], Look(done=1, planned=6), 0.0, ""),
    "nothing is known": ([UNKNOWN], HALFWAY, 0.0, ""),
    "no gain and little left": ([SMALL, WIDE], LATE, 0.0, "hopeless"),
    "no gain, but a margin within reach": ([SMALL], LATE, 0.095, ""),
    "nearly clear": ([replace(SMALL, value=1.0, low=-0.01, high=2.01)], LATE, 0.0, ""),
    "no look is left": ([SMALL], END, 0.0, ""),
    "the time is over": ([SMALL], replace(LATE, last=True), 0.0, ""),
}


@pytest.mark.parametrize(("found", "look", "margin", "why"), CASES.values(), ids=CASES)
def test_ends(found, look, margin, why):
    assert ends(found, look, margin=margin) == why


def test_hopeless_ends_cost_little_power():
    """Of runs that would become clear at the end, few are ended as hopeless before."""
    rng, planned, lost, clear = np.random.default_rng(0), 5, 0, 0
    for gains in rng.normal(0.55, 1.0, size=(250, 25, 1)):
        ended = ""
        for k in range(1, planned + 1):
            look = Look(done=k, planned=planned)
            found = effects({"a": gains[: 5 * k]}, base="0", overlap=0.0, look=look)
            ended = ended or ends(found, look)
        if found[0].verdict == "useful":
            clear += 1
            lost += ended == "hopeless"
    assert clear > 100 and lost / clear < 0.04
