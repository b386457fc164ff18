"""One question about a design, answered by measurement on the user's data."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from operator import index
from typing import Any

from justright.designer.levers import check
from justright.designer.questions import QUESTIONS, Kind, Topic, topic
from justright.errors import BudgetError, DesignError
from justright.kinds import Reply, Value
from justright.recipes.answer import Answer
from justright.recipes.asking import Asking
from justright.recipes.candidates import Choice
from justright.recipes.ground import lay_ground
from justright.recipes.lab_place import Place
from justright.recipes.ledger import opened
from justright.recipes.machine import machine_memory
from justright.recipes.progress import Progress, Silent
from justright.recipes.stop import asked_to_stop
from justright.recipes.stopwatch import Stopwatch
from justright.recipes.wish import Wish, apart

MIN_TIME_S = 2.0  # below it not even a small table is read and one round of networks trained

_FILES: Mapping[Kind, str] = {
    "lever": "lever",
    "any": "any_two",
    "learning-rate": "rate",
    "capacity": "capacity",
    "more-data": "more_data",
    "signal": "signal",
    "features": "features",
    "noise": "noise",
    "why-vanish": "vanish",
}


def ask(
    question: str,
    data: Any,
    target: Any = None,
    *,
    designs: Sequence[Choice] = (),
    values: Sequence[Value] | None = None,
    time_s: float = 60.0,
    seed: int = 0,
    metric: str | None = None,
    design: str | None = None,
    overrides: Mapping[str, Value] | None = None,
    drop: Sequence[str] = (),
    group: str | None = None,
    order: str | None = None,
    task: str | None = None,
    lab: Place = None,
    progress: Progress | None = None,
) -> Answer:
    """Ask one question about the design for a table, and measure the answer.

    Networks that differ in what the question is about, and in nothing else, are trained together
    on the same rows from the same starts, on several validation sets, round by round until the
    answer is clear, or cannot become clear in the time. Rows for the test are put aside first, as
    in `fit`, and are never looked at.

    Args:
        question: "learning-rate", "depth", "dropout", "more-data", ...: `justright ask --list`
            has them all; any lever is one.
        data: A path, a polars or pandas frame, a dict of columns, a 2-D array, or images as
            `fit` takes them.
        target: Name of the column to predict; or the labels of the rows or images. None is
            "label".
        designs: The two designs of "any": levers that are set, or names of designs.
        values: Values of the lever to compare, in place of the usual ones.
        time_s: Time for all of it, in seconds; it ends earlier when the answer is clear.
        seed: Seed of all chance.
        metric: The metric to compare by.
        design: Name of a design to ask about ("realmlp", ...), in place of the rule book's own.
        overrides: Levers to set: the question is then about that design.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split.
        order: Column that orders the rows.
        task: "binary", "multiclass" or "regression", ..., where the guess is wrong.
        lab: Where the question and its networks are kept, as in `fit`; False keeps nothing.
        progress: Who listens, and may ask to stop soon.

    Returns:
        The answer: a sentence, a table, a picture.

    Raises:
        DataError: If the table cannot be used.
        DesignError: If there is no such question, or a lever cannot take a value.
        BudgetError: If the time does not do.

    Example:
        >>> rows = {"x": [i % 20 for i in range(100)], "y": [i % 20 * 2.0 for i in range(100)]}
        >>> found = ask("dropout", rows, "y", values=[0.0, 0.5], time_s=4)
        >>> len(found.reply.effects)
        1
    """
    begin_s = time.monotonic()
    asked = topic(question)
    _refuse_misfit(asked, designs, values, time_s)
    rows, name = apart(data, target)
    wish = Wish(
        data=rows,
        target=name,
        time_s=float(time_s),
        seed=index(seed),
        metric=metric,
        design=design,
        overrides={lever: check(lever, value) for lever, value in (overrides or {}).items()},
        drop=tuple(drop),
        group=group,
        order=order,
        task=task,
    )
    with asked_to_stop() as stopped, opened(lab, "question") as ledger:
        watch = Stopwatch(_Stoppable(progress or Silent(), stopped), ledger)
        asking = Asking(
            topic=asked,
            wish=wish,
            ground=lay_ground(wish, watch),
            values=None if values is None else tuple(values),
            designs=tuple(designs),
            begin_s=begin_s,
            deadline_s=begin_s + float(time_s),
            watch=watch,
        )
        ledger.begin(wish, asking.ground, question=asked.name, command=asking.command())
        with machine_memory():
            reply = _answer(asking)
        watch.end()
        ledger.answered(reply)
    return Answer(reply)


def _refuse_misfit(
    asked: Topic, designs: Sequence[Choice], values: Sequence[Value] | None, time_s: float
) -> None:
    """Refuse what does not go with a question."""
    if not time_s >= MIN_TIME_S:
        raise BudgetError(
            f"{time_s:g} s were given", f"at least {MIN_TIME_S:g} s", try_="--time 60s"
        )
    if designs and asked.kind != "any":
        raise DesignError(
            f"{len(designs)} designs for the question {asked.name!r}",
            "designs for the question 'any' alone",
            try_='justright ask any "depth=3" "realmlp" FILE --target COL',
        )
    if values is not None and asked.kind not in ("lever", "capacity"):
        raise DesignError(
            f"values for the question {asked.name!r}",
            "values for a question about one lever, as dropout",
            try_=f"justright ask {asked.name} FILE --target COL",
        )


def _answer(asking: Asking) -> Reply:
    home = import_module(f"justright.recipes.questions.{_FILES[asking.topic.kind]}")
    answer: Callable[[Asking], Reply] = home.answer
    reply = answer(asking)
    return replace(reply, seconds=time.monotonic() - asking.begin_s)


def questions() -> tuple[tuple[str, str], ...]:
    """Every question that can be asked of a table: its name, and what it finds out.

    Example:
        >>> dict(questions())["signal"]
        'the true target against shuffled ones, with a p-value'
    """
    return tuple((one.name, one.line) for one in QUESTIONS if one.kind != "reserved")


class _Stoppable:
    """A listener that also hears Ctrl-C, where nobody else takes it."""

    def __init__(self, listener: Progress, stopped: Callable[[], bool]) -> None:
        self._listener, self._stopped = listener, stopped
        self.stage, self.say, self.warn = listener.stage, listener.say, listener.warn
        self.training = listener.training

    def should_stop(self) -> bool:
        """Whether anybody asked to stop soon."""
        return self._stopped() or self._listener.should_stop()
