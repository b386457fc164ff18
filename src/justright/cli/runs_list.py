"""`justright runs list`: which runs there are."""

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from justright.cli.arguments import at_least_one
from justright.cli.runs_place import add_verb, opened
from justright.cli.runs_table import cell, reader, show_table

if TYPE_CHECKING:
    from justright.lab.rows import RunRow

#: Columns where none are asked for; after them come the commonest of the summaries.
COLUMNS = ("uid", "name", "kind", "state", "created", "seconds")
N_SUMMARIES = 3
#: Runs where no limit is given.
LIMIT = 30


def arguments(verbs: Any) -> None:
    """Declare the verb."""
    parser = add_verb(verbs, "list", "list the runs, the newest first", run)
    parser.add_argument(
        "--where", metavar="EXPR", default="", help="only those, such as 'depth > 2 and rmse < 3'"
    )
    parser.add_argument("--project", metavar="P", help="only those of this project")
    parser.add_argument("--all", action="store_true", help="the networks inside of fits too")
    parser.add_argument(
        "--sort", metavar="COL", help="by this column, the least first (default: the newest first)"
    )
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument(
        "--limit", metavar="N", type=at_least_one, default=LIMIT, help=f"default: {LIMIT}"
    )
    parser.add_argument(
        "--columns",
        metavar="COL",
        nargs="+",
        help="what to show: name, kind, tags, config.depth, summary.rmse, min.train_loss ...",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with all columns")


def run(options: argparse.Namespace) -> int:
    """Choose, sort and print."""
    from justright.lab.where import select

    with opened(options) as store:
        rows = store.runs(project=options.project)
    there = [row for row in rows if options.all or row.kind != "member"]
    found = select(options.where, there)
    shown = _sorted(found, options.sort, reverse=options.reverse)[: options.limit]
    if options.json:
        print(_json(shown))
        return 0
    names = options.columns or [*COLUMNS, *_summaries(shown), "tags"]
    cells = _columns(names, there)
    show_table([_short(name) for name in names], [[one(row) for one in cells] for row in shown])
    _say_rest(len(shown), len(found), n_hidden=len(rows) - len(there))
    return 0


def _sorted(rows: list["RunRow"], name: str | None, *, reverse: bool) -> list["RunRow"]:
    """By a column, those without it at the end; without one, the newest first."""
    if name is None:
        return sorted(rows, key=lambda row: (row.created, row.id), reverse=not reverse)
    read = reader(name, rows)
    having = [row for row in rows if read(row) is not None]
    mixed = len({isinstance(read(row), str) for row in having}) > 1

    def key(row: "RunRow") -> Any:
        return str(read(row)) if mixed else read(row)

    lacking = [row for row in rows if read(row) is None]
    return [*sorted(having, key=key, reverse=reverse), *lacking]


def _columns(names: Iterable[str], rows: Sequence["RunRow"]) -> list[Any]:
    """A function from a run to a cell, for each column."""

    def cell_of(name: str) -> Any:
        read = reader(name, rows)
        return lambda row: cell(name, read(row))

    return [cell_of(name) for name in names]


def _summaries(rows: Sequence["RunRow"]) -> list[str]:
    """The numbers that most runs came to, without the ends of intervals."""
    from collections import Counter

    counted = Counter(
        name
        for row in rows
        for name, value in row.summary.items()
        if isinstance(value, float) and not name.endswith((".low", ".high")) and name != "seconds"
    )
    return [f"summary.{name}" for name, _ in counted.most_common(N_SUMMARIES)]


def _short(name: str) -> str:
    return name.removeprefix("summary.").removeprefix("config.")


def _json(rows: Sequence["RunRow"]) -> str:
    from justright.cli.machine import text
    from justright.lab.export import fields

    found = fields(rows)
    return text([dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)])


def _say_rest(n_shown: int, n_found: int, *, n_hidden: int) -> None:
    """What is not in the list, on stderr, where it disturbs no other tool."""
    import sys

    if n_shown < n_found:
        print(f"{n_shown} of {n_found:,}: --limit {n_found} shows all", file=sys.stderr)
    if not n_found and not n_hidden:
        print("no runs", file=sys.stderr)
    if n_hidden:
        print(f"without {n_hidden:,} inside of others: --all lists them too", file=sys.stderr)
