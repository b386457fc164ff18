"""The playground's worker: one process, spoken to in lines of JSON."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from justright.lab.web import process
from justright.lab.web.call import Call, Refused
from justright.lab.web.files import PathText, confined

IDLE_S = 600.0  # seconds without a word from either side, after which the worker ends
END_S = 2.0  # seconds that it has to end by itself
MOST_WAITING = 400  # lines that wait for one listener; the oldest go first (house convention)
MOST_LEVERS = 100  # of one try (house convention)
_LOOK_S = 5.0  # seconds between two looks whether it is idle


class Try(msgspec.Struct, frozen=True):
    """One try: a data set and the levers that were moved."""

    set: PathText
    levers: Annotated[dict[str, bool | int | float | str | None], Meta(max_length=MOST_LEVERS)] = {}
    id: int | Annotated[str, Meta(max_length=100)] = 0


#: Lines for one listener.
Lines = queue.Queue[str]


class Player:
    """Starts the worker when it is needed, speaks to it, and passes on what it says.

    Args:
        words: Its command line; empty where there is none.
        folder: Where it works: tables are below it.
        idle_s: Seconds after which an idle one ends.
    """

    def __init__(self, words: Sequence[str], folder: Path, idle_s: float = IDLE_S) -> None:
        self._words, self._folder, self._idle_s = tuple(words), folder, idle_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []
        self._listeners: list[Lines] = []
        self._opening: list[str] = []  # what a listener that comes later must know
        self._used_s = time.monotonic()
        self._closed = threading.Event()

    @property
    def running(self) -> bool:
        """Whether there is a worker now."""
        with self._lock:
            return self._process is not None and self._process.poll() is None

    def tell(self, line: dict[str, Any]) -> None:
        """Say one thing to the worker; it is started where it is not there.

        Args:
            line: What.

        Raises:
            Refused: If there is no worker to be had.
        """
        text = json.dumps(line) + "\n"
        with self._lock:
            worker = self._started()
            if worker.stdin is not None:
                with suppress(BrokenPipeError, ValueError):  # it has ended; the next word starts it
                    worker.stdin.write(text)
                    worker.stdin.flush()

    def stop(self) -> None:
        """Stop the try that runs, if there is one."""
        if self.running:
            self.tell({"stop": True})

    @contextmanager
    def listening(self) -> Iterator[Lines]:
        """Lines of the worker, from now on; it is started where it is not there.

        Yields:
            A queue of lines.

        Raises:
            Refused: If there is no worker to be had.
        """
        lines: Lines = queue.Queue(MOST_WAITING)
        with self._lock:
            self._started()
            for line in self._opening:
                lines.put_nowait(line)
            self._listeners.append(lines)
        try:
            yield lines
        finally:
            with self._lock:
                self._listeners.remove(lines)

    def _started(self) -> subprocess.Popen[str]:
        """The worker; the caller holds the lock."""
        if not self._words or self._closed.is_set():
            raise Refused(404, "this lab has no playground", "justright lab", try_="justright lab")
        self._used_s = time.monotonic()
        if self._process is None or self._process.poll() is not None:
            self._opening.clear()
            started = process.start(self._words, self._folder, {}, talks=True)
            self._process = started
            self._readers = [reader for reader in self._readers if reader.is_alive()]
            for work in (self._read, self._watch):
                reader = threading.Thread(target=work, args=(started,), name="play", daemon=True)
                reader.start()
                self._readers.append(reader)
        return self._process

    def _read(self, worker: subprocess.Popen[str]) -> None:
        """Pass on what it says until it ends."""
        if worker.stdout is None:  # pragma: no cover - it is a pipe, as `start` was told
            return
        with worker.stdout:
            for line in worker.stdout:
                if line.strip():
                    self._pass_on(line.strip())
        worker.wait()
        self._pass_on(json.dumps({"id": None, "state": "gone"}))
        if worker.stdin is not None:
            with suppress(OSError):
                worker.stdin.close()

    def _pass_on(self, line: str) -> None:
        with self._lock:
            self._used_s = time.monotonic()
            if line.startswith('{"id":null') and '"ready"' in line[:40]:
                self._opening.append(line)
            for lines in self._listeners:
                if lines.full():
                    with suppress(queue.Empty):
                        lines.get_nowait()
                lines.put_nowait(line)

    def _watch(self, worker: subprocess.Popen[str]) -> None:
        """End it when nobody has used it for long."""
        while not self._closed.wait(min(_LOOK_S, self._idle_s)) and worker.poll() is None:
            with self._lock:
                idle = time.monotonic() - self._used_s > self._idle_s
            if idle:
                process.end(worker, END_S)

    def close(self) -> None:
        """End the worker."""
        self._closed.set()
        with self._lock:
            worker, readers = self._process, list(self._readers)
        if worker is not None:
            process.end(worker, END_S)
        for reader in readers:
            reader.join(END_S)


def play(call: Call) -> object:
    """Begin a try, or change it."""
    asked: Try = call.body
    table = asked.set
    if "/" in table or "." in table:
        table = confined(call.site.folder, table).relative_to(call.site.folder).as_posix()
    call.site.player.tell({"id": asked.id, "set": table, "levers": asked.levers})
    return {"id": asked.id}


def stop(call: Call) -> object:
    """Stop the try where it stands."""
    call.site.player.stop()
    return {"stopped": True}
