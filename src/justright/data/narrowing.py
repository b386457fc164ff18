"""What kind of number the target is, by the development rows alone.

Numbers above 0 that spread over less than a factor of ten stay a regression: a softplus at the
output scored the same there, and now and then died at a rate at which a plain output learned.
"""

from dataclasses import replace

import polars as pl

from justright.data.facts import sample, spread
from justright.data.schema import Prepared
from justright.kinds import LogEntry, Rows, Task
from justright.kinds.task import WIDE

_NEAR = 0.1  # how near to 0 and to 1 shares must come to be bounded by nature (house convention)
_OVERRULE = "(overrule: --task regression)"


def narrowed(prepared: Prepared, rows: Rows) -> Prepared:
    """A regression as a bounded or positive task, where the numbers of some rows ask for it.

    Args:
        prepared: The typed table.
        rows: Development rows; the test part has no say.

    Returns:
        The same table with the narrower task, or itself.

    Example:
        >>> import numpy as np
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(40)], "y": [n / 39 for n in range(40)]}
        >>> prepared = schema.prepare(read.read(frame), "y")
        >>> narrowed(prepared, np.arange(40)).schema.task.kind
        'bounded'
    """
    task = prepared.schema.task
    if task.kind != "regression":
        return prepared
    found = _narrow(prepared.frame[task.target][rows], task)
    if found == task:
        return prepared
    action = f"took {task.target!r} for a {found.kind} task"
    line = LogEntry(
        room="data", subject="target", action=action, reason=found.reason, count=len(rows)
    )
    log = tuple(line if entry.subject == "target" else entry for entry in prepared.log)
    return replace(prepared, schema=replace(prepared.schema, task=found), log=log)


def _narrow(cells: pl.Series, task: Task) -> Task:
    low, high = float(cells.min()), float(cells.max())  # type: ignore[arg-type]
    if 0 <= low <= _NEAR and 1 - _NEAR <= high <= 1:
        reason = f"{cells.n_unique():,} different numbers that fill 0 to 1 {_OVERRULE}"
        return replace(task, kind="bounded", low=0.0, high=1.0, reason=reason)
    if low > 0 and (times := spread(sample(cells).to_numpy())) > WIDE:
        reason = f"all numbers above 0, over a factor of {times:.3g} {_OVERRULE}"
        return replace(task, kind="positive", reason=reason)
    return task
