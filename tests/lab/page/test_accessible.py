"""Every view for somebody who hears the page or has no pointer: axe looks for faults."""

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe is not installed")

from tests.lab.page.visiting import PHONE, Opened

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
LAPTOP = {"width": 1280, "height": 800}
#: A view, and what is there when it is.
VIEWS = {
    "": "table.runs tbody tr",
    "run/{fit}": "#again",
    "questions": "main form",
    "compare/{fit},{other}": "main canvas",
    "report/mine": "main textarea, main button",
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("scheme", "size"), [("light", LAPTOP), ("dark", PHONE)], ids=["light", "dark"]
)
def test_nothing_grave(lab: Opened, view: str, scheme: str, size: dict[str, int]) -> None:
    place = view.format(**lab.ids)
    # The page's own policy would keep axe out.
    with lab.visit(place, viewport=size, color_scheme=scheme, bypass_csp=True) as visit:
        visit.page.wait_for_selector(VIEWS[view])
        visit.page.wait_for_timeout(300)
        assert visit.grave_faults() == []
        assert visit.overflow <= 0
