"""How quickly the lab's page opens, pans and scrolls, in headless Chromium.

    python benchmarks/lab_page.py [--runs 1000] [--points 1000] [--table 10000] [--picture FILE]

A lab of made-up runs is served, and the page opened as a user would. Times are of this machine and
of what else it does: the share of the processor that was busy meanwhile is printed beside them. The
bars are of the specification: the first chart of 1,000 runs x 1,000 points within 1.5 s, 30 frames
a second while panning, 10,000 rows without a stall.
"""

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from justright.lab import Lab
from justright.lab.web.serve import Server
from justright.lab.web.services import Services

CHROMIUM = "/usr/bin/chromium"
SIZE: Any = {"width": 1280, "height": 800}
OPENINGS = 5
LIMIT_S = 60.0
DRAWN = """[...document.querySelectorAll('.panel[data-lines]')].filter(
  (panel) => +panel.dataset.lines > 0 && panel.querySelector('canvas')).length"""
NEXT = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
HIDE = """async () => { const begin = performance.now();
  document.querySelectorAll('tbody .eye')[5].click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begin; }"""
PAN = """async () => { const over = document.querySelector('.panel .u-over'); const spent = [];
  let last = performance.now();
  for (let i = 0; i < 90; i++) {
    over.dispatchEvent(new WheelEvent('wheel', { deltaX: i < 45 ? 6 : -6, shiftKey: true,
      bubbles: true, cancelable: true }));
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now(); spent.push(now - last); last = now;
  }
  return spent; }"""
SCROLL = """async () => { const box = document.querySelector('.runs-box'); const spent = [];
  let last = performance.now();
  for (let i = 0; i < 120; i++) {
    box.scrollTop += 900;
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now(); spent.push(now - last); last = now;
  }
  return spent; }"""
SCRIPTS = """performance.getEntriesByType('resource').filter((one) => one.name.includes('.js'))
  .reduce((sum, one) => sum + one.transferSize, 0)"""


def fill(file: Path, runs: int, points: int) -> None:
    """Runs that resemble a search: a good rate, some that over-fit, some that diverge."""
    rng, at = np.random.default_rng(0), np.linspace(0, 1, points)
    with Lab(file, project="houses") as lab:
        for number in range(runs):
            rate = float(10 ** rng.uniform(-4, -1))
            levers = {
                "learning_rate": rate,
                "depth": int(rng.integers(1, 6)),
                "width": int(2 ** rng.integers(4, 9)),
                "activation": str(rng.choice(["relu", "gelu", "selu"])),
                "dropout": round(float(rng.uniform(0, 0.5)), 2),
            }
            floor = 0.15 + 0.1 * abs(np.log10(rate) + 2.2) + 0.01 * levers["depth"]
            loss = floor + 1.2 * np.exp(-rng.uniform(2, 9) * at) + rng.normal(0, 0.02, points)
            with lab.run(f"try {number + 1}", levers, tags=["baseline"] * (number == 0)) as run:
                run.curves(
                    np.arange(points) * 10,
                    {
                        "train_loss": loss,
                        "validation_loss": loss + 0.05 + 0.15 * at * (number % 3 == 0),
                        "gradient_norm/first": loss / 30,
                        "gradient_norm/last": loss / 3,
                    },
                    seconds=np.arange(points) * 0.01,
                )
                run.summarise({"rmse": float(loss[-points // 10 :].mean())})
        lab.flush(600)


def until(page: Page, count: int) -> None:
    """Wait until so many charts have their lines; the page forbids that text is run in it."""
    end_s = time.monotonic() + LIMIT_S
    while page.evaluate(DRAWN) < count:
        if time.monotonic() > end_s:
            raise SystemExit(f"{count} charts were not there after {LIMIT_S:g} s")
        page.wait_for_timeout(10)
    page.evaluate(NEXT)


def frames(spent_ms: list[float]) -> str:
    """Frames a second, and the longest frame."""
    return f"{1000 * len(spent_ms) / sum(spent_ms):.0f} a second, longest {max(spent_ms):.0f} ms"


def measure(server: Server, browser: Any, picture: Path | None) -> None:
    """Print how the page behaves."""
    first, hides = [], []
    for _ in range(OPENINGS):
        context = browser.new_context(viewport=SIZE)
        page = context.new_page()
        begin_s = time.perf_counter()
        page.goto(server.address, wait_until="commit")
        until(page, 1)
        first.append(time.perf_counter() - begin_s)
        page.wait_for_timeout(1_500)
        hides.append(page.evaluate(HIDE))
        scripts = page.evaluate(SCRIPTS)
        if len(first) < OPENINGS:
            context.close()
    print(f"first chart: {median(first):.2f} s, of {', '.join(f'{own:.2f}' for own in first)}")
    print(f"hide a run: {median(hides):.0f} ms; scripts: {scripts / 1e3:.0f} kB sent")
    page.reload()
    until(page, 2)
    page.wait_for_timeout(500)
    if picture is not None:
        page.screenshot(path=picture)
    box = page.locator(".panel .u-over").first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 100, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, y, steps=5)
    page.mouse.up()
    page.wait_for_timeout(800)
    print(f"panning: {frames(page.evaluate(PAN))}")
    print(f"scrolling the table: {frames(page.evaluate(SCROLL))}")
    context.close()


def opened(runs: int, points: int, picture: Path | None = None) -> None:
    """Fill a lab, serve it and measure its page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "runs.db")
        fill(file, runs, points)
        with Server(file, Services(), folder=Path(folder)) as server:
            thread = threading.Thread(target=server.run)
            thread.start()
            print(f"\n{runs:,} runs x {points:,} points; load {os.getloadavg()[0]:.1f}")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                measure(server, browser, picture)
                browser.close()
            server.stop()
            thread.join()


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--points", type=int, default=1_000)
    parser.add_argument("--table", type=int, default=10_000)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    if options.picture is not None:
        opened(24, 200, options.picture)
        return
    opened(options.runs, options.points)
    opened(options.table, 200)


if __name__ == "__main__":
    main()
