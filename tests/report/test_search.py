"""The search is told with what it gained and what of it is luck, in a section, a card and lines."""

from dataclasses import replace

import pytest

from justright.kinds import Search
from justright.report.card import card
from justright.report.html import html
from justright.report.search import differences, members, search_lines, search_words
from justright.report.sections.search import MAX_POINTS, search
from tests.report.conftest import HOSTILE, binary
from tests.report.searches import classic, nothing, population

FOUND = population()
RMSE = {"metric": "rmse", "higher_is_better": False, "base": 10.0, "best": 9.0}

WORDS = {
    "how many": (FOUND, "tried 180 designs in 1 min 0 s, 180 a minute, proposed by the quasi-rand"),
    "how they ended": (FOUND, "119 cut early, 17 dropped from the race over folds, 5 diverged, 39"),
    "why it ended": (FOUND, "It ended with its time."),
    "gain": (FOUND, "better than the rule book's own design by 0.0043 in ROC AUC (95 % interval "),
    "interval": (FOUND, "+0.0012 to +0.0074), on rows that had no part in choosing it."),
    "no clear gain": (replace(FOUND, low=-0.001), "no clear gain over the rule book's own design"),
    "harm": (replace(FOUND, gain=-0.01, low=-0.02, high=-0.001), "worse than the rule book's own"),
    "gain unknown": (replace(FOUND, gain=None), "no part in the choice could not be told."),
    "rule book's stays": (classic(), "The rule book's own design stays"),
    "luck": (replace(FOUND, **RMSE, luck=0.25), "by 1, of which about 0.25 (25 %) is luck"),
    "all luck": (replace(FOUND, **RMSE, luck=1.5), "(100 %) is luck"),
    "no luck": (replace(FOUND, **RMSE, luck=0.0), "nothing of that seems to be luck"),
    "luck unknown": (replace(FOUND, **RMSE, luck=None), "is luck could not be told"),
    "nothing better": (replace(FOUND, best=FOUND.base), "No single design was better"),
    "lower is better": (replace(FOUND, **RMSE | {"best": 11.0}), "No single design was better"),
    "nothing": (nothing(), "The search came to no training."),
}


@pytest.mark.parametrize(("found", "words"), WORDS.values(), ids=WORDS)
def test_words(found: Search, words: str) -> None:
    assert words in " ".join(search_words(found))


def test_differences_are_told_against_the_rule_book() -> None:
    one = replace(FOUND.tried[7], levers={"depth": 5, "dropout": 0.1, "averaging": "ema"})
    assert differences(FOUND, one) == "depth 5 instead of 3, averaging ema"
    assert differences(FOUND, FOUND.tried[0]) == "the rule book's own design"
    same = replace(one, levers={"depth": 3})
    assert differences(FOUND, same) == "as the rule book's own, from another start"


def test_lines_name_stages_levers_and_members() -> None:
    lines = search_lines(FOUND)
    assert (
        "What the scores depend on: learning rate 61 % (48 % to 72 %), depth 22 % (13 % to 31 %), "
        "activation 2 % (0 % to 6 %)." in lines
    )
    assert [line[:11] for line in lines[-3:]] == ["50 % no. 30", "30 % no. 0:", "20 % no. 92"]
    assert search_lines(classic())[2] == "Regularise: dropout 0.3 brings most"
    many = replace(FOUND, picks=tuple(replace(FOUND.picks[0], number=k) for k in range(7)))
    assert search_lines(many)[-1] == "and 2 more" and len(members(many)) == 7


def test_section_draws_every_try_with_what_it_is() -> None:
    body = search(binary()).body
    for words in (
        "Out of fold: ROC AUC", "the ensemble", "Which levers mattered", "What was kept",
        "2 designs never had a finite score", "no. 30 (", "cut early, after 15 % of",
    ):  # fmt: skip
        assert words in body, words
    assert body.count('<circle class="jr-dot"') > 170
    assert search(binary(search=None)).body == ""


def test_far_worse_designs_do_not_flatten_the_pictures() -> None:
    far = [replace(one, metric=-900.0, score=5e6) if one.number == 31 else one
           for one in FOUND.tried]  # fmt: skip
    body = search(binary(search=replace(FOUND, tried=tuple(far)))).body
    assert "points far worse than all others: left out" in body
    assert ">0.878<" in body and "no. 31 (" not in body


def test_many_tries_are_thinned() -> None:
    many = population(n=1200)
    body = search(binary(search=many)).body
    n_kept = sum(one.fate == "kept" for one in many.tried)
    assert f"{MAX_POINTS} of " in body
    assert body.count("<title>no. ") <= MAX_POINTS + 2 * n_kept  # the kept are in both pictures


def test_the_best_is_never_beyond_the_picture() -> None:
    curve = (*FOUND.curve, (58.0, 0.99))
    best = replace(FOUND.tried[0], score=0.01)
    found = replace(FOUND, curve=curve, tried=(best, *FOUND.tried[1:]))
    body = search(binary(search=found)).body
    assert "the ensemble, 58: 0.99" in body and body.count("<title>no. 0 (") == 2


def test_report_and_card_hold_it_and_no_text_breaks_out(runs) -> None:
    assert 'href="#search"' in html(binary()) and ".jr-axes{" in html(binary())
    assert "## How it was searched for" in card(binary())
    assert 'id="search"' not in html(runs["bare"]())
    hostile = runs["hostile"]()
    assert hostile.search is not None and HOSTILE in hostile.search.stages[0].said
    assert HOSTILE not in html(hostile) and HOSTILE not in card(hostile).split("```")[0]
