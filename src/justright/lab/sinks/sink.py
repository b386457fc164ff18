"""What another tracker is told of a run, verb by verb."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from justright.errors import LabError

#: Steps, seconds or values of a curve, of shape (n,).
Column: TypeAlias = NDArray[np.floating[Any]]

#: What a field of a config or a summary may be.
Scalar: TypeAlias = "bool | int | float | str | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A run as it begins.

    Attributes:
        uid: Its 12 hex digits, by which all later words speak of it.
        name: What the user called it; empty where it was not named.
        project: The project it belongs to.
        kind: "fit", "member", "question", "check", "watch", "own" ...
        parent: The uid of the run that it is a part of; empty for none.
        group: "final", "sweep", "search" ...; empty for none.
        created: Seconds since 1970.
        config: The levers, or what the user gave.
        source: The data or the script it is about.
        command: What was typed.
    """

    uid: str
    name: str = ""
    project: str = ""
    kind: str = "own"
    parent: str = ""
    group: str = ""
    created: float = 0.0
    config: Mapping[str, Scalar] = field(default_factory=dict)
    source: str = ""
    command: str = ""

    @property
    def title(self) -> str:
        """What to call it where every run needs a name.

        Example:
            >>> Beginning(uid="0123456789ab", kind="member").title
            'member-012345'
        """
        return self.name or f"{self.kind}-{self.uid[:6]}"


class Told(Protocol):
    """Whoever is told of runs: `begin` first, `end` last, all in the order of the run."""

    def begin(self, run: Beginning) -> None:
        """A run began."""

    def configure(self, uid: str, config: Mapping[str, Scalar]) -> None:
        """Its config got these fields, new or changed."""

    def tag(self, uid: str, tags: Sequence[str]) -> None:
        """It got these tags."""

    def note(self, uid: str, text: str) -> None:
        """The user's words about it, in Markdown."""

    def points(
        self, uid: str, steps: Column, values: Mapping[str, Column], seconds: Column
    ) -> None:
        """Its curves go on.

        Args:
            uid: The run.
            steps: Of shape (n,).
            values: A column of shape (n,) a metric; NaN where it has none at that step.
            seconds: Since the run began, of shape (n,).
        """

    def event(self, uid: str, kind: str, data: Any) -> None:
        """Something happened, or a paper came: "finding", "design", "record", "say" ...

        Args:
            uid: The run.
            kind: What it is.
            data: Plain values, fit for JSON.
        """

    def keep(self, uid: str, path: str, sha256: str) -> None:
        """A file belongs to it."""

    def summarise(self, uid: str, summary: Mapping[str, Scalar]) -> None:
        """Its summary got these fields, new or changed."""

    def end(self, uid: str, state: str) -> None:
        """It ended: "finished", "failed", "interrupted" or "killed"."""


class Sink(Told, Protocol):
    """Another tracker, told of each run in its own way.

    Every method is called in one thread of the sink's own, one at a time. What it raises is told
    once, and the sink is told no more.
    """

    @property
    def name(self) -> str:
        """What the user knows it by."""

    def close(self) -> None:
        """No more runs come; those that have not ended go on elsewhere, or never end."""


def missing(what: str, package: str, extra: str) -> LabError:
    """The error for a tracker whose package is not installed.

    Example:
        >>> print(missing("W&B", "wandb", "wandb"))
        W&B is not installed
          needed: the package wandb
          try:    pip install 'justright[wandb]'
    """
    return LabError(
        f"{what} is not installed",
        f"the package {package}",
        try_=f"pip install 'justright[{extra}]'",
    )
