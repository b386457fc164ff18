"""Runs as TensorBoard's event files, written by its own writer."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justright.lab.sinks.papers import Papers, finding_words
from justright.lab.sinks.sink import Beginning, Column, Scalar, missing

if TYPE_CHECKING:
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

#: Where runs go unless another folder is named: TensorBoard's users look there by habit.
FOLDER = "runs"
#: What ends a folder's name: characters that mean something to a file system.
UNFIT = '/\\:*?"<>|\0'


@dataclass(slots=True)
class _Open:
    run: Beginning
    writer: "EventFileWriter"
    config: dict[str, Scalar]
    summary: dict[str, Scalar] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    papers: Papers = field(default_factory=Papers)
    told_config: bool = False
    last_step: int = 0


class TensorBoard:
    """A folder a run: scalars, its config as hparams, the rest as texts.

    Members lie in the folder of their parent, so that TensorBoard shows them below it.

    Args:
        folder: What `tensorboard --logdir` will be pointed at.

    Raises:
        LabError: If the package tensorboard is not installed.
    """

    name = "TensorBoard"

    def __init__(self, folder: str | Path = FOLDER) -> None:
        if find_spec("tensorboard") is None:
            raise missing(self.name, "tensorboard", "tensorboard")
        self.folder = Path(folder)
        self._open: dict[str, _Open] = {}
        self._folders: dict[str, Path] = {}

    def begin(self, run: Beginning) -> None:
        """Open the event file."""
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        above = self._folders.get(run.parent, self.folder / _fit(run.project))
        folder = above / _fit(f"{run.title}-{run.uid[:6]}" if run.name else run.title)
        self._folders[run.uid] = folder
        self._open[run.uid] = _Open(run, EventFileWriter(str(folder)), dict(run.config))

    def configure(self, uid: str, config: Mapping[str, Scalar]) -> None:
        """Take the fields in; they are written with the first points."""
        self._open[uid].config.update(config)

    def tag(self, uid: str, tags: Sequence[str]) -> None:
        """Take the tags in."""
        self._open[uid].tags.extend(tags)

    def note(self, uid: str, text: str) -> None:
        """Take it in."""
        self._open[uid].notes.append(text)

    def points(
        self, uid: str, steps: Column, values: Mapping[str, Column], seconds: Column
    ) -> None:
        """Write scalars; gaps are left out."""
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        it = self._open[uid]
        self._tell_config(it)
        for i, step in enumerate(steps):
            there = [
                Summary.Value(tag=name, simple_value=float(column[i]))
                for name, column in values.items()
                if column[i] == column[i]
            ]
            if there:
                at = it.run.created + float(seconds[i])
                summary = Summary(value=there)
                it.writer.add_event(Event(wall_time=at, step=int(step), summary=summary))
                it.last_step = max(it.last_step, int(step))

    def event(self, uid: str, kind: str, data: Any) -> None:
        """Take it in; a finding is written at once."""
        it = self._open[uid]
        it.papers.add(kind, data)
        if kind == "finding":
            self._text(it, "findings", finding_words(data))

    def keep(self, uid: str, path: str, sha256: str) -> None:
        """Take it in: TensorBoard holds no files, only their names."""
        self._open[uid].papers.files.append((path, sha256))

    def summarise(self, uid: str, summary: Mapping[str, Scalar]) -> None:
        """Take the fields in."""
        self._open[uid].summary.update(summary)

    def end(self, uid: str, state: str) -> None:
        """Write what there is to say at the end, and close the file."""
        from tensorboard.plugins.hparams.api_pb2 import STATUS_FAILURE, STATUS_SUCCESS

        it = self._open.pop(uid)
        self._tell_config(it)
        self._tell_summary(it)
        for name, text in it.papers.files_of_text():
            self._text(it, f"papers/{name}", f"```json\n{text}\n```")
        if it.papers.files:
            self._text(it, "files", _table(("path", "sha256"), it.papers.files))
        self._tell_end(it, STATUS_SUCCESS if state == "finished" else STATUS_FAILURE)
        it.writer.close()

    def close(self) -> None:
        """Close the files of runs that have not ended."""
        for it in self._open.values():
            it.writer.close()
        self._open.clear()

    def _tell_config(self, it: _Open) -> None:
        """Write the config once, before the first points: TensorBoard reads the first only."""
        from tensorboard.plugins.hparams.summary_v2 import hparams_pb

        if it.told_config:
            return
        it.told_config = True
        plain = {name: "None" if value is None else value for name, value in it.config.items()}
        if plain:
            self._add(it, hparams_pb(plain, it.run.uid, it.run.created))

    def _tell_end(self, it: _Open, status: int) -> None:
        """Say how it ended, as the hparams page reads it; its own writer needs TensorFlow."""
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.plugins.hparams import metadata
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo

        info = SessionEndInfo(status=status, end_time_secs=time.time())
        value = Summary.Value(
            tag=metadata.SESSION_END_INFO_TAG,
            metadata=metadata.create_summary_metadata(HParamsPluginData(session_end_info=info)),
            tensor=metadata.NULL_TENSOR,
        )
        self._add(it, Summary(value=[value]))

    def _tell_summary(self, it: _Open) -> None:
        from tensorboard.compat.proto.summary_pb2 import Summary

        numbers = {name: v for name, v in it.summary.items() if isinstance(v, int | float)}
        values = [
            Summary.Value(tag=f"summary/{name}", simple_value=float(value))
            for name, value in numbers.items()
        ]
        if values:
            self._add(it, Summary(value=values))
        words: dict[str, Scalar] = {
            "uid": it.run.uid,
            "kind": it.run.kind,
            "group": it.run.group,
            "parent": it.run.parent,
            "tags": ", ".join(it.tags),
            "notes": "<br>".join(it.notes),
            "source": it.run.source,
            "command": it.run.command,
            **{name: value for name, value in it.summary.items() if name not in numbers},
        }
        told = [(name, value) for name, value in words.items() if value]
        self._text(it, "run", _table(("field", "value"), told))

    def _text(self, it: _Open, tag: str, text: str) -> None:
        """Write a text: TensorBoard shows it as Markdown."""
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.compat.proto.tensor_pb2 import TensorProto
        from tensorboard.compat.proto.types_pb2 import DT_STRING
        from tensorboard.plugins.text.metadata import create_summary_metadata

        value = Summary.Value(
            tag=tag,
            metadata=create_summary_metadata(display_name="", description=""),
            tensor=TensorProto(dtype=DT_STRING, string_val=[text.encode()]),
        )
        self._add(it, Summary(value=[value]))

    def _add(self, it: _Open, summary: Any) -> None:
        """Write something that stands at the end of what was written so far."""
        from tensorboard.compat.proto.event_pb2 import Event

        # The plugins hand back a Summary of their own module; as bytes it is the same.
        event = Event(wall_time=time.time(), step=it.last_step)
        event.summary.ParseFromString(summary.SerializeToString())
        it.writer.add_event(event)


def _fit(name: str) -> str:
    """A name as one part of a path.

    Example:
        >>> _fit("a/b")
        'a_b'
    """
    fit = "".join("_" if sign in UNFIT else sign for sign in name)
    return fit.strip(". ")[:100] or "run"


def _table(head: tuple[str, str], rows: Sequence[tuple[str, Scalar]]) -> str:
    """Two columns as a Markdown table."""
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| {name} | {str(value).replace('|', '&#124;')} |" for name, value in rows]
    return "\n".join(lines)
