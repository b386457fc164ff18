"""The table of runs: read, filtered, edited."""

from typing import Annotated

import msgspec
from msgspec import Meta

from justright.errors import LabError
from justright.lab.columns import chosen, columns
from justright.lab.rows import RunRow
from justright.lab.web.call import Call, Content
from justright.lab.web.curves import Number, Numbers
from justright.lab.where import select

Word = Annotated[str, Meta(min_length=1, max_length=200)]
Name = Annotated[str, Meta(max_length=400)]
#: A colour, or nothing for the one by the run's number.
Colour = Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$")]
MOST_LIST = 150_000  # characters of numbers in an address: those of 20,000 runs


class RunsAsked(msgspec.Struct, frozen=True):
    """Which runs: of a project, above a number, or those named (numbers with commas)."""

    project: Name | None = None
    since: Number = 0
    ids: Annotated[str, Meta(pattern=r"^(\d{1,15}(,\d{1,15})*)?$", max_length=MOST_LIST)] | None = (
        None
    )
    figures: Annotated[str, Meta(pattern="^(all)?$")] = ""


class FilterAsked(msgspec.Struct, frozen=True):
    """A filter expression, a text that stands in the run, a project."""

    where: Annotated[str, Meta(max_length=2_000)] = ""
    text: Name = ""
    project: Name | None = None


class ProjectAsked(msgspec.Struct, frozen=True):
    """A project."""

    project: Name | None = None


class RunsEdited(msgspec.Struct, frozen=True):
    """Changes to several runs."""

    ids: Numbers
    tag: Annotated[list[Word], Meta(max_length=50)] = []
    untag: Annotated[list[Word], Meta(max_length=50)] = []
    pin: bool | None = None
    colour: Colour | None = None


class RunsRemoved(msgspec.Struct, frozen=True):
    """Runs to remove, with their members."""

    ids: Numbers


def numbers(text: str) -> list[int]:
    """Numbers out of an address.

    Example:
        >>> numbers("3,1")
        [3, 1]
    """
    return [int(word) for word in text.split(",") if word]


def runs(call: Call) -> Content:
    """Runs as columns."""
    asked: RunsAsked = call.query
    all_figures = asked.figures == "all"
    if asked.ids is None:
        key = ("runs", asked.project, asked.since, all_figures)
        body = call.site.kept.made(
            key,
            lambda cursor, rows: _body(
                cursor, [row for row in chosen(rows, asked.project) if row.id > asked.since],
                all_figures,
            ),
        )  # fmt: skip
        return Content(body=body)
    cursor = call.site.store.cursor()
    rows = call.site.store.runs(ids=numbers(asked.ids), project=asked.project, since=asked.since)
    return Content(body=_body(cursor, rows, all_figures))


def _body(cursor: object, rows: list[RunRow], all_figures: bool) -> bytes:
    found = columns(rows, all_figures=all_figures)
    return msgspec.json.encode({"cursor": cursor, "n": len(rows), "columns": found})


def filtered(call: Call) -> object:
    """Numbers of the runs for which an expression holds, and which have a text in them."""
    asked: FilterAsked = call.query
    rows = select(asked.where, chosen(call.site.kept.rows()[1], asked.project))
    text = asked.text.strip().lower()
    return {"ids": [row.id for row in rows if not text or text in _words(row)]}


def _words(row: RunRow) -> str:
    """All that is written about a run, in small letters."""
    told = [row.name, row.uid, row.kind, row.group, row.state, row.source, *row.tags]
    told += [f"{name}={value}" for name, value in row.config.items()]
    return "\n".join(told).lower()


def metrics(call: Call) -> object:
    """Metrics and how many runs have them."""
    project: str | None = call.query.project
    ids = None if project is None else [row.id for row in chosen(call.site.kept.rows()[1], project)]
    return [{"name": one.name, "n_runs": one.n_runs} for one in call.site.store.metrics(ids)]


def edit(call: Call) -> object:
    """Tag, pin and paint runs."""
    asked: RunsEdited = call.body
    store = call.site.store
    # Only runs that are there: a tag on nothing would stay for a run to come.
    ids = [row.id for row in store.runs(ids=asked.ids)]
    if not ids:
        raise LabError("none of these runs is there", "numbers of runs", try_="GET /api/runs")
    if asked.tag or asked.untag:
        store.tag(ids, asked.tag, asked.untag)
    if asked.pin is not None:
        store.pin(ids, asked.pin)
    if asked.colour is not None:
        for run in ids:
            store.paint(run, asked.colour)
    return {"ids": ids}


def remove(call: Call) -> object:
    """Remove runs and their members."""
    return {"removed": call.site.store.remove(call.body.ids)}
