"""The exported report: what is asked is drawn, what is missing is said, nothing is run."""

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from justright.errors import LabError
from justright.lab import Lab, Store
from justright.lab.web.report_chart import BELOW, HEIGHT, Axis, Line, around, chart
from justright.lab.web.report_page import report_page

HOSTILE = "</style><script>alert(1)</script>"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    file = tmp_path_factory.mktemp("lab") / "runs.db"
    with Lab(file) as lab:
        for name, depth in (("first", 2), ("second", 3), (HOSTILE, 4)):
            with lab.run(name, {"depth": depth, "on": True}) as run:
                steps = range(5_000 if name == "first" else 10)
                losses = [math.nan if step == 5 else 1 / (1 + step) for step in steps]
                run.curves(list(steps), {"loss": losses, "epoch": [s / 5 for s in steps]})
                run.summarise({"rmse": 1 / depth})
    with Store(file) as opened:
        opened.paint(2, "#123456")
        opened.paint(3, "red;background:url(//x)")
        yield opened


def _page(store: Store, **block: Any) -> str:
    return report_page(store, {"title": "Depth", "blocks": [block]})


def test_lines_are_thin_and_break_off_at_gaps(store: Store) -> None:
    page = _page(store, kind="chart", metric="loss", runs=[1, 2])
    paths = re.findall(r'class="line"[^>]* d="([^"]+)"', page)
    assert [path.count("M") for path in paths] == [
        1,
        2,
    ]  # a gap of one point is thinner than a line
    assert 1_000 < len(re.findall("[ML]", paths[0])) <= 1_200


@pytest.mark.parametrize(
    ("x", "name", "ticks"), [("step", "step", {"2", "4", "8"}), ("epoch", "epoch", {"0.5", "1.5"})]
)
def test_axis_is_the_one_asked_for(store: Store, x: str, name: str, ticks: set[str]) -> None:
    page = _page(store, kind="chart", metric="loss", runs=[2], x=x)
    words = re.findall(r"<text [^>]*>([^<]+)</text>", page)
    assert words[-1] == name and ticks <= set(words)


def test_what_cannot_be_drawn_is_said(store: Store) -> None:
    page = _page(store, kind="chart", metric="loss", runs=[1, 77, 78])
    assert "Without loss, or no longer in the lab: run 77, 78." in page
    assert "<svg" not in _page(store, kind="chart", metric="accuracy", runs=[1])
    assert "No run was chosen." in _page(store, kind="scatter", x="config.depth", y="summary.rmse")


def test_scatter_has_a_named_dot_for_each_run(store: Store) -> None:
    page = _page(store, kind="scatter", x="config.depth", y="min.loss", runs=[1, 2])
    assert page.count("<circle") == 2
    assert "<title>second: 3, 0.1</title>" in page


def test_nobody_else_writes_html(store: Store) -> None:
    blocks = [
        {"kind": "text", "text": f"{HOSTILE} [x](javascript:alert(1)) ![y](http://x/y.png)"},
        {"kind": "chart", "metric": "loss", "runs": [1, 2, 3], "caption": HOSTILE},
        {"kind": "scatter", "x": "config.depth", "y": HOSTILE, "runs": [3]},
    ]
    page = report_page(store, {"title": HOSTILE, "blocks": blocks})
    assert not re.search(r"<script|<img|<link|url\(|href=\"javascript", page)
    assert page.count("</style>") == 1
    assert "stroke:#123456" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    "body",
    [
        {"blocks": [{"kind": "video"}]},
        {"blocks": [{"kind": "chart", "runs": ["one"]}]},
        {"blocks": "many"},
        {"blocks": [{"kind": "chart", "runs": [1] * 201}]},
        {"blocks": [{"kind": "chart", "x": "moon"}]},
    ],
)
def test_what_is_no_report_is_refused(store: Store, body: dict[str, Any]) -> None:
    with pytest.raises(LabError, match="the report cannot be read: "):
        report_page(store, body)


def test_values_stand_where_the_axis_says() -> None:
    x, y = Axis(name="x", low=0.0, high=4.0), Axis(name="y", low=0.01, high=1.0, log=True)
    line = Line(name="a", x=np.array([0.0, 2.0, 4.0]), y=np.array([0.1, -1.0, 1.0]))
    drawn = re.search(r'class="line"[^>]* d="([^"]+)"', chart([line], x, y, label="a"))
    middle = 10 + (HEIGHT - 10 - BELOW) / 2
    assert drawn is not None and drawn[1] == f"M66.0 {middle:.1f}M704.0 10.0"


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[], [math.nan], [3.0], [0.0], [-2.0, 5.0], [1e-9, 1e9]])
def test_axis_holds_all_that_it_can(values: list[float], log: bool) -> None:
    axis = around("a", [np.array(values)], log=log)
    assert axis.low < axis.high and 1 <= len(axis.ticks()) <= 12
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks())
    placed = [axis.share(v) for v in values if math.isfinite(v) and (v > 0 or not log)]
    assert all(0 <= share <= 1 for share in placed)
