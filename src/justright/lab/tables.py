"""Questions to the lab's file, as SQL."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from justright.lab.processes import is_alive
from justright.lab.rows import Changed, Cursor, EventRow, Figure, MetricRow, RunRow

_RUN = """
    SELECT run.id, uid, project.name, kind, run.name, parent, grp, state, created, ended, source,
           command, n_steps, config, summary, pinned, colour, design, data, process
    FROM run JOIN project ON project.id = run.project
"""
#: Up to how many numbers a query names each; beyond it is quicker to read all and choose.
_NAMED = 2_000


def runs(
    connection: sqlite3.Connection,
    *,
    ids: tuple[int, ...] | None,
    project: str | None,
    kinds: Sequence[str] | None,
    parent: str | None,
    since: int,
) -> list[RunRow]:
    """Runs, with their tags and figures."""
    wheres, values = ["run.id > ?"], [since]  # type: tuple[list[str], list[Any]]
    for name, value in (("project.name", project), ("parent", parent)):
        if value is not None:
            wheres.append(f"{name} = ?")
            values.append(value)
    if kinds is not None:
        wheres.append(f"kind IN ({_marks(kinds)})")
        values.extend(kinds)
    named = ids is not None and len(ids) <= _NAMED
    if named:
        wheres.append(f"run.id IN ({_marks(ids or ())})")
        values.extend(ids or ())
    chosen = None if ids is None or named else set(ids)
    sql = f"{_RUN} WHERE {' AND '.join(wheres)} ORDER BY run.id"
    rows = connection.execute(sql, values).fetchall()
    found = [row for row in rows if chosen is None or row[0] in chosen]
    only = None if len(found) > _NAMED else [row[0] for row in found]
    words, figures = _tags(connection, only), _figures(connection, only)
    dead = _dead(connection)
    return [_row(row, words.get(row[0], ()), figures.get(row[0], {}), dead) for row in found]


def _row(
    row: tuple[Any, ...], tags: tuple[str, ...], figures: dict[str, Figure], dead: dict[int, float]
) -> RunRow:
    state, ended = row[7], row[9]
    if state == "running" and row[19] in dead:
        state, ended = "killed", max(row[8], dead[row[19]])
    return RunRow(
        id=row[0],
        uid=row[1],
        project=row[2],
        kind=row[3],
        name=row[4],
        parent=row[5],
        group=row[6],
        state=state,
        created=row[8],
        ended=ended,
        source=row[10],
        command=row[11],
        n_steps=row[12],
        config=json.loads(row[13]),
        summary=json.loads(row[14]),
        tags=tags,
        pinned=bool(row[15]),
        colour=row[16],
        design=row[17],
        data=row[18],
        figures=figures,
    )


def _dead(connection: sqlite3.Connection) -> dict[int, float]:
    """Processes that left runs behind and died: when each gave its last sign."""
    sql = """SELECT id, pid, host, began, beat FROM process
             WHERE id IN (SELECT process FROM run WHERE state = 'running')"""
    return {
        number: beat
        for number, pid, machine, began, beat in connection.execute(sql)
        if not is_alive(pid, machine, began, beat)
    }


def _tags(connection: sqlite3.Connection, ids: list[int] | None) -> dict[int, tuple[str, ...]]:
    where, values = _among(ids)
    found: dict[int, list[str]] = {}
    for run, word in connection.execute(f"SELECT run, word FROM tag {where} ORDER BY word", values):
        found.setdefault(run, []).append(word)
    return {run: tuple(words) for run, words in found.items()}


def _figures(connection: sqlite3.Connection, ids: list[int] | None) -> dict[int, dict[str, Figure]]:
    where, values = _among(ids)
    names = dict(connection.execute("SELECT id, name FROM metric"))
    found: dict[int, dict[str, Figure]] = {}
    sql = f"SELECT run, metric, last, low, high, n FROM figure {where}"
    for run, metric, last, low, high, n in connection.execute(sql, values):
        found.setdefault(run, {})[names[metric]] = Figure(last=last, low=low, high=high, n=n)
    return found


def find(connection: sqlite3.Connection, name: int | str) -> list[int]:
    """Numbers of the runs that a user may mean."""
    if isinstance(name, int) or name.isdigit():
        exact = connection.execute("SELECT id FROM run WHERE id = ?", (int(name),)).fetchall()
        if exact:
            return [exact[0][0]]
    word = str(name)
    named = connection.execute(
        "SELECT id FROM run WHERE uid = ? OR name = ? ORDER BY id DESC LIMIT 1", (word, word)
    ).fetchall()
    if named or not word:
        return [row[0] for row in named]
    sql = "SELECT id FROM run WHERE substr(uid, 1, ?) = ?"
    return [row[0] for row in connection.execute(sql, (len(word), word))]


def metrics(connection: sqlite3.Connection, ids: tuple[int, ...] | None) -> list[MetricRow]:
    """Metrics and how many runs have them."""
    where, values = _among(None if ids is None or len(ids) > _NAMED else list(ids))
    sql = f"""SELECT metric.id, metric.name, count(*) FROM figure
              JOIN metric ON metric.id = figure.metric {where}
              GROUP BY metric.id ORDER BY metric.name"""
    return [MetricRow(id=i, name=name, n_runs=n) for i, name, n in connection.execute(sql, values)]


def events(
    connection: sqlite3.Connection, run_id: int, kinds: Sequence[str] | None
) -> list[EventRow]:
    """What happened in a run."""
    sql, values = "SELECT id, at, kind, data FROM event WHERE run = ?", [run_id, *(kinds or ())]
    if kinds is not None:
        sql += f" AND kind IN ({_marks(kinds)})"
    return [
        EventRow(id=i, at=at, kind=kind, data=json.loads(data))
        for i, at, kind, data in connection.execute(f"{sql} ORDER BY id", values)
    ]


def design(connection: sqlite3.Connection, sha: str) -> Any:
    """A design."""
    row = connection.execute("SELECT body FROM design WHERE sha = ?", (sha,)).fetchone()
    return None if row is None else json.loads(row[0])


def data(connection: sqlite3.Connection, fingerprint: str) -> dict[str, Any] | None:
    """Facts of a data set."""
    sql = "SELECT source, n_rows, n_columns FROM data WHERE fingerprint = ?"
    row = connection.execute(sql, (fingerprint,)).fetchone()
    if row is None:
        return None
    return {
        "fingerprint": fingerprint,
        "source": row[0],
        "n_rows": row[1],
        "n_columns": row[2],
    }


def cursor(connection: sqlite3.Connection) -> Cursor:
    """Where the file ends."""
    ends = [
        connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0]
        for table in ("block", "event", "edit")
    ]
    return Cursor(block=ends[0], event=ends[1], edit=ends[2])


def changed(connection: sqlite3.Connection, since: Cursor) -> Changed:
    """What lies beyond a cursor."""
    now = cursor(connection)
    if now == since:
        return Changed(cursor=now, runs=(), metrics=())
    touched: set[int] = set()
    layouts: set[int] = set()
    blocks = "SELECT DISTINCT run, layout FROM block WHERE id > ? AND joined = 0"
    for run, layout in connection.execute(blocks, (since.block,)):
        touched.add(run)
        layouts.add(layout)
    for table, begin in (("event", since.event), ("edit", since.edit)):
        sql = f"SELECT DISTINCT run FROM {table} WHERE id > ?"
        touched.update(run for (run,) in connection.execute(sql, (begin,)))
    return Changed(
        cursor=now, runs=tuple(sorted(touched)), metrics=_metrics_of(connection, layouts)
    )


def _metrics_of(connection: sqlite3.Connection, layouts: set[int]) -> tuple[str, ...]:
    if not layouts:
        return ()
    sql = f"SELECT metrics FROM layout WHERE id IN ({_marks(layouts)})"
    numbers = {n for (text,) in connection.execute(sql, tuple(layouts)) for n in json.loads(text)}
    names = dict(connection.execute("SELECT id, name FROM metric"))
    return tuple(sorted(names[number] for number in numbers))


def _among(ids: list[int] | None) -> tuple[str, list[int]]:
    """A condition on the column `run`."""
    return ("", []) if ids is None else (f"WHERE run IN ({_marks(ids)})", ids)


def _marks(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)
