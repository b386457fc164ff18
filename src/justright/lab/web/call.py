"""One request to an endpoint, what it may come to, and how a refusal reads."""

import gzip
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from justright.errors import JustrightError, LabError

if TYPE_CHECKING:
    from justright.lab.web.site import Site

JSON = "application/json"
EDIT_BYTES = 64_000  # of the body of most requests, at most (house convention)


class Refused(LabError):
    """A request that is not done, with its status in HTTP."""

    def __init__(self, status: int, seen: str, needed: str, *, try_: str) -> None:
        super().__init__(seen, needed, try_=try_)
        self.status = status


class Nothing(msgspec.Struct, frozen=True):
    """A query or a body without any fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read and checked.

    Attributes:
        site: All that the server has.
        path: The variable parts of the address.
        query: What stands after the question mark, as the endpoint's record.
        body: The body, as the endpoint's record.
        raw: The body as it came.
    """

    site: "Site"
    path: Mapping[str, str]
    query: Any
    body: Any
    raw: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """An answer that is no JSON.

    Attributes:
        body: Its bytes.
        type: Their kind.
        headers: More headers.
        lasting: Whether it is asked for again and again: it is then sent packed.
    """

    body: bytes
    type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False


@lru_cache(maxsize=256)
def packed(body: bytes) -> bytes:
    """The same bytes, packed once for all that ask."""
    return gzip.compress(body, mtime=0)


def _nothing() -> None:
    """Nothing is to be closed."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that goes on: server-sent events.

    Attributes:
        events: Whole events, as bytes.
        close: Called once when it is over, or never began.
    """

    events: AsyncGenerator[bytes]
    close: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of the server, and what answers it.

    Attributes:
        method: GET, POST, PUT or DELETE.
        path: The address; variable parts in braces.
        work: Hands back plain values (for JSON), `Content` or `Stream`. It may block.
        query: Record of what stands after the question mark.
        body: Record of the body; None where there is none to be.
        limit_bytes: Longest body.
        streams: Whether it hands back a `Stream`.
    """

    method: str
    path: str
    work: Callable[[Call], object]
    query: type[msgspec.Struct] = Nothing
    body: type[msgspec.Struct] | None = None
    limit_bytes: int = EDIT_BYTES
    streams: bool = False


def refusal(error: JustrightError, hide: Callable[[str], str] = str) -> Response:
    """An error as an answer.

    Args:
        error: What was refused.
        hide: Takes places of the machine out of a text.

    Returns:
        JSON with seen, needed and try.
    """
    status = error.status if isinstance(error, Refused) else 400
    said = {"seen": hide(error.seen), "needed": hide(error.needed), "try": hide(error.try_)}
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(said), status, headers, media_type=JSON)
