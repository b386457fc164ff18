"""Runs and curves as files for other programs: CSV, Parquet, JSON."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from justright.errors import LabError
from justright.lab.columns import columns
from justright.lab.rows import RunRow
from justright.lab.store import Store

if TYPE_CHECKING:
    import polars as pl

#: The endings of the files that can be written.
ENDINGS = (".csv", ".parquet", ".json")
#: The columns of curves in long form.
LONG = ("run", "name", "metric", "step", "seconds", "value")


def export(store: Store, rows: Sequence[RunRow], path: str | Path, *, curves: bool = False) -> int:
    """Write runs, or their curves, to a file; its ending says the form.

    A run is a row: its fields, `config.<name>`, `summary.<name>`, and `last.<metric>`,
    `min.<metric>`, `max.<metric>`. A curve's point is a row too: run (its uid), name, metric,
    step, seconds, value.

    Args:
        store: Where the runs are.
        rows: The runs.
        path: Ends with .csv, .parquet or .json; what is there is replaced.
        curves: Write the curves instead.

    Returns:
        Rows written.

    Raises:
        LabError: If the ending is another one.
        OSError: If the file cannot be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise LabError(
            f"{path.name!r} does not say in which form to write",
            "a name that ends with .csv, .parquet or .json",
            try_=f"--to {path.stem or 'runs'}.csv",
        )
    found = points(store, rows) if curves else fields(rows)
    if ending == ".json":
        path.write_bytes(msgspec.json.encode(_records(found)))
    else:
        _write(_frame(found), path)
    return len(next(iter(found.values())))


def fields(rows: Sequence[RunRow]) -> dict[str, list[Any]]:
    """Runs as columns of equal length; times as UTC in ISO 8601.

    Args:
        rows: The runs.

    Example:
        >>> list(fields([]))[:3]
        ['id', 'uid', 'name']
    """
    found = columns(rows, all_figures=True)
    found["created"] = [_time(row.created) for row in rows]
    after = list(found).index("created") + 1
    named = list(found.items())
    ended = [None if row.ended is None else _time(row.ended) for row in rows]
    return dict([*named[:after], ("ended", ended), *named[after:]])


def points(store: Store, rows: Sequence[RunRow]) -> dict[str, Any]:
    """Curves in long form, as columns of equal length.

    Args:
        store: Where the runs are.
        rows: The runs.
    """
    by_id = {row.id: row for row in rows}
    parts: dict[str, list[Any]] = {name: [] for name in LONG}
    for metric in store.metrics(list(by_id)):
        for run_id, curve in store.curves(metric.name, list(by_id)).items():
            n = len(curve.steps)
            parts["run"] += [by_id[run_id].uid] * n
            parts["name"] += [by_id[run_id].name] * n
            parts["metric"] += [metric.name] * n
            for name, values in zip(
                LONG[3:], (curve.steps, curve.seconds, curve.values), strict=True
            ):
                parts[name].append(values)
    found: dict[str, Any] = {name: parts[name] for name in LONG[:3]}
    return found | {name: np.concatenate([[], *parts[name]]) for name in LONG[3:]}


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def _records(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns as one object a row; JSON has no word for NaN, so it becomes null."""
    lists = [each.tolist() if isinstance(each, np.ndarray) else each for each in found.values()]
    return [dict(zip(found, row, strict=True)) for row in zip(*lists, strict=True)]


def _frame(found: Mapping[str, Any]) -> "pl.DataFrame":
    import polars as pl

    return pl.DataFrame([_series(name, values) for name, values in found.items()])


def _series(name: str, values: Any) -> "pl.Series":
    """A column of one type: numbers, truth values or text; text where they are mixed."""
    import polars as pl

    if isinstance(values, np.ndarray):
        return pl.Series(name, values)
    kinds = {type(value) for value in values if value is not None}
    if kinds == {tuple}:  # tags
        return pl.Series(name, [", ".join(each) for each in values], dtype=pl.String)
    if kinds == {int, float}:
        return pl.Series(name, _as(float, values), dtype=pl.Float64)
    if len(kinds) > 1:
        return pl.Series(name, _as(str, values), dtype=pl.String)
    return pl.Series(name, values)


def _as(kind: type, values: Iterable[Any]) -> list[Any]:
    return [None if value is None else kind(value) for value in values]


def _write(frame: "pl.DataFrame", path: Path) -> None:
    if path.suffix.lower() == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
