"""The page's modules without a view: smoothing, bands, pixels, files, with known answers."""

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from tests.lab.page.visiting import Visit

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

SMOOTH = """async ([kind, amount]) => { const { smooth } = await import("/static/js/smooth.js");
  const x = Float32Array.from({ length: 101 }, (_, i) => i);
  return [...smooth(x, x.map((v) => (v % 2 ? 1 : 3)), { kind, amount })]; }"""
SUMMED = """async ([middle, band]) => { const m = await import("/static/js/workspace/groups.js");
  const of = (...v) => ({ x: Float32Array.of(0, 1), y: Float32Array.of(...v) });
  const { y, low, high } = m.summed([of(1, 2), of(2, 4), of(6, 9)], middle, band);
  return [y[1], low?.[1] ?? null, high?.[1] ?? null]; }"""
DRAWN = """async ([px, py]) => { const { Raster } = await import("/static/js/raster.js");
  const r = new Raster(6, 6), all = (v) => v.map((one) => one ?? NaN);
  r.line(all(px), all(py), px.length, [255, 0, 0]);
  const d = r.finish().data; return Array.from({ length: 6 }, (_, row) => Array.from({ length: 6 },
    (_, c) => (d[4 * (6 * row + c) + 3] > 127 ? "#" : ".")).join("")); }"""
BETTER = """async (metric) => { const { Runs } = await import("/static/js/runs.js");
  return new Runs({ columns: { id: [1, 2], "config.metric": [null, metric] } })
    .direction("validation_score"); }"""
TRIMMED = """async (last) => { const { middle } = await import("/static/js/places.js");
  const x = Float32Array.from({ length: 100 }, (_, i) => i), y = x.map((v) => v / 100);
  y[99] = last;
  return middle([{ x, y }], [0, 99], [0, last]).map((v) => Math.round(v)); }"""
#: Two journeys with two networks each, one run alone, and a network whose journey is gone.
ORDERED = """async ([by, down]) => { const { Runs } = await import("/static/js/runs.js");
  const { sorted } = await import("/static/js/workspace/order.js");
  const runs = new Runs({ columns: { id: [1, 2, 3, 4, 5, 6, 7, 8], uid: [..."abcdefgh"],
    parent: ["", "a", "a", "", "", "e", "e", "z"], created: [1, 2, 3, 4, 5, 6, 7, 4.5],
    pinned: [0, 0, 0, 0, 0, 0, 0, 0] } });
  return sorted(runs, [1, 2, 3, 4, 5, 6, 7, 8], { by, down }); }"""
CSV = """async (v) => (await import("/static/js/files.js")).csvCell(v)"""


@pytest.mark.parametrize("kind", ["ema", "mean", "gaussian"])
def test_smoothing_finds_the_middle_and_none_changes_nothing(opened: Visit, kind: str) -> None:
    assert opened.page.evaluate(SMOOTH, [kind, 0])[:4] == [3, 1, 3, 1]
    smoothed = opened.page.evaluate(SMOOTH, [kind, 0.9])
    assert smoothed[50] == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize(
    ("script", "given", "wanted"),
    [
        (SUMMED, ["mean", "minmax"], [5, 2, 9]),
        (SUMMED, ["median", "minmax"], [4, 2, 9]),
        (SUMMED, ["mean", "std"], pytest.approx([5, 1.394, 8.606], abs=1e-3)),
        (SUMMED, ["mean", "stderr"], pytest.approx([5, 2.918, 7.082], abs=1e-3)),
        (SUMMED, ["mean", "none"], [5, None, None]),
        (DRAWN, [[0.5, 5.5], [2.5, 2.5]], [*["......"] * 2, "######", *["......"] * 3]),
        (DRAWN, [[0.5, 1.5, None, 3.5, 5.5], [2.5, 2.5, None, 2.5, 2.5]],
         [*["......"] * 2, "##.###", *["......"] * 3]),
        (DRAWN, [[-9, 2.5, 2.5, 99], [0.5, 0.5, 5.5, 5.5]],
         ["###...", *["..#..."] * 4, "..####"]),
        (BETTER, "rmse", "min"),
        (BETTER, "accuracy", "max"),
        (TRIMMED, 2, [0, 2]),
        (TRIMMED, 1e6, [0, 1]),
        (ORDERED, ["created", True], [5, 7, 6, 8, 4, 1, 3, 2]),
        (ORDERED, ["created", False], [1, 2, 3, 4, 8, 5, 6, 7]),
        (CSV, "=1+1", "'=1+1"),
        (CSV, 'a "b", c', '"a ""b"", c"'),
        (CSV, "-3.5", "-3.5"),
    ],
)  # fmt: skip
def test_known_answers(opened: Visit, script: str, given: Any, wanted: Any) -> None:
    assert opened.page.evaluate(script, given) == wanted
