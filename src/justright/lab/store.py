"""The lab's file, read and edited."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from justright.errors import LabError
from justright.lab import curves, edits, tables
from justright.lab.rows import (
    ArtifactRow,
    Changed,
    Cursor,
    Curve,
    EventRow,
    MetricRow,
    NoteRow,
    RunRow,
    ViewRow,
)
from justright.lab.schema import connect, faulty

Result = TypeVar("Result")


class Store:
    """Reads the lab's file and edits it, while others write.

    Every method is one short transaction. A store may be used by several threads: each has a
    connection of its own.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from justright.lab import Lab
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "runs.db")
        ...     with Lab(file) as lab, lab.run("first", {"depth": 2}) as run:
        ...         run.log({"loss": 0.5})
        ...     with Store(file) as store:
        ...         row = store.run("first")
        ...         print(row.config, row.figures["loss"].last, row.state)
        {'depth': 2} 0.5 finished
    """

    def __init__(self, path: str | Path) -> None:
        """Open it.

        Args:
            path: The file.

        Raises:
            LabError: If it is not there, damaged, or not the lab's.
        """
        self.path = Path(path)
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = connect(self.path, write=False)
            self._local.connection = found
            with self._lock:
                self._opened.append(found)
        return found

    def _read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        connection = self._connection()
        try:
            return work(connection)
        except sqlite3.DatabaseError as error:
            raise faulty(self.path, error) from None

    def _edit(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as error:
            raise faulty(self.path, error) from None
        return result

    def runs(
        self,
        *,
        ids: Iterable[int] | None = None,
        project: str | None = None,
        kinds: Sequence[str] | None = None,
        parent: str | None = None,
        since: int = 0,
    ) -> list[RunRow]:
        """Runs, in the order in which they began.

        Args:
            ids: Only these numbers; None for all.
            project: Only of this project.
            kinds: Only of these kinds.
            parent: Only members of the run with this uid.
            since: Only numbers above this one.
        """
        wanted = None if ids is None else tuple(ids)

        def work(connection: sqlite3.Connection) -> list[RunRow]:
            return tables.runs(
                connection, ids=wanted, project=project, kinds=kinds, parent=parent, since=since
            )

        return self._read(work)

    def run(self, name: int | str) -> RunRow:
        """One run.

        Args:
            name: Its number, its uid or the beginning of it, or its exact name (the newest of
                several).

        Raises:
            LabError: If there is none, or several uids begin so.
        """
        found = self._read(lambda connection: tables.find(connection, name))
        if len(found) == 1:
            return self.runs(ids=found)[0]
        if not found:
            raise LabError(
                f"there is no run {name!r} in {self.path}",
                "a number, a uid or its beginning, or a name",
                try_="justright runs list",
            )
        raise LabError(
            f"{len(found)} runs begin with {name!r}",
            "a beginning that only one has",
            try_="justright runs list",
        )

    def projects(self) -> list[str]:
        """Names of the projects, by alphabet."""
        sql = "SELECT name FROM project ORDER BY name"
        return self._read(lambda c: [name for (name,) in c.execute(sql)])

    def metrics(self, ids: Iterable[int] | None = None) -> list[MetricRow]:
        """Metrics, by alphabet, and how many of the runs have them.

        Args:
            ids: Only these runs; None for all.
        """
        wanted = None if ids is None else tuple(ids)
        return self._read(lambda connection: tables.metrics(connection, wanted))

    def curve(self, run_id: int, metric: str, after: float | None = None) -> Curve:
        """One metric of one run; empty where there is none.

        Args:
            run_id: Its number.
            metric: The metric.
            after: Only steps above this one.
        """
        later = None if after is None else {run_id: after}
        return self.curves(metric, (run_id,), later).get(run_id, curves.EMPTY)

    def curves(
        self, metric: str, ids: Iterable[int], after: Mapping[int, float] | None = None
    ) -> dict[int, Curve]:
        """One metric of many runs, those that have it.

        Args:
            metric: The metric.
            ids: Their numbers.
            after: Only steps above these, by number.
        """
        wanted = tuple(ids)
        return self._read(lambda c: curves.read(c, metric, wanted, after or {}))

    def events(self, run_id: int, kinds: Sequence[str] | None = None) -> list[EventRow]:
        """What happened in a run, in order.

        Args:
            run_id: Its number.
            kinds: Only these kinds.
        """
        return self._read(lambda connection: tables.events(connection, run_id, kinds))

    def design(self, sha: str) -> Any:
        """A design with its decisions, as kinds.Design is in JSON; None where there is none."""
        return self._read(lambda connection: tables.design(connection, sha))

    def data(self, fingerprint: str) -> dict[str, Any] | None:
        """Facts of a data set: source, n_rows, n_columns; None where there are none."""
        return self._read(lambda connection: tables.data(connection, fingerprint))

    def notes(self, run_id: int) -> list[NoteRow]:
        """Notes on a run, the oldest first."""
        sql = "SELECT id, at, text FROM note WHERE run = ? ORDER BY id"
        return self._read(
            lambda c: [NoteRow(id=i, at=at, text=text) for i, at, text in c.execute(sql, (run_id,))]
        )

    def artifacts(self, run_id: int) -> list[ArtifactRow]:
        """Files of a run."""
        sql = "SELECT path, sha256, bytes FROM artifact WHERE run = ? ORDER BY id"
        return self._read(
            lambda c: [
                ArtifactRow(path=path, sha256=sha, n_bytes=size)
                for path, sha, size in c.execute(sql, (run_id,))
            ]
        )

    def tag(self, ids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add tags to runs, and take tags off."""
        runs, new, old = tuple(ids), tuple(add), tuple(remove)
        self._edit(lambda connection: edits.tag(connection, runs, new, old))

    def note(self, run_id: int, text: str) -> None:
        """Put a note on a run, in the place of the last one; an empty one takes it off.

        Args:
            run_id: Its number.
            text: Markdown.
        """
        self._edit(lambda connection: edits.note(connection, run_id, text))

    def rename(self, run_id: int, name: str) -> None:
        """Give a run another name."""
        self._edit(lambda connection: edits.change(connection, (run_id,), "name", name))

    def pin(self, ids: Iterable[int], on: bool = True) -> None:
        """Keep runs on top, or no longer."""
        runs = tuple(ids)
        self._edit(lambda connection: edits.change(connection, runs, "pinned", int(on)))

    def paint(self, run_id: int, colour: str) -> None:
        """Give a run a colour, "#rrggbb"; empty for one by its number."""
        self._edit(lambda connection: edits.change(connection, (run_id,), "colour", colour))

    def remove(self, ids: Iterable[int]) -> int:
        """Remove runs, and all that belongs to them.

        Returns:
            How many runs are gone, members counted.
        """
        runs = tuple(ids)
        return self._edit(lambda connection: edits.remove(connection, runs))

    def view(self, name: str) -> ViewRow | None:
        """A layout or report that was kept; None where there is none."""
        return next((view for view in self.views() if view.name == name), None)

    def views(self) -> list[ViewRow]:
        """All of them, by name."""
        sql = "SELECT name, kind, body, at FROM view ORDER BY name"
        return self._read(
            lambda c: [
                ViewRow(name=name, kind=kind, body=json.loads(body), at=at)
                for name, kind, body, at in c.execute(sql)
            ]
        )

    def keep_view(self, name: str, body: Any, kind: str = "workspace") -> None:
        """Keep a layout or a report, in the place of one of the same name."""
        sql = "INSERT OR REPLACE INTO view (name, kind, body, at) VALUES (?, ?, ?, ?)"
        row = (name, kind, json.dumps(body), time.time())
        self._edit(lambda connection: connection.execute(sql, row))

    def drop_view(self, name: str) -> None:
        """Forget one."""
        self._edit(lambda c: c.execute("DELETE FROM view WHERE name = ?", (name,)))

    def cursor(self) -> Cursor:
        """Where the file ends now."""
        return self._read(tables.cursor)

    def changed(self, cursor: Cursor) -> Changed:
        """What is new since a cursor."""
        return self._read(lambda connection: tables.changed(connection, cursor))
