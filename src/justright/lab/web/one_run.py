"""All that is known of one run."""

import re
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from justright.errors import LabError
from justright.lab.columns import plain
from justright.lab.rows import Curve, RunRow
from justright.lab.web.call import Call, Refused

MOST_STEPS = 200  # columns of the picture: more are narrower than a reader can see (house)
MOST_LAYERS = 500  # rows of it (house convention)
MOST_NOTE = 50_000  # characters of a note (house convention)


class HeatAsked(msgspec.Struct, frozen=True):
    """Metrics of layers, by what stands before the "/"."""

    prefix: Annotated[str, Meta(min_length=1, max_length=200)] = "gradient_norm"


class RunEdited(msgspec.Struct, frozen=True):
    """A new name, or a note in the place of the last one."""

    name: Annotated[str, Meta(min_length=1, max_length=400)] | None = None
    note: Annotated[str, Meta(max_length=MOST_NOTE)] | None = None


def _asked(call: Call) -> RunRow:
    """The run that the address names.

    Raises:
        Refused: If there is none, or several.
    """
    name = call.path["id"]
    if name.isdigit() and not re.fullmatch(r"[0-9]{1,15}", name):
        raise Refused(404, f"there is no run {name!r}", "a number or a uid", try_="GET /api/runs")
    try:
        return call.site.store.run(name)
    except LabError as error:
        seen = f"no one run is meant by {name!r}"
        raise Refused(404, seen, error.needed, try_="GET /api/runs") from None


def run(call: Call) -> object:
    """The run, its design, data, events, notes, files, and family."""
    row, store = _asked(call), call.site.store
    return {
        "run": plain(row, call.site.shown),
        "design": store.design(row.design) if row.design else None,
        "data": _data(call, row),
        "events": store.events(row.id),
        "notes": store.notes(row.id),
        "artifacts": [
            {"path": call.site.shown(one.path), "sha256": one.sha256, "bytes": one.n_bytes}
            for one in store.artifacts(row.id)
        ],
        "children": [child.id for child in store.runs(parent=row.uid)],
        "parent": _parent(call, row),
        "metrics": [one.name for one in store.metrics([row.id])],
    }


def _data(call: Call, row: RunRow) -> dict[str, Any] | None:
    found = call.site.store.data(row.data) if row.data else None
    return None if found is None else {**found, "source": call.site.shown(found["source"])}


def _parent(call: Call, row: RunRow) -> int | None:
    if not row.parent:
        return None
    try:
        return call.site.store.run(row.parent).id
    except LabError:
        return None


def edit(call: Call) -> object:
    """Rename the run, or put a note on it."""
    row, asked = _asked(call), call.body
    if asked.name is not None:
        call.site.store.rename(row.id, asked.name)
    if asked.note is not None:
        call.site.store.note(row.id, asked.note)
    return {"id": row.id}


def heat(call: Call) -> object:
    """One metric of all layers over the steps, in at most 200 columns."""
    row, store = _asked(call), call.site.store
    beginning = f"{call.query.prefix}/"
    names = [one.name for one in store.metrics([row.id]) if one.name.startswith(beginning)]
    curves = [store.curve(row.id, name) for name in names[:MOST_LAYERS]]
    steps, values = binned(curves)
    layers = [name.removeprefix(beginning) for name in names[:MOST_LAYERS]]
    return {"layers": layers, "steps": steps, "values": values}


def binned(curves: list[Curve]) -> tuple[list[float], list[list[float | None]]]:
    """Curves over common steps, neighbours averaged.

    Args:
        curves: One a layer.

    Returns:
        The last step of each column, and a row of means a layer; None where it has no value.

    Example:
        >>> steps = np.arange(400.0)
        >>> found, values = binned([Curve(steps, steps, np.ones(400))])
        >>> len(found), found[-1], values[0][0]
        (200, 399.0, 1.0)
    """
    steps = np.unique(np.concatenate([curve.steps for curve in curves] or [np.empty(0)]))
    if not len(steps):
        return [], [[] for _ in curves]
    n = min(len(steps), MOST_STEPS)
    # Step i of all steps lies in column i * n // len(steps).
    column_of = np.arange(len(steps)) * n // len(steps)
    ends = steps[np.searchsorted(column_of, np.arange(n), side="right") - 1]
    values: list[list[float | None]] = []
    for curve in curves:
        known = np.isfinite(curve.values)
        places = column_of[np.searchsorted(steps, curve.steps[known])]
        counts = np.bincount(places, minlength=n)
        sums = np.bincount(places, weights=curve.values[known], minlength=n)
        means = np.divide(sums, counts, out=np.zeros(n), where=counts > 0)
        values.append([float(m) if c else None for m, c in zip(means, counts, strict=True)])
    return ends.tolist(), values
