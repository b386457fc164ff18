"""What intervals promise stands beside how often they held: in the report, card and words."""

import re
from dataclasses import replace

import pytest

from justright.kinds import Coverage, Intervals, RunRecord
from justright.report.card import card
from justright.report.coverage import coverage_words, interval_words, told_of
from justright.report.html import html
from tests.report.conftest import HOSTILE, binary, regression

ONE = Intervals(columns=("price",), narrower=(0.21,), by_prediction=(True,), n_rows=2400)


def measured(column: str = "price", missed: float = 0.0) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(level=level, observed=level - missed, low=level - missed - 0.03,
                 high=level - missed + 0.02, width=1e5 * level, n_rows=600, column=column)
        for level in (0.5, 0.8, 0.9, 0.95)
    )  # fmt: skip


def run(found: Intervals = ONE, coverage: tuple[Coverage, ...] = measured()) -> RunRecord:
    return replace(regression(), intervals=found, coverage=coverage)


MADE = {
    "follows": (ONE, "on 2,400 rows that the networks had not seen. Its width follows the"),
    "narrower": (ONE, "the median interval is 21 % narrower so."),
    "one width": (replace(ONE, by_prediction=(False,)), "would not be narrower"),
    "few rows": (replace(ONE, by_prediction=(False,), narrower=(None,)), "too few rows to tell"),
    "groups": (replace(ONE, n_groups=30), "not seen, 30 groups that count alike."),
    "several": (
        replace(ONE, columns=("a", "b"), narrower=(0.1, -0.2), by_prediction=(True, False)),
        "follows the prediction where that makes the median interval narrower: a (by 10 %).",
    ),
    "nowhere": (
        replace(ONE, columns=("a", "b"), narrower=(0.0, None), by_prediction=(False, False)),
        "Each column has its own, one width for all rows.",
    ),
}


@pytest.mark.parametrize(("found", "words"), MADE.values(), ids=MADE)
def test_words_of_how_they_are_made(found: Intervals, words: str) -> None:
    assert words in interval_words(found)


def test_one_level_is_told_of_where_there_is_room_for_one() -> None:
    assert [one.level for one in told_of(run())] == [0.9]
    assert [one.level for one in told_of(run(coverage=measured()[:2]))] == [0.8]
    both = told_of(run(coverage=(*measured("a"), *measured("b"))))
    assert [(one.column, one.level) for one in both] == [("a", 0.9), ("b", 0.9)]
    assert coverage_words(both[0], named=True).startswith(
        "90 % intervals of a held on 90 % of test"
    )


def test_the_report_and_the_card_say_how_often_they_held() -> None:
    page, text = html(run()), card(run())
    assert "How sure is a number?" in page and "held more or less often than promised" in page
    assert '<b>95 %</b></td><td class="num">92 % to 97 %</td><td class="num">95,000' in page
    assert "jr-harmful" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    assert "90 % intervals held on 90 % of test rows (87 to 92), median width 90,000." in text
    assert "intervals.json" in text


def test_what_held_too_seldom_is_marked_and_cautioned() -> None:
    found = replace(ONE, cautions=("rows follow each other by 'day'",))
    page, text = (form(run(found, measured(missed=0.2))) for form in (html, card))
    assert page.count('class="jr-row jr-harmful"') == 4
    assert "<li>rows follow each other by &#x27;day&#x27;</li>" in page
    assert "* Rows follow each other by 'day'." in text


def test_several_columns_have_a_line_each_and_hostile_names_stay_text() -> None:
    names = ("slump", HOSTILE)
    both = replace(ONE, columns=names, narrower=(None, None), by_prediction=(False, False))
    page = html(run(both, (*measured("slump"), *measured(HOSTILE))))
    assert page.count('<span class="jr-name">slump</span>') == 1
    assert "dashed: 90 %" in page and HOSTILE not in page


def test_no_test_rows_and_no_numbers() -> None:
    assert "No test row was there to tell" in html(run(coverage=()))
    assert "How sure is a number" not in html(binary())
    assert "intervals.json" not in card(binary())
