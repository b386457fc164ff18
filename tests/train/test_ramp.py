"""Curves whose shape is known, one for each way in which a ramp can mislead."""

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.kinds import Ramp
from justright.train.ramp import SAFETY, longest_fall, ramp_rates, read_ramp
from justright.train.ramp_curve import read_curve, smoothed

RATES = ramp_rates(141)  # twenty steps a decade
BOOK = 1e-3  # the rule book's rate
CLIFF = 0.5  # the made-up networks diverge from here


def read(losses, rates=RATES, *, start=1.0, book=BOOK, per_pass=10_000) -> Ramp:
    return read_ramp(rates, losses, start_loss=start, fallback=book, rows_per_pass_steps=per_pass)


def bowl(rate: float) -> float:
    """Falls from 1e-3 on, steepest at 1e-2, lowest at 0.1, then rises slowly."""
    x = math.log10(rate)
    if x < -3:
        return 1.0
    return 1 - 0.4 * (1 - math.cos(math.pi * (x + 3) / 2)) if x < -1 else 0.2 + 0.05 * (x + 1)


def curve(shape=bowl, *, noise=0.0, cliff=None, top=None, seed=0, rates=RATES):
    """Losses over the rates; from the cliff on they are `top`, or lost."""
    rng = np.random.default_rng(seed)
    losses = [shape(r) + noise * rng.normal() for r in rates]
    if cliff is None:
        return losses
    return [loss if r < cliff else top for r, loss in zip(rates, losses, strict=True)]


def changed(losses, at):
    return [at.get(i, loss) for i, loss in enumerate(losses)]


def spread(place: float, share: float = 0.35) -> tuple[float, float]:
    return place * (1 - share), place * (1 + share)


ANY = (0.0, math.inf)
NOWHERE = None
CALM: list[str] = []


@dataclass
class Case:
    """What a curve must be read as: bounds of the choice and of the divergence, and the words."""

    losses: list
    chosen: tuple[float, float]
    diverges: tuple[float, float] | None = NOWHERE
    cautions: list[str] = field(default_factory=list)
    per_pass: int = 10_000


UP_TO = "Nothing diverged up to 10, so no upper bound was seen."
FLAT = "The loss was flat up to"
STAYED = "The loss did not explode but stayed high"
NO_GAIN = "The loss never fell by more than its noise explains."
VALLEY = (5e-3, 2e-2)  # around the middle of the fall
EDGE = (0.33, CLIFF)  # the kernel smears the cliff by a decade's seventh, downwards

