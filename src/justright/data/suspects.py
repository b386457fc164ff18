"""What looks wrong in the development rows: columns that give the target away, and the like."""

from justright.data.gaps import gaps
from justright.data.goals import Goal, goals
from justright.data.leaks import row_order, single_columns, told_by_target
from justright.data.neighbours import neighbours
from justright.data.schema import Prepared
from justright.data.sums import sums
from justright.kinds import Finding, Rows

MAX_GOALS = 8  # targets of one table that are looked at, the first ones: each takes its time


def suspects(prepared: Prepared, rows: Rows) -> tuple[Finding, ...]:
    """Look for leaks and gaps in the development rows. Nothing is left out: the user decides.

    Args:
        prepared: The table.
        rows: Development rows, rising. No other row is looked at.

    Returns:
        Findings, the most certain first; a column is named once for each target.

    Example:
        >>> import numpy as np
        >>> from justright.data import read, schema
        >>> rows = range(60)
        >>> frame = {"a": [n * 37 % 11 for n in rows], "b": [n * 23 % 7 for n in rows]}
        >>> frame["y"] = [a + b for a, b in zip(frame["a"], frame["b"])]
        >>> prepared = schema.prepare(read.read(frame), "y", task="regression")
        >>> [found.check for found in suspects(prepared, np.arange(60))]
        ['leak-sum']
    """
    found: list[Finding] = []
    keys = [column.name for column in prepared.schema.columns if column.kind == "id"]
    for goal in goals(prepared, rows)[:MAX_GOALS]:
        found += _of(goal)
        if goal.inputs and prepared.schema.order is None and prepared.schema.group is None:
            by_row = row_order(goal, keys)
            found += [] if by_row is None else [by_row]
    if not any(one.check == "row-order" for one in found):  # which says it, and more
        alike = neighbours(prepared, rows)
        found += [] if alike is None else [alike]
    empty = gaps(prepared.frame[rows], prepared.schema)
    return (*found, *([] if empty is None else [empty]))


def _of(goal: Goal) -> list[Finding]:
    """A sum first: its parts are good alone too, and need no second word."""
    found: list[Finding] = []
    named: set[str | None] = set()
    if (summed := sums(goal)) is not None:
        found.append(summed[0])
        named |= summed[1]
    for one in (*single_columns(goal), *told_by_target(goal)):
        if one.column not in named:
            named.add(one.column)
            found.append(one)
    return found
