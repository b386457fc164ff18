"""Which settings a score depends on."""

import math
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from justright.errors import LabError
from justright.lab.web.call import Call, Refused
from justright.lab.web.curves import Metric, Number, Numbers
from justright.lab.web.runs import MOST_LIST, numbers
from justright.lab.where import reader_of

Direction = Literal["min", "max"]
#: Settings that are luck, or a name for a choice, or what the budget came to: no levers.
_LUCK = ("seed", "fold", "number", "idea", "steps", "time_s", "choice", "place", "rows")


class ImportanceAsked(msgspec.Struct, frozen=True):
    """A score in an address: a metric or a summary's name, which way is better, the runs."""

    metric: Metric
    direction: Direction = "min"
    ids: Annotated[str, Meta(pattern=r"^(\d{1,15}(,\d{1,15})*)?$", max_length=MOST_LIST)] = ""


class ImportanceBody(msgspec.Struct, frozen=True):
    """The same in a body, for many runs."""

    metric: Metric
    ids: Numbers
    direction: Direction | None = None


class Way(msgspec.Struct, frozen=True):
    """Which way is better, where the body does not say."""

    direction: Direction = "min"


def importance(call: Call) -> object:
    """Settings by the share of the score's spread that each explains."""
    asked: ImportanceAsked = call.query
    return _importance(call, asked.metric, tuple(numbers(asked.ids)), asked.direction)


def importance_of(call: Call) -> object:
    """The same, asked in a body."""
    asked: ImportanceBody = call.body
    direction = asked.direction or call.query.direction
    return _importance(call, asked.metric, tuple(asked.ids), direction)


def _importance(call: Call, metric: str, ids: tuple[Number, ...], direction: Direction) -> object:
    work = call.site.services.importance
    if work is None:
        raise Refused(404, "this lab cannot tell importance", "justright lab", try_="justright lab")
    wanted = set(ids)
    rows = [row for row in call.site.kept.rows()[1] if not ids or row.id in wanted]
    read = reader_of(metric)
    cells = [read(row) for row in rows]
    had = [metric.partition(".")[2] in row.figures or metric in row.figures for row in rows]
    known = [i for i, cell in enumerate(cells) if cell is not None or had[i]]
    if rows and not known:
        raise LabError(
            f"none of the {len(rows):,} runs has {metric!r}", "a metric or a summary of theirs",
            try_="GET /api/metrics",
        )  # fmt: skip
    sign = 1.0 if direction == "min" else -1.0
    scores = tuple(_score(cells[i], sign) for i in known)
    levers = [
        {k: v for k, v in rows[i].config.items() if v is not None and k not in _LUCK} for i in known
    ]
    key = (scores, tuple(tuple(each.items()) for each in levers))
    return call.site.kept.lasting(key, lambda: [dict(one) for one in work(levers, scores)])


def _score(cell: object, sign: float) -> float | None:
    """A score of which less is better; None for a run that has none, as it diverged."""
    if isinstance(cell, int | float) and math.isfinite(cell):
        return sign * float(cell)
    return None
