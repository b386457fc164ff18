"""What the user asks for, and the lines that ask for it again."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from justright.data.image_folder import LABEL
from justright.designer.levers import words
from justright.kinds import Value

TEST_SHARE = 0.2  # of the rows; as in every guide (chollet2017)
SAMPLER, STRATEGY = "quasi-random", "population"  # of a search, where the user names none
FOREVER_S = 7 * 24 * 3600.0  # seconds; the time of a fit whose trials are counted instead
UNNAMED, UNNAMED_TEST = "DATA.csv", "TEST.csv"  # what stands for a table in a command line

#: Name of the column to predict, or of several.
Target = str | tuple[str, ...]


def apart(data: Any, target: Any) -> tuple[Any, Target]:
    """Data and the name of the column to predict, from what the user gave as target.

    Args:
        data: The table, or images.
        target: A name; a list of names, all different; None for "label", as folders of images
            have it; or the labels themselves, one for each row, which then go along with the data.

    Example:
        >>> apart([[1.0], [2.0]], ["a", "a"])
        (([[1.0], [2.0]], ['a', 'a']), 'label')
        >>> apart("concrete.csv", ["slump", "flow"])
        ('concrete.csv', ('slump', 'flow'))
    """
    if isinstance(target, str):
        return data, target
    if isinstance(target, (list, tuple)) and _are_names(target):
        return data, tuple(target) if len(target) > 1 else target[0]
    return (data, LABEL) if target is None else ((data, target), LABEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asks for.

    Attributes:
        data: A path, a polars or pandas frame, a dict of columns, an array, or a pair of one of
            them and the labels of its rows.
        target: Name of the column to predict, or of several.
        time_s: Time for the whole run, in seconds.
        seed: Seed of splits, weights and batches.
        metric: The metric to report first, in place of the rule book's.
        design: Name of the design to start from; None for the rule book's own.
        overrides: Levers that the user sets.
        drop: Columns to leave out.
        group: Column whose equal values must not cross a split.
        order: Column that orders the rows.
        weight: Column that tells how much each row counts.
        test: Rows for the final score, in a table apart; None to hold rows out.
        test_share: Share of the rows to hold out for the final score, 0 to 1; 0 for none.
        task: Kind of the task, where the user knows better.
        search: Whether to search for designs beside the rule book's; None where time is left.
        trials: Configurations that the search tries, in place of a time; None to go by the time.
        sampler: Who proposes them.
        storage: Where Optuna keeps its study; None for memory.
        strategy: How the search goes about it.
        single: Whether what the ensemble knows is to be taught to one network.
    """

    data: Any
    target: Target
    time_s: float = 60.0
    seed: int = 0
    metric: str | None = None
    design: str | None = None
    overrides: Mapping[str, Value] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    group: str | None = None
    order: str | None = None
    weight: str | None = None
    test: Any = None
    test_share: float = TEST_SHARE
    task: str | None = None
    search: bool | None = None
    trials: int | None = None
    sampler: str = SAMPLER
    storage: str | None = None
    strategy: str = STRATEGY
    single: bool = False

    def command(self, *verb: str) -> str:
        """The command line that repeats the run.

        Args:
            verb: The command, and what stands before the file; none for "fit".
        """
        parts = ["justright", *(verb or ("fit",)), _place(self.data, UNNAMED)]
        for name in (self.target,) if isinstance(self.target, str) else self.target:
            parts += _flag("--target", name)
        if self.trials is None or self.time_s < FOREVER_S:
            parts += ["--time", f"{_exact(self.time_s)}s"]
        parts += ["--seed", str(self.seed)]
        for flag, value in (
            ("--metric", self.metric),
            ("--design", self.design),
            ("--group", self.group),
            ("--order", self.order),
            ("--weight", self.weight),
            ("--task", self.task),
            ("--test", None if self.test is None else _place(self.test, UNNAMED_TEST)),
            ("--trials", None if self.trials is None else str(self.trials)),
            ("--sampler", None if self.sampler == SAMPLER else self.sampler),
            ("--storage", self.storage),
            ("--strategy", None if self.strategy == STRATEGY else self.strategy),
            ("--test-share", None if self.test_share == TEST_SHARE else _exact(self.test_share)),
        ):
            parts += [] if value is None else _flag(flag, value)
        if self.search is not None:
            parts.append("--search" if self.search else "--no-search")
        parts += ["--single"] if self.single else []
        for lever, chosen in self.overrides.items():
            setting = _exact(chosen) if isinstance(chosen, float) else words(chosen)
            parts += ["--set", f"{lever}={setting}"]
        for column in self.drop:
            parts += _flag("--drop", column)
        return shlex.join(parts)

    def python(self) -> str:
        """The Python lines that repeat the run."""
        goal = self.target if isinstance(self.target, str) else list(self.target)
        arguments = [_name(self.data, "data"), repr(goal)]
        if self.trials is None or self.time_s < FOREVER_S:
            arguments.append(f"time_s={_exact(self.time_s)}")
        arguments.append(f"seed={self.seed}")
        for name, usual in (("sampler", SAMPLER), ("strategy", STRATEGY), ("single", False)):
            value = getattr(self, name)
            arguments += [] if value == usual else [f"{name}={value!r}"]
        for name in (
            "search",
            "trials",
            "storage",
            "metric",
            "design",
            "group",
            "order",
            "weight",
            "task",
        ):
            value = getattr(self, name)
            arguments += [] if value is None else [f"{name}={value!r}"]
        if self.test is not None:
            arguments.append(f"test={_name(self.test, 'test')}")
        if self.test_share != TEST_SHARE:
            arguments.append(f"test_share={_exact(self.test_share)}")
        if self.overrides:
            arguments.append(f"overrides={dict(self.overrides)!r}")
        if self.drop:
            arguments.append(f"drop={list(self.drop)!r}")
        return f"import justright\nmodel = justright.fit({', '.join(arguments)})"


def _are_names(target: list[Any] | tuple[Any, ...]) -> bool:
    """Whether these are names of columns: words, each once. Labels of rows repeat."""
    return (
        len(target) > 0
        and all(isinstance(name, str) for name in target)
        and len(set(target)) == len(target)
    )


def _flag(flag: str, value: str) -> list[str]:
    """A flag and its value, which may itself look like a flag."""
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]


def _exact(number: float) -> str:
    """A number with all its digits and no exponent, as `--time` needs it."""
    return np.format_float_positional(number, trim="-")


def _is_place(data: Any) -> bool:
    return isinstance(data, (str, Path))


def _name(data: Any, name: str) -> str:
    """What stands for a table in Python: its path, or a name."""
    if isinstance(data, tuple):
        return f"({_name(data[0], name)}, {'labels' if name == 'data' else name + '_labels'})"
    return repr(str(data)) if _is_place(data) else name


def _place(data: Any, otherwise: str) -> str:
    return str(data) if _is_place(data) else otherwise
