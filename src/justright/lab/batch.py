"""One transaction: what several runs handed over since the last one."""

import json
import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from justright.lab.blocks import (
    TOLERANCE_S,
    Floats,
    pack_axis,
    pack_values,
    section,
    unpack_axis,
    unpack_values,
)
from justright.lab.edits import touch
from justright.lab.rows import Figure
from justright.lab.tickets import Begin, Changed, End, Happened, Point, Points, Ticket, Wrote
from justright.lab.words import whole

if TYPE_CHECKING:
    from justright.lab.running import Run

#: Bytes of one joined block at most: a reader of one metric takes all of it in.
MOST_BYTES = 1 << 20
Groups = dict[tuple["Run", tuple[str, ...]], list[Point]]


@lru_cache(maxsize=1024)
def parted(names: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Which metrics share a block: those of one section, as one of many is read alone.

    Example:
        >>> parted(("loss", "gradient_norm/a", "accuracy", "gradient_norm/b"))
        ((0, 2), (1, 3))
    """
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(section(name), []).append(place)
    return tuple(tuple(places) for places in found.values())


def points_of(run: "Run", names: tuple[str, ...], rows: list[Point]) -> Points:
    """Single points with the same metrics as one table."""
    steps = np.array([row[1] for row in rows], dtype=np.float64)
    at = np.array([row[2] for row in rows], dtype=np.float64)
    values = np.array([row[4] for row in rows], dtype=np.float64).T
    return Points(run, steps, at - run.created, tuple(whole(name) for name in names), values)


class Known(NamedTuple):
    """A curve in four numbers, and the second of the run in which its newest one was logged."""

    figure: Figure
    at: float


def merged(old: Known | None, values: Floats, seconds: Floats) -> Known:
    """A curve in four numbers, with more values; they need not be newer than all others.

    Example:
        >>> merged(None, np.array([3.0, np.nan, 2.0]), np.array([0.1, 0.2, 0.3])).figure
        Figure(last=2.0, low=2.0, high=3.0, n=3)
    """
    old = old or Known(Figure(last=None, low=None, high=None, n=0), -math.inf)
    n, places = len(values) + old.figure.n, np.flatnonzero(np.isfinite(values))
    if not len(places):
        return Known(replace(old.figure, n=n), old.at)
    finite, at = values[places], float(seconds[places[-1]])
    low, high, last = float(finite.min()), float(finite.max()), float(finite[-1])
    if old.figure.low is not None and old.figure.high is not None:
        low, high = min(low, old.figure.low), max(high, old.figure.high)
    if old.figure.last is not None and at < old.at:
        last, at = old.figure.last, old.at
    return Known(Figure(last=last, low=low, high=high, n=n), at)


@dataclass(slots=True)
class Numbers:
    """Numbers of metrics and layouts in the file; they hold until a transaction is undone."""

    metrics: dict[str, int] = field(default_factory=dict)
    layouts: dict[tuple[str, ...], int] = field(default_factory=dict)


class Batch:
    """Writes what was handed over, inside a transaction that its caller holds.

    Attributes:
        begun: Runs that got their numbers in it.
        figures: Figures as they are after it, by run and metric.
        blocks: What was written as curves, for those who listen.
    """

    def __init__(self, connection: sqlite3.Connection, process: int, numbers: Numbers) -> None:
        self._connection, self._process, self._numbers = connection, process, numbers
        self.begun: list[Run] = []
        self.figures: dict[Run, dict[str, Known]] = {}
        self.blocks: list[Points] = []

    def write(self, items: Iterable[Ticket | Point]) -> None:
        """Write them, in order; points of a run before its end."""
        groups: Groups = {}
        ends: list[End] = []
        touched: dict[Run, None] = {}
        for item in items:
            if isinstance(item, tuple):
                groups.setdefault((item[0], item[3]), []).append(item)
                continue
            if isinstance(item, End):
                ends.append(item)
            elif isinstance(item, Points):
                self._points(item)
            else:
                self._ticket(item)
                touched[item.run] = None
        for (run, names), rows in groups.items():
            self._points(points_of(run, names, rows))
        self._write_figures()
        for end in ends:
            self._end(end)
            touched[end.run] = None
        touch(self._connection, [run.number for run in touched])

    def _ticket(self, ticket: Begin | Happened | Wrote | Changed) -> None:
        run = ticket.run
        if isinstance(ticket, Begin):
            self._begin(run)
        elif isinstance(ticket, Happened):
            sql = "INSERT INTO event (run, at, kind, data) VALUES (?, ?, ?, ?)"
            self._connection.execute(sql, (run.number, ticket.at, ticket.kind, ticket.data))
        elif isinstance(ticket, Wrote):
            self._connection.execute(ticket.sql, (run.number, *ticket.values))
        else:
            for sql, values in ticket.beside:
                self._connection.execute(sql, values)
            names = ", ".join(f"{name} = ?" for name in ticket.columns)
            values = (*ticket.columns.values(), run.number)
            self._connection.execute(f"UPDATE run SET {names} WHERE id = ?", values)

    def _begin(self, run: "Run") -> None:
        self._connection.execute("INSERT OR IGNORE INTO project (name) VALUES (?)", (run.project,))
        sql = """INSERT INTO run (uid, project, kind, name, parent, grp, state, created, source,
                     command, n_steps, config, summary, design, data, process)
                 VALUES (?, (SELECT id FROM project WHERE name = ?), ?, ?, ?, ?, 'running', ?, ?,
                     ?, 0, ?, '{}', '', '', ?)"""
        values = (
            run.uid,
            run.project,
            run.kind,
            run.name,
            run.parent,
            run.group,
            run.created,
            run.source,
            run.command,
            run.first_config,
            self._process,
        )
        run.number = self._connection.execute(sql, values).lastrowid or 0
        self.begun.append(run)

    def _points(self, points: Points) -> None:
        """Write points as one block a section, and keep count of their figures."""
        run, n = points.run, len(points.steps)
        steps = pack_axis(points.steps)
        seconds = pack_axis(points.seconds, tolerance=TOLERANCE_S)
        for places in parted(points.names):
            names = tuple(points.names[place] for place in places)
            layout, values = self._layout(names), pack_values(points.values[list(places)])
            self._block((run.number, layout, n, 0, steps, seconds, values))
        known = self.figures.setdefault(run, {})
        for name, own in zip(points.names, points.values, strict=True):
            old = known.get(name) or run.figures.get(name)
            known[name] = merged(old, own, points.seconds)
        run.n_steps = max(run.n_steps, float(points.steps.max()))
        self.blocks.append(points)

    def _block(self, row: tuple[object, ...]) -> None:
        sql = """INSERT INTO block (run, layout, n, joined, steps, seconds, vals)
                 VALUES (?, ?, ?, ?, ?, ?, ?)"""
        self._connection.execute(sql, row)

    def _metric(self, name: str) -> int:
        known = self._numbers.metrics
        if name not in known:
            self._connection.execute("INSERT OR IGNORE INTO metric (name) VALUES (?)", (name,))
            found = self._connection.execute("SELECT id FROM metric WHERE name = ?", (name,))
            known[name] = found.fetchone()[0]
        return known[name]

    def _layout(self, names: tuple[str, ...]) -> int:
        known = self._numbers.layouts
        if names not in known:
            text = json.dumps([self._metric(name) for name in names])
            self._connection.execute("INSERT OR IGNORE INTO layout (metrics) VALUES (?)", (text,))
            found = self._connection.execute("SELECT id FROM layout WHERE metrics = ?", (text,))
            known[names] = found.fetchone()[0]
        return known[names]

    def _write_figures(self) -> None:
        sql = """INSERT OR REPLACE INTO figure (run, metric, last, low, high, n)
                 VALUES (?, ?, ?, ?, ?, ?)"""
        for run, known in self.figures.items():
            rows = [
                (run.number, self._metric(name), own.last, own.low, own.high, own.n)
                for name, (own, _) in known.items()
            ]
            self._connection.executemany(sql, rows)
            self._connection.execute(
                "UPDATE run SET n_steps = ? WHERE id = ?", (run.n_steps, run.number)
            )

    def _end(self, end: End) -> None:
        self._connection.execute(
            "UPDATE run SET state = ?, ended = ? WHERE id = ?",
            (end.state, end.at, end.run.number),
        )
        self._join(end.run.number)

    def _join(self, run: int) -> None:
        """Make few blocks of many, now that no more will come."""
        sql = "SELECT layout, count(*), sum(length(vals)) FROM block WHERE run = ? GROUP BY layout"
        for layout, n_blocks, n_bytes in self._connection.execute(sql, (run,)).fetchall():
            if n_blocks > 1 and n_bytes <= MOST_BYTES:
                self._join_layout(run, layout)

    def _join_layout(self, run: int, layout: int) -> None:
        sql = "SELECT n, steps, seconds, vals FROM block WHERE run = ? AND layout = ? ORDER BY id"
        parts = self._connection.execute(sql, (run, layout)).fetchall()
        steps = np.concatenate([unpack_axis(part[1], part[0]) for part in parts])
        seconds = np.concatenate([unpack_axis(part[2], part[0]) for part in parts])
        values = [unpack_values(part[3]).reshape(-1, part[0]) for part in parts]
        self._connection.execute("DELETE FROM block WHERE run = ? AND layout = ?", (run, layout))
        packed = pack_axis(steps), pack_axis(seconds, tolerance=TOLERANCE_S)
        self._block((run, layout, len(steps), 1, *packed, pack_values(np.hstack(values))))
