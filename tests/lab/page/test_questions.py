"""Questions on the page: the big ones, answers with their pictures, and asking a new one."""

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.lab.page.visiting import PHONE, Opened, Visit

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def _ask(visit: Visit, question: str, target: str) -> None:
    page = visit.page
    page.locator(".ask").get_by_label("Question").select_option(question)
    page.wait_for_selector(f".ask option[value={target}]", state="attached")
    page.get_by_label("Column to predict").select_option(target)
    page.get_by_role("button", name="Ask", exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_big_ones_stand_on_top_with_their_newest_answer(lab: Opened, scheme: str) -> None:
    with lab.visit("questions", viewport=PHONE, color_scheme=scheme) as visit:
        heads = visit.page.locator(".big-question h2").all_inner_texts()
        assert heads[2] == "Is dropout useful here?" and len(heads) == 4
        visit.page.wait_for_selector(".big-question:has-text('log loss 1.8 % lower')")
        assert visit.overflow <= 0


def test_forest_of_effects_shows_verdicts_and_its_figures(lab: Opened) -> None:
    with lab.visit("questions") as visit:
        answer = visit.page.locator(f"#answer-{lab.ids['question']}")
        answer.locator("summary").first.click()
        assert answer.locator(".forest-row.useful .forest-name").inner_text() == "0.2"
        assert answer.locator(".forest-row.harmful .forest-value b").inner_text() == "−0.031"
        answer.get_by_text("Show as table").click()
        assert answer.locator(".point-table tbody tr").count() == 3
        answer.get_by_text("How it was measured").click()
        assert "same 6 starts" in answer.locator(".how").inner_text()


def test_picture_with_axes_marks_rates_and_cuts_off_what_is_far(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['rate']}") as visit:
        plot = visit.page.locator(".plot-area")
        assert "diverges" in (plot.text_content() or "")
        assert plot.locator(".line").count() >= 1
        places = "all => all.map(one => Number(one.getAttribute('cy')))"
        assert all(0 <= y <= 250 for y in plot.locator(".dot").evaluate_all(places))


def test_new_question_is_answered_on_the_page(lab: Opened) -> None:
    with lab.visit("questions") as visit:
        page = visit.page
        _ask(visit, "more-data", "species")
        page.wait_for_selector(".kept-answer:has-text('more-data')")
        page.wait_for_selector(".jobs", state="detached")


def test_question_is_cancelled(lab: Opened) -> None:
    with lab.visit("questions") as visit:
        page = visit.page
        _ask(visit, "dropout", "slow")
        page.wait_for_selector("progress[value='0.4']")
        page.get_by_role("button", name="Cancel: Is dropout useful here?").click()
        page.wait_for_selector(".job-cancelled")


def test_failure_says_seen_needed_and_try(lab: Opened) -> None:
    with lab.visit("questions") as visit:
        _ask(visit, "capacity", "bad")
        words = visit.page.locator(
            ".job-failed:has-text('from penguins.csv') .fault"
        ).first.inner_text()
        assert "'bad' is text in 2 of 2 rows" in words
        assert "Needed: numbers" in words and "Try: --drop bad" in words


def test_only_what_needs_no_more_than_a_table_can_be_asked(lab: Opened) -> None:
    with lab.visit("questions") as visit:
        assert visit.page.locator(".ask option[value=any]").count() == 0
        assert "it needs two designs" in visit.page.locator(".other-questions").inner_text()
