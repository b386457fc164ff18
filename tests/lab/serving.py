"""A lab that is served to a test, and a client that says what the test tells it to."""

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from justright.lab.web.serve import Server
from justright.lab.web.services import Services


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def serving(file: Path, services: Services | None = None, **options: Any) -> Iterator[Server]:
    """Serve a lab's file beside the test; ended and closed afterwards."""
    with Server(file, services or Services(), **{"folder": file.parent, **options}) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join()


def ask(
    server: Server,
    method: str,
    path: str,
    body: Any = None,
    headers: Mapping[str, str | None] | None = None,
) -> Reply:
    """One request as a program with the token sends it; a header of None is left out."""
    usual = {"Authorization": f"Bearer {server.token}", "X-Justright": "lab"}
    sent = {name: value for name, value in (usual | dict(headers or {})).items() if value}
    raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, raw, sent)
        reply = connection.getresponse()
        return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
    finally:
        connection.close()
