"""What is predicted."""

from dataclasses import dataclass
from typing import Literal

TaskKind = Literal[
    "binary",
    "multiclass",
    "multilabel",
    "regression",
    "multi-target",
    "bounded",
    "positive",
    "ranking",
]
#: Kinds whose target is one class, or several at once.
CLASSED: tuple[TaskKind, ...] = ("binary", "multiclass", "multilabel")

#: Times that a positive target's 95 % quantile is its 5 % one, beyond which errors count as ratios.
WIDE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is predicted, and how that was recognised.

    Attributes:
        kind: The kind of the task.
        target: Name of the column to predict; of several columns, their names in a row.
        targets: Names of the columns, where there are several; else empty.
        classes: Class labels as text, in the order of the network's outputs. A binary task has
            two, and its one logit speaks for the second (the rarer, or the larger by name). A
            multilabel task has one output for each. Empty for numbers.
        low: Smallest value of a bounded target, in its unit.
        high: Largest value of a bounded target, in its unit.
        forms: How numbers are written that came as text: column, decimal mark, and unit if any.
        query: Name of the column that tells which rows are ranked against each other.
        reason: The rule that recognised the kind, and how to overrule it.

    Example:
        >>> Task(kind="multi-target", target="slump, flow", targets=("slump", "flow")).n_outputs
        2
    """

    kind: TaskKind
    target: str
    targets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    forms: tuple[tuple[str, Literal[".", ","], str | None], ...] = ()
    query: str = ""
    reason: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns to predict."""
        return self.targets or (self.target,)

    @property
    def n_outputs(self) -> int:
        """Output neurons: one a number or a binary task, else one for each class or column."""
        if self.kind == "multi-target":
            return len(self.columns)
        return 1 if self.kind == "binary" else max(1, len(self.classes))

    @property
    def is_classification(self) -> bool:
        """Whether each row has just one class."""
        return self.kind in ("binary", "multiclass")

    @property
    def is_numeric(self) -> bool:
        """Whether the target is a number, or several."""
        return self.kind not in CLASSED
