"""The noise of a training step: who drops what, each member from its own stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from justright.nets.activation import RRELU_HIGH, RRELU_LOW
from justright.nets.dropout import Mask, alpha_dropout, dropout
from justright.nets.frame import runs
from justright.nets.noise import Noise, uniform


@dataclass(frozen=True, slots=True)
class NoiseNeed:
    """What noise a member draws at each step, in this order: inputs, then layer by layer.

    Attributes:
        inputs: Shape of the dropped inputs of one step; None without input dropout.
        slopes: Shape of RReLU's slopes in each layer; None for other activations.
        drops: Shape of the dropped values in each layer; None without dropout.
        alpha: Whether dropout is SELU's.
    """

    inputs: tuple[int, ...] | None
    slopes: tuple[tuple[int, ...] | None, ...]
    drops: tuple[tuple[int, ...] | None, ...]
    alpha: bool = False

    @property
    def any(self) -> bool:
        """Whether there is any."""
        return any(s is not None for s in (self.inputs, *self.slopes, *self.drops))


@dataclass(slots=True)
class Dealt:
    """The noise of one step. Each entry: first member, one past the last, what applies to them.

    Attributes:
        inputs: Masks of the inputs.
        slopes: RReLU's slopes by layer.
        drops: Masks by layer.
    """

    inputs: list[tuple[int, int, Mask]] = field(default_factory=list)
    slopes: dict[int, list[tuple[int, int, Tensor]]] = field(default_factory=dict)
    drops: dict[int, list[tuple[int, int, Mask]]] = field(default_factory=dict)


class Strands:
    """Streams of members that follow each other and need the same noise are dealt together.

    Args:
        needs: What each member draws.
        seeds: One seed per member.
        dropout: Share of hidden values dropped, one per member.
        input_dropout: Share of inputs dropped, one per member.
        dtype: Of the masks.
    """

    def __init__(
        self,
        needs: Sequence[NoiseNeed],
        seeds: Sequence[int],
        *,
        dropout: Sequence[float],
        input_dropout: Sequence[float],
        dtype: torch.dtype,
    ) -> None:
        self._strands = [(a, b, need, Noise(seeds[a:b])) for a, b, need in runs(needs) if need.any]
        self._dropout = torch.tensor(dropout, dtype=dtype)
        self._input_dropout = torch.tensor(input_dropout, dtype=dtype)

    def deal(self) -> Dealt:
        """The noise of the next step."""
        dealt = Dealt()
        for a, b, need, noise in self._strands:
            self._deal(dealt, a, b, need, noise)
        return dealt

    def _deal(self, dealt: Dealt, a: int, b: int, need: NoiseNeed, noise: Noise) -> None:
        rate, dtype = self._dropout[a:b], self._dropout.dtype
        if need.inputs is not None:
            mask = dropout(_take(noise, need.inputs), self._input_dropout[a:b])
            dealt.inputs.append((a, b, mask))
        for i, (slopes, drops) in enumerate(zip(need.slopes, need.drops, strict=True)):
            if slopes is not None:
                drawn = uniform(_take(noise, slopes), dtype)
                drawn = drawn.mul_(RRELU_HIGH - RRELU_LOW).add_(RRELU_LOW)
                dealt.slopes.setdefault(i, []).append((a, b, drawn))
            if drops is not None:
                drop = alpha_dropout if need.alpha else dropout
                mask = drop(_take(noise, drops), rate)
                dealt.drops.setdefault(i, []).append((a, b, mask))

    def state(self, member: int) -> dict[str, Any]:
        """All that decides one member's noise to come; empty where it draws none."""
        for a, b, _, noise in self._strands:
            if a <= member < b:
                return noise.state(member - a)
        return {}

    def load(self, states: Sequence[dict[str, Any]]) -> None:
        """Go on from the members' states."""
        for a, b, _, noise in self._strands:
            noise.load(states[a:b])


def _take(noise: Noise, shape: tuple[int, ...]) -> Tensor:
    size = 1
    for n in shape:
        size *= n
    raw = noise.deal(size)
    return raw.reshape(len(raw), *shape)
