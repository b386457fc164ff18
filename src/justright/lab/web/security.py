"""Who may ask the server for what: nobody without the token, no page but its own.

The guard stands before everything else. Against another program on the machine: the token. Against
a web page that the user's browser shows: the host must be a name of ours (a page can make its own
name lead here, https://owasp.org/www-community/attacks/DNS_rebinding), the origin must be the
server's own, changes carry a header that a foreign page cannot send without being asked for.
"""

import asyncio
import hashlib
import ipaddress
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from justright.lab.web.call import Refused, refusal

TOKEN_BYTES = 32  # of chance in the token: nobody guesses that (Python's default for `secrets`)
BODY_BYTES = 1_000_000  # of a request's body, at most (house convention)
BODY_S = 10.0  # seconds in which a body must be there (house convention)

#: Names of this machine that lead nowhere else.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

#: On every answer. No inline script, no foreign address: what a user wrote cannot run as code.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READING = ("GET", "HEAD", "OPTIONS")


def new_token() -> str:
    """A token for one start of the server.

    Example:
        >>> len(new_token())
        43
    """
    return secrets.token_urlsafe(TOKEN_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who is let in.

    Attributes:
        token: What the address that was printed carries.
        names: Names by which the server may be called, without port.
        any_address: Whether it may be called by any numeric address: where it listens beyond
            loopback, it does not know them all. No page can make such an address lead elsewhere.
    """

    token: str = field(repr=False)
    names: frozenset[str] = LOOPBACK
    any_address: bool = False

    @property
    def cookie(self) -> str:
        """Name of the cookie: each start's own, as ports share cookies."""
        return f"justright-{hashlib.sha256(self.token.encode()).hexdigest()[:12]}"

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this server; the port may be that of a tunnel.

        Example:
            >>> rules = Rules(token="t")
            >>> rules.knows_host("localhost:8000"), rules.knows_host("evil.example:8000")
            (True, False)
        """
        match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]@/]+)(?::\d{1,5})?", host)
        if match is None:
            return False
        name = match[1].lower()
        return name in self.names or (self.any_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Guard:
    """Lets in who may, reads the body within bounds, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        sender = _with_headers(send)
        try:
            answer = self._checked(scope)
            body = b"" if answer else await _body(receive)
        except Refused as error:
            answer, body = _told(error, scope["path"]), b""
        if answer is not None:
            await answer(scope, receive, sender)
            return
        await self._app(scope, _again(body, receive), sender)

    def _checked(self, scope: Scope) -> Response | None:
        """Nothing for one who is let in; the way in for one who brings the token.

        Raises:
            Refused: For everybody else.
        """
        headers = _Headers(scope["headers"])
        hosts = headers.all("host")
        if len(hosts) != 1 or not self._rules.knows_host(hosts[0]):
            raise Refused(
                421, "the request is for another host", "the address that justright lab printed",
                try_="justright lab",
            )  # fmt: skip
        self._refuse_foreign_pages(scope, headers, hosts[0])
        token = _query_token(scope)
        if token is not None and self._is_token(token):
            return self._way_in()
        by_cookie = any(self._is_token(value) for value in headers.cookies(self._rules.cookie))
        by_header = any(
            self._is_token(value[len("bearer ") :])
            for value in headers.all("authorization")
            if value.lower().startswith("bearer ")
        )
        if not by_cookie and not by_header:
            raise Refused(
                401, "the request has no token of this lab",
                "the whole address that justright lab printed, once in this browser",
                try_="open that address again; after a restart it is another one",
            )  # fmt: skip
        if scope["method"] not in _READING:
            _refuse_unmarked(headers, needs_origin=not by_header)
        return None

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._rules.token.encode())

    def _way_in(self) -> Response:
        """A cookie in exchange for the token, which leaves the address bar."""
        answer = RedirectResponse("/", status_code=303, headers={"Cache-Control": "no-store"})
        answer.set_cookie(
            self._rules.cookie, self._rules.token, path="/", httponly=True, samesite="strict"
        )
        return answer

    def _refuse_foreign_pages(self, scope: Scope, headers: "_Headers", host: str) -> None:
        origins = headers.all("origin")
        own = {f"http://{host}", f"https://{host}"}
        sites = headers.all("sec-fetch-site")
        # A link on another page may lead to the lab's first page: it changes nothing there.
        arrives = scope["path"] == "/" and scope["method"] == "GET"
        foreign = any(site not in ("same-origin", "none") for site in sites) and not arrives
        if foreign or any(origin.lower() not in own for origin in origins):
            raise Refused(
                403, "the request comes from another page", "a request of the lab's own page",
                try_="the address that justright lab printed",
            )  # fmt: skip


def _refuse_unmarked(headers: "_Headers", *, needs_origin: bool) -> None:
    """Refuse changes that the lab's page, or a program with the token, did not send."""
    if headers.all("x-justright") != ["lab"]:
        raise Refused(
            403, "a change without the header X-Justright", "X-Justright: lab",
            try_="curl -H 'X-Justright: lab' -H 'Authorization: Bearer ...' ...",
        )  # fmt: skip
    if needs_origin and not headers.all("origin"):
        raise Refused(
            403, "a change without an origin", "the header Origin, as browsers send it",
            try_="Authorization: Bearer ... in the place of the cookie",
        )  # fmt: skip


class _Headers:
    """The headers of a request; each name may stand several times."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._raw = [(name.lower(), value.decode("latin-1")) for name, value in raw]

    def all(self, name: str) -> list[str]:
        wanted = name.encode()
        return [value.strip() for each, value in self._raw if each == wanted]

    def cookies(self, name: str) -> list[str]:
        pairs = [
            pair.strip().partition("=") for line in self.all("cookie") for pair in line.split(";")
        ]
        return [value for each, _, value in pairs if each == name]


def _told(error: Refused, path: str) -> Response:
    """A refusal: for people at the first page, for programs elsewhere."""
    if path == "/":
        headers = {"Cache-Control": "no-store"}
        return Response(f"{error}\n", error.status, headers, media_type="text/plain")
    return refusal(error)


def _query_token(scope: Scope) -> str | None:
    if scope["path"] != "/" or scope["method"] != "GET":
        return None
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return query["token"][0] if "token" in query else None


async def _body(receive: Receive) -> bytes:
    """The whole body, within bounds of size and time."""
    parts: list[bytes] = []
    n_bytes = 0

    async def read() -> None:
        nonlocal n_bytes
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            n_bytes += len(parts[-1])
            if n_bytes > BODY_BYTES:
                raise Refused(
                    413, "the request is too long", f"at most {BODY_BYTES:,} bytes",
                    try_="fewer runs, or a shorter text",
                )  # fmt: skip
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return

    try:
        await asyncio.wait_for(read(), BODY_S)
    except TimeoutError:
        raise Refused(
            408, "the request came too slowly", f"all of it within {BODY_S:g} s", try_="again"
        ) from None
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A source that hands the body out once more, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def once_more() -> Message:
        return waiting.pop() if waiting else await receive()

    return once_more


def _with_headers(send: Send) -> Send:
    extra = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def sender(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *extra]}
        await send(message)

    return sender
