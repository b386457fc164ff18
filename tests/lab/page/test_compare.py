"""Runs side by side: what differs comes first, curves lie in one chart, runs come and go."""

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.lab.page.visiting import PHONE, Opened

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def _place(lab: Opened, *names: str) -> str:
    return "compare/" + ",".join(str(lab.ids[name]) for name in names)


def test_only_levers_that_differ_are_unfolded(lab: Opened) -> None:
    with lab.visit(_place(lab, "fit", "other")) as visit:
        table = visit.page.get_by_role("region", name="levers that differ")
        table.wait_for()
        assert table.locator("tbody tr").count() == 1
        assert table.locator("tbody tr").inner_text().split() == ["width", "128", "neurons",
            "rule", "256", "neurons", "user"]  # fmt: skip


def test_scores_and_findings_stand_side_by_side(lab: Opened) -> None:
    with lab.visit(_place(lab, "own", "own 2")) as visit:
        visit.page.wait_for_selector(".beside")
        rows = visit.page.locator(".forest-row .forest-name a").all_inner_texts()
        assert rows == ["mine", "mine too"]
        assert visit.page.locator(".beside > div").count() == 2


def test_common_metrics_share_a_chart(lab: Opened) -> None:
    with lab.visit(_place(lab, "own", "own 2", "check")) as visit:
        chart = visit.page.locator("#chart-loss")
        chart.get_by_role("button", name="as a table").click()
        assert chart.locator("thead th").count() == 1 + 3
        colours = "all => new Set(all.map(one => one.style.background)).size"
        assert chart.locator(".legend i").evaluate_all(colours) == 3


def test_runs_are_added_and_taken_out(lab: Opened) -> None:
    with lab.visit(_place(lab, "own")) as visit:
        page = visit.page
        page.get_by_text("Add another run").wait_for()
        page.get_by_label("Add a run").select_option(str(lab.ids["own 2"]))
        page.get_by_role("heading", name="Scores").wait_for()
        page.get_by_role("button", name="Take mine out").click()
        page.get_by_text("Add another run").wait_for()
        assert page.url.endswith(f"#/compare/{lab.ids['own 2']}")


def test_empty_comparison_says_what_to_do_and_fits_on_a_phone(lab: Opened) -> None:
    with lab.visit("compare/", viewport=PHONE) as visit:
        assert "Add two runs above" in visit.page.locator("main").inner_text()
    with lab.visit(_place(lab, "fit", "other"), viewport=PHONE, color_scheme="dark") as visit:
        visit.page.wait_for_selector("#chart-train_loss")
        assert visit.overflow <= 0
