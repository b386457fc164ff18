"""What a search for leaks looks at: one target, and the inputs as numbers."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from justright.data.facts import sampled_rows
from justright.data.schema import Prepared
from justright.kinds import ColumnKind, Finding, Rows, Severity

SAMPLE_ROWS = 5_000  # rows looked at: a share of 0.99 is known to ± 0.003 from them (binomial)
MIN_ROWS = 40  # fewer tell nothing about a score of 0.99 (house limit)
_ORDERED: tuple[ColumnKind, ...] = ("number", "date")

Cells = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input column as numbers.

    Attributes:
        name: As in the file.
        kind: What it holds.
        cells: Numbers, codes of words from 0, or NaN where missing; shape (rows,).
    """

    name: str
    kind: ColumnKind
    cells: Cells

    @property
    def is_ordered(self) -> bool:
        """Whether its numbers count or measure, rather than name."""
        return self.kind in _ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One target column on the sampled rows.

    Attributes:
        name: As in the file.
        values: Numbers, or codes of classes from 0; shape (rows,).
        is_class: Whether they are codes.
        places: Row numbers in the file, rising; shape (rows,).
        inputs: The columns to predict it from.
    """

    name: str
    values: Cells
    is_class: bool
    places: Rows
    inputs: tuple[Input, ...]


def goals(prepared: Prepared, rows: Rows) -> tuple[Goal, ...]:
    """Every target that is one number or one class, with the inputs on a sample of the rows.

    Args:
        prepared: The table.
        rows: Development rows, rising.

    Returns:
        One for each target column; of classes, all are sampled alike.

    Example:
        >>> from justright.data import read, schema
        >>> frame = {"x": [n * n for n in range(20)], "y": ["a", "b"] * 10}
        >>> goals(schema.prepare(read.read(frame), "y"), np.arange(20))[0].values[:4]
        array([0., 1., 0., 1.])
    """
    found = []
    for name in prepared.schema.task.columns:
        cells = prepared.frame[name]
        if isinstance(cells.dtype, pl.List | pl.Array):
            continue
        is_class = not prepared.schema.task.is_numeric
        own = rows[cells[rows].is_not_null().to_numpy()]
        values = _codes(cells[own]) if is_class else _floats(cells[own])
        drawn = _drawn(values, is_class)
        places = own[drawn]
        found.append(
            Goal(
                name=name,
                values=values[drawn],
                is_class=is_class,
                places=places,
                inputs=tuple(
                    Input(name=c.name, kind=c.kind, cells=_numbers(prepared.frame[c.name][places]))
                    for c in prepared.schema.inputs
                    if c.kind != "image" and c.kind != "text"
                ),
            )
        )
    return tuple(found)


def warning(
    check: str, sign: str, meaning: str, *, drop: Sequence[str], **numbers: float
) -> Finding:
    """A finding about columns that give the target away.

    Args:
        check: Id of the check.
        sign: What was seen, with figures.
        meaning: What it means.
        drop: The columns to leave out if it is so; the first is the one concerned.
        **numbers: The figures, by name.
    """
    return Finding(
        check=check,
        severity=Severity.WARN,
        sign=sign,
        meaning=meaning,
        remedy=dropped(drop),
        column=drop[0],
        numbers=numbers,
    )


def dropped(names: Sequence[str]) -> str:
    """What leaves columns out, to paste behind a command.

    Example:
        >>> dropped(["a", "b c"]), dropped(["-x"])
        ("--drop a 'b c'", '--drop=-x')
    """
    plain = [name for name in names if not name.startswith("-")]
    words = ["--drop", *plain] if plain else []
    return shlex.join([*words, *(f"--drop={name}" for name in names if name.startswith("-"))])


def ordered_by(name: str) -> str:
    """What orders the rows by a column, to paste behind a command.

    Example:
        >>> ordered_by("day")
        '--order day'
    """
    return shlex.join([f"--order={name}"] if name.startswith("-") else ["--order", name])


def _drawn(values: Cells, is_class: bool) -> Rows:
    """Rows of the sample; of rare classes all, of others as many each."""
    if not is_class or len(values) <= SAMPLE_ROWS:
        return sampled_rows(len(values), SAMPLE_ROWS)
    classes = [np.flatnonzero(values == code) for code in np.unique(values)]
    each = SAMPLE_ROWS // len(classes)
    return np.sort(np.concatenate([c[sampled_rows(len(c), max(1, each))] for c in classes]))


def _numbers(cells: pl.Series) -> Cells:
    if cells.dtype == pl.String:
        return _codes(cells)
    return _floats(cells.cast(pl.Int64) if cells.dtype == pl.Datetime else cells)


def _codes(cells: pl.Series) -> Cells:
    return _floats(cells.cast(pl.String).rank("dense")) - 1


def _floats(cells: pl.Series) -> Cells:
    floats = cells.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.asarray(floats, dtype=np.float64)
