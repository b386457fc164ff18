"""What the server tells of runs, and how they are edited."""

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from justright.lab import Lab
from justright.lab.web.serve import Server
from justright.lab.web.services import Services
from tests.lab.serving import ask, serving

SERVICES = Services(
    importance=lambda levers, scores: [
        {
            "lever": str(sorted(levers[0])),
            "share": len(scores),
            "low": scores[0],
            "high": scores[-1],
        }
    ],
    columns=lambda path: [path.name],
    levers=({"name": "depth"},),
)


def fill(file: Path) -> None:
    with Lab(file, project="p") as lab:
        with lab.run("wide", {"depth": 2, "lr": 0.1, "seed": 1}, tags=["best"]) as run:
            steps = np.arange(1000.0)
            run.curves(steps, {"loss": np.sin(steps / 50), "epoch": steps / 100})
            for layer in ("a", "b"):
                run.curves(steps[:10], {f"gradient_norm/{layer}": np.full(10, 2.0)})
            run.summarise({"rmse": 0.5})
            run.event("say", {"text": "hello"})
            run.note("**mine**")
        with lab.run("deep", {"depth": 9, "lr": None}, kind="member") as second:
            second.curves([0.0, 1.0, 2.0], {"loss": [3.0, float("nan"), float("inf")]})
            second.summarise({"rmse": float("nan")})
        lab.run("child", parent=run.uid).finish()
    with Lab(file, project="q") as lab:
        lab.run("other").finish()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("lab") / "runs.db"
    fill(file)
    with serving(file, SERVICES) as running:
        yield running


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """One that a test may change."""
    fill(tmp_path / "runs.db")
    with serving(tmp_path / "runs.db", SERVICES) as running:
        yield running


def get(server: Server, path: str) -> Any:
    reply = ask(server, "GET", path)
    assert reply.status == 200, reply.body
    return reply.json


def curves(server: Server, **asked: Any) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    reply = ask(server, "POST", "/api/curves", {"metric": "loss", "runs": [1, 2, 3], **asked})
    assert reply.status == 200, reply.body
    magic, n = struct.unpack_from("<2I", reply.body)
    assert magic == 0x4A52
    heads = np.frombuffer(reply.body, "<u4", 2 * n, 8).reshape(n, 2)
    found, at = {}, 8 + 8 * n
    for run, points in heads.tolist():
        values = np.frombuffer(reply.body, "<f4", 2 * points, at)
        found[run] = (values[:points], values[points:])
        at += 8 * points
    assert at == len(reply.body)
    return found


def test_state(server: Server) -> None:
    found = get(server, "/api/state")
    assert (found["file"], found["projects"], found["n_runs"]) == ("runs.db", ["p", "q"], 4)
    assert found["services"] == {"ask": False, "play": False, "importance": True}
    assert found["levers"] == [{"name": "depth"}]


def test_runs_are_columns_of_equal_length(server: Server) -> None:
    found = get(server, "/api/runs")
    columns = found["columns"]
    assert {len(column) for column in columns.values()} == {found["n"]} == {4}
    assert columns["name"] == ["wide", "deep", "child", "other"]
    assert columns["config.depth"] == [2, 9, None, None]
    assert columns["summary.rmse"] == [0.5, None, None, None]
    assert columns["min.loss"][0] == pytest.approx(-1, abs=1e-3) and columns["last.loss"][1] == 3
    assert columns["tags"][0] == ["best"]
    assert not any("/" in name for name in columns)
    assert "last.gradient_norm/a" in get(server, "/api/runs?figures=all")["columns"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("project=p", [1, 2, 3]),
        ("since=2", [3, 4]),
        ("ids=4,2,99", [2, 4]),
        ("ids=4,2&project=p", [2]),
        ("ids=", []),
    ],
)
def test_runs_are_chosen(server: Server, query: str, ids: list[int]) -> None:
    assert get(server, f"/api/runs?{query}")["columns"]["id"] == ids


@pytest.mark.parametrize(
    ("where", "text", "ids"),
    [
        ("depth > 1", "", [1, 2]),
        ("", "WIDE", [1]),
        ("", "depth=9", [2]),
        ("state = finished", "e", [1, 2, 3, 4]),
        ("loss < 2", "", [1]),
    ],
)
def test_filter(server: Server, where: str, text: str, ids: list[int]) -> None:
    found = get(server, f"/api/filter?where={quote(where)}&text={quote(text)}")
    assert found == {"ids": ids}


