"""The workspace: one table, one chart a metric, and the two of them move together."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Locator, Page, expect

from justright.lab import Lab
from justright.lab.store import Store
from tests.lab.page.conftest import N_RUNS, N_STEPS
from tests.lab.page.visiting import PHONE, Opened, Visit

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
WAIT_S = 8
#: Places of a canvas with a colour that is no grey, so not of an axis or its grid.
INK = """(panel) => { const c = panel.querySelector(".u-wrap canvas"); let n = 0;
  const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
  const ends = (i) => [Math.max(...data.slice(i, i + 3)), Math.min(...data.slice(i, i + 3))];
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 90 && ends(i)[0] - ends(i)[1] > 60) n++; return n; }"""


RESET = """async () => { const { DEFAULTS, set } = await import("/static/js/workspace/settings.js");
  set(DEFAULTS); scrollTo(0, 0); }"""


@pytest.fixture
def visit(opened: Visit, workshop: Opened) -> Visit:
    """A workspace as nobody has set it yet."""
    with Store(workshop.file) as store:
        pinned = [row.id for row in store.runs() if row.pinned]
        store.pin(pinned, False)
    opened.page.wait_for_selector(".toolbar")
    opened.page.mouse.move(0, 0)
    opened.page.evaluate(RESET)
    expect(opened.page.locator("table.runs")).to_have_attribute("aria-rowcount", str(N_RUNS + 1))
    for figures in opened.page.get_by_role("button", pressed=True, name="as a chart").all():
        figures.click()
    until(opened.page, "__lab.runs.columns.pinned.some(Boolean)", False)
    return opened


def until(page: Page, what: str, wanted: Any) -> None:
    """Wait for what the page's script says; its security policy forbids the driver's own way."""
    end = time.monotonic() + WAIT_S
    while (found := page.evaluate(what)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(40)
    assert found == wanted


def panel(page: Page, metric: str = "validation_loss") -> Locator:
    return page.locator(f'.panel[data-metric="{metric}"]')


def names(page: Page) -> list[str]:
    return page.locator("table.runs tbody th a").all_inner_texts()


def lines(page: Page, wanted: int) -> None:
    expect(panel(page)).to_have_attribute("data-lines", str(wanted))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def narrow(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Filter runs").fill(text)


def test_the_curves_of_all_runs_lie_in_one_chart(visit: Visit) -> None:
    page = visit.page
    lines(page, N_RUNS)
    until(page, "[...document.querySelectorAll('.panel')].map(p => p.dataset.metric).sort().join()",
          "gradient_norm/first,validation_loss")  # fmt: skip
    page.wait_for_timeout(100)
    assert panel(page).evaluate(INK) > 1_000
    expect(page.locator(".colour-legend")).to_contain_text("best validation loss")
    narrow(page, "depth = 2")
    lines(page, 3)
    press(page, "Show validation loss as a table")
    rows = page.locator(".figures tbody tr").all_inner_texts()
    assert rows[-1].split() == ["39", "−1.9", "3.1", "8.1"]
    assert len(rows) == N_STEPS


def test_hidden_runs_leave_the_charts_and_only_this_leaves_one(visit: Visit) -> None:
    page = visit.page
    lines(page, N_RUNS)
    press(page, "Hide try 7")
    lines(page, N_RUNS - 1)
    page.get_by_role("row", name="try 4").hover()
    press(page, "More for try 4")
    page.get_by_role("menuitem", name="Only this").click()
    lines(page, 1)
    press(page, "Hide all runs")
    expect(page.locator(".chart-empty").first).to_have_text("None of the shown runs has this.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("depth >= 4", ["try 14", "try 9", "try 4"]),
        ("tags contains odd and rmse < 4", ["try 3", "try 1"]),
        ("try 13", ["try 13"]),
        ("nobody", []),
    ],
)
def test_a_filter_leaves_what_matches(visit: Visit, text: str, found: list[str]) -> None:
    narrow(visit.page, text)
    expect(visit.page.locator("table.runs tbody th a")).to_have_text(found)


def test_a_filter_that_is_not_understood_says_why(visit: Visit) -> None:
    narrow(visit.page, "depht >= 3")
    expect(visit.page.locator("#filter-fault")).to_contain_text("depth")
    assert len(names(visit.page)) == N_RUNS


def test_a_click_on_a_head_sorts_and_pinned_runs_stay_on_top(visit: Visit) -> None:
    page = visit.page
    head = page.locator("thead th", has_text="rmse")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page)[:2] == ["try 15", "try 14"]
    page.get_by_role("row", name="try 3").hover()
    press(page, "More for try 3")
    page.get_by_role("menuitem", name="Pin to the top").click()
    expect(page.locator("table.runs tbody th a").first).to_have_text("try 3")
    head.get_by_role("button").click()
    assert names(page)[:3] == ["try 3", "try 1", "try 2"]


def test_a_group_is_one_row_and_one_line_with_its_mean(visit: Visit) -> None:
    page = visit.page
    press(page, "Group")
    page.get_by_label("Group by").select_option("config.activation")
    lines(page, 3)
    heads = page.locator("tr.group-row th").all_inner_texts()
    assert [head.split()[:2] for head in heads] == [["gelu", "5"], ["relu", "5"], ["selu", "5"]]
    press(page, "Show validation loss as a table")
    # gelu has the runs 3, 6, 9, 12, 15; relu 1, 4, 7 …: their means are 9, 7 and 8.
    first = page.locator(".figures tbody tr").first.inner_text().split()
    assert first == ["0", "9", "7", "8"]
    page.locator("tr.group-row button.group-name").first.click()
    assert names(page) == ["try 15", "try 12", "try 9", "try 6", "try 3"]


def test_tags_colours_and_deleted_runs_are_kept_in_the_file(visit: Visit, workshop: Opened) -> None:
    page, ids = visit.page, workshop.ids
    with Lab(workshop.file, project="known") as lab, lab.run("to be deleted") as run:
        run.log({"validation_loss": 1.0}, step=0)
    page.get_by_role("link", name="to be deleted").wait_for()
    page.get_by_role("checkbox", name="Select try 8").check()
    page.get_by_role("group", name="Selected runs").get_by_role("button", name="Tag").click()
    page.get_by_label("New tags").fill("good, again")
    page.get_by_role("button", name="Add", exact=True).click()
    press(page, "Clear")
    page.get_by_role("checkbox", name="Select to be deleted").check()
    page.get_by_role("group", name="Selected runs").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("cannot be undone")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="to be deleted")).to_have_count(0)
    with Store(workshop.file) as store:
        assert set(store.run(ids["try 8"]).tags) == {"again", "good"}
        assert len(store.runs()) == N_RUNS


#: Kinds of charts: how each is called, and how many marks of what kind it has at least.
KINDS = [
    ("Lines", "line", ".u-over", 1),
    ("Scatter", "scatter", "circle.dot-mark", N_RUNS),
    ("Bars", "bar", ".bars rect", N_RUNS),
    ("Parallel coordinates", "parallel", ".axis .grip", 3),
    ("Heatmap", "heat", ".drawing rect", 5),
]


def test_charts_that_were_added_are_there_the_next_time(visit: Visit, workshop: Opened) -> None:
    page = visit.page
    for name, *_ in KINDS:
        press(page, "Chart")
        page.locator(".kind", has_text=name).first.click()
        page.get_by_role("dialog").get_by_role("button", name="Add").click()
    page.wait_for_event("response", lambda reply: reply.request.method == "PUT")
    with workshop.visit("") as again:
        for _, kind, mark, least in KINDS:
            shown = again.page.locator(f'.panel[data-chart="{kind}"]')
            shown.scroll_into_view_if_needed()
            shown.locator(mark).first.wait_for()
            assert shown.locator(mark).count() >= least


def test_a_brush_on_an_axis_keeps_the_runs_within(visit: Visit) -> None:
    page = visit.page
    press(page, "Chart")
    page.locator(".kind", has_text="Parallel").click()
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    grip = page.get_by_role("slider", name="Brush on activation")
    grip.focus()
    for _ in range(8):
        page.keyboard.press("ArrowUp")  # from 40 % of the axis on: relu and selu
    expect(page.locator(".parallel")).to_have_attribute("data-inside", "10")
    press(page, "Only these 10")
    lines(page, 10)


@pytest.mark.parametrize(
    ("kind", "begins", "holds"),
    [
        ("Values (CSV)", b"name,step,value,low,high\ntry 12,0,12,,\n", b"\ntry 12,39,8.1"),
        ("Picture (PNG)", b"\x89PNG", b"IEND"),
        ("Drawing (SVG)", b"<svg xmlns=", b"<title>try 12</title>"),
    ],
)
def test_a_chart_is_saved(visit: Visit, kind: str, begins: bytes, holds: bytes) -> None:
    page = visit.page
    narrow(page, "try 12")
    lines(page, 1)
    press(page, "Save validation loss")
    with page.expect_download() as saved:
        press(page, kind)
    told = Path(saved.value.path()).read_bytes()
    assert told.startswith(begins)
    assert holds in told


def test_values_stand_beside_the_baseline(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("row", name="try 4").hover()
    press(page, "More for try 4")
    page.get_by_role("menuitem", name="Take as the baseline").click()
    row = page.locator("tr[data-id]", has_text="try 5")
    # The error of 5 beside that of 4.
    expect(row.locator("small.worse").filter(has_text="+25 %")).to_have_count(1)


def test_a_drag_zooms_and_escape_leaves_the_zoom(visit: Visit) -> None:
    page = visit.page
    lines(page, N_RUNS)
    box = panel(page).locator(".u-over").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    page.mouse.up()
    reset = page.get_by_role("button", name="Show all of validation loss")
    expect(reset).to_be_visible()
    panel(page).locator(".chart-host").focus()
    page.keyboard.press("Escape")
    expect(reset).to_have_count(0)


def test_the_keyboard_reads_a_chart_and_works_the_table(visit: Visit) -> None:
    page = visit.page
    narrow(page, "try 5")
    lines(page, 1)
    panel(page).locator(".chart-host").focus()
    page.keyboard.press("ArrowLeft")
    expect(panel(page).locator("[aria-live]")).to_have_text("try 5, step 39: 1.1")
    page.locator("tr[data-id]").first.focus()
    page.keyboard.press("b")
    expect(page.get_by_title("Baseline")).to_have_count(1)
    page.keyboard.press("h")
    lines(page, 0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help and keys")).to_contain_text(
        "depth >= 3 and rmse <"
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Filter runs")).to_be_focused()


def test_the_run_under_the_pointer_is_lit_in_table_and_charts(visit: Visit) -> None:
    page = visit.page
    narrow(page, "try 1")
    lines(page, 7)
    page.get_by_role("row", name="try 12").hover()
    lit = """[...document.querySelectorAll(".panel .overlay")].every((c) => c.getContext("2d")
      .getImageData(0, 0, c.width, c.height).data.some((v) => v))"""
    until(page, lit, True)
    box = panel(page).locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 14)
    expect(page.locator(".tip-first")).to_contain_text("try 15")
    expect(page.locator("tr.lit th")).to_contain_text("try 15")


def test_a_running_run_streams_and_only_what_is_new_is_fetched(
    visit: Visit, workshop: Opened
) -> None:
    page, asked = visit.page, []
    lines(page, N_RUNS)
    page.on("request", lambda one: "/api/curves" in one.url and asked.append(one.post_data))
    with Lab(workshop.file, project="known") as lab, lab.run("streaming") as run:
        run.log({"validation_loss": 3.0}, step=0)
        lab.flush()
        lines(page, N_RUNS + 1)
        for step in range(1, 30):
            run.log({"validation_loss": 3.0 - step / 100}, step=step)
        lab.flush()
        until(page, f"__lab.runs.value({run.id}, 'last.validation_loss')", 2.71)
    until(page, f"__lab.runs.value({run.id}, 'state')", "finished")
    with Store(workshop.file) as store:
        store.remove([run.id])
    grown = [body["after"] for body in map(json.loads, asked) if body.get("after")]
    assert grown
    assert {str(run.id)} == set().union(*grown)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
def test_it_fits_the_window_in_both_themes(
    workshop: Opened, scheme: str, size: dict[str, int]
) -> None:
    with workshop.visit("", color_scheme=scheme, viewport=size) as visit:
        visit.page.wait_for_selector(".toolbar")
        assert visit.overflow <= 0
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, ground[4:-1].split(","))) > 3 * 128) == (scheme == "light")


MANY = """async (n) => { const { change } = await import("/static/js/state.js");
  const { Runs } = await import("/static/js/runs.js");
  const id = Array.from({ length: n }, (_, i) => i + 1), name = id.map((i) => `run ${i}`);
  change({ metrics: [], runs: new Runs({ columns: { id, name, created: id } }) }); }"""


def test_of_thousands_of_runs_only_those_in_sight_are_in_the_page(workshop: Opened) -> None:
    with workshop.visit("") as visit:
        page = visit.page
        page.wait_for_selector("table.runs")
        page.evaluate(MANY, 10_000)
        page.evaluate(RESET)
        expect(page.locator("table.runs")).to_have_attribute("aria-rowcount", "10001")
        page.evaluate("document.querySelector('.runs-box').scrollTop = 1e9")
        page.get_by_role("link", name="run 1", exact=True).wait_for()
        assert page.locator("table.runs tbody tr").count() < 80
        assert page.locator("table.runs tr").last.get_attribute("aria-rowindex") == "10001"
        page.evaluate(MANY, 0)
        _says_what_to_run(visit)


def _says_what_to_run(visit: Visit) -> None:
    said = visit.page.get_by_role("heading", name="No runs yet").locator("..").inner_text()
    for line in ("justright demo", "justright fit data.csv --target price", "justright.lab.run("):
        assert line in said
