"""The families of networks that a population can hold, and what each must offer."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets import dense
from justright.nets.conv_spec import ConvSpec
from justright.nets.conv_stack import ConvStack
from justright.nets.frame import Frame
from justright.nets.init import initial_row
from justright.nets.program import Params, Program
from justright.nets.slots import Slot, named, total
from justright.nets.spec import DenseSpec
from justright.nets.stack import DenseStack
from justright.nets.strands import Dealt, NoiseNeed
from justright.nets.tabm_init import initial_tabm_row
from justright.nets.tabm_spec import TabmSpec
from justright.nets.tabm_stack import TabmStack

Spec = DenseSpec | ConvSpec | TabmSpec


@runtime_checkable
class Stack(Protocol):
    """Networks of one family side by side; see `DenseStack` for what each method does."""

    parameters: Frame
    statistics: Frame

    def __len__(self) -> int: ...

    def noise_needs(  # noqa: D102
        self, batch: int, dropout: Sequence[float], input_dropout: Sequence[float]
    ) -> list[NoiseNeed]: ...

    def program(  # noqa: D102
        self,
        params: Params,
        statistics: Params,
        x: Tensor,
        *,
        grads: Params | None = None,
        dealt: Dealt | None = None,
    ) -> Program: ...

    def forward(  # noqa: D102
        self, params: Params, statistics: Params, x: Tensor, *, recompute: bool = False
    ) -> Tensor: ...


def stack_of(specs: Sequence[Spec]) -> Stack:
    """Lay networks of one family side by side."""
    tables = [spec for spec in specs if isinstance(spec, DenseSpec)]
    if len(tables) == len(specs):
        return DenseStack(tables)
    shared = [spec for spec in specs if isinstance(spec, TabmSpec)]
    if len(shared) == len(specs):
        return TabmStack(shared)
    return ConvStack([spec for spec in specs if isinstance(spec, ConvSpec)])


def parameter_slots(spec: Spec) -> tuple[Slot, ...]:
    """The trained parameters of one network, first layer first."""
    return dense.parameter_slots(spec) if isinstance(spec, DenseSpec) else spec.parameter_slots()


def statistic_slots(spec: Spec) -> tuple[Slot, ...]:
    """What is kept but not trained: batch-norm statistics, bin edges."""
    return dense.statistic_slots(spec) if isinstance(spec, DenseSpec) else spec.statistic_slots()


def initial_parameters(
    spec: Spec, seed: int, prior: Float[Tensor, " outputs"]
) -> Float[Tensor, " parameters"]:
    """Starting weights of a member, in the order of its slots.

    Args:
        spec: The network.
        seed: The member's seed; its weights depend on nothing else.
        prior: Logits (or means) that the outputs start from; its dtype is used.
    """
    if isinstance(spec, TabmSpec):
        return initial_tabm_row(spec, seed, prior)
    return initial_row(parameter_slots(spec), spec, seed, prior)


def initial_statistics(
    spec: Spec, edges: Tensor | None, dtype: torch.dtype
) -> Float[Tensor, " statistics"]:
    """Statistics before training: means 0, variances 1, and the bin edges handed in.

    Args:
        spec: The network.
        edges: Bin edges, shape (features, edges); only for piecewise-linear numbers.
        dtype: Of the result.
    """
    slots = statistic_slots(spec)
    flat = torch.zeros(1, total(slots), dtype=dtype)
    for name, view in named(slots, flat).items():
        if name.endswith(".variance"):
            view.fill_(1.0)
        elif name.endswith(".edges"):
            if edges is None:
                raise ValueError("piecewise-linear numbers need the bin edges")
            view.copy_(edges)
    return flat[0]


def table_of(spec: Spec) -> DenseSpec | None:
    """The dense network that tells how a family takes in a table; None where images enter."""
    if isinstance(spec, TabmSpec):
        return spec.body
    return spec if isinstance(spec, DenseSpec) else None


def embeds_by_edges(spec: DenseSpec) -> bool:
    """Whether numbers are embedded by the quantiles of the training rows."""
    return spec.embeds_numbers and spec.numeric_embedding == "piecewise_linear"
