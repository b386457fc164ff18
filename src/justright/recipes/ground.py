"""The first half of every journey: from a table to a design, with the test part set aside."""

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from justright.data.logbook import flagged
from justright.data.narrowing import narrowed
from justright.data.profile import measure
from justright.data.read import read
from justright.data.schema import Conformed, Prepared, Schema, conform, prepare, read_like
from justright.data.split import split_test
from justright.data.suspects import suspects
from justright.data.table import Table
from justright.designer.levers import check
from justright.designer.named import named_design
from justright.designer.planner import plan
from justright.errors import DataError
from justright.kinds import Design, Finding, LogEntry, Profile, Rows, Severity, TaskKind, Value
from justright.recipes.progress import Progress, Silent
from justright.recipes.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A table understood, its test part set aside, and the design that follows from the rest.

    Attributes:
        table: As read.
        prepared: Typed, without rows whose target is missing.
        development: Rows that choices may look at.
        test: Rows that only the final score looks at, none where none were to be held out; None
            where a table of its own was given.
        test_table: That table, typed alike; None without one.
        profile: Facts about the development rows.
        design: What the rule book makes of them.
        findings: What looks wrong with the data and was left as it is, for the user to decide.
        log: The logbook so far.
    """

    table: Table
    prepared: Prepared
    development: Rows
    test: Rows | None
    test_table: Conformed | None
    profile: Profile
    design: Design
    findings: tuple[Finding, ...]
    log: tuple[LogEntry, ...]

    @property
    def schema(self) -> Schema:
        """What each column is."""
        return self.prepared.schema

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """How much each development row counts, shape (rows,); None where all count alike."""
        name = self.schema.weight
        return None if name is None else self.prepared.frame[name][self.development].to_numpy()

    @property
    def n_test(self) -> int:
        """Rows of the test part."""
        if self.test_table is not None:
            return self.test_table.frame.height
        return 0 if self.test is None else len(self.test)


def lay_ground(wish: Wish, progress: Progress | None = None, table: Table | None = None) -> Ground:
    """Read, understand, set the test part aside, measure, and plan.

    Args:
        wish: What the user asks for.
        progress: Who listens.
        table: The table, where it was read already.

    Raises:
        DataError: If the table cannot be used.
        DesignError: If an override or a design cannot work.
    """
    listener = progress or Silent()
    _refuse_share(wish.test_share)
    overrides = _overrides(wish)
    start = None if wish.design is None else named_design(wish.design).name
    if table is None:
        listener.stage("reading")
        table = read(wish.data)
    prepared = prepare(
        table,
        wish.target,
        task=_task(wish.task),
        drop=wish.drop,
        group=wish.group,
        order=wish.order,
        weight=wish.weight,
        tested=wish.test_share > 0,
    )
    held_out = None if wish.test is None else _test_table(wish.test, prepared.schema)
    listener.say(f"read {table.source}: {table.frame.height:,} rows, {table.frame.width} columns")
    listener.stage("profile")
    development, test_rows = _parted(prepared, wish)
    if wish.task is None:
        prepared = narrowed(prepared, development)
    seen = (*suspects(prepared, development), *prepared.findings)
    findings = tuple(sorted(seen, key=lambda finding: finding.severity is Severity.NOTE))
    for finding in findings:
        if finding.severity is not Severity.NOTE:
            listener.warn(f"{finding.sign}; {finding.remedy}")
    profile = measure(prepared, development, budget_s=wish.time_s)
    listener.stage("design")
    design = plan(profile, prepared.schema.task, overrides, design=start)
    return Ground(
        table=table,
        prepared=prepared,
        development=development,
        test=test_rows,
        test_table=held_out,
        profile=profile,
        design=design,
        findings=findings,
        log=(*prepared.log, *flagged(findings), *(held_out.log if held_out else ())),
    )


def _parted(prepared: Prepared, wish: Wish) -> tuple[Rows, Rows | None]:
    """Development rows, and the rows held out for the final score."""
    every = np.arange(prepared.frame.height, dtype=np.int64)
    if wish.test is not None:
        return every, None
    if not wish.test_share:
        return every, every[:0]
    return split_test(prepared, share=wish.test_share, seed=wish.seed)


def _refuse_share(share: float) -> None:
    if not 0 <= share < 1:
        raise DataError(
            f"the share of the rows to set aside is {share:g}",
            "0 (no row) or more, and less than 1",
            try_="test_share=0.2",
        )


def _overrides(wish: Wish) -> dict[str, Value]:
    overrides = {name: check(name, value) for name, value in wish.overrides.items()}
    if wish.metric is not None:
        overrides["metric"] = check("metric", wish.metric)
    return overrides


def _task(task: str | None) -> TaskKind | None:
    if task is None:
        return None
    known: tuple[TaskKind, ...] = get_args(TaskKind)
    found = next((kind for kind in known if kind == task), None)
    if found is None:
        raise DataError(
            f"task {task!r} is not known",
            f"one of {', '.join(known)}",
            try_="task='regression', or leave it out",
        )
    return found


def _test_table(test: Any, schema: Schema) -> Conformed:
    """The test table typed as the other one, refused without its target."""
    conformed = conform(read_like(test, schema), schema)
    absent = [name for name in schema.task.columns if name not in conformed.frame.columns]
    if absent:
        raise DataError(
            f"the test table has no column {absent[0]!r}",
            "the target in the test table, to score against",
            try_="another file, or leave the test table out: 20 % of the rows are then held out",
        )
    known = conformed.frame.drop_nulls(list(schema.task.columns))
    if known.height < 2:
        raise DataError(
            f"the test table has {known.height} rows with a known target",
            "at least 2, to give the score an interval",
            try_="leave the test table out: 20 % of the rows are then held out",
        )
    return Conformed(frame=known, log=conformed.log)
