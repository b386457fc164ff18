"""Networks and their weights, side by side, ready to predict or to train."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from justright.nets.family import Spec, Stack, stack_of


@dataclass(frozen=True, slots=True)
class Team:
    """A stack of networks with values.

    Attributes:
        stack: The networks.
        theta: Their parameters, one flat buffer.
        statistics: Their statistics, one flat buffer.
        params: Views of `theta` by block.
        stats: Views of `statistics` by block.
    """

    stack: Stack
    theta: Tensor
    statistics: Tensor
    params: dict[str, Tensor]
    stats: dict[str, Tensor]

    @classmethod
    @torch.no_grad()
    def of(
        cls, specs: Sequence[Spec], theta: Sequence[Tensor], statistics: Sequence[Tensor]
    ) -> "Team":
        """Lay members side by side.

        Args:
            specs: Their networks, by falling depth.
            theta: Each member's own parameters, in the order of its slots.
            statistics: Each member's own statistics.
        """
        stack = stack_of(specs)
        team = cls.around(
            stack,
            theta[0].new_zeros(stack.parameters.size),
            theta[0].new_zeros(stack.statistics.size),  # not of statistics, which may be empty
        )
        for k, (own, kept) in enumerate(zip(theta, statistics, strict=True)):
            stack.parameters.put(team.params, k, own)
            stack.statistics.put(team.stats, k, kept)
        return team

    @classmethod
    def around(cls, stack: Stack, theta: Tensor, statistics: Tensor) -> "Team":
        """A team on buffers that are there."""
        params = stack.parameters.views(theta)
        return cls(stack, theta, statistics, params, stack.statistics.views(statistics))

    def own(self, member: int) -> tuple[Tensor, Tensor]:
        """Copies of one member's parameters and statistics."""
        return (
            self.stack.parameters.take(self.params, member),
            self.stack.statistics.take(self.stats, member),
        )

    def outputs(self, x: Tensor) -> Tensor:
        """Predict.

        Args:
            x: Rows, (members, rows, columns), or (1, rows, columns) for all the same.

        Returns:
            Shape (members, rows, outputs).
        """
        return self.stack.forward(self.params, self.stats, x)
