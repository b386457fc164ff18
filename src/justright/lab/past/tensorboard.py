"""Past runs in TensorBoard's event files: a folder with such files is a run."""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from justright.lab.past.run import Damage, PastRun, Points
from justright.lab.rows import Setting
from justright.lab.sinks.sink import missing

ORIGIN = "tensorboard"
#: What the names of event files have in them.
MARK = "tfevents"
# A record: its length and that length's checksum, its bytes and theirs (TensorFlow, "TFRecord").
_HEAD, _FOOT = 12, 4
_FIRST_BYTES = 4_096  # in which the first event of a file lies: its version


@dataclass(slots=True)
class _Read:
    """What the files of one folder said."""

    points: dict[str, Points] = field(default_factory=lambda: defaultdict(Points))
    plugins: dict[str, str] = field(default_factory=dict)
    config: dict[str, Setting] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    first: float = float("inf")
    last: float = 0.0


def lies_at(path: Path) -> bool:
    """Whether there are event files."""
    return any(True for _ in _files(path))


def read(path: Path) -> Iterator[PastRun | Damage]:
    """The runs below a folder, and the files that are damaged.

    Args:
        path: A folder, or one event file.

    Raises:
        LabError: If the package tensorboard is not installed.
    """
    if find_spec("tensorboard") is None:
        raise missing("TensorBoard", "tensorboard", "tensorboard")
    folders: dict[Path, list[Path]] = defaultdict(list)
    for file in sorted(_files(path)):
        folders[file.parent].append(file)
    root = path if path.is_dir() else path.parent
    for folder, files in folders.items():
        found = _Read()
        for file in sorted(files, key=_began):
            damage = _take_in(file, found)
            if damage:
                yield damage
        if found.points or found.config:
            yield _run(folder, files[0], root, found)


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path] if MARK in path.name else []
    return (file for file in path.rglob(f"*{MARK}*") if file.is_file())


def _began(file: Path) -> float:
    """When a file was begun: its name tells the second only, and numbers beyond it as words."""
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.event_pb2 import Event

    try:
        with file.open("rb") as opened:
            for record in records(opened.read(_FIRST_BYTES)):
                return float(Event.FromString(record).wall_time)
    except (OSError, ValueError, DecodeError):
        pass  # said when it is read
    return float("inf")


def _take_in(file: Path, found: _Read) -> Damage | None:
    """Read one file as far as it can be read."""
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.event_pb2 import Event

    try:
        for record in records(file.read_bytes()):
            _event(Event.FromString(record), found)
    except OSError as error:
        return Damage(str(file), error.strerror or str(error))
    except DecodeError:
        return Damage(str(file), "a record in it is no event; what stands before was read")
    except ValueError as error:
        return Damage(str(file), f"{error}; what stands before was read")
    return None


def records(body: bytes) -> Iterator[bytes]:
    """The records of a file.

    Args:
        body: The file.

    Raises:
        ValueError: If a length is damaged, or the file is cut off.
    """
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    at = 0
    while at < len(body):
        if at + _HEAD > len(body):
            raise ValueError("it is cut off")
        n, checksum = struct.unpack_from("<QI", body, at)
        if masked_crc32c(body[at : at + 8]) != checksum:
            raise ValueError(f"it is damaged at byte {at:,}")
        if at + _HEAD + n + _FOOT > len(body):
            raise ValueError("it is cut off")
        yield body[at + _HEAD : at + _HEAD + n]
        at += _HEAD + n + _FOOT


def _event(event: Any, found: _Read) -> None:
    at = event.wall_time
    if not event.HasField("summary"):
        return
    found.first, found.last = min(found.first, at), max(found.last, at)
    for value in event.summary.value:
        plugin = value.metadata.plugin_data.plugin_name
        if plugin:
            found.plugins.setdefault(value.tag, plugin)
        if value.HasField("simple_value"):
            found.points[value.tag].add(event.step, at, value.simple_value)
        elif plugin == "hparams":
            _hparams(value.metadata.plugin_data.content, found)
        elif value.HasField("tensor"):
            _tensor(value, found, event.step, at)


def _tensor(value: Any, found: _Read, step: int, at: float) -> None:
    """A scalar or a text of TensorBoard 2, which come as tensors."""
    from tensorboard.util.tensor_util import make_ndarray

    plugin = found.plugins.get(value.tag)
    if plugin == "scalars":
        number = make_ndarray(value.tensor)
        if number.size == 1:
            found.points[value.tag].add(step, at, float(number.reshape(-1)[0]))
    elif plugin == "text":
        words = [text.decode(errors="replace") for text in value.tensor.string_val]
        found.texts[value.tag] = "\n".join(words)


def _hparams(content: bytes, found: _Read) -> None:
    """The config and the state, as the hparams page has them."""
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    data = HParamsPluginData.FromString(content)
    if data.HasField("session_start_info"):
        for name, value in data.session_start_info.hparams.items():
            found.config[name] = getattr(value, value.WhichOneof("kind") or "string_value")
    elif data.HasField("session_end_info"):
        found.status = data.session_end_info.status


def _run(folder: Path, first: Path, root: Path, found: _Read) -> PastRun:
    created = min([found.first, *(min(points.times) for points in found.points.values())])
    name = folder.relative_to(root).as_posix() if folder != root else folder.resolve().name
    return PastRun(
        origin=ORIGIN,
        # The name of an event file has the time, the machine and the process in it.
        key=f"{folder.resolve().name}/{first.name}",
        name=name,
        project=root.resolve().name,
        state="failed" if found.status == _failed() else "finished",
        created=created,
        ended=max(found.last, created),
        config=found.config,
        summary={},
        notes=tuple(f"**{tag}**\n\n{text}" for tag, text in found.texts.items()),
        curves={tag: points.curve(created) for tag, points in found.points.items()},
    )


def _failed() -> int:
    from tensorboard.plugins.hparams.api_pb2 import STATUS_FAILURE

    return int(STATUS_FAILURE)
