"""The lab's face: where runs begin."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from justright.lab.running import Run
from justright.lab.sinks import Sink, Sinks, sinks_of
from justright.lab.writer import Writer, release, writer_of

#: Where runs are kept, below the working folder.
DEFAULT = Path(".justright", "runs.db")
#: Names the file in the place of that; "off" keeps nothing.
VARIABLE = "JUSTRIGHT_LAB"
OFF = "off"


def lab_file(path: str | Path | None = None) -> Path | None:
    """Where runs are kept.

    Args:
        path: The file; None for that of the environment, or the usual one.

    Returns:
        The file; None where nothing is to be kept.

    Example:
        >>> print(lab_file("off"))
        None
    """
    word = str(path if path is not None else os.environ.get(VARIABLE) or DEFAULT)
    return None if word == OFF else Path(word).expanduser()


class Lab:
    """Where runs are kept: one SQLite file.

    Several processes may write to one file at once. Close it, or use it in a `with`; a program
    that ends closes it too.

    Attributes:
        path: The file; None where nothing is kept.
        project: Name of the project of its runs.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, Lab(Path(folder, "runs.db")) as lab:
        ...     with lab.run("first", config={"lr": 0.1}) as run:
        ...         for step in range(3):
        ...             run.log({"loss": 1 / (step + 1)}, step=step)
        ...     lab.flush()
        True
    """

    def __init__(
        self,
        path: str | Path | None = None,
        project: str | None = None,
        sinks: Sequence[str | Sink] | Sinks = (),
    ) -> None:
        """Open it.

        Args:
            path: The file, made where it is not there. None is what `JUSTRIGHT_LAB` names, or
                `.justright/runs.db`; "off" keeps nothing.
            project: Name of the project; None is the working folder's.
            sinks: Where runs go besides: "wandb", "mlflow", "tensorboard", or a sink; or
                `Sinks([...], all_curves=True)`.

        Raises:
            LabError: If the file cannot be used, or a sink's package is not installed.
        """
        self.path = lab_file(path)
        self.project = project or Path.cwd().name or "runs"
        self._sinks = sinks if isinstance(sinks, Sinks) else Sinks(sinks_of(sinks))
        self._writer: Writer | None = None
        if self.path is not None:
            self._writer = writer_of(self.path)
            _hide(self.path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def trouble(self) -> str:
        """Why nothing is kept now, or not everywhere; empty while all is well."""
        kept = "" if self._writer is None else self._writer.trouble
        return kept or self._sinks.trouble

    def run(
        self,
        name: str = "",
        config: Mapping[str, Any] | None = None,
        *,
        kind: str = "own",
        parent: str | Run | None = None,
        group: str = "",
        tags: Sequence[str] = (),
        source: str = "",
        command: str = "",
        notes: str = "",
        created: float | None = None,
    ) -> Run:
        """Begin a run.

        Args:
            name: Its name; empty for one by its kind and uid.
            config: Settings by name; nested ones get dots.
            kind: "own" for a loop of your own.
            parent: The run that it belongs to, or its uid.
            group: What it is among its parent's.
            tags: Words to find it by.
            source: File that it is about.
            command: The command line that repeats it.
            notes: A note, in Markdown.
            created: When it began, in seconds since 1970; None for now.
        """
        run = Run(
            self._writer,
            project=self.project,
            name=name,
            config=config or {},
            kind=kind,
            parent=parent.uid if isinstance(parent, Run) else parent or "",
            group=group,
            source=source,
            command=command,
            created=created,
            listener=self._sinks if self._sinks else None,
        )
        run.tag(*tags)
        if notes:
            run.note(notes)
        return run

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until all that was logged is in the file.

        Returns:
            Whether it is.
        """
        return self._writer is None or self._writer.flush(timeout_s)

    def close(self) -> None:
        """Write what waits, and close the file if nobody else in the process uses it.

        Sinks get a minute to take in what waits for them.
        """
        if self._writer is not None:
            self._writer.flush()
            release(self._writer)
            self._writer = None
        self._sinks.close()


def _hide(folder: Path) -> None:
    """Keep our own folder out of the user's commits."""
    mark = folder / ".gitignore"
    if folder.name == DEFAULT.parent.name and not mark.exists():
        mark.write_text("*\n", encoding="utf-8")


_default: dict[Path | None, Lab] = {}


def run(name: str = "", config: Mapping[str, Any] | None = None, **more: Any) -> Run:
    """Begin a run in the usual lab: `.justright/runs.db`, or what `JUSTRIGHT_LAB` names.

    Args:
        name: Its name.
        config: Settings by name.
        more: As `Lab.run` takes them.

    Raises:
        LabError: If the file cannot be used.
    """
    path = lab_file()
    path = None if path is None else path.absolute()
    if path not in _default:
        _default[path] = Lab(path or OFF)
    return _default[path].run(name, config, **more)
