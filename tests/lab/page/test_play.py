"""The playground in a browser: levers move, points follow, tries are pinned, faults are mended."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from justright.lab import Lab  # noqa: E402
from justright.lab.web.services import Services  # noqa: E402
from justright.recipes.play.offer import designed  # noqa: E402
from justright.recipes.play.sets import scene  # noqa: E402
from tests.lab.page.visiting import CHROMIUM, PHONE, Opened, Visit  # noqa: E402
from tests.lab.serving import serving  # noqa: E402

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

FIRST_S = 60.0  # seconds that the worker may take to start: it imports torch
WORKER = (sys.executable, "-m", "justright.recipes.play.worker")
PAINTED = """selector => {
  const canvas = document.querySelector(selector);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).join());
  return seen.size;
}"""
NAMELESS = """() => [...document.querySelectorAll('.play button, .play input, .play select, .play canvas')]
  .filter(one => !(one.ariaLabel || one.closest('[role=img], [aria-hidden=true]') || one.labels?.[0]?.textContent.trim()
    || (one.tagName === 'BUTTON' && one.textContent.trim())))
  .map(one => one.outerHTML)"""  # noqa: E501


class Playing(Visit):
    """A visit of the playground."""

    def __init__(self, lab: Any, **settings: Any) -> None:
        super().__init__(cast(Opened, lab), "play", **settings)
        self.until("status === 'ended'", FIRST_S)

    def now(self, field: str) -> Any:
        return self.page.evaluate(f"window.__lab.play?.{field}")

    def until(self, condition: str, seconds: float = 20.0) -> None:
        """Wait for a condition of the session; the page forbids that a text is run in it."""
        end = time.monotonic() + seconds
        while not self.now(condition):
            assert time.monotonic() < end, (condition, self.now("status"), self.now("error"))
            self.page.wait_for_timeout(20)

    def after(self, change: str) -> None:
        """Wait until a change of this kind has been answered to the end."""
        self.until(f"words() === {change!r}")
        self.until("status === 'ended'")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("lab")
    file: Path = folder / "runs.db"
    body = "\n".join(f"{i % 17},{'high' if i % 17 > 8 else 'low'},same" for i in range(120))
    (folder / "own.csv").write_text(f"a,level,constant\n{body}\n")
    with Lab(file) as own:
        own.run("first").finish()
    with (
        serving(
            file, Services(play=WORKER, columns=lambda _: ("a", "level", "constant"))
        ) as server,
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield SimpleNamespace(server=server, browser=browser)
        browser.close()


@pytest.fixture(scope="module")
def visit(lab: Any) -> Iterator[Playing]:
    with Playing(lab) as opened:
        yield opened


@pytest.fixture
def play(visit: Playing) -> Playing:
    visit.page.get_by_role("button", name="Reset the levers").click()
    visit.after("the rule book's own")
    return visit


def test_a_lever_moved_by_the_keyboard_is_seen_at_once(play: Playing) -> None:
    assert play.page.evaluate(PAINTED, ".play-picture canvas") > 20
    assert play.page.evaluate(PAINTED, ".play .uplot canvas") > 5
    depth = play.page.get_by_role("slider", name="depth")
    depth.focus()
    depth.press("ArrowRight")
    play.after("depth 3")
    assert play.now("latency") > 0
    assert play.page.locator(".heat-table tbody tr").count() == 4
    row = play.page.locator("[data-lever=depth]")
    assert "book: 2" in row.inner_text() and "usual: 1, 2, 3" in row.inner_text()
    spoken = play.page.locator(".play > .unseen")
    spoken.filter(has_text="Step 600 of 600: training loss").wait_for(state="attached")
    row.get_by_role("button", name="Leave depth to the rule book").click()
    play.after("the rule book's own")


def test_what_clashes_is_said_at_the_lever_and_mended(play: Playing) -> None:
    page = play.page
    page.get_by_label("optimizer", exact=True).select_option("sgd_nesterov")
    box = page.get_by_label("momentum, exactly")
    box.fill("0")
    box.press("Enter")
    wrong = page.locator("[data-lever=optimizer] [role=alert]")
    assert "sgd_nesterov with momentum = 0" in wrong.inner_text()
    assert page.get_by_role("button", name="Pin this try").is_disabled()
    wrong.get_by_role("button", name="Try momentum = 0.9").click()
    play.after("optimizer sgd nesterov, momentum 0.9")
    wrong.wait_for(state="detached")


def test_a_pinned_try_stays_beside_the_next_and_over_a_reload(play: Playing) -> None:
    page = play.page
    page.get_by_role("button", name="Pin this try").click()
    with page.expect_response(lambda reply: reply.request.method == "PUT"):
        page.get_by_label("activation", exact=True).select_option("relu")
    play.after("activation relu")
    row = page.locator(".play-pinned tbody tr")
    assert "activation by the book → relu" in row.inner_text()
    assert page.locator(".legend", has_text="pinned: the rule book's own").count() == 1
    page.reload()
    page.wait_for_selector(".play-pinned tbody tr")
    play.after("activation relu")
    row.get_by_role("button", name="Unpin").click()
    page.locator(".play-pinned").wait_for(state="detached")


def test_a_file_whose_last_column_will_not_do(play: Playing) -> None:
    play.page.get_by_label("Data set").select_option("own.csv")
    wrong = play.page.locator(".play-side [role=alert]", has_text="'constant' is constant")
    wrong.wait_for()
    play.page.get_by_label("Predict").select_option("level")
    play.until("said?.set.target === 'level' && window.__lab.play.status === 'ended'")
    wrong.wait_for(state="detached")
    play.page.get_by_label("Data set").select_option("moons")
    play.until("said?.set.name === 'moons' && window.__lab.play.status === 'ended'")


def test_a_pause_holds_the_curve(play: Playing) -> None:
    play.page.get_by_label("width, exactly").fill("256")
    play.page.get_by_label("depth, exactly").fill("8")
    play.page.get_by_label("depth, exactly").press("Enter")
    play.until("status === 'running' && window.__lab.play.rows.length > 0")
    play.page.get_by_role("button", name="Pause").click()
    play.until("status === 'paused'")
    rows = play.now("rows.length")
    play.page.wait_for_timeout(400)
    assert play.now("rows.length") == rows < 55
    play.page.get_by_role("button", name="Go on").click()
    play.until(f"rows.length > {rows}")


def test_every_lesson_can_be_laid_out_and_shows_what_it_says(play: Playing) -> None:
    lessons = play.page.evaluate(
        "import('/static/js/play/presets.js').then(module => module.PRESETS)"
    )
    assert len(lessons) >= 6
    for lesson in lessons:
        there = scene(lesson["set"], folder=Path()).parted
        assert designed(there, lesson["levers"]) and lesson["look"].startswith("Look at ")
    play.page.get_by_label("Lesson").select_option("dead")
    play.until("preset?.key === 'dead' && window.__lab.play.status === 'ended'")
    assert "0 on every row" in play.page.locator(".play-troubles").inner_text()


def test_on_a_phone_everything_has_a_name_and_fits(play: Playing) -> None:
    play.page.get_by_role("button", name="Pin this try").click()
    play.page.set_viewport_size(PHONE)
    for scheme in ("light", "dark"):
        play.page.emulate_media(color_scheme=scheme)
        assert play.overflow <= 0
        assert play.page.evaluate(NAMELESS) == []
    assert play.page.locator(".play-row").bounding_box()["width"] > 300


def test_nothing_keeps_anybody_out(lab: Any) -> None:
    with Playing(lab, bypass_csp=True, color_scheme="dark") as playing:
        assert playing.grave_faults() == []
