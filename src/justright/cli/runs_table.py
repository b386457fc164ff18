"""How runs are printed: tables, cells, and what a column is."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from justright.cli.runs_place import UID, printable

if TYPE_CHECKING:
    from rich.table import Table

    from justright.lab.rows import RunRow


def show_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows: as a table on a terminal, else with tabs between the cells, for other tools.

    Args:
        head: What the columns are called.
        rows: A cell a column each.
    """
    if not sys.stdout.isatty():
        for row in filter(None, (head, *rows)):
            print("\t".join(_one_line(cell) for cell in row))
        return
    from rich.console import Console
    from rich.text import Text

    table = _table(heading=bool(head))
    for name in head:
        table.add_column(Text(printable(name)), no_wrap=name == "uid", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console(highlight=False).print(table)


def _table(*, heading: bool) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(box=SIMPLE_HEAD if heading else None, pad_edge=False, show_header=heading)


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def cell(name: str, value: Any) -> str:
    """A value as it is read by people."""
    from justright.cli.screen import number

    if value is None:
        return "-"
    if name == "uid":
        return str(value)[:UID]
    if name in ("created", "ended"):
        return datetime.fromtimestamp(value).astimezone().strftime("%Y-%m-%d %H:%M")
    if name == "seconds":
        return span(value)
    if isinstance(value, tuple):
        return " ".join(value)
    return number(value) if isinstance(value, float) else str(value)


def span(seconds: float) -> str:
    """How long something took.

    Example:
        >>> [span(seconds) for seconds in (0.25, 75.0, 7_200.0)]
        ['0.2 s', '1 min 15 s', '2 h 0 min']
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def reader(name: str, rows: Sequence["RunRow"]) -> "Callable[[RunRow], Any]":
    """How a column is read; refused where no run has it."""
    from justright.lab.where import FIELDS, reader_of, select

    read = reader_of(name)
    if name not in FIELDS and all(read(row) is None for row in rows):
        select('"' + name.replace('"', "") + '" = none', rows)  # says which names are near
    return read
