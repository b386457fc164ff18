"""What one dense network is made of: its parameters, its statistics, and how they start."""

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets.init import initial
from justright.nets.slots import Slot, named, total
from justright.nets.spec import MAX_BINS, N_FREQUENCIES, DenseSpec


def parameter_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """The trained parameters of one member, first layer first."""
    slots = list(_number_slots(spec))
    for i, (levels, size) in enumerate(zip(spec.cardinalities, spec.embedding_sizes, strict=True)):
        slots.append(Slot(name=f"category.{i}.table", shape=(levels, size)))
    for i, (fan_in, fan_out) in enumerate(spec.fans[:-1]):
        slots += _linear_slots(f"hidden.{i}", fan_in, fan_out, bias=spec.hidden_bias)
        if spec.normalisation != "none":
            slots.append(Slot(name=f"norm.{i}.gain", shape=(fan_out,)))
            slots.append(Slot(name=f"norm.{i}.bias", shape=(fan_out,)))
        if spec.activation == "prelu":
            slots.append(Slot(name=f"activation.{i}.slope", shape=(1,)))
    slots += _linear_slots("output", *spec.fans[-1])
    return tuple(slots)


def statistic_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """What is kept but not trained: batch-norm statistics, bin edges."""
    slots = []
    if spec.embeds_numbers and spec.numeric_embedding == "piecewise_linear":
        slots.append(Slot(name="numbers.edges", shape=(spec.n_numeric, MAX_BINS + 1)))
    if spec.normalisation == "batch":
        for i, width in enumerate(spec.widths):
            slots.append(Slot(name=f"norm.{i}.mean", shape=(width,)))
            slots.append(Slot(name=f"norm.{i}.variance", shape=(width,)))
    return tuple(slots)


def _linear_slots(layer: str, fan_in: int, fan_out: int, *, bias: bool = True) -> list[Slot]:
    weight = Slot(name=f"{layer}.weight", shape=(fan_in, fan_out), decays=True)
    return [weight, Slot(name=f"{layer}.bias", shape=(fan_out,))] if bias else [weight]


def _number_slots(spec: DenseSpec) -> list[Slot]:
    if not spec.embeds_numbers:
        return []
    n, size = spec.n_numeric, spec.embedding_size
    if spec.numeric_embedding == "periodic":
        return [
            Slot(name="numbers.frequency", shape=(n, N_FREQUENCIES)),
            Slot(name="numbers.phase", shape=(n, N_FREQUENCIES)),
            Slot(name="numbers.weight", shape=(n, N_FREQUENCIES, size - 1), decays=True),
            Slot(name="numbers.bias", shape=(n, size - 1)),
        ]
    return [
        Slot(name="numbers.weight", shape=(n, MAX_BINS, size), decays=True),
        Slot(name="numbers.linear", shape=(n, size), decays=True),
        Slot(name="numbers.bias", shape=(n, size)),
    ]


def initial_parameters(
    spec: DenseSpec, seed: int, prior: Float[Tensor, " outputs"]
) -> Float[Tensor, " parameters"]:
    """Draw the starting weights of a member from its own seed.

    Args:
        spec: The network.
        seed: The member's seed; its weights depend on nothing else.
        prior: Logits (or means) that the outputs start from; its dtype is used.

    Returns:
        The values of `parameter_slots`, one after the other.
    """
    generator = torch.Generator().manual_seed(seed)
    slots = parameter_slots(spec)
    return torch.cat([initial(slot, spec, prior, generator).flatten() for slot in slots])


def initial_statistics(
    spec: DenseSpec, edges: Tensor | None, dtype: torch.dtype
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
