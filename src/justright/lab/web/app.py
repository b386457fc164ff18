"""The server as an ASGI application: the table of addresses behind the guard."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from justright.errors import JustrightError, LabError
from justright.lab.web.call import (
    JSON,
    Call,
    Content,
    Endpoint,
    Refused,
    Stream,
    packed,
    refusal,
)
from justright.lab.web.routes import ENDPOINTS
from justright.lab.web.security import Guard, Rules
from justright.lab.web.site import Site

N_THREADS = 4  # for what blocks: the file, a page's assets (house convention)
LONGEST_S = 60.0  # seconds of one request (house convention; the importance of levers takes 2)
MOST_STREAMS = 24  # at once: a browser opens one or two a tab (house convention)

_log = logging.getLogger("justright.lab")


def build(site: Site, rules: Rules) -> ASGIApp:
    """The whole server.

    Args:
        site: What it serves.
        rules: Who is let in.
    """

    @asynccontextmanager
    async def threads(_: Starlette) -> AsyncIterator[None]:
        pool = ThreadPoolExecutor(N_THREADS, "lab")
        asyncio.get_running_loop().set_default_executor(pool)
        try:
            yield
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    streams = _Streams()
    routes = [
        Route(each.path, _answering(each, site, streams), methods=[each.method])
        for each in ENDPOINTS
    ]
    app = Starlette(routes=routes, lifespan=threads, exception_handlers={HTTPException: _unknown})
    app.router.redirect_slashes = False
    return Guard(app, rules)


class _Streams:
    """How many streams are open."""

    def __init__(self) -> None:
        self.n = 0

    def refuse_more(self) -> None:
        """Refuse one more where there are many.

        Raises:
            Refused: If there are.
        """
        if self.n >= MOST_STREAMS:
            raise Refused(
                429, f"{self.n} streams are open", f"at most {MOST_STREAMS}", try_="fewer tabs"
            )


def _answering(
    endpoint: Endpoint, site: Site, streams: _Streams
) -> Callable[[Request], Awaitable[Response]]:
    """A request to one address, from its bytes to its answer."""

    async def answer(request: Request) -> Response:
        try:
            if request.method != endpoint.method:  # HEAD, which a stream would never end
                raise HTTPException(405)
            if endpoint.streams:
                streams.refuse_more()
            call = await _read(endpoint, site, request)
            found = await asyncio.wait_for(asyncio.to_thread(endpoint.work, call), LONGEST_S)
            return _written(found, streams, request)
        except HTTPException:
            raise
        except JustrightError as error:
            return refusal(error, site.hide)
        except RecursionError:
            return refusal(LabError("values too deep in each other", "flat ones", try_="less"))
        except TimeoutError:
            return _broken(503, f"more than {LONGEST_S:g} s of work", "fewer runs")
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            _log.error("%s %s failed: %s", endpoint.method, endpoint.path, said)
            _log.debug("in full", exc_info=error)
            return _broken(500, "the lab failed at this", "the terminal in which it runs says more")

    return answer


async def _read(endpoint: Endpoint, site: Site, request: Request) -> Call:
    """What a request asks, checked.

    Raises:
        Refused: If it is too long, or not what the endpoint takes.
    """
    raw = await request.body()
    if len(raw) > endpoint.limit_bytes:
        raise Refused(
            413, f"a body of {len(raw):,} bytes", f"at most {endpoint.limit_bytes:,}", try_="less"
        )
    path = {name: str(value) for name, value in request.path_params.items()}
    try:
        query = msgspec.convert(dict(request.query_params), endpoint.query, strict=False)
        body = None
        if endpoint.body is not None:
            body = msgspec.json.decode(raw or b"{}", type=endpoint.body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LabError(
            f"the request is not understood: {error}",
            f"what {endpoint.method} {endpoint.path} takes", try_="reload the page",
        ) from None  # fmt: skip
    return Call(site=site, path=path, query=query, body=body, raw=raw)


def _written(found: object, streams: _Streams, request: Request) -> Response:
    """An answer as bytes."""
    if isinstance(found, Stream):
        return _Counted(found, streams)
    if isinstance(found, Content):
        headers = dict(found.headers)
        if headers.get("ETag") and request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        headers.setdefault("Cache-Control", "no-store")
        body = found.body
        if found.lasting and "gzip" in request.headers.get("accept-encoding", ""):
            body = packed(body)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(body, headers=headers, media_type=found.type)
    body = msgspec.json.encode(found)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=JSON)


class _Counted(StreamingResponse):
    """Server-sent events, counted while they last."""

    def __init__(self, stream: Stream, streams: _Streams) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(stream.events, headers=headers, media_type="text/event-stream")
        self._stream, self._streams = stream, streams
        streams.n += 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.n -= 1
            await self._stream.events.aclose()
            self._stream.close()


def _broken(status: int, seen: str, try_: str) -> Response:
    said = {"seen": seen, "needed": "a request that can be answered", "try": try_}
    return Response(msgspec.json.encode(said), status, media_type=JSON)


async def _unknown(request: Request, error: Exception) -> Response:
    """No such address, or not in this way."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return refusal(
        Refused(
            status, f"{request.method} {request.url.path} is not of this lab",
            "one of its addresses", try_="GET /",
        )
    )  # fmt: skip
