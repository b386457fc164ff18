"""Whether rows resemble their neighbours in the file, as rows in time do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from justright.data.goals import ordered_by
from justright.data.schema import Prepared
from justright.data.target_values import target_values
from justright.kinds import Finding, Rows, Severity

ALIKE, CLEAR = 0.2, 5.0  # autocorrelation and standard errors from which it is said (house)
MAX_ROWS = 100_000  # first rows looked at: a correlation is then known to 0.003
RISING = 0.9  # rank correlation of a date with the row number where the file lies in time (house)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike the targets of neighbouring rows are.

    Attributes:
        autocorrelation: Rank correlation of the target from one row to the next, -1 to 1; of
            classes, the mean over them.
        z: The same in standard errors of rows that do not depend on each other.
    """

    autocorrelation: float = 0.0
    z: float = 0.0


def likeness(prepared: Prepared, rows: Rows) -> Likeness:
    """Measure how alike the targets of neighbouring rows are, in the order of the file.

    Only rows that follow each other directly count, and copies of the row before do not.

    Args:
        prepared: The table.
        rows: Development rows, rising. No other row is looked at.

    Returns:
        Zeros for rankings, whose rows lie query by query, and where no two rows are neighbours.

    Source:
        The lag-one rank serial correlation of Wald and Wolfowitz 1943,
        https://doi.org/10.1214/aoms/1177731358

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * 37 % 64 / 2 for n in range(64)], "y": [n % 16 for n in range(64)]}
        >>> prepared = schema.prepare(read.read(frame), "y", task="regression")
        >>> round(likeness(prepared, np.arange(64)).autocorrelation, 2)
        0.7
    """
    schema, rows = prepared.schema, rows[:MAX_ROWS]
    if schema.task.kind == "ranking" or len(rows) < 2:
        return Likeness()
    names = [*(column.name for column in schema.inputs), *schema.task.columns]
    frame = prepared.frame[rows]
    cells = frame.select(names).hash_rows(seed=0).to_numpy()
    pairs = np.flatnonzero((np.diff(rows) == 1) & (cells[1:] != cells[:-1]))
    values = _centred(target_values(frame, schema.task), is_class=schema.task.is_classification)
    spread = float((values**2).sum()) / len(values)
    if not len(pairs) or not spread > 0:
        return Likeness()
    found = float((values[pairs] * values[pairs + 1]).sum()) / len(pairs) / spread
    return Likeness(autocorrelation=found, z=found * float(np.sqrt(len(pairs))))


def _centred(values: NDArray[np.generic], *, is_class: bool) -> NDArray[np.float64]:
    """Ranks of numbers, or a column for each class, with mean 0 and shape (rows, columns)."""
    if is_class:
        columns = np.eye(int(values.max()) + 1)[values.astype(np.int64)]
    else:
        columns = rankdata(values.reshape(len(values), -1), axis=0)
        columns = columns / len(values)
    return np.asarray(columns - columns.mean(axis=0))


def neighbours(prepared: Prepared, rows: Rows) -> Finding | None:
    """Flag rows that resemble their neighbours, where no order and no group is named.

    Args:
        prepared: The table.
        rows: Development rows, rising.

    Returns:
        A finding; a warning where a date column rises or falls with the rows.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * 37 % 64 / 2 for n in range(64)], "y": [n % 16 for n in range(64)]}
        >>> prepared = schema.prepare(read.read(frame), "y", task="regression")
        >>> neighbours(prepared, np.arange(64)).check
        'neighbours'
    """
    schema = prepared.schema
    if schema.order is not None or schema.group is not None or schema.image is not None:
        return None
    found = likeness(prepared, rows)
    if found.autocorrelation < ALIKE or found.z < CLEAR:
        return None
    dates = (column.name for column in schema.inputs if column.kind == "date")
    date = next((name for name in dates if _rises(prepared, rows, name)), None)
    elsewhere = (
        "--order COLUMN if the rows lie in time, --group COLUMN if neighbours come from one source,"
        " and nothing where the file is merely sorted"
    )
    return Finding(
        check="neighbours",
        severity=Severity.NOTE if date is None else Severity.WARN,
        sign=f"rows resemble their neighbours: from one row to the next {schema.task.target!r} has"
        f" a rank correlation of {found.autocorrelation:.2f}, {found.z:.0f} standard errors",
        meaning="a shuffled split puts neighbours on both sides: the score flatters, where new"
        " rows will have none among the old",
        remedy=elsewhere
        if date is None
        else f"{ordered_by(date)}, if later rows are to be predicted from earlier ones",
        column=date,
        numbers={"autocorrelation": found.autocorrelation, "z": found.z},
    )


def _rises(prepared: Prepared, rows: Rows, name: str) -> bool:
    """Whether a date rises or falls with the row number."""
    cells = prepared.frame[name][rows[:MAX_ROWS]]
    places = np.flatnonzero(cells.is_not_null().to_numpy())
    if len(places) < 2:
        return False
    ranks = cells.drop_nulls().rank().to_numpy()
    if np.ptp(ranks) == 0:
        return False
    return bool(abs(np.corrcoef(ranks, places)[0, 1]) >= RISING)
