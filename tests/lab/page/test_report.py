"""A report: written on the page, kept in the lab, exported as one file that opens anywhere."""

from pathlib import Path

import pytest

from justright.lab import Store

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.lab.page.visiting import PHONE, Opened

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_is_written_moved_kept_and_exported(lab: Opened, tmp_path: Path) -> None:
    with lab.visit("report") as visit:
        page = visit.page
        page.get_by_label("Name of the new report").fill("Rates / 1")
        page.get_by_role("button", name="Begin it").click()
        page.get_by_role("button", name="+ Curves").click()
        page.get_by_label("Metric").select_option("loss")
        for name in ("mine", "mine too"):
            page.locator(".run-ticks").get_by_text(name, exact=True).click()
        page.wait_for_selector("#chart-loss .legend li:nth-child(2)")
        page.get_by_role("button", name="+ Text").click()
        page.get_by_label("Text in Markdown").fill("The **smaller** rate is slower.")
        page.get_by_role("button", name="Move block 2 up").click()
        page.get_by_role("button", name="+ Scatter").click()
        page.get_by_role("combobox", name="Across").select_option("config.lr")
        page.get_by_role("combobox", name="Up").select_option("summary.accuracy")
        page.wait_for_selector(".plot .dot")
        page.get_by_text("Kept", exact=True).wait_for()
        page.get_by_role("button", name="Preview").click()
        page.wait_for_selector(".report-preview strong:has-text('smaller')")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Export one HTML file").click()
        file = tmp_path / "report.html"
        waiting.value.save_as(file)
    with Store(lab.file) as store:
        kept = store.view("Rates - 1")
        assert kept is not None
        assert [one["kind"] for one in kept.body["blocks"]] == ["text", "chart", "scatter"]
    _opens_anywhere(lab, file)


def _opens_anywhere(lab: Opened, file: Path) -> None:
    """The exported page draws, complains of nothing and asks for nothing."""
    page = lab.browser.new_page(viewport=PHONE)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda one: heard.append(one.url))
    page.goto(file.as_uri())
    try:
        assert heard == [file.as_uri()]
        assert page.locator("path.line").count() == 2
        assert page.locator(".dots circle").count() == 2
        assert page.locator("strong").inner_text() == "smaller"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    finally:
        page.close()


def test_list_says_that_there_is_none_and_fits_on_a_phone(lab: Opened) -> None:
    with Store(lab.file) as store:
        store.drop_view("Rates - 1")
    with lab.visit("report", viewport=PHONE, color_scheme="dark") as visit:
        visit.page.get_by_text("There is none yet.").wait_for()
        assert visit.overflow <= 0


def test_kept_report_is_removed(lab: Opened) -> None:
    with Store(lab.file) as store:
        store.keep_view("old", {"title": "Old", "blocks": []}, "report")
    with lab.visit("report") as visit:
        visit.page.on("dialog", lambda dialog: dialog.accept())
        visit.page.get_by_role("button", name="Remove the report old").click()
        visit.page.get_by_text("There is none yet.").wait_for()
