"""Random numbers that belong to a member and to nobody else."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

POOL = 1 << 16  # numbers drawn for a member at a time; one call in many steps, not one a layer


STREAM = 0x5BD1E995  # mixed into a seed, so that noise never repeats the initial weights


class Noise:
    """A stream of uniform numbers for each member.

    Every member has a generator of its own, and the numbers it is dealt are the generator's
    in their order. So a member's noise does not depend on who trains beside it, nor on how
    many numbers are drawn at a time.

    Args:
        seeds: One seed per member.

    Example:
        >>> alone, pair = Noise([7]), Noise([3, 7])
        >>> bool((alone.uniform(4, 5)[0] == pair.uniform(4, 5)[1]).all())
        True
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        self._generators = [torch.Generator().manual_seed(seed ^ STREAM) for seed in seeds]
        self._pool = torch.empty(len(seeds), 0, dtype=torch.float32)
        self._used = 0

    def uniform(self, *shape: int) -> Float[Tensor, "members ..."]:
        """Deal the next numbers of every member, uniform in [0, 1).

        Args:
            shape: Shape for one member.

        Returns:
            Shape (members, *shape), float32.
        """
        size = 1
        for n in shape:
            size *= n
        if self._used + size > self._pool.shape[1]:
            self._refill(size)
        dealt = self._pool[:, self._used : self._used + size]
        self._used += size
        return dealt.view(len(self._generators), *shape)

    def _refill(self, size: int) -> None:
        left = self._pool[:, self._used :]
        fresh = torch.stack(
            [
                torch.rand(max(size, POOL), generator=generator, dtype=torch.float32)
                for generator in self._generators
            ]
        )
        self._pool = torch.cat([left, fresh], dim=1)
        self._used = 0