def test_a_filter_that_is_not_understood_says_where(server: Server) -> None:
    reply = ask(server, "GET", "/api/filter?where=depth%20%3E")
    assert reply.status == 400 and "character 8" in reply.json["seen"]


def test_thousands_can_be_asked_for_at_once(server: Server) -> None:
    ids = ",".join(str(100_000 + i) for i in range(10_000))
    assert get(server, f"/api/runs?ids={ids},3")["columns"]["id"] == [3]


def test_new_rows_are_seen_at_once(own: Server, tmp_path: Path) -> None:
    assert get(own, "/api/runs")["n"] == 4
    with Lab(tmp_path / "runs.db") as lab:
        lab.run("fifth").finish()
    assert get(own, "/api/runs")["n"] == 5
    ask(own, "POST", "/api/runs/remove", {"ids": [1]})
    assert get(own, "/api/runs")["columns"]["name"] == ["deep", "other", "fifth"]


def test_metrics(server: Server) -> None:
    found = {each["name"]: each["n_runs"] for each in get(server, "/api/metrics")}
    assert found == {"loss": 2, "epoch": 1, "gradient_norm/a": 1, "gradient_norm/b": 1}
    assert get(server, "/api/metrics?project=q") == []


def test_curves_by_step(server: Server) -> None:
    found = curves(server, points=100)
    assert set(found) == {1, 2}
    x, y = found[1]
    assert len(x) <= 100 and x[0] == 0 and x[-1] == 999 and np.all(np.diff(x) > 0)
    assert y.max() == pytest.approx(1, abs=1e-3)
    assert np.isnan(found[2][1][1:]).all() and found[2][1][0] == 3


def test_curves_within_ends_and_after_steps(server: Server) -> None:
    x, _ = curves(server, **{"from": 100, "to": 110})[1]
    assert x.tolist() == list(range(99, 112))  # one beyond each end: the line goes on
    assert curves(server, after={"1": 997})[1][0].tolist() == [998, 999]
    assert curves(server, runs=[], after={}) == {}


def test_curves_over_other_axes(server: Server) -> None:
    assert curves(server, x="epoch", points=2000)[1][0][-1] == pytest.approx(9.99)
    x, y = curves(server, x="metric:loss", points=2000)[1]
    assert np.array_equal(x, y)
    reply = ask(server, "POST", "/api/curves", {"metric": "loss", "runs": [1, 2], "x": "wall"})
    assert float(reply.headers["x-base"]) > 1.7e9
    assert set(curves(server, x="seconds")) == {1, 2}


def test_one_run(server: Server) -> None:
    found = get(server, "/api/run/1")
    assert found["run"]["name"] == "wide" and found["run"]["figures"]["loss"]["n"] == 1000
    assert found["children"] == [3] and found["parent"] is None
    assert [each["kind"] for each in found["events"]] == ["say"]
    assert found["notes"][0]["text"] == "**mine**"
    assert get(server, f"/api/run/{found['run']['uid']}")["run"]["id"] == 1
    assert get(server, "/api/run/3")["parent"] == 1


@pytest.mark.parametrize("name", ["99", "9" * 30, "²", "nobody", "%00", "%20"])
def test_no_such_run(server: Server, name: str) -> None:
    assert ask(server, "GET", f"/api/run/{quote(name, safe='%')}").status == 404


def test_heat(server: Server) -> None:
    found = get(server, "/api/run/1/heat?prefix=gradient_norm")
    assert found == {"layers": ["a", "b"], "steps": list(range(10)), "values": [[2.0] * 10] * 2}
    assert get(server, "/api/run/2/heat") == {"layers": [], "steps": [], "values": []}


