"""`justright runs show` and `compare`: one run, and several beside each other."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from justright.cli.runs_place import add_verb, named, opened, printable, title
from justright.cli.runs_table import cell, show_table

if TYPE_CHECKING:
    from justright.lab import Store
    from justright.lab.rows import RunRow

#: Runs that can be compared.
FEWEST, MOST = 2, 5
#: Events that are read as lines of a log.
_LOG = ("logbook", "say", "warn", "stage")
#: What each finding shows of itself.
_FINDING = ("severity", "sign", "remedy")


def arguments(verbs: Any) -> None:
    """Declare the verbs."""
    one = add_verb(verbs, "show", "show a run: config, scores, curves, findings, notes", show)
    one.add_argument("name", metavar="RUN", help="its number, the beginning of its uid, or a name")
    one.add_argument("--json", action="store_true", help="print JSON")
    several = add_verb(verbs, "compare", "show in what runs differ", compare)
    several.add_argument("names", metavar="RUN", nargs="+", help=f"{FEWEST} to {MOST} of them")
    several.add_argument("--json", action="store_true", help="print JSON")


def show(options: argparse.Namespace) -> int:
    """Print one run."""
    with opened(options) as store:
        row = store.run(options.name)
        if options.json:
            _print_json(_plain(store, row))
            return 0
        print(title(row))
        for name, value in _head(row):
            print(f"  {name:<9}{printable(value)}")
        for heading, values in (("config", row.config), ("summary", row.summary)):
            if values:
                print(f"\n{heading}")
                show_table((), [(name, cell(name, value)) for name, value in values.items()])
        if row.figures:
            print("\ncurves")
            show_table(("metric", "last", "least", "most", "points"), list(_curves(row)))
        for heading, lines in _texts(store, row):
            if lines:
                print(f"\n{heading}")
                print("\n".join(f"  {printable(line)}" for line in lines))
    return 0


def compare(options: argparse.Namespace) -> int:
    """Print in what several runs differ."""
    with opened(options) as store:
        rows = named(store, options.names)
        if not FEWEST <= len(rows) <= MOST:
            options.refuse(f"{FEWEST} to {MOST} different runs, not {len(rows)}")
        parts = {
            "config": _differences([_levers(store, row) for row in rows]),
            "summary": _differences([row.summary for row in rows]),
            "findings": _differences([_findings(store, row) for row in rows]),
        }
    if options.json:
        runs = [{"uid": row.uid, "name": row.name} for row in rows]
        _print_json({"runs": runs, **parts})
        return 0
    for heading, lines in parts.items():
        print(f"{heading}:" if lines else f"{heading}: no difference")
        if lines:
            told = [[name, *(cell(name, value) for value in line)] for name, line in lines.items()]
            show_table(["", *(title(row) for row in rows)], told)
    return 0


def _differences(columns: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The lines in which mappings differ; None where one has no such name.

    Example:
        >>> _differences([{"depth": 2, "seed": 1}, {"depth": 3, "seed": 1}])
        {'depth': [2, 3]}
    """
    names = dict.fromkeys(name for column in columns for name in column)
    lines = {name: [column.get(name) for column in columns] for name in names}
    return {name: line for name, line in lines.items() if any(each != line[0] for each in line)}


def _levers(store: "Store", row: "RunRow") -> dict[str, Any]:
    """The config; the decisions of the design stand in for what it does not name."""
    design = store.design(row.design) if row.design else None
    decided = {each["lever"]: each["value"] for each in (design or {}).get("decisions", ())}
    return {**decided, **row.config}


def _findings(store: "Store", row: "RunRow") -> dict[str, str]:
    """How severe each finding is, by its check and place."""
    found: dict[str, str] = {}
    for event in store.events(row.id, ["finding"]):
        place = event.data.get("layer") or event.data.get("column")
        name = event.data.get("check", "")
        found[f"{name} ({place})" if place else name] = event.data.get("severity", "")
    return found


def _head(row: "RunRow") -> Iterator[tuple[str, str]]:
    for name in ("uid", "project", "kind", "group", "parent", "state", "created", "seconds"):
        value = getattr(row, name)
        if value not in ("", None):
            yield name, row.uid if name == "uid" else cell(name, value)
    for name in ("source", "command"):
        if getattr(row, name):
            yield name, getattr(row, name)
    if row.tags:
        yield "tags", " ".join(row.tags)


def _curves(row: "RunRow") -> Iterator[tuple[str, ...]]:
    for name, figure in sorted(row.figures.items()):
        numbers = (figure.last, figure.low, figure.high)
        yield (name, *(cell(name, number) for number in numbers), f"{figure.n:,}")


def _texts(store: "Store", row: "RunRow") -> Iterator[tuple[str, list[str]]]:
    """What is said in words about a run, by heading."""
    findings = [event.data for event in store.events(row.id, ["finding"])]
    yield "findings", [": ".join(str(one.get(name, "")) for name in _FINDING) for one in findings]
    yield "log", [_line(event.data) for event in store.events(row.id, _LOG)]
    yield "notes", [line for note in store.notes(row.id) for line in note.text.splitlines()]
    yield "files", [file.path for file in store.artifacts(row.id)]
    members = store.runs(parent=row.uid)
    if members:
        what = "1 run" if len(members) == 1 else f"{len(members):,} runs"
        yield "inside", [f"{what}: justright runs list --all --where parent={row.uid}"]


def _line(data: Any) -> str:
    """An event in one line."""
    if isinstance(data, dict):
        return " ".join(str(value) for value in data.values() if isinstance(value, str | int))
    return str(data)


def _plain(store: "Store", row: "RunRow") -> dict[str, Any]:
    """A run with all that is said about it."""
    from justright.lab.columns import plain

    return {
        **plain(row),
        "events": [
            {"at": event.at, "kind": event.kind, "data": event.data}
            for event in store.events(row.id)
        ],
        "notes": [note.text for note in store.notes(row.id)],
        "files": [{"path": f.path, "sha256": f.sha256} for f in store.artifacts(row.id)],
        "members": [each.uid for each in store.runs(parent=row.uid)],
    }


def _print_json(plain: object) -> None:
    from justright.cli.machine import text

    print(text(plain))
