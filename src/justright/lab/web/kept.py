"""Rows of runs that were read before, for as long as nothing changed."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from justright.lab.rows import Cursor, RunRow
from justright.lab.store import Store

Made = TypeVar("Made")

#: Seconds after which rows are read again though nothing was written: that a process died is
#: seen, not written.
STALE_S = 5.0
MOST_NAMED = 1_000  # rows that are read one by one; to read all is quicker then (measured)
MOST_MADE = 16  # things made of the rows that are kept (house convention)


class Kept:
    """All rows of a store, and what was made of them.

    Args:
        store: The runs.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._rows: dict[int, RunRow] = {}
        self._cursor: Cursor | None = None
        self._read_s = 0.0
        self._made: dict[Hashable, object] = {}
        self._lasting: dict[Hashable, object] = {}

    def rows(self) -> tuple[Cursor, tuple[RunRow, ...]]:
        """All runs, and how far the file had come when they were read."""
        with self._lock:
            return self._fresh(), tuple(self._rows.values())

    def made(self, key: Hashable, make: Callable[[Cursor, tuple[RunRow, ...]], Made]) -> Made:
        """What is made of all runs, made once while nothing changes.

        Args:
            key: Its name.
            make: Makes it.
        """
        with self._lock:
            cursor, rows = self._fresh(), tuple(self._rows.values())
            found = self._made.get(key)
        if found is None:
            found = make(cursor, rows)
            with self._lock:
                if self._cursor == cursor:
                    _put(self._made, key, found)
        return cast(Made, found)

    def lasting(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What depends on nothing but its key, made once.

        Args:
            key: All that it depends on.
            make: Makes it.
        """
        with self._lock:
            found = self._lasting.get(key)
        if found is None:
            found = make()
            with self._lock:
                _put(self._lasting, key, found)
        return cast(Made, found)

    def _fresh(self) -> Cursor:
        """Read what changed; all where that is much. The caller holds the lock."""
        stale = time.monotonic() - self._read_s > STALE_S
        if self._cursor is None:
            cursor, touched = self._store.cursor(), None
        else:
            changed = self._store.changed(self._cursor)
            cursor, touched = changed.cursor, set(changed.runs)
            if stale:
                touched |= {row.id for row in self._rows.values() if row.state == "running"}
        if touched is None or len(touched) > MOST_NAMED:
            self._rows = {row.id: row for row in self._store.runs()}
        else:
            self._replace(touched)
        if stale:
            self._read_s = time.monotonic()
        if touched or cursor != self._cursor:
            self._made.clear()
        self._cursor = cursor
        return cursor

    def _replace(self, ids: set[int]) -> None:
        """Read some rows anew; those that are gone go."""
        found = {row.id: row for row in self._store.runs(ids=ids)} if ids else {}
        for number in sorted(ids):  # new runs have higher numbers: the order stays
            if number in found:
                self._rows[number] = found[number]
            else:
                self._rows.pop(number, None)


def _put(made: dict[Hashable, object], key: Hashable, value: object) -> None:
    if len(made) >= MOST_MADE:
        made.clear()
    made[key] = value
