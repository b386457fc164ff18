"""The lab's own server with made-up runs, and a browser that visits it and minds its manners."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright import sync_api

from justright.lab.web.serve import Server
from justright.lab.web.services import Question, Services
from tests.lab.page.results import fill
from tests.report.answers import lever

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 390, "height": 780}

#: What axe holds for grave: "minor" and "moderate" are matters of taste.
GRAVE = ("serious", "critical")
FAULTS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
  (one) => [one.impact, one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))])"""

QUESTIONS = (
    Question(name="learning-rate", asked="What learning rate?", big=True),
    Question(name="capacity", asked="How deep and how wide?", big=True),
    Question(name="dropout", asked="Is dropout useful here?", big=True),
    Question(name="gradients", asked="Why do the gradients vanish?", big=True),
    Question(name="more-data", asked="Would more data help?"),
    Question(name="any", asked="Is this design better?", needs="two designs"),
)
#: Stands for `justright ask`: "slow" is asked until it is ended, "bad" fails, all else answers.
ASK = """
import json, sys, time
from pathlib import Path
from justright.lab import Lab
question, path, target = sys.argv[1], sys.argv[2], sys.argv[3].removeprefix("--target=")
print("[   0.1 s] 40 %, 0:03 left", file=sys.stderr, flush=True)
if target == "slow":
    time.sleep(60)
if target == "bad":
    sys.exit("error: 'bad' is text in 2 of 2 rows\\n  needed: numbers\\n  try:    --drop bad")
with Lab() as lab, lab.run(f"{question}: penguins", kind="question", source=path) as run:
    run.event("reply", json.loads(Path("reply.json").read_text()))
"""


class Visit:
    """One page of the lab, what it complained of, and whether it asked elsewhere."""

    def __init__(self, lab: "Opened", place: str, **settings: Any) -> None:
        self.context = lab.browser.new_context(reduced_motion="reduce", **settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(8_000)
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda one: self._asked(one.url, lab.server.root))
        self.page.goto(f"{lab.server.address}#/{place}")
        self.page.wait_for_selector("main h1")

    def _heard(self, message: Any) -> None:
        # A refusal of the lab is shown on the page; the browser writes it to its console too.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, address: str, root: str) -> None:
        if not address.startswith((root, "data:", "blob:")):
            self.complaints.append(f"asked {address}")

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def grave_faults(self) -> list[Any]:
        """What axe finds that keeps somebody out.

        The visit needs `bypass_csp=True`: the page's own policy would keep axe out.
        """
        package = pytest.importorskip("axe_playwright_python", reason="axe is not installed")
        self.page.evaluate(Path(package.__file__).with_name("axe.min.js").read_text("utf-8"))
        return [fault for fault in self.page.evaluate(FAULTS) if fault[0] in GRAVE]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.context.close()
        if error is None:
            assert self.complaints == []


class Opened:
    """A lab in a folder, served, and a browser beside it."""

    def __init__(self, folder: Path, filled: Callable[[Path], dict[str, int]] = fill) -> None:
        (folder / "penguins.csv").write_text("island,bad,slow,species\na,x,1,2\nb,y,2,3\n")
        (folder / "ask.py").write_text(ASK)
        (folder / "reply.json").write_bytes(msgspec.json.encode(lever()))
        self.file = folder / "runs.db"
        self.ids = filled(self.file)
        names = ("island", "bad", "slow", "species")
        services = Services(
            columns=lambda _: names, questions=QUESTIONS,
            ask=(sys.executable, str(folder / "ask.py")),
        )  # fmt: skip
        self.server = Server(self.file, services, folder=folder)
        self._thread = threading.Thread(target=self.server.run)
        self._thread.start()
        self._playwright = sync_api.sync_playwright().start()
        self.browser = self._playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )

    def visit(self, place: str, **settings: Any) -> Visit:
        """Open a place of the page, as "run/1"."""
        return Visit(self, place, **settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()
        self._playwright.stop()
        self.server.stop()
        self._thread.join()
        self.server.close()
