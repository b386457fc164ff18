"""Which rows each member sees at each step."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from justright.train.member import Member

AHEAD = 64  # steps dealt at a time; enough that shuffling costs nothing beside training


class Batches:
    """An endless stream of batches for each member.

    A member's stream is its training rows shuffled, then shuffled again, and so on, cut into
    batches of one size, so that no batch is smaller than the others. It depends on the member's
    order seed and view alone: members that share both see the same batches.

    Where rows are ranked within queries, the queries are shuffled and their rows stay together.

    Args:
        members: The members, in order, of one batch size.
        query: Number of the query of each row of the data, shape (rows,); None without any.
    """

    def __init__(self, members: Sequence[Member], query: Tensor | None = None) -> None:
        # Views that differ in their targets or weights alone still visit the same rows.
        keys = [(m.order_seed, id(m.view.train)) for m in members]
        unique = list(dict.fromkeys(keys))
        first = {key: members[keys.index(key)] for key in unique}
        self._rows = [torch.from_numpy(first[key].view.train) for key in unique]
        self._query = [None if query is None else _from_zero(query[rows]) for rows in self._rows]
        self._generators = [torch.Generator().manual_seed(seed) for seed, _ in unique]
        self._left = [torch.empty(0, dtype=torch.int64) for _ in unique]
        self._stream_of = torch.tensor([unique.index(key) for key in keys])
        self._batch_size = members[0].batch_size
        self._dealt = torch.empty(len(unique), 0, dtype=torch.int64)
        self._used = 0

    @property
    def shared(self) -> bool:
        """Whether all members see the same batches."""
        return len(self._rows) == 1

    def next(self) -> Tensor:
        """Row numbers of the next batch: shape (members, batch), or (1, batch) where shared."""
        if self._used + self._batch_size > self._dealt.shape[1]:
            self._dealt = torch.stack([self._deal(i) for i in range(len(self._rows))])
            self._used = 0
        batch = self._dealt[:, self._used : self._used + self._batch_size]
        self._used += self._batch_size
        return batch if self.shared else batch[self._stream_of]

    def _deal(self, i: int) -> Tensor:
        """The next rows of one stream, for `AHEAD` steps."""
        need = AHEAD * self._batch_size
        parts, have = [self._left[i]], len(self._left[i])
        while have < need:
            order = self._shuffled(i)
            parts.append(self._rows[i][order])
            have += len(order)
        rows = torch.cat(parts)
        self._left[i] = rows[need:]
        return rows[:need]

    def _shuffled(self, i: int) -> Tensor:
        """A stream's rows in a new order."""
        query, generator = self._query[i], self._generators[i]
        if query is None:
            return torch.randperm(len(self._rows[i]), generator=generator)
        place = torch.randperm(int(query.max()) + 1, generator=generator)
        return place[query].argsort(stable=True)

    def state(self, member: int) -> dict[str, Any]:
        """All that decides which rows a member will see."""
        i = int(self._stream_of[member])
        return {
            "order_generator": self._generators[i].get_state(),
            "order_left": self._left[i].clone(),
            "order_dealt": self._dealt[i, self._used :].clone(),
        }

    def load(self, states: Sequence[dict[str, Any]]) -> None:
        """Go on from the members' states."""
        streams = self._stream_of.tolist()
        own = [states[streams.index(i)] for i in range(len(self._rows))]
        for generator, state in zip(self._generators, own, strict=True):
            generator.set_state(state["order_generator"])
        self._left = [state["order_left"].clone() for state in own]
        self._dealt, self._used = torch.stack([state["order_dealt"] for state in own]), 0


def _from_zero(query: Tensor) -> Tensor:
    """Queries numbered from 0 without gaps."""
    return torch.from_numpy(np.unique(query.numpy(), return_inverse=True)[1])
