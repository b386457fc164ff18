"""What the server needs of rooms that the lab does not know: handed in, never imported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from justright.lab.rows import Setting

#: Settings of each run and its score, lower being better (None where it diverged), to the share
#: of the spread that each setting explains: lever, share, low, high.
Importances = Callable[
    [Sequence[Mapping[str, Setting]], Sequence[float | None]], Sequence[Mapping[str, Any]]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question that can be asked from the page.

    Attributes:
        name: As `justright ask` knows it.
        asked: In words.
        big: Whether it stands on top.
        needs: What it needs beyond a table and its target, in words; empty for nothing. Only
            those that need nothing can be asked from the page.
    """

    name: str
    asked: str
    big: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the server can do beside showing runs; without them it shows runs.

    Attributes:
        importance: Which settings the scores depend on.
        columns: Names of the columns of a table's file.
        questions: What can be asked.
        levers: Each with name, kind, help, unit, words, low, high, log.
        ask: The command line that asks, before the question; empty where none does.
        play: The command line of the playground's worker; empty where there is none.
    """

    importance: Importances | None = None
    columns: Callable[[Path], Sequence[str]] | None = None
    questions: tuple[Question, ...] = ()
    levers: tuple[Mapping[str, Any], ...] = ()
    ask: tuple[str, ...] = ()
    play: tuple[str, ...] = ()
