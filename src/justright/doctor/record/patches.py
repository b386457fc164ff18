"""Replace functions of torch by watched ones, and put them back."""

from collections.abc import Callable
from typing import Any


class Patches:
    """Attributes that were replaced, with what they were."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any, Any]] = []

    def replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Put a watched attribute in the place of one.

        Args:
            owner: Module or class.
            name: Its attribute; nothing happens where it has none.
            make: From the attribute to the one that takes its place.
        """
        before = getattr(owner, name, None)
        if before is None:
            return
        after = make(before)
        setattr(owner, name, after)
        self._before.append((owner, name, before, after))

    def undo(self) -> None:
        """Put everything back, the last one first; what somebody else replaced since stays."""
        while self._before:
            owner, name, before, after = self._before.pop()
            if getattr(owner, name, None) is after:
                setattr(owner, name, before)
