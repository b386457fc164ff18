"""The families of networks that a population can hold, and what each must offer."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from justright.nets import dense
from justright.nets.frame import Frame
from justright.nets.slots import Slot
from justright.nets.spec import DenseSpec
from justright.nets.stack import DenseStack
from justright.nets.strands import Dealt, NoiseNeed

Spec = DenseSpec
EMBEDDED = 16  # values held per embedded feature on the way: waves, shares of bins
Params = Mapping[str, Tensor]


class Stack(Protocol):
    """Networks of one family side by side; see `DenseStack` for what each method does."""

    parameters: Frame
    statistics: Frame

    def __len__(self) -> int: ...

    def tape(self, batch: int, like: Tensor) -> Any: ...  # noqa: D102

    def noise_needs(  # noqa: D102
        self, batch: int, dropout: Sequence[float], input_dropout: Sequence[float]
    ) -> list[NoiseNeed]: ...

    def forward(  # noqa: D102
        self,
        params: Params,
        statistics: Params,
        x: Tensor,
        *,
        tape: Any = None,
        dealt: Dealt | None = None,
        recompute: bool = False,
    ) -> Tensor: ...

    def backward(self, params: Params, grads: Params, tape: Any, grad: Tensor) -> None: ...  # noqa: D102


def stack_of(specs: Sequence[Spec]) -> Stack:
    """Lay networks of one family side by side."""
    return DenseStack(specs)


def parameter_slots(spec: Spec) -> tuple[Slot, ...]:
    """The trained parameters of one network, first layer first."""
    return dense.parameter_slots(spec)


def statistic_slots(spec: Spec) -> tuple[Slot, ...]:
    """What is kept but not trained."""
    return dense.statistic_slots(spec)


def initial_parameters(spec: Spec, seed: int, prior: Tensor) -> Tensor:
    """Starting weights of a member, from its own seed."""
    return dense.initial_parameters(spec, seed, prior)


def initial_statistics(spec: Spec, edges: Tensor | None, dtype: torch.dtype) -> Tensor:
    """Statistics before training."""
    return dense.initial_statistics(spec, edges, dtype)


def widest(spec: Spec) -> int:
    """Values that one row takes in the widest layer of a network."""
    embedded = spec.n_first * (EMBEDDED if spec.embeds_numbers else 1)
    return max((*spec.widths, embedded))


def embedded_values(spec: Spec) -> int:
    """Parameters of a network's embeddings; 0 where nothing is embedded."""
    slots = parameter_slots(spec)
    return sum(s.size for s in slots if s.name.startswith(("numbers.", "category.")))
