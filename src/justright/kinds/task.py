"""What is predicted."""

from dataclasses import dataclass
from typing import Literal

TaskKind = Literal["binary", "multiclass", "regression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is predicted, and how that was recognised.

    Attributes:
        kind: The kind of the task.
        target: Name of the column to predict.
        classes: Class labels as text, in the order of the network's outputs. A binary task has
            two, and its one logit speaks for the second (the rarer, or the larger by name).
            Empty for a regression.
        reason: The rule that recognised the kind, and how to overrule it.
    """

    kind: TaskKind
    target: str
    classes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def n_outputs(self) -> int:
        """Output neurons: one for a binary task or a number, else one per class."""
        return len(self.classes) if self.kind == "multiclass" else 1

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class."""
        return self.kind != "regression"
