"""What goes on, as server-sent events: changes of the file, and words of the playground.

A stream holds a connection, not a thread: it sleeps in the event loop and looks now and then.
"""

import asyncio
import queue
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from typing import Any

import msgspec

from justright.errors import JustrightError
from justright.lab.rows import Changed, Cursor
from justright.lab.web.call import Call, Stream
from justright.lab.web.curves import Number
from justright.lab.web.play import Lines
from justright.lab.web.site import Site

POLL_S = 0.3  # seconds between two looks at the file (house convention: live, and hardly any work)
PLAY_POLL_S = 0.03  # seconds between two looks at the worker's lines: 33 a second look smooth
PING_S = 15.0  # seconds between two signs of life
MOST_LINES = 50  # of the worker in one event's turn (house convention)


class Since(msgspec.Struct, frozen=True):
    """The cursor from which on changes are wanted; the end of the file where none is given."""

    block: Number | None = None
    event: Number | None = None
    edit: Number | None = None


def event(name: str, data: bytes) -> bytes:
    """One event on the wire.

    Example:
        >>> event("ping", b"{}")
        b'event: ping\\ndata: {}\\n\\n'
    """
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def live(call: Call) -> Stream:
    """Changes of the file, as they come."""
    asked: Since = call.query
    now = call.site.store.cursor()
    since = Cursor(
        block=now.block if asked.block is None else asked.block,
        event=now.event if asked.event is None else asked.event,
        edit=now.edit if asked.edit is None else asked.edit,
    )
    return Stream(_changes(call.site, since))


async def _changes(site: Site, cursor: Cursor) -> AsyncGenerator[bytes]:
    version, said_s = site.jobs.version, time.monotonic()
    yield event("ping", b"{}")
    while not site.ending():
        changed = await _look(site, cursor)
        jobs = site.jobs.version != version
        if jobs or (changed is not None and changed.cursor != cursor):
            version = site.jobs.version
            cursor = cursor if changed is None else changed.cursor
            told: dict[str, Any] = {"cursor": cursor, "jobs": jobs, "runs": (), "metrics": ()}
            if changed is not None:
                told |= {"runs": changed.runs, "metrics": changed.metrics}
            yield event("change", msgspec.json.encode(told))
            said_s = time.monotonic()
        elif time.monotonic() - said_s > PING_S:
            yield event("ping", b"{}")
            said_s = time.monotonic()
        await asyncio.sleep(POLL_S)


async def _look(site: Site, cursor: Cursor) -> Changed | None:
    """What changed; None where the file cannot be read just now."""
    try:
        return await asyncio.to_thread(site.store.changed, cursor)
    except JustrightError:
        return None


def play_live(call: Call) -> Stream:
    """What the playground's worker says, as it comes."""
    stack = ExitStack()
    lines = stack.enter_context(call.site.player.listening())
    return Stream(_words(call.site, lines), stack.close)


async def _words(site: Site, lines: Lines) -> AsyncGenerator[bytes]:
    said_s = time.monotonic()
    yield event("ping", b"{}")
    while not site.ending():
        heard = _heard(lines)
        if heard:
            yield b"".join(b"data: " + line.encode() + b"\n\n" for line in heard)
            said_s = time.monotonic()
        elif time.monotonic() - said_s > PING_S:
            yield event("ping", b"{}")
            said_s = time.monotonic()
        await asyncio.sleep(PLAY_POLL_S)


def _heard(lines: Lines) -> list[str]:
    found: list[str] = []
    while len(found) < MOST_LINES:
        try:
            found.append(lines.get_nowait())
        except queue.Empty:
            break
    return found
