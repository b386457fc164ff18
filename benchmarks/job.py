"""One fit that is asked of a rival of `benchmarks/tables.py`, and its answer."""

import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from datasets import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Rows to learn from, rows to answer for.

    Attributes:
        case: The question.
        train: Rows to learn from.
        test: Rows to answer for.
        classes: The classes as text in order; empty for numbers and for several labels.
        seed: Of the fit.
        time_s: Seconds that Justright is given for a fit.
        limit_s: Seconds after which a fit of the others should have ended.
        overrides: Levers of Justright that are set by hand.
        by_clock: Whether `limit_s` is by the clock, in place of processor time for each thread.
    """

    case: Case
    train: pl.DataFrame
    test: pl.DataFrame
    classes: tuple[str, ...]
    seed: int
    time_s: float
    limit_s: float
    overrides: Mapping[str, Any]
    by_clock: bool = False

    @property
    def x_train(self) -> pl.DataFrame:
        return self.train.drop(self.case.targets)

    @property
    def x_test(self) -> pl.DataFrame:
        return self.test.drop(self.case.targets)

    @property
    def y(self) -> np.ndarray:
        """The targets to learn from: codes of `classes`, or numbers."""
        return self.answers(self.train)

    def answers(self, frame: pl.DataFrame) -> np.ndarray:
        """Codes of `classes`, or numbers: shape (rows,), or (rows, targets) of several."""
        if len(self.case.targets) > 1:
            return frame.select(pl.col(self.case.targets).cast(pl.Float64)).to_numpy()
        target = frame[self.case.target]
        if not self.classes:
            return target.cast(pl.Float64).to_numpy()
        return self.codes(target.cast(pl.String).to_list())

    def codes(self, labels: Sequence[object]) -> np.ndarray:
        return np.array([self.classes.index(str(label)) for label in labels])

    def alone(self, target: str) -> "Job":
        """The job of one of several targets; the others are not to be seen."""
        case, others = self.case.alone(target), set(self.case.targets) - {target}
        return replace(
            self,
            case=case,
            train=self.train.drop(others),
            test=self.test.drop(others),
            classes=classes_of(case, self.train),
            limit_s=self.limit_s / len(self.case.targets),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a rival says of the test rows, and what there is to know of the fit.

    Attributes:
        predicted: Codes of classes, or numbers, shape (rows,); (rows, targets) of several.
        shares: Probabilities, shape (rows, classes), or (rows, labels); None for numbers.
        seconds: Seconds of the fit by the clock.
        cpu_s: Seconds of the fit on all cores together.
        notes: Figures for the file of results.
        cut: Whether its training was cut short to keep the time.
    """

    predicted: np.ndarray
    shares: np.ndarray | None
    seconds: float
    cpu_s: float
    notes: Mapping[str, Any] = field(default_factory=dict)
    cut: bool = False


@dataclass(slots=True)
class Clock:
    """Seconds by the clock, and on all cores of this process and of its children."""

    seconds: float = 0.0
    cpu_s: float = 0.0


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def timed() -> Iterator[Clock]:
    """A clock that is read when the work is done."""
    clock, start, cpu_start = Clock(), time.perf_counter(), _cpu_s()
    try:
        yield clock
    finally:
        clock.seconds, clock.cpu_s = time.perf_counter() - start, _cpu_s() - cpu_start


def threads() -> int:
    """Threads that a rival may use: what OpenMP is told, else the cores that are ours."""
    return int(os.environ.get("OMP_NUM_THREADS", len(os.sched_getaffinity(0))))


def classes_of(case: Case, frame: pl.DataFrame) -> tuple[str, ...]:
    """The classes in order, as text; none for numbers and for several labels."""
    if not case.one_class:
        return ()
    return tuple(frame[case.target].cast(pl.String).unique().sort())


def one_by_one(rival: Callable[[Job], Answer], job: Job) -> Answer:
    """Several targets: a model for each, blind to the other targets."""
    answers = [rival(job.alone(target)) for target in job.case.targets]
    shares = [answer.shares[:, -1] for answer in answers if answer.shares is not None]
    return Answer(
        predicted=np.column_stack([answer.predicted for answer in answers]),
        shares=np.column_stack(shares) if shares else None,
        seconds=sum(answer.seconds for answer in answers),
        cpu_s=sum(answer.cpu_s for answer in answers),
        cut=any(answer.cut for answer in answers),
        notes={
            target: dict(answer.notes)
            for target, answer in zip(job.case.targets, answers, strict=True)
        },
    )
