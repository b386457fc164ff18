"""What every sampler is: who proposes what to train next, and is told what came of it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from justright.kinds import Value
from justright.kinds.search import Idea


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One configuration to train.

    Attributes:
        number: Its number, from 0 in the order of proposals; 0 is the design of the rule book.
        levers: A value for every lever that the search moves.
        idea: Where it came from.
        parent: Number of the proposal that it was perturbed from; None for none.
    """

    number: int
    levers: Mapping[str, Value]
    idea: Idea
    parent: int | None = None


class Sampler(Protocol):
    """Who proposes. The same seed and the same asks and tells lead to the same proposals."""

    def ask(self, n: int) -> tuple[Proposal, ...]:
        """The next proposals, each unlike all before.

        Args:
            n: How many, at least 1.

        Returns:
            As many; fewer, down to none, where nothing new is found.
        """

    def tell(self, number: int, score: float | None, share: float) -> None:
        """Say what came of a proposal, once, in any order.

        Args:
            number: Number of the proposal.
            score: Its score, lower is better; None (or no finite number) where it diverged.
            share: Share of its planned steps that it made, 0 to 1: below 1 it was cut.

        Raises:
            ValueError: If it was never proposed, or told before.
        """

    def state(self) -> dict[str, Any]:
        """What was asked and told, as plain data for `replay`."""


class Ledger:
    """What a sampler has proposed and been told, in order.

    Example:
        >>> ledger = Ledger()
        >>> ledger.propose({"depth": 2}, "rule book").number
        0
        >>> ledger.tell(0, float("nan"), 1.0), ledger.is_new({"depth": 2})
        (None, False)
    """

    def __init__(self) -> None:
        self.proposals: list[Proposal] = []
        self._told: dict[int, tuple[float, float]] = {}
        self._seen: set[frozenset[tuple[str, Value]]] = set()
        self._open: set[int] = set()
        self._events: list[list[Any]] = []

    def asked(self, n: int) -> None:
        """Note that proposals were asked for.

        Raises:
            ValueError: If not at least one.
        """
        if n < 1:
            raise ValueError(f"{n=} is not at least 1")
        self._events.append(["ask", n])

    def is_new(self, levers: Mapping[str, Value]) -> bool:
        """Whether nothing proposed has the same values."""
        return frozenset(levers.items()) not in self._seen

    def propose(
        self, levers: Mapping[str, Value], idea: Idea, parent: int | None = None
    ) -> Proposal:
        """Note a proposal and give it the next number."""
        made = Proposal(number=len(self.proposals), levers=dict(levers), idea=idea, parent=parent)
        self.proposals.append(made)
        self._seen.add(frozenset(levers.items()))
        self._open.add(made.number)
        return made

    def tell(self, number: int, score: float | None, share: float) -> float | None:
        """Note what came of a proposal; the score, or None where it is no finite number."""
        if number not in self._open:
            raise ValueError(f"{number=} was never proposed, or was told before")
        if not 0 <= share <= 1:
            raise ValueError(f"{share=} is not from 0 to 1")
        self._open.remove(number)
        sound = None if score is None or not math.isfinite(score) else float(score)
        self._events.append(["tell", number, sound, share])
        if sound is not None:
            self._told[number] = (sound, share)
        return sound

    @property
    def n_scores(self) -> int:
        """Proposals with a finite score."""
        return len(self._told)

    def best(self, share: float) -> list[int]:
        """Numbers of the best share of what has a score: those that went further come first."""

        def place(number: int) -> tuple[float, float, int]:
            score, went = self._told[number]
            return -went, score, number

        return sorted(self._told, key=place)[: math.ceil(share * len(self._told))]

    def state(self) -> dict[str, Any]:
        """Every ask and tell, in order."""
        return {"events": [list(event) for event in self._events]}


def replay(sampler: Sampler, state: Mapping[str, Any]) -> tuple[Proposal, ...]:
    """Bring a fresh sampler to where another one was, by the same asks and tells.

    Args:
        sampler: A sampler of the same kind, space and seed, of which nothing was asked yet.
        state: What the other one's `state` gave.

    Returns:
        All proposals, as the other one made them.
    """
    events: Iterable[Sequence[Any]] = state["events"]
    proposals: list[Proposal] = []
    for kind, *rest in events:
        if kind == "ask":
            proposals += sampler.ask(*rest)
        else:
            sampler.tell(*rest)
    return tuple(proposals)
