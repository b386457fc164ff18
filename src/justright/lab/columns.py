"""Runs as columns, which is how the page and files keep thousands of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from justright.lab.rows import FIGURES, RunRow

#: Columns that every run has.
FIELDS: tuple[str, ...] = (
    *("id", "uid", "name", "project", "kind", "parent", "group", "state", "created", "seconds"),
    *("n_steps", "source", "tags", "pinned", "colour"),
)
MOST_COLUMNS = 1_000  # of settings, summaries and figures each (house convention)


def columns(rows: Sequence[RunRow], *, all_figures: bool = False) -> dict[str, list[Any]]:
    """Runs as columns of equal length; None where a run has nothing.

    Args:
        rows: The runs.
        all_figures: Also figures of metrics with "/" in their names: those of single layers.

    Example:
        >>> columns([])["id"]
        []
    """
    found: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in FIELDS}
    found |= _spread("config.", [row.config for row in rows])
    found |= _spread("summary.", [row.summary for row in rows])
    figures = [row.figures for row in rows]
    names = dict.fromkeys(
        name for each in figures for name in each if all_figures or "/" not in name
    )
    for name in list(names)[:MOST_COLUMNS]:
        column = [each.get(name) for each in figures]
        for word, place in FIGURES.items():
            found[f"{word}.{name}"] = [getattr(one, place, None) for one in column]
    return found


def _spread(prefix: str, values: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Mappings as columns."""
    names = list(dict.fromkeys(name for each in values for name in each))[:MOST_COLUMNS]
    return {prefix + name: [each.get(name) for each in values] for name in names}


def plain(row: RunRow, shown: Callable[[str], str] = str) -> dict[str, Any]:
    """One run as plain values.

    Args:
        row: The run.
        shown: How its paths are shown.
    """
    found: dict[str, Any] = {name: getattr(row, name) for name in FIELDS}
    found |= {"ended": row.ended, "command": row.command, "design": row.design, "data": row.data}
    found |= {"config": row.config, "summary": row.summary, "source": shown(row.source)}
    found["figures"] = {
        name: {word: getattr(one, place) for word, place in FIGURES.items()} | {"n": one.n}
        for name, one in row.figures.items()
    }
    return found


def chosen(rows: Iterable[RunRow], project: str | None) -> list[RunRow]:
    """The runs of one project; of all where none is named."""
    return [row for row in rows if project is None or row.project == project]
