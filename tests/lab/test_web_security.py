"""Who is let in: nobody without the token, no page but the lab's own."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from justright.errors import LabError
from justright.lab import Lab
from justright.lab.web import security
from justright.lab.web.routes import ENDPOINTS
from justright.lab.web.security import HEADERS, Rules
from justright.lab.web.serve import Server
from justright.lab.web.services import Services
from tests.lab.serving import ask, serving

CHANGES = [each for each in ENDPOINTS if each.method != "GET"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("lab") / "runs.db"
    with Lab(file) as lab:
        lab.run("first", {"depth": 2}).finish()
    with serving(file) as running:
        yield running


def filled(path: str) -> str:
    return re.sub(r"\{\w+(:\w+)?\}", "1", path)


def cookie_of(server: Server) -> str:
    reply = ask(server, "GET", f"/?token={server.token}", headers={"Authorization": None})
    return reply.headers["set-cookie"].split(";")[0]


def test_the_token_becomes_a_cookie_and_leaves_the_address(server: Server) -> None:
    reply = ask(server, "GET", f"/?token={server.token}", headers={"Authorization": None})
    assert (reply.status, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    page = ask(server, "GET", "/", headers={"Authorization": None, "Cookie": cookie_of(server)})
    assert page.status == 200 and b"<!doctype html>" in page.body


@pytest.mark.parametrize("path", ["/", "/api/runs", "/static/js/app.js", "/nowhere"])
@pytest.mark.parametrize(
    "headers",
    {
        "nothing": {"Authorization": None},
        "another token": {"Authorization": "Bearer wrong"},
        "an empty one": {"Authorization": "Bearer "},
        "another scheme": {"Authorization": "Basic é"},
        "another cookie": {"Authorization": None, "Cookie": "justright=x; token=y;;="},
    }.values(),
)
def test_nothing_without_the_token(
    server: Server, path: str, headers: dict[str, str | None]
) -> None:
    sent = {
        k: v if v is None else v.encode("latin-1").decode("latin-1") for k, v in headers.items()
    }
    reply = ask(server, "GET", path, headers=sent)
    assert reply.status == 401 and b"first" not in reply.body


def test_a_wrong_token_in_the_address_opens_nothing(server: Server) -> None:
    reply = ask(server, "GET", "/?token=wrong", headers={"Authorization": None})
    assert reply.status == 401 and "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("LOCALHOST:9", 200),
        ("[::1]:9", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.nip.io:80", 421),
        ("10.0.0.7", 421),
        ("localhost@evil.example", 421),
        ("", 421),
    ],
)
def test_only_a_host_of_ours(server: Server, host: str, status: int) -> None:
    raw = socket.create_connection(("127.0.0.1", server.port))
    with raw:
        lines = [
            "GET /api/state HTTP/1.1",
            f"Host: {host}",
            f"Authorization: Bearer {server.token}",
        ]
        raw.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        assert raw.recv(64).split()[1] == str(status).encode()


def test_beyond_loopback_any_address_but_no_other_name() -> None:
    rules = Rules(token="t", names=security.LOOPBACK | {"box"}, any_address=True)
    known = ["10.0.0.7:80", "[fe80::1]:80", "box", "BOX:80"]
    assert [rules.knows_host(host) for host in known] == [True] * 4
    assert not any(rules.knows_host(host) for host in ("evil.example", "10.0.0.7.evil", "a b", "["))


@pytest.mark.parametrize(
    ("headers", "status"),
    {
        "its own page": ({"Origin": "http://127.0.0.1:PORT", "Sec-Fetch-Site": "same-origin"}, 200),
        "no origin, with a bearer": ({}, 200),
        "another page": ({"Origin": "http://evil.example"}, 403),
        "another port": ({"Origin": "http://127.0.0.1:1"}, 403),
        "a file": ({"Origin": "null"}, 403),
        "a page of another site": ({"Sec-Fetch-Site": "cross-site"}, 403),
        "a page of another port": ({"Sec-Fetch-Site": "same-site"}, 403),
        "without the header": ({"X-Justright": None}, 403),
        "cookie, no origin": ({"Authorization": None, "Cookie": "COOKIE"}, 403),
        "cookie, own origin": (
            {"Authorization": None, "Cookie": "COOKIE", "Origin": "http://127.0.0.1:PORT"},
            200,
        ),
    }.values(),
)
def test_a_change_comes_from_the_labs_own_page(
    server: Server, headers: dict[str, str | None], status: int
) -> None:
    known = {"PORT": str(server.port), "COOKIE": cookie_of(server)}
    sent = {
        name: value and re.sub("PORT|COOKIE", lambda found: known[found[0]], value)
        for name, value in {"Host": f"127.0.0.1:{server.port}", **headers}.items()
    }
    reply = ask(server, "POST", "/api/runs/edit", {"ids": [1], "pin": True}, sent)
    assert reply.status == status


@pytest.mark.parametrize("endpoint", CHANGES, ids=lambda each: f"{each.method} {each.path}")
@pytest.mark.parametrize("missing", ["Authorization", "X-Justright"])
def test_every_change_is_refused_without(server: Server, endpoint: object, missing: str) -> None:
    method, path = endpoint.method, filled(endpoint.path)  # type: ignore[attr-defined]
    reply = ask(server, method, path, {"ids": [1]}, {missing: None})
    assert reply.status == (401 if missing == "Authorization" else 403)
    assert set(reply.json) == {"seen", "needed", "try"}


def test_a_link_elsewhere_may_lead_to_the_first_page(server: Server) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert ask(server, "GET", "/", headers=headers).status == 200
    assert ask(server, "GET", "/api/state", headers=headers).status == 403


@pytest.mark.parametrize("path", ["/", "/api/state", "/nowhere", "/static/js/app.js"])
def test_the_headers_are_on_every_answer(server: Server, path: str) -> None:
    for token in (None, f"Bearer {server.token}"):
        found = ask(server, "GET", path, headers={"Authorization": token}).headers
        assert {name: found.get(name.lower()) for name in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "n_bytes", "status"),
    [
        ("/api/runs/edit", 64_001, 413),
        ("/api/markdown", 1_000_001, 413),
        ("/nowhere", 1_000_001, 413),
        ("/api/markdown", 150_000, 200),
    ],
)
def test_long_bodies_are_refused(server: Server, path: str, n_bytes: int, status: int) -> None:
    body = b'{"text":"' + b"a" * (n_bytes - 11) + b'"}'
    assert ask(server, "POST", path, body).status == status


def test_a_body_that_never_comes_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "BODY_S", 0.2)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        lines = ["POST /api/markdown HTTP/1.1", "Host: localhost", "X-Justright: lab"]
        lines += [f"Authorization: Bearer {server.token}", "Content-Length: 100", "", "{"]
        raw.sendall("\r\n".join(lines).encode())
        assert raw.recv(64).split()[1] == b"408"


def test_beyond_loopback_only_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "runs.db"
    Lab(file).close()
    with pytest.raises(LabError, match="can be reached by other machines"):
        Server(file, Services(), host="0.0.0.0")
    with serving(file, host="0.0.0.0", beyond_loopback=True) as server:
        assert ask(server, "GET", "/api/state", headers={"Authorization": None}).status == 401
        assert ask(server, "GET", "/api/state").status == 200
