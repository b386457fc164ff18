"""One metric of many runs, out of blocks of many metrics."""

import json
import sqlite3
from collections.abc import Mapping

import numpy as np

from justright.lab.blocks import unpack_axis, unpack_values
from justright.lab.rows import Curve

#: A curve without points.
EMPTY = Curve(np.empty(0), np.empty(0), np.empty(0))
_VALUE_BYTES = 8


def read(
    connection: sqlite3.Connection,
    metric: str,
    ids: tuple[int, ...],
    after: Mapping[int, float],
) -> dict[int, Curve]:
    """One metric of runs.

    Args:
        connection: The file.
        metric: Name of the metric.
        ids: Numbers of the runs.
        after: Only steps above these, by number.

    Returns:
        By number, those that have points.
    """
    if not ids:
        return {}
    places = _places(connection, metric)
    wanted = set(ids)
    parts: dict[int, list[Curve]] = {}
    for layout, place in places.items():
        for run, n, steps, seconds, values in _blocks(connection, layout, place, ids):
            if run in wanted:
                part = Curve(unpack_axis(steps, n), unpack_axis(seconds, n), unpack_values(values))
                parts.setdefault(run, []).append(part)
    found = {run: _joined(curves, after.get(run)) for run, curves in parts.items()}
    return {run: found[run] for run in ids if run in found and len(found[run].steps)}


def _places(connection: sqlite3.Connection, metric: str) -> dict[int, int]:
    """In which layouts a metric stands, and where."""
    row = connection.execute("SELECT id FROM metric WHERE name = ?", (metric,)).fetchone()
    if row is None:
        return {}
    layouts = connection.execute("SELECT id, metrics FROM layout")
    each = {layout: json.loads(metrics) for layout, metrics in layouts}
    return {layout: own.index(row[0]) for layout, own in each.items() if row[0] in own}


def _blocks(
    connection: sqlite3.Connection, layout: int, place: int, ids: tuple[int, ...]
) -> sqlite3.Cursor:
    """Blocks of a layout, in the order written: run, points, steps, seconds, the metric's slice."""
    begin = f"{place} * n * {_VALUE_BYTES} + 1"
    sql = f"""SELECT run, n, steps, seconds, substr(vals, {begin}, n * {_VALUE_BYTES})
              FROM block WHERE layout = ? AND run BETWEEN ? AND ? ORDER BY run, id"""
    if len(ids) == 1 or max(ids) - min(ids) < 2 * len(ids):
        return connection.execute(sql, (layout, min(ids), max(ids)))
    named = sql.replace("BETWEEN ? AND ?", "IN (SELECT value FROM json_each(?))")
    return connection.execute(named, (layout, json.dumps(ids)))


def _joined(parts: list[Curve], after: float | None) -> Curve:
    """Parts as one curve, by rising step, those above `after`."""
    if len(parts) == 1:
        steps, seconds, values = parts[0].steps, parts[0].seconds, parts[0].values
    else:
        steps = np.concatenate([part.steps for part in parts])
        seconds = np.concatenate([part.seconds for part in parts])
        values = np.concatenate([part.values for part in parts])
    if after is not None:
        later = steps > after
        steps, seconds, values = steps[later], seconds[later], values[later]
    if np.any(np.diff(steps) < 0):
        order = np.argsort(steps, kind="stable")
        steps, seconds, values = steps[order], seconds[order], values[order]
    return Curve(steps, seconds, values)