def test_edits(own: Server) -> None:
    changes = {"ids": [1, 2, 99], "tag": ["x"], "untag": ["best"], "pin": True, "colour": "#00ff00"}
    assert ask(own, "POST", "/api/runs/edit", changes).json == {"ids": [1, 2]}
    columns = get(own, "/api/runs")["columns"]
    assert columns["tags"][:3] == [["x"], ["x"], []] and columns["pinned"][:3] == [
        True,
        True,
        False,
    ]
    assert columns["colour"][1:3] == ["#00ff00", ""]
    ask(own, "POST", "/api/run/2/edit", {"name": "renamed", "note": "a < b"})
    found = get(own, "/api/run/2")
    assert found["run"]["name"] == "renamed" and found["notes"][0]["text"] == "a < b"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/runs/edit", {"ids": [99], "pin": True}),
        ("/api/runs/edit", {"ids": [1], "colour": "red"}),
        ("/api/runs/edit", {"ids": "1"}),
        ("/api/runs/edit", {"ids": list(range(10_001))}),
        ("/api/runs/remove", {}),
        ("/api/curves", {"metric": "loss", "runs": [1], "points": 1e9}),
        ("/api/curves", {"metric": "loss", "runs": [1], "x": "sideways"}),
        ("/api/curves", {"metric": "loss", "runs": [-1]}),
        ("/api/markdown", b"[" * 60_000),
        ("/api/markdown", b'{"text": "\\ud800"}'),
        ("/api/markdown", b"\xff"),
    ],
)
def test_what_is_not_understood_changes_nothing(server: Server, path: str, body: Any) -> None:
    before = get(server, "/api/runs")
    reply = ask(server, "POST", path, body)
    assert reply.status in (400, 413) and set(reply.json) == {"seen", "needed", "try"}
    assert get(server, "/api/runs") == before


def test_importance(server: Server) -> None:
    # Runs with the metric; of them only settings that are choices; more is better turns the sign.
    found = get(server, "/api/importance?metric=summary.rmse&direction=max&ids=1")
    assert found == [{"lever": "['depth', 'lr']", "share": 1, "low": -0.5, "high": -0.5}]
    both = ask(server, "POST", "/api/importance", {"metric": "loss", "ids": [1, 2, 3]}).json
    assert both[0]["share"] == 2
    assert ask(server, "GET", "/api/importance?metric=nothing").status == 400


def test_views(own: Server) -> None:
    body = {"charts": [{"metric": "loss"}], "big": 2**70}
    path = f"/api/views/{quote('my view, é')}"
    assert ask(own, "PUT", path, {"kind": "workspace", "body": body}).status == 200
    assert get(own, path)["body"] == body
    assert [each["name"] for each in get(own, "/api/views")] == ["my view, é"]
    assert ask(own, "DELETE", path).status == 200
    assert ask(own, "GET", path).status == 404
    assert ask(own, "PUT", f"/api/views/{'a' * 101}", {"body": {}}).status == 400


def test_markdown_does_nothing_but_words(server: Server) -> None:
    text = "# a\n<script>x</script> ![p](http://evil/p.png) [a](javascript:x) [b](http://b)"
    html = ask(server, "POST", "/api/markdown", {"text": text}).json["html"]
    assert "<h1>a</h1>" in html and "<script" not in html and "<img" not in html
    assert 'href="javascript' not in html and 'rel="noopener noreferrer nofollow"' in html


def test_report(server: Server) -> None:
    blocks = [{"kind": "text", "text": "# <b>x"}, {"kind": "chart", "metric": "loss", "runs": [1]}]
    reply = ask(server, "POST", "/api/reports/a%22b/html", {"title": "T", "blocks": blocks})
    assert reply.status == 200 and reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="a-b.html"'
    assert b"<svg" in reply.body and b"<b>x" not in reply.body
    assert ask(server, "POST", "/api/reports/none/html", {}).status == 404


def test_the_page_and_its_files(server: Server) -> None:
    page = ask(server, "GET", "/").body.decode()
    style = page.split('href="/static/css/lab.css')[1].split('"')[0]
    lasting = ask(server, "GET", f"/static/css/lab.css{style}")
    assert "immutable" in lasting.headers["cache-control"]
    assert lasting.headers["content-type"] == "text/css; charset=utf-8"
    module = ask(server, "GET", "/static/js/app.js")
    assert module.headers["content-type"] == "text/javascript; charset=utf-8"
    assert module.headers["cache-control"] == "private, no-cache"
    again = ask(
        server, "GET", "/static/js/app.js", headers={"If-None-Match": module.headers["etag"]}
    )
    assert (again.status, again.body) == (304, b"")
    assert b"uPlot" in ask(server, "GET", "/static/vendor/uplot.js").body
    small = ask(server, "GET", "/static/js/app.js", headers={"Accept-Encoding": "br, gzip"})
    assert (
        small.headers["content-encoding"] == "gzip" and gzip.decompress(small.body) == module.body
    )
    assert "content-encoding" not in module.headers


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "%2e%2e/app.py",
        "js/../../app.py",
        "/etc/passwd",
        "js",
        "",
        ".hidden.js",
        "../../../report/assets/page.js",
        "js/../../../../report/assets/page.js",
    ],
)
def test_only_files_of_the_page(server: Server, path: str) -> None:
    assert ask(server, "GET", f"/static/{path}").status == 404
