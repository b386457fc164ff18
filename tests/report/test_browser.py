"""The report in a real browser: it draws, complains of nothing, and asks for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from justright.kinds import RunRecord
from justright.report.html import html
from justright.report.sections.ramp import ramp as section
from tests.report.ramps import RAMPS

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PAINTED = """() => [...document.querySelectorAll('canvas')].map(c => {
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  const seen = new Set();
  for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200) seen.add((d[i] >> 5) * 64 + (d[i + 1] >> 5) * 8 + (d[i + 2] >> 5));
  return seen.size;
})"""  # noqa: E501


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run",
                  "--disable-background-networking"],
        )  # fmt: skip
        yield started
        started.close()


class Visit:
    """One page, opened from a file, and everything it complained of or asked for."""

    def __init__(self, browser: Any, path: Path, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append("dialog"), d.dismiss()))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_function("window.__report && window.__report.ready")
        self.page.wait_for_timeout(150)


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Any]:
    opened: list[Visit] = []

    def start(run: RunRecord, more: str = "", **settings: Any) -> Visit:
        path = tmp_path / "report.html"
        path.write_text(html(run).replace("</main>", f"{more}</main>"), encoding="utf-8")
        opened.append(Visit(browser, path, **settings))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


def test_draws_without_complaint_and_asks_for_nothing(any_run: RunRecord, visit: Any) -> None:
    seen = visit(any_run)
    assert seen.complaints == []
    assert [u for u in seen.requests if not u.startswith("file:")] == []
    assert len(seen.requests) == 1
    assert seen.page.evaluate("__report.errors") == []
    figures = seen.page.locator("figure[data-chart]").count()
    assert seen.page.evaluate("__report.charts.length") == figures
    assert all(colours >= 3 for colours in seen.page.evaluate(PAINTED))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_hold_points_and_follow_the_theme(runs, visit: Any, scheme: str) -> None:
    seen = visit(runs["binary"](), color_scheme=scheme)
    kinds = seen.page.evaluate("__report.charts.map(c => [c.kind, c.points > 5])")
    assert kinds == [[k, True] for k in ("sweep", "curves", "gradients", "calibration")]
    before = seen.page.evaluate("document.querySelector('canvas').toDataURL()")
    seen.page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
    seen.page.wait_for_timeout(150)
    assert seen.page.evaluate("document.querySelector('canvas').toDataURL()") != before
    assert seen.complaints == []


@pytest.mark.parametrize("name", ["binary", "regression", "many classes", "hostile"])
def test_a_phone_does_not_scroll_sideways(runs, visit: Any, name: str) -> None:
    seen = visit(runs[name](), viewport={"width": 390, "height": 800})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_log_toggle_and_arrow_keys(runs, visit: Any) -> None:
    page = visit(runs["binary"]()).page
    curves = "__report.charts.find(c => c.kind === 'curves')"
    assert page.evaluate(f"{curves}.logarithmic") is False
    page.click("button.toggle")
    assert page.evaluate(f"{curves}.logarithmic") is True
    figure = page.locator("figure[data-chart=curves]")
    assert figure.locator(".readout").count() == 1
    figure.locator(".holder").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert figure.locator(".readout").inner_text().startswith("epoch 2: training 0.")


@pytest.mark.parametrize("name", ["full", "nothing finite", "level", "long"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_ramp_is_drawn(runs, visit: Any, name: str, width: int) -> None:
    seen = visit(runs["bare"](), section(RAMPS[name]), viewport={"width": width, "height": 800})
    assert seen.complaints == [] and seen.page.evaluate("__report.errors") == []
    assert seen.page.evaluate("__report.charts.map(c => c.kind)") == ["ramp"]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    figure = seen.page.locator("figure[data-chart=ramp]")
    keys = figure.locator(".key").all_inner_texts()
    assert keys[:2] == ["each step", "smoothed"] and keys[-1] == "lost"
    if name == "full":
        assert "half of diverging 0.16" in keys and len(keys) == 7
        assert seen.page.evaluate(PAINTED)[0] >= 6
        figure.locator(".holder").focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_timeout(100)
        assert figure.locator(".readout").inner_text() == "rate 1e-6: 1, smoothed 1"


def test_the_figures_open_as_a_table(runs, visit: Any) -> None:
    page = visit(runs["binary"]()).page
    figure = page.locator("figure[data-chart=sweep]")
    figure.locator("summary").click()
    assert figure.locator("tbody tr").count() == 28
    assert "diverged" in figure.locator("tbody").inner_text()
