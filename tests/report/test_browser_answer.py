"""The page of an answer in a real browser: it complains of nothing, fits a phone, draws all."""

from pathlib import Path
from typing import Any

import pytest

from justright.report.answer_html import answer_page
from tests.report.answers import ANSWERS

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from tests.report.test_browser import CHROMIUM, Visit, browser

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

DOTS = "[...document.querySelectorAll('.jr-dot')].map(dot => dot.getBoundingClientRect())"


@pytest.mark.parametrize(
    ("name", "width", "scheme", "n_dots"),
    [
        ("lever", 390, "light", 3),
        ("rate", 390, "dark", 2 * 23),
        ("more data", 1100, "light", 4 + 3),
        ("words", 390, "dark", 2 * 6),
        ("columns", 1100, "light", 16),
    ],
)
def test_every_dot_is_in_the_picture(
    browser: Any, tmp_path: Path, name: str, width: int, scheme: str, n_dots: int
) -> None:
    path = tmp_path / "answer.html"
    path.write_text(answer_page(ANSWERS[name]), encoding="utf-8")
    seen = Visit(browser, path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    try:
        page = seen.page
        assert seen.complaints == [] and page.evaluate("__report.errors") == []
        assert len(seen.requests) == 1 and seen.requests[0].startswith("file:")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        dots = page.evaluate(DOTS)
        assert len(dots) == n_dots
        frame = page.locator(".jr-picture").bounding_box()
        for dot in dots:
            # Round whatever the width, and inside the frame.
            assert dot["width"] == pytest.approx(dot["height"])
            assert frame["x"] <= dot["left"] and dot["right"] <= frame["x"] + frame["width"]
            assert frame["y"] <= dot["top"] and dot["bottom"] <= frame["y"] + frame["height"]
        page.locator("summary").click()
        assert page.locator(".figures tbody tr").count() >= n_dots
    finally:
        seen.context.close()
