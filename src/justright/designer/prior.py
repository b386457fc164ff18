"""What a search may do with a lever: draw it, let it follow the others, or leave it alone."""

from dataclasses import dataclass
from typing import Literal

from justright.designer.draw import Draw
from justright.designer.rule import Case, Condition

#: "drawn" by the search, "follows" the rules of its chapter, or "stays" as the design has it.
Role = Literal["drawn", "follows", "stays"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """When this holds, a search draws the lever so.

    Attributes:
        when: The condition.
        draw: How a value is drawn.
        reason: Why so, in one sentence.
        source: Keys of `SOURCES`, parted by commas.
    """

    when: Condition
    draw: Draw
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What a search may do with a lever. The first of `likely` that holds says how it is drawn.

    Where none holds, the lever would do nothing, or nothing good: it stays as the design has it.

    Attributes:
        role: What becomes of the lever in a search.
        likely: How it is drawn, in the order in which they are asked; empty where it is not drawn.
        why: Why it follows or stays; empty where it is drawn.
    """

    role: Role
    likely: tuple[Likely, ...] = ()
    why: str = ""

    def of(self, case: Case) -> Likely | None:
        """How the lever is drawn in this case; None where it is not."""
        return next((each for each in self.likely if each.when.holds(case)), None)


def drawn(*likely: Likely) -> Prior:
    """The search draws the lever.

    Example:
        >>> from justright.designer.draw import Words
        >>> from justright.designer.rule import otherwise
        >>> even = Words(((False, 1.0), (True, 1.0)))
        >>> drawn(Likely(when=otherwise, draw=even, reason="", source="convention")).role
        'drawn'
    """
    return Prior(role="drawn", likely=likely)


def follows(why: str) -> Prior:
    """The rules of the chapter are asked again, with the levers that the search has drawn."""
    return Prior(role="follows", why=why)


def stays(why: str) -> Prior:
    """No search moves the lever."""
    return Prior(role="stays", why=why)
