"""Requests that a machine makes up: none breaks the server, none learns where it lies."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import justright
from justright.lab.web.routes import ENDPOINTS
from justright.lab.web.serve import Server
from justright.lab.web.services import Question, Services
from tests.lab.openapi import described
from tests.lab.serving import serving
from tests.lab.test_web_live import PLAY
from tests.lab.test_web_runs import fill

schemathesis = pytest.importorskip("schemathesis")
requests = pytest.importorskip("requests")

SERVICES = Services(
    importance=lambda levers, scores: [],
    columns=lambda path: [path.name],
    questions=(Question(name="dropout", asked="Is dropout useful here?"),),
    ask=(sys.executable, "-c", "pass"),
    play=PLAY,
)
#: Streams do not end by themselves: test_web_live.py has them.
FUZZED = tuple(each for each in ENDPOINTS if not each.streams)
OPERATIONS = [
    found.ok() for found in schemathesis.openapi.from_dict(described(FUZZED)).get_all_operations()
]
#: Of each address, made as described and not. More can be tried by hand: none of 200 broke it.
N_EXAMPLES = int(os.environ.get("JUSTRIGHT_FUZZ", "5"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("lab") / "runs.db"
    fill(file)
    (file.parent / "rows.csv").write_text("x,y\n1,2\n")
    with serving(file, SERVICES) as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with requests.Session() as found:
        found.trust_env = False
        yield found


def places(server: Server) -> tuple[str, ...]:
    """What no answer may name: folders of this machine."""
    package = Path(justright.__file__).parent
    return tuple(map(str, (server._site.folder, package, sys.prefix, Path.home() / ".")))


def test_every_address_is_described() -> None:
    assert len(OPERATIONS) == len(FUZZED) == len(ENDPOINTS) - 2


@pytest.mark.parametrize(
    ("operation", "mode"),
    [(each, "positive") for each in OPERATIONS]
    + [(each, "negative") for each in OPERATIONS if list(each.query) or list(each.body)],
    ids=lambda one: getattr(one, "label", one),
)
def test_no_request_breaks_it(server: Server, session: Any, operation: Any, mode: str) -> None:
    hidden = places(server)
    token = {"Authorization": f"Bearer {server.token}", "X-Justright": "lab"}

    @settings(max_examples=N_EXAMPLES, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(operation.as_strategy(schemathesis.GenerationMode(mode)))
    def fuzz(case: Any) -> None:
        for headers, allowed in ((token, range(200, 500)), ({}, (400, 401, 404, 413))):
            sent = case.as_transport_kwargs(base_url=server.root, headers=headers)
            reply = session.request(**sent, allow_redirects=False, timeout=20)
            assert reply.status_code in allowed, reply.text
            assert not any(place in reply.text for place in hidden), reply.text
            assert "Traceback" not in reply.text
            if reply.status_code >= 400 and reply.headers["content-type"] == "application/json":
                assert set(reply.json()) == {"seen", "needed", "try"}

    fuzz()
