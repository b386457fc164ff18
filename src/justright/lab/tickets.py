"""What a run hands to the writer, apart from its points: frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from justright.lab.running import Run


@dataclass(frozen=True, slots=True)
class Begin:
    """A run begins."""

    run: "Run"


@dataclass(frozen=True, slots=True)
class Points:
    """Many points at once.

    Attributes:
        steps: Shape (points,).
        seconds: Seconds since the run began, shape (points,).
        names: The metrics.
        values: Shape (metrics, points).
    """

    run: "Run"
    steps: NDArray[np.float64]
    seconds: NDArray[np.float64]
    names: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event."""

    run: "Run"
    kind: str
    data: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Wrote:
    """Something that belongs to a run, as a row of a table.

    Attributes:
        sql: How it is written.
        values: What, without the run's number, which comes first.
    """

    run: "Run"
    sql: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Columns of the run's own row.

    Attributes:
        columns: By name; those that hold JSON as bytes.
        beside: Rows of other tables that they point to: how each is written, and what.
    """

    run: "Run"
    columns: Mapping[str, Any]
    beside: tuple[tuple[str, tuple[Any, ...]], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class End:
    """A run ends."""

    run: "Run"
    state: str
    at: float


Ticket = Begin | Points | Happened | Wrote | Changed | End
#: A point as `Run.log` hands it over: run, step, moment, names, values. It is a plain tuple, as
#: making a record costs as much as all the rest.
Point = tuple["Run", float, float, tuple[str, ...], tuple[Any, ...]]
