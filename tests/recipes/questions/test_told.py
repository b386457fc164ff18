"""Differences in words: their sign, their unit, and the sentence of each verdict."""

import math

import pytest

from justright.kinds import Effect
from justright.recipes.questions.lever import _sentence
from justright.recipes.questions.told import (
    Unit,
    effect_rows,
    effect_words,
    forest,
    half_width,
    signed,
)

NAN = math.nan
LOSS = Unit(metric="log_loss", higher_is_better=False, base=0.5)
SHARE = Unit(metric="accuracy", higher_is_better=True, base=0.8)


def effect(name, value, low=NAN, high=NAN, **more):
    verdict = "useful" if low > 0 else "harmful" if high < 0 else "no clear effect"
    given = {
        "base": "0", "level": 0.95, "shrunken": value / 2, "p": 0.01, "n_pairs": 10,
        "n_places": 5, "verdict": verdict,
    }  # fmt: skip
    return Effect(name=name, value=value, low=low, high=high, **{**given, **more})


GOOD = effect("0.2", 0.009, 0.004, 0.0145)
BAD = effect("0.4", -0.05, -0.06, -0.04)
OPEN = effect("0.1", 0.001, -0.002, 0.004)
LOST = effect("0.9", NAN, verdict="harmful", n_diverged=9)


@pytest.mark.parametrize(
    ("unit", "found", "said"),
    [
        (LOSS, [GOOD], "Dropout 0.2 instead of 0: log loss −1.8 % (95 % interval −2.9 … −0.8);"
         " useful."),
        (LOSS, [GOOD, OPEN], "Dropout 0.2 instead of 0: log loss −1.8 % (95 % interval −2.9 …"
         " −0.8); useful; expect −0.9 %, as the best of many is in part luck."),
        (SHARE, [GOOD], "Dropout 0.2 instead of 0: accuracy +0.9 points (95 % interval +0.4 …"
         " +1.5); useful."),
        (LOSS, [BAD], "Dropout 0 is best here: the next, 0.4, has log loss +10 % (95 % interval"
         " +8 … +12); harmful."),
        (LOSS, [OPEN], "No clear effect of dropout on log loss (±0.8 %)."),
        (LOSS, [OPEN, BAD], "No clear effect of dropout on log loss (±0.8 %) among 0, 0.1;"
         " harmful: 0.4."),
        (LOSS, [LOST], "Dropout 0 is best here: the next, 0.9, has diverged in 9 of 10"
         " trainings."),
        (LOSS, [BAD, LOST], "Dropout 0 is best here: the next, 0.4, has log loss +10 % (95 %"
         " interval +8 … +12); harmful."),
        (LOSS, [effect("0.1", 0.001)], "No clear effect of dropout on log loss (too few trainings"
         " to tell)."),
    ],
)  # fmt: skip
def test_a_sentence_for_each_verdict(unit, found, said):
    text, winner = _sentence("0", found, unit, "dropout")
    assert text.replace("log-loss", "log loss") == said
    assert winner == ("0.2" if GOOD in found else None)


def test_two_designs_need_no_name_of_a_lever():
    assert _sentence("depth=1", [OPEN], LOSS, "")[0].startswith("No clear difference in log")
    assert _sentence("fast", [GOOD], LOSS, "")[0].startswith("The design 0.2 instead of fast: ")


@pytest.mark.parametrize(
    ("unit", "gain", "said"),
    [
        (LOSS, 0.01, "−2 %"),
        (LOSS, -0.01, "+2 %"),
        (SHARE, 0.012, "+1.2 points"),
        (SHARE, -0.012, "−1.2 points"),
        (Unit(metric="r2", higher_is_better=True, base=-0.3), 0.05, "+5 points"),
        (Unit(metric="rmse", higher_is_better=False, base=250.0), 25.0, "−10 %"),
        (LOSS, 0.0, "0 %"),
    ],
)
def test_a_gain_is_a_change_of_the_metric(unit, gain, said):
    assert unit.words(gain) == said


def test_a_base_of_nothing_has_no_per_cents():
    assert math.isnan(Unit(metric="mae", higher_is_better=False, base=0.0).change(0.1))


def test_the_sign_is_a_true_minus_and_intervals_rise():
    assert signed(-0.5) == "−0.5" and "-" not in LOSS.between(-0.01, 0.02)
    assert LOSS.between(-0.01, 0.02) == "−4 … +2" and SHARE.between(-0.01, 0.02) == "−1 … +2"
    assert half_width([OPEN, GOOD], LOSS) == "±2.9 %"


def test_the_words_of_an_effect_without_an_interval_or_a_verdict():
    assert effect_words(effect("a", 0.005), LOSS, verdict=False).endswith("−1 %")


def test_the_table_and_the_picture_say_the_same():
    means = {"0": 0.5, "0.2": 0.491, "0.9": NAN}
    head, (base, good, lost) = effect_rows("0", means, [GOOD, LOST], LOSS)
    assert head[2] == "change, %" and base[-1] == "the design's own"
    assert good[1] == 0.491 and good[2:6] == pytest.approx((-1.8, -2.9, -0.8, -0.9))
    assert lost[1:6] == (None,) * 5 and lost[-1] == "harmful"
    (drawn,) = forest("0", [GOOD, LOST], LOSS, "Dropout against 0").series
    assert (drawn.x, drawn.y, drawn.low, drawn.high) == (
        ("0.2",), (pytest.approx(-1.8),), (pytest.approx(-2.9),), (pytest.approx(-0.8),)
    )  # fmt: skip
