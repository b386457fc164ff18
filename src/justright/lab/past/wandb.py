"""Past runs that W&B kept offline, or keeps beside what it sent."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from justright.lab.past.run import Damage, PastRun, Points
from justright.lab.past.wandb_log import records
from justright.lab.rows import Setting
from justright.lab.sinks.sink import missing

ORIGIN = "wandb"
ENDING = ".wandb"
#: What W&B puts among the user's own fields begins so.
_OWN = "_"
#: What tells a picture or a table from numbers.
_MEDIA = "._type"
#: What W&B writes for numbers that JSON has no word for.
_ODD = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass(slots=True)
class _Read:
    """What one file said."""

    run: Any = None
    config: dict[str, Setting] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    axes: list[tuple[str, str]] = field(default_factory=list)
    exit_code: int | None = None
    runtime_s: float = 0.0


def lies_at(path: Path) -> bool:
    """Whether there are files of W&B."""
    return any(True for _ in _files(path))


def read(path: Path) -> Iterator[PastRun | Damage]:
    """The runs below a folder, and the files that are damaged.

    Args:
        path: A folder, such as `wandb`, or one `.wandb` file.

    Raises:
        LabError: If the package wandb is not installed.
    """
    if find_spec("wandb") is None:
        raise missing("W&B", "wandb", "wandb")
    for file in sorted(_files(path)):
        found = _Read()
        damage = _take_in(file, found)
        if damage:
            yield damage
        if found.run is not None:
            yield _run(found)


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path] if path.suffix == ENDING else []
    # latest-run is a link to one of the others
    return (file for file in path.rglob(f"*{ENDING}") if file.parent.name != "latest-run")


def _take_in(file: Path, found: _Read) -> Damage | None:
    """Read one file as far as it can be read."""
    from google.protobuf.message import DecodeError
    from wandb.proto.wandb_internal_pb2 import Record

    try:
        for body in records(file.read_bytes()):
            _record(Record.FromString(body), found)
    except OSError as error:
        return Damage(str(file), error.strerror or str(error))
    except (DecodeError, msgspec.DecodeError):
        return Damage(str(file), "a record in it cannot be read; what stands before was")
    except ValueError as error:
        return Damage(str(file), f"{error}; what stands before was read")
    return None


def _record(record: Any, found: _Read) -> None:
    kind = record.WhichOneof("record_type")
    if kind == "run":
        found.run = record.run
        found.config |= dict(_settings(record.run.config.update))
    elif kind == "config":
        found.config |= dict(_settings(record.config.update))
    elif kind == "summary":
        found.summary |= _fields(record.summary.update)
    elif kind == "history":
        row = _fields(record.history.item)
        row.setdefault("_step", record.history.step.num)
        found.rows.append(row)
    elif kind == "metric" and record.metric.step_metric:
        name = record.metric.glob_name or record.metric.name
        found.axes.append((name, record.metric.step_metric))
    elif kind == "exit":
        found.exit_code, found.runtime_s = record.exit.exit_code, record.exit.runtime


def _settings(items: Iterable[Any]) -> Iterator[tuple[str, Setting]]:
    """Settings with dots between the names of nested ones."""
    for name, value in _fields(items).items():
        yield from _flat(name, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Setting]]:
    if name.startswith(_OWN):
        return
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _flat(f"{name}.{inner}", each)
    elif value is None or isinstance(value, bool | int | float | str):
        yield name, value
    else:
        yield name, str(value)


def _fields(items: Iterable[Any]) -> dict[str, Any]:
    """Items by name: `key`, or `nested_key`, whose parts a dot joins."""
    found: dict[str, Any] = {}
    for item in items:
        text = item.value_json
        value = _ODD[text] if text in _ODD else msgspec.json.decode(text)
        name = item.key or ".".join(item.nested_key)
        found[name] = _ODD.get(value, value) if isinstance(value, str) else value
    # A picture or a table is a nested item with a type; what it holds lies in another file.
    media = {name.removesuffix(_MEDIA) for name in found if name.endswith(_MEDIA)}
    return {name: value for name, value in found.items() if name.split(".")[0] not in media}


def _run(found: _Read) -> PastRun:
    run = found.run
    created = run.start_time.seconds + run.start_time.nanos / 1e9
    points: dict[str, Points] = defaultdict(Points)
    for row in found.rows:
        for name, value in row.items():
            if not name.startswith(_OWN) and isinstance(value, int | float):
                step = row.get(_axis(name, found.axes), row["_step"])
                points[name].add(step, row.get("_timestamp", created), value)
    axes = {axis for _, axis in found.axes}
    curves = {name: each for name, each in points.items() if name not in axes}
    first = min([created, *(min(each.times) for each in curves.values())])
    last = max([created + found.runtime_s, *(max(each.times) for each in curves.values())])
    summary = {name: value for name, value in found.summary.items() if name not in points}
    return PastRun(
        origin=ORIGIN,
        key="/".join(filter(None, (run.entity, run.project, run.run_id))),
        name=run.display_name or run.run_id,
        project=run.project,
        group=run.run_group or run.job_type,
        # A file without an exit is of a run that was killed before it could say how it ended.
        state="killed" if found.exit_code is None else "failed" if found.exit_code else "finished",
        created=first,
        ended=last,
        config=found.config,
        summary=dict(pair for name, value in summary.items() for pair in _flat(name, value)),
        tags=tuple(run.tags),
        notes=(run.notes,) if run.notes else (),
        curves={name: each.curve(first) for name, each in curves.items()},
    )


def _axis(metric: str, axes: list[tuple[str, str]]) -> str:
    """The column that holds the steps of a metric: the last that was defined for it."""
    fitting = (axis for pattern, axis in reversed(axes) if fnmatchcase(metric, pattern))
    return next(fitting, "_step")
