"""The one thread of a process that writes to a lab's file."""

import atexit
import logging
import os
import sqlite3
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from justright.errors import LabError
from justright.lab.batch import Batch, Numbers
from justright.lab.processes import host, mark
from justright.lab.schema import connect, faulty
from justright.lab.tickets import Begin, End, Point, Points, Ticket

if TYPE_CHECKING:
    from justright.lab.running import Run

#: Seconds between two writes: what a kill may cost. Half as long costs twice the processor time.
FLUSH_S = 0.4
#: Seconds between two signs of life.
BEAT_S = 20.0
#: Seconds between two tries where nothing can be written.
RETRY_S = 2.0
#: Points and tickets that wait at most where nothing can be written, about 100 MB.
MOST_WAITING = 300_000
#: Pages given back to the disk at the end at most.
MOST_FREED = 20_000

_told = logging.getLogger("justright.lab")


class Writer:
    """Takes in what runs hand over, and writes it a few times a second.

    Handing over is an append to a deque, which needs no lock and never waits for the disk.

    Attributes:
        items: What waits to be written.
        awake: Whether the thread looks after what waits.
        trouble: Why nothing is kept now; empty while all is well.
        n_lost: Points and tickets that were given up.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, so that what is wrong with it is said at once.

        Args:
            path: The file.

        Raises:
            LabError: If it cannot be used.
        """
        self.path = path
        self.items: deque[Ticket | Point] = deque()
        self.trouble, self.n_lost = "", 0
        self.holders = 0
        self._connection: sqlite3.Connection | None = connect(path)
        self._start_over()

    def _start_over(self) -> None:
        """What a thread of this process needs; after a fork the child's too."""
        self.pid = os.getpid()
        self._process, self._numbers = 0, Numbers()
        self._running: set[Run] = set()
        self._thread: threading.Thread | None = None
        self._wake, self._lock = threading.Event(), threading.Lock()
        self._closing, self.awake = False, False
        self._beat_s, self._retry_s, self._n_tries = 0.0, 0.0, 0
        self._blocks: list[Points] = []

    def forked(self) -> None:
        """In a child: what waits is the parent's, and so is its connection."""
        self.items.clear()
        self._connection = None  # closing it here would take away the parent's locks
        self._start_over()

    def hand(self, ticket: Ticket) -> None:
        """Take in anything but a point."""
        self.items.append(ticket)
        self.nudge()

    def nudge(self) -> None:
        """See to it that the thread looks after what waits."""
        with self._lock:
            if self._thread is None:
                self._closing = False
                self._thread = threading.Thread(target=self._work, name="lab", daemon=True)
                self._thread.start()
                self.awake = True
        if not self._running:
            self._wake.set()

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all that was handed over is written.

        Args:
            timeout_s: Seconds to wait at most.

        Returns:
            Whether it is.
        """
        end_s = time.monotonic() + timeout_s
        n_tries = self._n_tries
        while self.items:
            if self.trouble and self._n_tries > n_tries:
                return False  # it was tried again, and that is not over in a moment
            self._retry_s = 0.0
            self.nudge()
            self._wake.set()
            if time.monotonic() > end_s:
                return False
            time.sleep(0.002)
        with self._lock:  # a write under way ends first
            return not self.items

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what waits, and end the thread."""
        self._closing = True
        thread = self._thread
        if thread is not None:
            self._wake.set()
            thread.join(timeout_s)
        if thread is None or not thread.is_alive():
            self._shut()
        self._thread, self.awake = None, False

    def _shut(self) -> None:
        if self._connection is None:
            return
        with suppress(sqlite3.Error):
            self._connection.execute(f"PRAGMA incremental_vacuum({MOST_FREED})").fetchall()
        with suppress(sqlite3.Error):
            self._connection.close()
        self._connection = None

    def _work(self) -> None:
        while True:
            self._wake.wait(FLUSH_S if self._running or self.items else None)
            self._wake.clear()
            closing = self._closing
            with self._lock:
                self._turn(last=closing)
            if closing:
                return

    def _turn(self, *, last: bool) -> None:
        """Write once, if there is something to write and the file takes it."""
        now_s = time.monotonic()
        if now_s < self._retry_s and not last:
            self._give_up_some()
            return
        beating = bool(self._running) and now_s - self._beat_s > BEAT_S
        if not self.items and not beating:
            return
        items = [self.items.popleft() for _ in range(len(self.items))]
        try:
            self._n_tries += 1
            self._write(items)
        except (sqlite3.Error, LabError, OSError) as error:
            self.items.extendleft(reversed(items))
            self._stumbled(error, last=last)
        except Exception:
            self._write_apart(items)
        else:
            self._recovered()
            self._tell(items)

    def _write_apart(self, items: list[Ticket | Point]) -> None:
        """Write run by run what cannot be written together, so that one run harms no other."""
        apart: dict[Run, list[Ticket | Point]] = {}
        for item in items:
            apart.setdefault(item[0] if isinstance(item, tuple) else item.run, []).append(item)
        for own in apart.values():
            try:
                self._write(own)
            except Exception as error:
                self.n_lost += len(own)
                _told.warning("the lab could not keep %s entries: %r", f"{len(own):,}", error)
            else:
                self._tell(own)

    def _write(self, items: list[Ticket | Point]) -> None:
        if self._connection is None:
            self._connection = connect(self.path)
        elif not self.path.exists():  # SQLite would go on writing into what nobody can open
            raise LabError(f"{self.path} was removed", "the file", try_="a new run")
        connection, known = self._connection, self._process
        connection.execute("BEGIN IMMEDIATE")
        batch = Batch(connection, self._signed_on(connection), self._numbers)
        try:
            batch.write(items)
            connection.execute("COMMIT")
        except BaseException:
            for run in batch.begun:
                run.number = 0
            self._process, self._numbers = known, Numbers()
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        for run, figures in batch.figures.items():
            run.figures.update(figures)
        self._running |= set(batch.begun)
        self._running -= {item.run for item in items if isinstance(item, End)}
        self._blocks = batch.blocks

    def _tell(self, items: list[Ticket | Point]) -> None:
        """Let those listen who send runs elsewhere: beginnings, points, all else."""
        tickets = [item for item in items if not isinstance(item, tuple | Points)]
        first = [ticket for ticket in tickets if isinstance(ticket, Begin)]
        others = [ticket for ticket in tickets if not isinstance(ticket, Begin)]
        for ticket in (*first, *self._blocks, *others):
            if ticket.run.listener is not None:
                ticket.run.listener.heard(ticket)
        self._blocks = []

    def _signed_on(self, connection: sqlite3.Connection) -> int:
        """This process's number in the file; a sign of life."""
        now, now_s = time.time(), time.monotonic()
        if self._process and now_s - self._beat_s > BEAT_S:
            sql = "UPDATE process SET beat = ? WHERE id = ?"
            connection.execute(sql, (now, self._process))
            self._beat_s = now_s
        if not self._process:
            self._beat_s = now_s
            sql = "INSERT INTO process (pid, host, began, beat) VALUES (?, ?, ?, ?)"
            row = (self.pid, host(), mark(self.pid), now)
            self._process = connection.execute(sql, row).lastrowid or 0
        return self._process

    def _stumbled(self, error: Exception, *, last: bool) -> None:
        """Say once what is wrong, and try again later: training goes on."""
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error) and not last:
            return
        fault = faulty(self.path, error) if isinstance(error, sqlite3.Error) else error
        words = fault.seen if isinstance(fault, LabError) else str(fault)
        if not self.trouble:
            _told.warning("the lab keeps nothing now: %s; the training goes on", words)
        self.trouble = words
        self._retry_s = time.monotonic() + RETRY_S
        if last:
            self.n_lost += len(self.items)
            self.items.clear()
            _told.warning("the lab gave up %s points and entries", f"{self.n_lost:,}")
        self._give_up_some()

    def _give_up_some(self) -> None:
        """Forget the newest points where too many wait; what runs are called and came to stays."""
        if len(self.items) <= MOST_WAITING:
            return
        kept = [item for item in self.items if not isinstance(item, tuple)]
        n_points = len(self.items) - len(kept)
        room = max(0, MOST_WAITING // 2 - len(kept))
        points = [item for item in self.items if isinstance(item, tuple)][:room]
        for _ in range(n_points + len(kept)):
            self.items.popleft()
        self.items.extendleft(reversed([*kept, *points]))
        self.n_lost += n_points - len(points)

    def _recovered(self) -> None:
        if self.trouble:
            _told.warning("the lab keeps again; %s points were lost", f"{self.n_lost:,}")
            self.trouble, self.n_lost, self._retry_s = "", 0, 0.0

    def abandoned(self, state: str) -> None:
        """End the runs that nobody ended, as the process ends."""
        with self._lock:
            running = {item.run for item in self.items if isinstance(item, Begin)} | self._running
        for run in running:
            run.finish(state)


_writers: dict[Path, Writer] = {}
_registry = threading.Lock()


def writer_of(path: Path) -> Writer:
    """The writer of a file in this process; every call is to be followed by a `release`.

    Raises:
        LabError: If the file cannot be used.
    """
    path = path.absolute()
    with _registry:
        if path not in _writers:
            _writers[path] = Writer(path)
        _writers[path].holders += 1
        return _writers[path]


def release(writer: Writer) -> None:
    """Close a writer that nobody holds any more."""
    with _registry:
        writer.holders -= 1
        if writer.holders > 0:
            return
        _writers.pop(writer.path, None)
    writer.close()


def _at_exit() -> None:
    """Write what waits. A run that nobody ended came to the end of its process."""
    failed = getattr(sys, "last_value", None) is not None
    for writer in list(_writers.values()):
        writer.abandoned("failed" if failed else "finished")
        writer.close()
    _writers.clear()


def _in_child() -> None:
    global _registry
    _registry = threading.Lock()
    for writer in _writers.values():
        writer.forked()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
