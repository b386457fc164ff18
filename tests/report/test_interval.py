import re
from dataclasses import replace

import pytest

from justright.kinds import Score
from justright.report.forest import nice_ticks
from justright.report.interval import Row, interval_picture, rows_of


def score(value: float, half: float, *, up: bool = True) -> Score:
    return Score(
        metric="r2", value=value, low=value - half, high=value + half, n_rows=9, higher_is_better=up
    )


def picture(*scores: Score) -> str:
    names = ("Network", "Linear", "Trivial")
    rows = [Row(name=n, css="network", score=s) for n, s in zip(names, scores, strict=False)]
    return interval_picture(rows)


def test_better_lies_further_right(runs) -> None:
    text = interval_picture(rows_of(runs["binary"]()))
    at = [float(v) for v in re.findall(r'circle class="jr-dot" cx="([\d.]+)%', text)]
    assert len(at) == 3 and at[0] > at[1] > at[2]
    assert "higher is better" in text


def test_a_far_row_leaves_room_for_the_others() -> None:
    text = picture(score(0.9, 0.01), score(0.88, 0.01), score(-50.0, 3.0))
    assert "off the scale" in text and text.count("<circle") == 2


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_score_that_is_not_finite_has_no_dot(value: float) -> None:
    assert picture(score(value, 0.0), score(0.5, 0.1)).count("<circle") == 1
    assert picture(score(value, 0.0)).count("<circle") == 0


def test_equal_scores_without_width() -> None:
    assert picture(score(0.0, 0.0), score(0.0, 0.0)).count("<circle") == 2


def test_no_rows_no_picture(runs) -> None:
    assert rows_of(runs["bare"]()) == () and interval_picture(()) == ""


def test_a_metric_that_a_baseline_lacks(runs) -> None:
    run = runs["binary"]()
    short = replace(run, baselines=(replace(run.baselines[0], scores=()),))
    assert [r.name for r in rows_of(short)] == ["Network"]


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3e5, 7e5), (1e-9, 2e-9), (-1.0, -0.5)])
def test_ticks_are_inside_and_few(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    slack = (high - low) * 1e-6
    assert 2 <= len(ticks) <= 7
    assert low - slack <= ticks[0] and ticks[-1] <= high + slack
