import math
from dataclasses import replace

import pytest

from justright.doctor.checks import CHECKS
from justright.doctor.effects import EFFECTS
from justright.doctor.page import page

KNOWN = {check.id for check in CHECKS}
NAMES = [f"{effect.checks[0]}: {effect.sick}, {effect.setting}" for effect in EFFECTS]


@pytest.mark.parametrize("effect", EFFECTS, ids=NAMES)
def test_an_effect_agrees_with_itself_and_with_the_checks(effect):
    assert effect.checks and {*effect.checks, *dict(effect.found)} <= KNOWN
    gap = effect.mended_score - effect.sick_score
    assert effect.low <= effect.difference <= effect.high
    assert math.isclose(gap, effect.difference, abs_tol=0.002)  # three places each
    assert 0 <= effect.n_clear + effect.n_worse <= effect.n_sets
    assert all(0 <= share <= 1 for _, share in effect.found)
    assert 0 <= effect.better_share <= 1 and 0 <= effect.alarm_share <= 1
    assert effect.n_networks % (2 * effect.n_sets) == 0


def test_each_change_is_listed_once():
    assert len({(e.sick, e.mended, e.setting) for e in EFFECTS}) == len(EFFECTS)


VERDICTS = {
    "below 0": ((-0.3, -0.1), "helps"),
    "above 0": ((0.1, 0.3), "harms"),
    "holds 0": ((-0.3, 0.1), "no clear effect"),
    "no interval": ((math.nan, math.nan), "no clear effect"),
}


@pytest.mark.parametrize(("ends", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_the_verdict_is_the_intervals(ends, verdict):
    effect = replace(EFFECTS[0], low=ends[0], high=ends[1])
    assert effect.verdict == verdict
    assert f": {verdict}. " in effect.words()


def test_the_page_shows_each_effect_under_each_of_its_checks():
    sections = {part.split("\n", 1)[0]: part for part in page().split("\n### ")[1:]}
    for effect in EFFECTS:
        for check in effect.checks:
            assert f"- *Effect of the remedy*: {effect.words()}" in sections[check]
