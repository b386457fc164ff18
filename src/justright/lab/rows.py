"""What the store hands back: frozen records, a noun each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: What a run is configured with, or comes to.
Setting = bool | int | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The curve of one metric in four numbers; None where no value was finite.

    Attributes:
        last: The newest value.
        low: The lowest.
        high: The highest.
        n: Values, also those that are not finite.
    """

    last: float | None
    low: float | None
    high: float | None
    n: int


#: What users call the figures of a metric, and where they stand in the record.
FIGURES = {"last": "last", "min": "low", "max": "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run, without its curves.

    Attributes:
        id: Its number in this file.
        uid: Its name in the world: 12 hexadecimal digits.
        project: The project.
        kind: "fit", "member", "question", "check", "watch", "own", "play" or "import".
        name: Its name.
        parent: Uid of the run that it belongs to; empty for none.
        group: What it is among its parent's; empty for nothing.
        state: "running", "finished", "failed", "interrupted" or "killed".
        created: When it began, in seconds since 1970.
        ended: When it ended; None while it runs.
        source: File that it is about: a table, a script.
        command: The command line that repeats it.
        n_steps: The highest step.
        config: Settings by name.
        summary: What it came to, by name.
        tags: Tags, in order.
        pinned: Whether it stays on top.
        colour: Its colour, as "#rrggbb"; empty for one by its number.
        design: Key of its design; empty for none.
        data: Fingerprint of its data; empty for none.
        figures: Its curves in four numbers, by metric.
    """

    id: int
    uid: str
    project: str
    kind: str
    name: str
    parent: str
    group: str
    state: str
    created: float
    ended: float | None
    source: str
    command: str
    n_steps: float
    config: Mapping[str, Setting]
    summary: Mapping[str, Setting]
    tags: tuple[str, ...] = ()
    pinned: bool = False
    colour: str = ""
    design: str = ""
    data: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """How long it ran; None while it runs, or where nobody knows."""
        return None if self.ended is None else self.ended - self.created


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One metric, and how many runs have it."""

    id: int
    name: str
    n_runs: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One metric of one run, by rising step.

    Attributes:
        steps: Shape (points,).
        seconds: Seconds since the run began, shape (points,).
        values: Shape (points,); NaN where a value was not a number.
    """

    steps: NDArray[np.float64]
    seconds: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One thing that happened.

    Attributes:
        id: Its number.
        at: When, in seconds since 1970.
        kind: "finding", "logbook", "record", "reply", "diagnosis", "stage", "say", "warn".
        data: What.
    """

    id: int
    at: float
    kind: str
    data: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """One note of the user's."""

    id: int
    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactRow:
    """One file that a run left behind.

    Attributes:
        path: Where it lay, as an absolute path.
        sha256: Its contents' hash, in hexadecimal; empty for a folder.
        n_bytes: Its size.
    """

    path: str
    sha256: str
    n_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """A layout or a report that was kept.

    Attributes:
        name: Its name.
        kind: "workspace", "report", "play".
        body: What the page put there.
        at: When, in seconds since 1970.
    """

    name: str
    kind: str
    body: Any
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a reader has read."""

    block: int = 0
    event: int = 0
    edit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What is new since a cursor.

    Attributes:
        cursor: The cursor to ask with next.
        runs: Numbers of runs with new points, events, or another row; a removed one too.
        metrics: Metrics with new points.
    """

    cursor: Cursor
    runs: tuple[int, ...]
    metrics: tuple[str, ...]
