"""Streams: changes of the file, and the playground's worker."""

import http.client
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from justright.lab import Lab
from justright.lab.web import app, live
from justright.lab.web.play import Player
from justright.lab.web.serve import Server
from justright.lab.web.services import Services
from tests.lab.serving import ask, serving

#: Stands for the playground's worker: says that it is ready, then what it is told.
WORKER = """
import sys
print('{"id":null,"state":"ready","sets":[]}', flush=True)
for line in sys.stdin:
    print(line.strip(), flush=True)
"""
PLAY = (sys.executable, "-c", WORKER)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with Lab(tmp_path / "runs.db") as lab:
        lab.run("first").finish()
    return tmp_path / "runs.db"


@contextmanager
def listening(server: Server, path: str) -> Iterator[Iterator[tuple[str, Any]]]:
    """Events of a stream: name and data."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={"Authorization": f"Bearer {server.token}"})
    reply = connection.getresponse()
    try:
        assert reply.status == 200, reply.read()
        assert reply.headers["content-type"].startswith("text/event-stream")
        yield _events(reply)
    finally:
        reply.close()
        connection.close()


def _events(reply: http.client.HTTPResponse) -> Iterator[tuple[str, Any]]:
    name = "message"
    while line := reply.readline().decode().rstrip("\n"):
        kind, _, rest = line.partition(": ")
        if kind == "event":
            name = rest
        else:
            yield name, json.loads(rest)
            name = "message"
            assert reply.readline() == b"\n"


def test_changes_come_by_themselves(file: Path) -> None:
    with serving(file) as server, listening(server, "/api/live") as events:
        assert next(events) == ("ping", {})
        with Lab(file) as lab, lab.run("second") as run:
            run.log({"loss": 0.5}, step=0)
            assert lab.flush()
            name, told = next(events)
        assert name == "change" and told["runs"] == [2] and not told["jobs"]
        seen = told["metrics"]
        while "loss" not in seen:
            seen = next(events)[1]["metrics"]
        cursor = ask(server, "GET", "/api/runs").json["cursor"]
    assert cursor["block"] >= 1


def test_a_stream_is_for_get_alone(file: Path) -> None:
    with serving(file) as server:
        assert ask(server, "HEAD", "/api/live").status == 405
        assert ask(server, "POST", "/api/live").status == 405


def test_it_goes_on_from_a_cursor(file: Path) -> None:
    with serving(file) as server, listening(server, "/api/live?block=0&event=0&edit=0") as events:
        next(events)
        assert next(events)[1]["runs"] == [1]


def test_signs_of_life(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_S", 0.1)
    with serving(file) as server, listening(server, "/api/live") as events:
        assert [next(events)[0] for _ in range(2)] == ["ping", "ping"]


def test_streams_are_counted_and_end_with_the_server(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "MOST_STREAMS", 1)
    with serving(file) as server, listening(server, "/api/live") as events:
        next(events)
        assert ask(server, "GET", "/api/live").status == 429
        server.stop()
        started = time.monotonic()
        assert list(events) == []
        assert time.monotonic() - started < 10  # and not when the next sign of life is due


def test_one_that_left_makes_room(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "MOST_STREAMS", 1)
    with serving(file, Services(play=PLAY)) as server:
        for path in ("/api/live", "/api/play/live") * 2:
            end = time.monotonic() + 10
            while True:
                try:
                    with listening(server, path) as events:
                        next(events)
                    break
                except AssertionError:
                    assert time.monotonic() < end
                    time.sleep(0.05)
        end = time.monotonic() + 10
        while server._site.player._listeners and time.monotonic() < end:
            time.sleep(0.05)
        assert server._site.player._listeners == []


def test_play(file: Path) -> None:
    (file.parent / "rows.csv").write_text("x,y\n1,2\n")
    with serving(file, Services(play=PLAY)) as server:
        assert not server._site.player.running
        with listening(server, "/api/play/live") as events:
            assert next(events) == ("ping", {})
            assert next(events)[1]["state"] == "ready"
            told = {"id": 7, "set": "moons", "levers": {"depth": 3}}
            assert ask(server, "POST", "/api/play", told).json == {"id": 7}
            assert next(events) == ("message", told)
            ask(server, "POST", "/api/play", {"id": "a\nb", "set": "./rows.csv"})
            assert next(events)[1] == {"id": "a\nb", "set": "rows.csv", "levers": {}}
            ask(server, "POST", "/api/play/stop", {})
            assert next(events)[1] == {"stop": True}
            with listening(server, "/api/play/live") as later:
                assert [next(later)[0] for _ in range(2)] == ["ping", "message"]
        outside = ask(server, "POST", "/api/play", {"set": "../rows.csv"})
        deep = ask(server, "POST", "/api/play", {"set": "moons", "levers": {"a": {"b": 1}}})
        assert (outside.status, deep.status) == (403, 400)
        worker = server._site.player._process
    assert worker is not None and worker.poll() is not None


def test_no_playground_no_play(file: Path) -> None:
    with serving(file) as server:
        assert ask(server, "POST", "/api/play", {"set": "moons"}).status == 404
        assert ask(server, "GET", "/api/play/live").status == 404
        assert ask(server, "POST", "/api/play/stop", {}).status == 200


def test_an_idle_worker_ends_and_comes_back(tmp_path: Path) -> None:
    player = Player(PLAY, tmp_path, idle_s=0.3)
    try:
        for _ in range(2):
            with player.listening() as lines:
                assert json.loads(lines.get(timeout=10))["state"] == "ready"
                while json.loads(lines.get(timeout=10))["state"] != "gone":
                    pass
            assert not player.running
    finally:
        player.close()


def test_a_slow_listener_misses_the_oldest_lines(tmp_path: Path) -> None:
    chatty = 'for i in range(1000): print(\'{"id":1,"i":%d}\' % i, flush=True)'
    player = Player((sys.executable, "-c", chatty), tmp_path)
    try:
        with player.listening() as lines:
            end = time.monotonic() + 10
            while player.running and time.monotonic() < end:
                time.sleep(0.02)
            player.close()
            said = [json.loads(lines.get_nowait()) for _ in range(lines.qsize())]
        assert said[-1]["state"] == "gone" and said[-2]["i"] == 999 and len(said) <= 400
    finally:
        player.close()
