"""One run on the page: all that is known of it is shown, and what can be edited is kept."""

import pytest

from justright.lab import Lab, Store

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.lab.page.results import HOSTILE
from tests.lab.page.visiting import PHONE, Opened

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

PARTS = {
    "fit": [
        "scores", "findings", "design", "curves", "rate", "layers", "results", "search",
        "members", "data", "notes", "logbook", "time", "again",
    ],
    "question": ["answer", "notes", "again"],
    "check": ["scores", "findings", "curves", "layers", "notes"],
    "own": ["scores", "curves", "notes", "again"],
    "empty": ["notes"],
}  # fmt: skip


@pytest.mark.parametrize("kind", PARTS)
def test_shows_the_parts_that_there_are(lab: Opened, kind: str) -> None:
    with lab.visit(f"run/{lab.ids[kind]}") as visit:
        visit.page.wait_for_selector(f"#{PARTS[kind][-1]}")
        visit.page.wait_for_selector("text=Reading", state="detached")
        found = visit.page.eval_on_selector_all("section.part", "all => all.map(one => one.id)")
        assert found == PARTS[kind]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_on_a_phone(lab: Opened, scheme: str) -> None:
    with lab.visit(f"run/{lab.ids['fit']}", viewport=PHONE, color_scheme=scheme) as visit:
        visit.page.wait_for_selector(".heat-strip")
        assert visit.overflow <= 0


def test_decision_tells_its_source_and_what_was_passed_over(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['fit']}") as visit:
        page = visit.page
        page.get_by_label("Search the design").fill("1804.07612")
        assert page.locator(".decision").count() == 1
        page.locator(".decision summary").click()
        words = page.locator(".decision").inner_text()
        assert "Rule batch-2" in words and "2,400 development rows are more" in words
        assert (
            page.locator(".decision a").get_attribute("href") == "https://arxiv.org/abs/1804.07612"
        )


def test_members_are_lines_of_one_chart(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['fit']}") as visit:
        chart = visit.page.locator("#chart-train_loss")
        chart.get_by_role("button", name="as a table").click()
        assert chart.locator("thead th").count() == 1 + 5


def test_curves_stand_over_the_epoch_when_asked(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['own']}") as visit:
        chart = visit.page.locator("#chart-loss")
        chart.get_by_role("button", name="as a table").click()
        second = chart.locator("tbody tr:nth-child(2) th")
        assert second.inner_text() == "1"
        visit.page.locator("#curves").get_by_role("button", name="epoch").click()
        chart.locator("tbody tr:nth-child(2) th:has-text('0.02')").wait_for()


def test_finding_leads_to_its_layer(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['check']}") as visit:
        visit.page.wait_for_selector(".heat-strip")
        visit.page.get_by_role("button", name="See the layer over time").click()
        assert visit.page.evaluate("document.activeElement.id") == "layer-gradient_norm-net_0"


def test_strips_are_read_at_any_step(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['check']}") as visit:
        page = visit.page
        row = page.locator("#layer-gradient_norm-net_8")
        last = row.locator("td.num").inner_text()
        page.get_by_label("Step at which gradient norm is read").focus()
        page.keyboard.press("Home")
        assert float(row.locator("td.num").inner_text()) > float(last.replace("e−", "e-"))
        colours = """one => new Set(one.getContext('2d')
            .getImageData(0, 0, one.width, 1).data.filter((_, i) => i % 4 == 0)).size"""
        assert page.locator(".heat-strip canvas").first.evaluate(colours) > 1


def test_name_tag_and_note_are_kept(lab: Opened) -> None:
    number = lab.ids["own 2"]
    with lab.visit(f"run/{number}") as visit:
        page = visit.page
        page.get_by_role("button", name="Rename the run").click()
        page.get_by_label("Name of the run").fill("renamed")
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('renamed')")
        page.get_by_label("Add a tag").fill("good")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Take off the tag good").wait_for()
        page.get_by_role("button", name="Edit the note").click()
        page.get_by_label("Note in Markdown").fill("# Because\n\n- of this")
        page.get_by_role("button", name="Keep the note").click()
        page.wait_for_selector("#notes .written li:has-text('of this')")
    with Store(lab.file) as store:
        assert (store.run(number).name, store.run(number).tags) == ("renamed", ("good",))
        assert store.notes(number)[-1].text == "# Because\n\n- of this"


def test_curve_of_a_running_run_grows_by_itself(lab: Opened) -> None:
    with Lab(lab.file) as keeper, keeper.run("live") as run:
        run.log({"loss": 1.0}, step=0)
        keeper.flush()
        with lab.visit(f"run/{run.id}") as visit:
            chart = visit.page.locator("#chart-loss")
            chart.get_by_role("button", name="as a table").click()
            chart.locator("tbody tr").wait_for()
            run.log({"loss": 0.5}, step=1)
            run.note("it learns")
            keeper.flush()
            chart.locator("tbody tr:nth-child(2)").wait_for()
            visit.page.wait_for_selector("#notes .written:has-text('it learns')")


def test_members_are_parted_by_their_groups(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['fit']}") as visit:
        picker = visit.page.locator("#curves").get_by_role("combobox", name="Networks")
        assert picker.input_value() == "final"
        picker.select_option("*")
        chart = visit.page.locator("#chart-train_loss")
        chart.locator(".legend li:nth-child(6)").wait_for()


def test_very_many_charts_come_when_asked_for(lab: Opened) -> None:
    with Lab(lab.file) as keeper, keeper.run("wide") as run:
        run.log({f"figure {i:02}": i for i in range(30)}, step=0)
    with lab.visit(f"run/{run.id}") as visit:
        visit.page.locator(".metric-chart").nth(23).wait_for()
        assert visit.page.locator(".metric-chart").count() == 24
        visit.page.get_by_role("button", name="Show all 30 charts").click()
        visit.page.locator(".metric-chart").nth(29).wait_for()


def test_what_others_wrote_is_text(lab: Opened) -> None:
    with lab.visit(f"run/{lab.ids['hostile']}") as visit:
        page = visit.page
        page.wait_for_selector(".heat-strip")
        page.wait_for_selector("#notes .written")
        assert HOSTILE in page.locator("h1").inner_text()
        assert page.locator("main img, main a[href^='javascript']").count() == 0


def test_run_that_is_not_there_is_said(lab: Opened) -> None:
    with lab.visit("run/99999") as visit:
        assert "99999" in visit.page.locator(".fault").inner_text()
