"""MLflow's words for a run, in ours."""

import ast
from collections.abc import Mapping
from typing import NamedTuple

from justright.lab.past.run import PastRun, Points
from justright.lab.rows import Setting

#: What MLflow, and our sink, write among the user's tags.
_OWN = ("mlflow.", "justright.")
_PARENT, _NOTE, _NAME = "mlflow.parentRunId", "mlflow.note.content", "mlflow.runName"
#: What our own sink puts before words of the summary.
_SUMMARY = "summary."
#: A tag of MLflow has a value; one that is only a word has none, or one of these.
_WORDS = ("", "true", "True")
_STATES = {"FINISHED": "finished", "FAILED": "failed", "KILLED": "interrupted"}


class Terms(NamedTuple):
    """A run's row.

    Attributes:
        key: Its id.
        name: Its name.
        status: As MLflow calls it.
        start: When it began, in milliseconds since 1970.
        end: When it ended; None while it runs.
        project: Its experiment.
    """

    key: str
    name: str
    status: str
    start: float
    end: float | None
    project: str


def past_run(
    terms: Terms, params: Mapping[str, str], tags: Mapping[str, str], points: Mapping[str, Points]
) -> PastRun:
    """A run of MLflow as one of ours.

    Args:
        terms: Its row.
        params: By name, as text.
        tags: By name.
        points: By metric.
    """
    users = {name: value for name, value in tags.items() if not name.startswith(_OWN)}
    created = terms.start / 1000
    times = [at for each in points.values() for at in each.times]
    return PastRun(
        origin="mlflow",
        key=terms.key,
        name=terms.name or tags.get(_NAME, "") or terms.key[:8],
        project=terms.project,
        parent=tags.get(_PARENT, ""),
        # One that still runs by MLflow's word ended without a word.
        state=_STATES.get(terms.status, "killed"),
        created=created,
        ended=terms.end / 1000 if terms.end else max([created, *times]),
        config={name: setting(value) for name, value in params.items()},
        summary={
            name.removeprefix(_SUMMARY): value
            for name, value in users.items()
            if value not in _WORDS
        },
        tags=tuple(name for name, value in users.items() if value in _WORDS),
        notes=(tags[_NOTE],) if tags.get(_NOTE) else (),
        curves={name: each.curve(created) for name, each in points.items()},
    )


def setting(text: str) -> Setting:
    """A param's text as what it was: a number, True, False, None; else as it stands.

    Example:
        >>> [setting(text) for text in ("0.1", "3", "True", "None", "adam", "[1, 2]")]
        [0.1, 3, True, None, 'adam', '[1, 2]']
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if value is None or isinstance(value, bool | int | float) else text
