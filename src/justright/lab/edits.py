"""Changes by the user's hand to what is in the lab's file; the caller holds the transaction."""

import sqlite3
import time
from collections.abc import Iterable
from typing import Any

#: Tables with a column `run`, all of whose rows go with it.
_BELONGINGS = ("block", "figure", "event", "tag", "note", "artifact")


def tag(
    connection: sqlite3.Connection, ids: tuple[int, ...], add: tuple[str, ...], old: tuple[str, ...]
) -> None:
    """Add tags and take tags off."""
    new = [(run, word) for run in ids for word in add]
    connection.executemany("INSERT OR IGNORE INTO tag (run, word) VALUES (?, ?)", new)
    gone = [(run, word) for run in ids for word in old]
    connection.executemany("DELETE FROM tag WHERE run = ? AND word = ?", gone)
    touch(connection, ids)


def note(connection: sqlite3.Connection, run: int, text: str) -> None:
    """Put a note in the place of the last one."""
    connection.execute(
        "DELETE FROM note WHERE id = (SELECT max(id) FROM note WHERE run = ?)", (run,)
    )
    if text:
        row = (run, time.time(), text)
        connection.execute("INSERT INTO note (run, at, text) VALUES (?, ?, ?)", row)
    touch(connection, (run,))


def change(connection: sqlite3.Connection, ids: tuple[int, ...], column: str, value: Any) -> None:
    """Change one column of runs.

    Args:
        connection: The file.
        ids: The runs.
        column: Name of the column, one of ours.
        value: Its value.
    """
    rows = [(value, run) for run in ids]
    connection.executemany(f"UPDATE run SET {column} = ? WHERE id = ?", rows)
    touch(connection, ids)


def remove(connection: sqlite3.Connection, ids: tuple[int, ...]) -> int:
    """Remove runs with their members and all that belongs to them."""
    gone = set(ids)
    fresh = gone
    while fresh:
        sql = "SELECT id FROM run WHERE parent = (SELECT uid FROM run WHERE id = ?)"
        fresh = {row[0] for run in fresh for row in connection.execute(sql, (run,))} - gone
        gone |= fresh
    numbers = [(run,) for run in sorted(gone)]
    for table in _BELONGINGS:
        connection.executemany(f"DELETE FROM {table} WHERE run = ?", numbers)
    n_before = connection.total_changes
    connection.executemany("DELETE FROM run WHERE id = ?", numbers)
    n_gone = connection.total_changes - n_before
    connection.execute(
        "DELETE FROM design WHERE sha NOT IN (SELECT design FROM run WHERE design != '')"
    )
    touch(connection, sorted(gone))
    return n_gone


def touch(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Tell readers that runs changed."""
    connection.executemany("INSERT INTO edit (run) VALUES (?)", [(run,) for run in ids])
