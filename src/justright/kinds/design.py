"""A value for every lever."""

from dataclasses import dataclass

from justright.kinds.decision import Decision, Value
from justright.kinds.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A value for every lever, each with its origin, in the order they were decided.

    Example:
        >>> task = Task(kind="regression", target="price")
        >>> depth = Decision(lever="depth", value=3, origin="user", rule="user",
        ...                  reason="asked for", source="user")
        >>> Design(task=task, decisions=(depth,))["depth"]
        3
    """

    task: Task
    decisions: tuple[Decision, ...]

    def __getitem__(self, lever: str) -> Value:
        return self.decision(lever).value

    def decision(self, lever: str) -> Decision:
        """The decision on one lever.

        Raises:
            KeyError: If the design has no such lever.
        """
        for decision in self.decisions:
            if decision.lever == lever:
                return decision
        raise KeyError(lever)

    def number(self, lever: str) -> float:
        """The value of a numeric lever."""
        value = self[lever]
        if isinstance(value, str):
            raise TypeError(f"{lever=} holds a word, not a number: {value!r}")
        return float(value)

    def count(self, lever: str) -> int:
        """The value of a lever that counts something."""
        return int(self.number(lever))

    def word(self, lever: str) -> str:
        """The value of a lever that is chosen from names."""
        value = self[lever]
        if not isinstance(value, str):
            raise TypeError(f"{lever=} holds a number, not a word: {value!r}")
        return value

    def replace(self, decision: Decision) -> "Design":
        """The same design with one decision put in the place of the old one."""
        if not any(old.lever == decision.lever for old in self.decisions):
            raise KeyError(decision.lever)
        new = tuple(decision if old.lever == decision.lever else old for old in self.decisions)
        return Design(task=self.task, decisions=new)
