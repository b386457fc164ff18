"""The lab's file: its tables, how it is opened, and how an older one becomes a newer one."""

import re
import sqlite3
from pathlib import Path

from justright.errors import LabError

#: Milliseconds that a writer waits for another one.
BUSY_MS = 30_000
#: How SQLite says that a file or its folder cannot be written.
_CLOSED = re.compile("readonly|unable to open")
#: What tells our file from any other SQLite file ("JRLB").
APPLICATION_ID = 0x4A524C42

#: The steps from an empty file to the newest form: step k leads to version k + 1. A step that was
#: ever released is never changed, only followed by another.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE project (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE process (
        id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL,
        began TEXT NOT NULL, beat REAL NOT NULL
    );
    CREATE TABLE design (sha TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE data (
        fingerprint TEXT PRIMARY KEY, source TEXT NOT NULL,
        n_rows INTEGER NOT NULL, n_columns INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE run (
        id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,
        project INTEGER NOT NULL REFERENCES project (id),
        kind TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL, grp TEXT NOT NULL,
        state TEXT NOT NULL, created REAL NOT NULL, ended REAL,
        source TEXT NOT NULL, command TEXT NOT NULL, n_steps REAL NOT NULL,
        config BLOB NOT NULL, summary BLOB NOT NULL,
        design TEXT NOT NULL, data TEXT NOT NULL,
        process INTEGER REFERENCES process (id),
        pinned INTEGER NOT NULL DEFAULT 0, colour TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX run_parent ON run (parent);
    CREATE TABLE metric (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE layout (id INTEGER PRIMARY KEY, metrics TEXT NOT NULL UNIQUE);
    CREATE TABLE block (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, layout INTEGER NOT NULL,
        n INTEGER NOT NULL, joined INTEGER NOT NULL DEFAULT 0,
        steps BLOB NOT NULL, seconds BLOB NOT NULL, vals BLOB NOT NULL
    );
    CREATE INDEX block_run ON block (run, layout);
    CREATE TABLE figure (
        run INTEGER NOT NULL, metric INTEGER NOT NULL,
        last REAL, low REAL, high REAL, n INTEGER NOT NULL, PRIMARY KEY (run, metric)
    ) WITHOUT ROWID;
    CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL,
        at REAL NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL
    );
    CREATE INDEX event_run ON event (run);
    CREATE TABLE tag (run INTEGER NOT NULL, word TEXT NOT NULL, PRIMARY KEY (run, word))
        WITHOUT ROWID;
    CREATE TABLE note (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, text TEXT NOT NULL
    );
    CREATE INDEX note_run ON note (run);
    CREATE TABLE artifact (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL,
        sha256 TEXT NOT NULL, bytes INTEGER NOT NULL
    );
    CREATE INDEX artifact_run ON artifact (run);
    CREATE TABLE view (
        name TEXT PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL, at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE edit (id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL);
    """,
)

VERSION = len(MIGRATIONS)


def connect(path: Path, *, write: bool = True) -> sqlite3.Connection:
    """Open the lab's file, and bring it to the newest form.

    Args:
        path: The file; made, with its folder, where it is not there and `write` is set.
        write: Whether it will be written to. Without, a file that cannot be written is read.

    Returns:
        A connection in WAL mode that may be handed from thread to thread, not shared by them.

    Raises:
        LabError: If the file is not there, cannot be opened, is damaged, is not the lab's, or is
            of a newer Justright.
    """
    try:
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _opened(path, "rwc")
        else:
            connection = _to_read(path)
    except OSError as error:
        raise _unopened(path, error.strerror or str(error)) from None
    except sqlite3.DatabaseError as error:
        raise faulty(path, error) from None
    return connection


def faulty(path: Path, error: sqlite3.Error) -> LabError:
    """What an error of SQLite means for the user."""
    words = str(error)
    if "malformed" in words or "not a database" in words or "disk image" in words:
        return LabError(
            f"{path} is damaged or not the lab's ({words})",
            "a file that Justright wrote",
            try_=f"mv {path} {path}.damaged   (a new one begins by itself), "
            f"or: sqlite3 {path}.damaged .recover",
        )
    return _unopened(path, words)


def _unopened(path: Path, because: str) -> LabError:
    return LabError(
        f"{path} cannot be opened: {because}",
        "a file of the lab in a folder that can be written",
        try_="--db another/runs.db, or --no-lab",
    )


def _to_read(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise LabError(
            f"there is no lab at {path}",
            "runs that were kept: fit, ask, check and watch keep theirs in .justright/runs.db",
            try_="justright demo, then justright lab",
        )
    for mode in ("rw", "ro"):
        try:
            return _opened(path, mode)
        except sqlite3.OperationalError as error:
            if not _CLOSED.search(str(error)):
                raise
    return _opened(path, "ro&immutable=1")  # a folder that takes no side files


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    address = path.resolve().as_uri() + f"?mode={mode}"
    connection = sqlite3.connect(
        address, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, path, write=mode.startswith("rw"))
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise LabError(
            f"{path} was written by a newer Justright (form {version}, this one knows {VERSION})",
            "that version or a newer one",
            try_="pip install --upgrade justright",
        )
    _refuse_foreign(connection, path, version)
    if write:
        if version == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    if version < VERSION:
        if not write:
            raise LabError(
                f"{path} is of an older Justright and cannot be written",
                "to be brought to the newest form once",
                try_=f"cp {path} my-runs.db; justright lab --db my-runs.db",
            )
        _migrate(connection)


def _refuse_foreign(connection: sqlite3.Connection, path: Path, version: int) -> None:
    own = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if own != APPLICATION_ID and not (empty and version == 0):
        raise LabError(
            f"{path} is an SQLite file, but not the lab's",
            "a file that Justright wrote",
            try_="--db another/runs.db",
        )


def _migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that are missing, each whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")  # only one process takes them
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for step in MIGRATIONS[version:]:
            for statement in step.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
