"""Typed columns as records: what each holds, with its figures."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from justright.data.facts import figures
from justright.data.kind import Understood
from justright.kinds import Column, ColumnRole


def described(
    typed: Mapping[str, Understood], roles: Mapping[str, ColumnRole]
) -> tuple[Column, ...]:
    """Typed columns with their roles and figures, in the same order.

    Args:
        typed: Name to typed column.
        roles: Roles of the columns that have one; the others are inputs, if not excluded.

    Example:
        >>> from justright.data.kind import understand
        >>> described({"x": understand(pl.Series("x", [1.5, 2.5]))}, {})[0].role
        'input'
    """

    def one(name: str) -> Column:
        found = typed[name]
        return _described(found, "excluded" if found.excluded else roles.get(name, "input"))

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return tuple(pool.map(one, typed))


def _described(found: Understood, role: ColumnRole) -> Column:
    return Column(
        name=found.cells.name,
        kind=found.kind,
        role=role,
        reason=found.reason,
        date_formats=found.date_formats,
        decimal_mark=found.decimal_mark,
        unit=found.unit,
        merged=found.merged,
        **figures(found.cells, found.kind),
    )