CASES = {
    "a bowl and a cliff": Case(curve(cliff=CLIFF, top=50.0), VALLEY, EDGE),
    "a bowl, then the loss is lost": Case(curve(cliff=CLIFF), VALLEY, (0.44, CLIFF)),
    "noise": Case(curve(noise=0.1, cliff=CLIFF, top=50.0), (3e-3, 3e-2), EDGE),
    "noise nearly as large as the gain": Case(
        curve(lambda r: 1 - (1 - bowl(r)) / 4, noise=0.2, cliff=CLIFF, top=50.0), (1e-3, 5e-2),
        (0.25, CLIFF), [FLAT, "The loss varies from step to step by more than half"],
    ),
    "a flat start longer than half of the steps": Case(
        curve(lambda r: bowl(r / 10), cliff=3.0, top=50.0), (5e-2, 2e-1), (2.0, 3.0), [FLAT],
    ),
    "spikes in the first steps": Case(
        changed(curve(cliff=CLIFF, top=50.0), dict.fromkeys((0, 1, 5, 6, 7), 80.0)), VALLEY, EDGE,
        ["5 of the first 15 losses spiked and came back"],
    ),
    "lost losses in the first steps that come back": Case(
        changed(curve(cliff=CLIFF, top=50.0), {0: None, 9: math.nan, 14: math.inf}), VALLEY, EDGE,
        ["3 of the first 15 losses spiked and came back"],
    ),
    "a loss lost later, though it comes back": Case(
        changed(curve(), {100: None}), VALLEY, spread(RATES[99], 0.01),
    ),
    "one late spike": Case(changed(curve(), {110: 30.0}), VALLEY, NOWHERE, [UP_TO]),
    "a lucky batch in the flat start": Case(
        changed(curve(cliff=CLIFF, top=50.0), {40: -9.0}), VALLEY, EDGE
    ),
    "a lucky first batch": Case(changed(curve(cliff=CLIFF, top=50.0), {0: -9.0}), VALLEY, EDGE),
    "no divergence": Case(curve(), VALLEY, NOWHERE, [UP_TO]),
    "still falling at the end": Case(
        curve(lambda r: bowl(r / 100)), (0.5, 2.0), NOWHERE,
        [FLAT, "The loss was still falling at the highest rate", UP_TO],
    ),
    "more steps than a pass": Case(
        curve(cliff=CLIFF, top=50.0), VALLEY, EDGE, ["The ramp passed over the rows 3.5 times"], 40,
    ),
    "Adam: a plateau above the start": Case(
        curve(cliff=CLIFF, top=1.3), VALLEY, EDGE, [STAYED]
    ),
    "Adam: a plateau below the start": Case(
        curve(cliff=CLIFF, top=0.9), VALLEY, EDGE, [STAYED]
    ),
    "a plateau not far above the minimum": Case(
        curve(cliff=CLIFF, top=0.45), VALLEY, NOWHERE, [UP_TO]
    ),
    "all lost": Case([None] * 141, (BOOK, BOOK), NOWHERE, ["No loss was finite"]),
    "never any gain": Case([1.0] * 141, (BOOK, BOOK), NOWHERE, [NO_GAIN, UP_TO]),
    "never any gain, in noise": Case(
        curve(lambda r: 1.0, noise=0.3), (BOOK, BOOK), NOWHERE, [NO_GAIN, UP_TO]
    ),
    "no gain, and then a cliff below the book's rate": Case(
        curve(lambda r: 1.0, cliff=4e-4), (1.5e-4, 2e-4), (3e-4, 4e-4), [NO_GAIN]
    ),
    "above the start from the first step on": Case(
        [5.0] * 141, (BOOK, BOOK), NOWHERE, ["The loss lies above the start from the first steps"]
    ),
    "a fall at the very edge": Case(
        [1.0] * 138 + [0.9, 0.7, 0.2], (4.0, 7.0), NOWHERE,
        [FLAT, "The loss was still falling", UP_TO],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_failure_modes(case):
    ramp = read(case.losses, per_pass=case.per_pass)
    low, high = case.chosen
    assert low <= ramp.chosen <= high
    if case.diverges is None:
        assert ramp.diverges_at is None
    else:
        assert ramp.diverges_at is not None
        assert case.diverges[0] <= ramp.diverges_at <= case.diverges[1]
        assert ramp.chosen <= SAFETY * ramp.diverges_at
    assert len(ramp.cautions) == len(case.cautions), ramp.cautions
    for words, start in zip(ramp.cautions, case.cautions, strict=True):
        assert words.startswith(start)


def test_the_suggestions_of_a_known_curve():
    found = read(curve(cliff=CLIFF, top=50.0)).suggestions
    assert found["steepest"] == pytest.approx(1e-2, rel=0.13), "the cosine's steepest place"
    assert found["tenth_of_minimum"] == pytest.approx(1e-2, rel=0.3)
    assert VALLEY[0] <= found["valley"] <= VALLEY[1]
    assert found["half_diverging"] == pytest.approx(0.2, rel=0.2)


def test_steepest_is_fooled_by_no_spike_in_the_flat_start():
    """The fall back from a spike is steeper than any gain."""
    losses = changed(curve(cliff=CLIFF, top=50.0), dict.fromkeys(range(20, 28), 9.0))
    found = read(losses)
    assert found.suggestions["steepest"] == pytest.approx(1e-2, rel=0.13)
    assert VALLEY[0] <= found.chosen <= VALLEY[1]


def test_steepest_lies_before_the_minimum():
    """The fall from a second, later hill is steeper."""
    late = {i: 0.2 + 0.25 * max(0, 6 - abs(i - 125)) / 6 for i in range(112, 135)}
    assert read(changed(curve(), late)).suggestions["steepest"] == pytest.approx(1e-2, rel=0.13)


@pytest.mark.parametrize("n", [5, 6, 7, 30, 31, 99])
def test_the_valley_of_a_fall_without_a_break_is_the_published_one(n):
    """There the published index is: begin + length // 3 + length // 6, counted from one before."""
    rates = ramp_rates(n, 1e-3, 1.0)
    losses = [1.0 - i / n for i in range(n)]
    found = read(losses, rates, start=1.0)
    first = np.flatnonzero(np.array(found.smoothed) >= 1 - 0.05 * (1 - found.smoothed[-1]))[-1]
    length = n - int(first)
    place = int(first) - 1 + int(length / 3) + int(int(length / 3) / 2)
    assert abs(rates.index(found.suggestions["valley"]) - place) <= 1


@pytest.mark.parametrize(
    ("losses", "places"),
    [
        ([], []),
        ([1.0], [0]),
        ([1.0, 1.0], [1]),
        ([3.0, 2.0, 1.0], [0, 1, 2]),
        ([5.0, 1.0, 4.0, 3.0, 9.0, 2.0], [0, 2, 3, 5]),
        ([1.0, 2.0, 3.0], [2]),
    ],
)
def test_the_longest_fall(losses, places):
    assert longest_fall(losses) == places


@given(st.lists(st.integers(0, 9).map(float), max_size=9))
def test_no_fall_is_longer(losses):
    run = longest_fall(losses)
    assert all(losses[a] > losses[b] for a, b in pairwise(run))
    best = [1] * len(losses)
    for i in range(len(losses)):
        best[i] += max((best[j] for j in range(i) if losses[j] > losses[i]), default=0)
    assert len(run) == max(best, default=0)


def test_a_cliff_next_to_the_valley_limits_the_choice():
    cliff = curve(lambda r: 1.0 if r < 6e-3 else 0.2, cliff=1.2e-2)
    ramp = read(cliff, book=1.0)
    assert ramp.chosen == ramp.suggestions["half_diverging"] == SAFETY * ramp.diverges_at
    assert ramp.suggestions["valley"] > SAFETY * ramp.diverges_at
    assert ramp.reason == "half of 0.011, where training diverges"


def test_the_divergence_is_the_doing_of_the_update_before():
    losses = curve(cliff=CLIFF)
    assert read(losses).diverges_at == RATES[losses.index(None) - 1]


def test_an_explosion_does_not_move_the_minimum():
    """Without the cap, a loss of 1e30 leaks through the kernel's tail and buries the valley."""
    calm = read(curve(cliff=CLIFF, top=2.0))
    wild = read(curve(cliff=CLIFF, top=1e30))
    near = pytest.approx(calm.suggestions["tenth_of_minimum"], rel=0.01)
    assert wild.suggestions["tenth_of_minimum"] == near
    assert wild.diverges_at == pytest.approx(calm.diverges_at, rel=0.3)


def test_smoothing_moves_no_minimum():
    """An exponential average would put it higher."""
    log = np.log10(RATES)
    smooth, _, _ = smoothed(np.array(RATES), (log + 3) ** 2, 9.0)
    assert RATES[int(np.argmin(smooth))] == pytest.approx(1e-3)


def test_the_noise_is_measured():
    losses = np.array(curve(noise=0.1, seed=3))
    _, noise, errors = smoothed(np.array(RATES), losses, 1.0)
    assert noise == pytest.approx(0.1, rel=0.3)
    assert errors[70] < 0.4 * noise < errors[0], "fewer neighbours at the ends"


def test_noise_alone_seldom_looks_like_a_signal():
    found = [
        read_curve(np.array(RATES), np.array(curve(lambda r: 1.0, noise=0.3, seed=i)), 1.0)
        for i in range(200)
    ]
    assert sum(c.gains or c.diverges is not None for c in found) <= 10


def test_a_start_that_is_not_finite_is_read_off_the_first_steps():
    assert VALLEY[0] <= read(curve(cliff=CLIFF), start=math.nan).chosen <= VALLEY[1]


def test_a_coarse_ramp_is_said_to_be_coarse():
    rates = ramp_rates(15)
    ramp = read(curve(rates=rates), rates)
    assert ramp.cautions[0].startswith("The ramp is coarse: 15 steps")
    assert not any("coarse" in words for words in read(curve()).cautions)


def test_without_a_sound_valley_a_tenth_of_the_minimum():
    rates = ramp_rates(8)
    ramp = read([1.0, 1.0, 1.0, 0.9, 0.2, 0.3, 0.4, 0.3], rates)
    assert "valley" not in ramp.suggestions
    assert ramp.chosen == pytest.approx(1e-3)
    assert ramp.reason.startswith("a tenth of the rate with the lowest loss")
    assert "Too few losses fall in a row for a valley." in ramp.cautions


def test_a_fall_with_many_rises_is_no_sound_valley():
    """Nine rises for each fall: the run is long enough, but a small share of its steps."""
    rates = ramp_rates(60, 1e-6, 1e30)  # far apart, so that nothing is smoothed
    teeth = [1.0 - 0.1 * (i // 10) + 0.001 * (i % 10) for i in range(60)]
    assert len(longest_fall(teeth)) == 6
    assert "valley" not in read(teeth, rates).suggestions


def test_a_tenth_of_a_low_minimum_stays_within_the_range():
    rates = ramp_rates(7, 1e-3, 1.0)
    ramp = read([1.0, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3], rates)
    assert ramp.suggestions["tenth_of_minimum"] < rates[0]
    assert ramp.chosen == rates[0]


def test_the_ramp_keeps_what_it_was_given():
    losses = [1.0, math.nan, math.inf, None, 0.5]
    rates = ramp_rates(5)
    ramp = read(losses, rates)
    assert (ramp.rates, ramp.n_steps, ramp.start_loss) == (rates, 5, 1.0)
    assert ramp.losses == (1.0, None, None, None, 0.5)
    assert [v is None for v in ramp.smoothed] == [False, True, True, True, True]


def test_an_empty_ramp_keeps_the_books_rate():
    ramp = read([], ())
    assert (ramp.chosen, ramp.suggestions, ramp.smoothed) == (BOOK, {}, ())


def test_rates_rise_by_one_factor_from_end_to_end():
    rates = ramp_rates(15)
    assert (rates[0], rates[-1], len(rates)) == (1e-6, 10.0, 15)
    assert np.allclose(np.diff(np.log10(rates)), 0.5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((1,), "n_steps=1"), ((5, 0.0, 1.0), "low=0.0"), ((5, 1.0, 1.0), "high=1.0")],
)
def test_a_ramp_that_does_not_rise_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        ramp_rates(*arguments)


@pytest.mark.parametrize(
    ("rates", "losses", "per_pass", "words"),
    [
        ((0.1, 0.2), [1.0], 9, r"len\(losses\)=1"),
        ((0.2, 0.1), [1.0, 1.0], 9, "rates rise"),
        ((0.1, 0.1), [1.0, 1.0], 9, "rates rise"),
        ((0.0, 0.1), [1.0, 1.0], 9, "rates rise"),
        ((0.1, math.nan), [1.0, 1.0], 9, "rates rise"),
        ((0.1, 0.2), [1.0, 1.0], 0, "rows_per_pass_steps=0"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(rates, losses, per_pass, words):
    with pytest.raises(ValueError, match=words):
        read(losses, rates, per_pass=per_pass)


anything = st.one_of(
    st.none(), st.floats(), st.floats(-1, 3), st.floats(0.9, 1.1), st.just(1.0), st.just(1e308)
)
books = st.sampled_from((1e-6, 1e-4, 3e-3, 0.3, 10.0))


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, min_size=2, max_size=60), st.floats(), books, st.integers(1, 100))
def test_the_choice_is_a_rate_that_can_be_trained_with(losses, start, book, per_pass):
    rates = ramp_rates(len(losses))
    ramp = read(losses, rates, start=start, book=book, per_pass=per_pass)
    assert SAFETY * rates[0] <= ramp.chosen <= rates[-1]
    assert ramp.reason and len(ramp.smoothed) == len(losses)
    if ramp.diverges_at is not None:
        assert ramp.diverges_at in rates
        assert ramp.chosen <= SAFETY * ramp.diverges_at
    assert all(v is None or math.isfinite(v) for v in ramp.smoothed)
    assert all(math.isfinite(v) and v > 0 for v in ramp.suggestions.values())


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-5, 1e-2), st.floats(0, 0.05), st.integers(0, 99), st.floats(-50, 50))
def test_the_choice_follows_the_curve(place, noise, seed, shift):
    """A curve moved along the rates or up and down is read alike; the start's 5 % are no matter."""
    losses = curve(lambda r: bowl(r / place * 1e-2) + shift, noise=noise, seed=seed)
    ramp = read(losses, start=1.0 + shift)
    assert place / 4 <= ramp.chosen <= place * 4
