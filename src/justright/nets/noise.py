"""Random numbers that belong to a member and to nobody else."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int16
from torch import Tensor

POOL = 1 << 16  # numbers drawn for a member at a time; one call in many steps, not one a layer
STREAM = 0x5BD1E995  # mixed into a seed, so that noise never repeats the initial weights
LEVELS = 1 << 16  # distinct numbers; a rate is kept to 1/65,536, far below what any data can tell
PER_WORD = 4  # numbers in one 64-bit draw

Raw = Int16[Tensor, "members numbers"]


class Noise:
    """A stream of 16-bit numbers for each member.

    Every member has a generator of its own, and the numbers it is dealt are the generator's
    in their order. So a member's noise does not depend on who trains beside it, nor on how
    many numbers are drawn at a time. Four numbers are cut from each 64-bit draw of SFC64, as
    drawing is what dropout costs most (a tenth of the time of a Mersenne twister).

    Args:
        seeds: One seed per member.

    Example:
        >>> alone, pair = Noise([7]), Noise([3, 7])
        >>> bool((alone.deal(20)[0] == pair.deal(20)[1]).all())
        True
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        self._generators = [np.random.SFC64(seed ^ STREAM) for seed in seeds]
        self._pool = torch.empty(len(seeds), 0, dtype=torch.int16)
        self._used = 0

    def deal(self, size: int) -> Raw:
        """Deal the next numbers of every member, uniform over all 16-bit integers.

        Whole 64-bit words are used up: what is left of the last one is not dealt.

        Args:
            size: Numbers for each member.
        """
        n_words = -(-size // PER_WORD)
        if self._used + n_words * PER_WORD > self._pool.shape[1]:
            self._refill(n_words)
        dealt = self._pool[:, self._used : self._used + size]
        self._used += n_words * PER_WORD
        return dealt

    def _refill(self, n_words: int) -> None:
        n_words = max(n_words, POOL // PER_WORD)
        fresh = np.stack([g.random_raw(n_words) for g in self._generators]).view(np.int16)
        self._pool = torch.cat([self._pool[:, self._used :], torch.from_numpy(fresh)], dim=1)
        self._used = 0

    def state(self, member: int) -> dict[str, Any]:
        """All that decides one member's numbers to come."""
        words = self._generators[member].state["state"]["state"]
        return {
            "noise_words": torch.from_numpy(np.array(words, dtype=np.uint64).view(np.int64)),
            "noise_pool": self._pool[member, self._used :].clone(),
        }

    def load(self, states: Sequence[dict[str, Any]]) -> None:
        """Go on from the members' states."""
        for generator, own in zip(self._generators, states, strict=True):
            full = generator.state
            full["state"]["state"] = own["noise_words"].numpy().view(np.uint64)
            generator.state = full
        # Who was dealt to in another company may have more numbers left: all draw up to that.
        longest = max(len(own["noise_pool"]) for own in states)
        pools = [self._drawn_up(i, own["noise_pool"], longest) for i, own in enumerate(states)]
        self._pool, self._used = torch.stack(pools), 0

    def _drawn_up(self, member: int, pool: Tensor, size: int) -> Tensor:
        n_words = (size - len(pool)) // PER_WORD  # whole words are dealt, so nothing is left over
        if n_words == 0:
            return pool
        more = torch.from_numpy(self._generators[member].random_raw(n_words).view(np.int16))
        return torch.cat([pool, more])


def uniform(raw: Int16[Tensor, "..."], dtype: torch.dtype) -> Float[Tensor, "..."]:
    """16-bit integers as numbers in [0, 1).

    Example:
        >>> uniform(torch.tensor([-32768, 0], dtype=torch.int16), torch.float32)
        tensor([0.0000, 0.5000])
    """
    return raw.to(dtype).div_(LEVELS).add_(0.5)


def whole(size: int) -> int:
    """Numbers that are used up to deal some: whole 64-bit draws.

    Example:
        >>> whole(5)
        8
    """
    return -(-size // PER_WORD) * PER_WORD
