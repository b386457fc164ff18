"""Questions from the page: each a process of its own, watched, cancelled, ended with the server."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from justright.lab import Lab
from justright.lab.web import jobs
from justright.lab.web.serve import Server
from justright.lab.web.services import Question, Services
from tests.lab.serving import ask, serving

#: Stands for `justright ask`: says what it was told, keeps a run, does as its column's name says.
ASK = """
import os, sys, time
from justright.lab import Lab
question, path, target, seconds = sys.argv[1:]
def say(text): print(f"[  0.1 s] {text}", file=sys.stderr, flush=True)
say(f"asked {question} {path} {target} {seconds}")
target = target.removeprefix("--target=")
if target == "absent":
    print("error: there is no column 'absent'", "  needed: a column", "  try:    y", sep="\\n",
          file=sys.stderr)
    raise SystemExit(2)
with Lab() as lab, lab.run(question, kind="question", source=path) as run:
    say("training: 50 %, 0:10 left, best accuracy 0.9")
    try:
        while target == "slow": time.sleep(0.05)
    except KeyboardInterrupt:
        say("an answer from what was reached")
"""

SERVICES = Services(
    questions=(
        Question(name="dropout", asked="Is dropout useful here?", big=True),
        Question(name="any", asked="Which of two designs is better?", needs="two designs"),
    ),
    ask=(sys.executable, "-c", ASK),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "rows.csv").write_text("x,y\n1,2\n")
    Lab(tmp_path / "runs.db").close()
    with serving(tmp_path / "runs.db", SERVICES) as running:
        yield running


def begin(server: Server, target: str = "y", **changes: Any) -> Any:
    asked = {"question": "dropout", "path": "rows.csv", "target": target, "time_s": 5, **changes}
    return ask(server, "POST", "/api/jobs", asked)


def until(server: Server, holds: Callable[[dict[str, Any]], bool], number: int = 1) -> Any:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = next(j for j in ask(server, "GET", "/api/jobs").json if j["id"] == number)
        if holds(found):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_question_is_answered_and_its_run_is_found(server: Server) -> None:
    assert begin(server).json == {"id": 1}
    ended = until(server, lambda job: job["state"] != "running" and bool(job["run"]))
    assert (ended["state"], ended["done_share"], ended["error"]) == ("finished", 1.0, None)
    assert ended["said"][0] == "asked dropout ./rows.csv --target=y --time=5s"
    run = ask(server, "GET", f"/api/run/{ended['run']}").json["run"]
    assert (run["name"], run["kind"]) == ("dropout", "question")


def test_what_it_says_when_it_fails(server: Server) -> None:
    begin(server, "absent")
    failed = until(server, lambda job: job["state"] == "failed" and bool(job["error"]))
    assert failed["error"].splitlines()[0] == "error: there is no column 'absent'"
    assert "Traceback" not in failed["error"] and failed["run"] is None


def test_cancel_keeps_what_was_reached(server: Server) -> None:
    begin(server, "slow")
    under_way = until(server, lambda job: job["done_share"] == 0.5)
    assert under_way["state"] == "running"
    assert ask(server, "POST", "/api/jobs/1/cancel", {}).status == 200
    ended = until(server, lambda job: job["state"] != "running")
    assert ended["state"] == "cancelled"
    until(server, lambda job: "an answer from what was reached" in job["said"])


def test_two_at_once_and_no_more(server: Server) -> None:
    assert [begin(server, "slow").status for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"question": "nonsense"}, 400),
        ({"question": "any"}, 400),
        ({"question": "--help"}, 400),
        ({"path": "../rows.csv"}, 403),
        ({"path": "other.csv"}, 404),
        ({"time_s": 1e9}, 400),
        ({"target": ""}, 400),
    ],
)
def test_refused(server: Server, changes: dict[str, Any], status: int) -> None:
    assert begin(server, **changes).status == status
    assert ask(server, "GET", "/api/jobs").json == []
    assert ask(server, "POST", "/api/jobs/7/cancel", {}).status == 404


def test_words_cannot_be_options(server: Server, tmp_path: Path) -> None:
    (tmp_path / "--list.csv").write_text("x,y\n1,2\n")
    begin(server, "--json", path="--list.csv")
    said = until(server, lambda job: bool(job["said"]))["said"][0]
    assert said == "asked dropout ./--list.csv --target=--json --time=5s"


def test_they_end_with_the_server(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("x,y\n1,2\n")
    Lab(tmp_path / "runs.db").close()
    with serving(tmp_path / "runs.db", SERVICES) as server:
        begin(server, "slow")
        until(server, lambda job: job["done_share"] == 0.5)
        process = server._site.jobs.all()[0].process
    assert process.poll() is not None


def test_one_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "END_S", 0.2)
    deaf = "import signal, sys, time; signal.signal(2, signal.SIG_IGN); print('x', file=sys.stderr,"
    services = Services(
        questions=SERVICES.questions,
        ask=(sys.executable, "-c", deaf + " flush=True); time.sleep(60)"),
    )
    (tmp_path / "rows.csv").write_text("x,y\n1,2\n")
    Lab(tmp_path / "runs.db").close()
    with serving(tmp_path / "runs.db", services) as server:
        begin(server)
        until(server, lambda job: job["said"] == ["x"])
        process = server._site.jobs.all()[0].process
    assert process.poll() == -9
