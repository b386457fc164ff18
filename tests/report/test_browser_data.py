"""The data's own report in a real browser: it complains of nothing and fits a phone."""

from pathlib import Path
from typing import Any

import pytest

from justright.report.data_page import data_page
from tests.report.data_records import RECORDS

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from tests.report.test_browser import CHROMIUM, Visit, browser

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("usual", 1200, "light"),
        ("no target", 390, "light"),
        ("hostile", 390, "dark"),
        ("wide", 1200, "dark"),
    ],
)
def test_shows_every_column(
    browser: Any, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    path = tmp_path / "profile.html"
    path.write_text(data_page(RECORDS[name]), encoding="utf-8")
    seen = Visit(browser, path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    try:
        page = seen.page
        assert seen.complaints == [] and page.evaluate("__report.errors") == []
        assert len(seen.requests) == 1 and seen.requests[0].startswith("file:")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        rows = page.locator(".profile tbody tr")
        assert rows.count() == len(RECORDS[name].columns)
        assert rows.first.is_visible() and rows.nth(rows.count() - 1).is_visible() == (
            name != "wide"
        )
        if name == "wide":
            page.get_by_text("Columns 401 to 450").click()
            assert rows.nth(449).is_visible()
        svg = page.locator(".hist").last
        assert svg.evaluate("e => e.querySelector('path').getBBox().height") > 20
    finally:
        seen.context.close()
