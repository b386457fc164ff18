"""Initial weights, drawn for one member at a time from its own generator."""

from collections.abc import Callable
from math import pi, prod, sqrt

import torch
from torch import Generator, Tensor

from justright.nets.activation import PRELU_START
from justright.nets.conv_spec import ConvSpec
from justright.nets.slots import Slot
from justright.nets.spec import DenseSpec

LAST_LAYER_SCALE = 0.1  # of LeCun's spread: the first loss is near the trivial predictor's

#: Variance of a weight times its fan, by the family of the init lever.
VARIANCE: dict[str, Callable[[int, int], float]] = {
    "he": lambda fan_in, _: 2 / fan_in,  # arXiv:1502.01852
    "lecun": lambda fan_in, _: 1 / fan_in,  # LeCun et al. 1998, Efficient BackProp
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),  # Glorot and Bengio 2010
    "data": lambda fan_in, _: 1 / fan_in,  # before data_start.py scales it by the data
}

#: Where parameters start that are not drawn.
STARTS = {"gain": 1.0, "slope": PRELU_START, "bias": 0.0, "scale": 1.0, "blend": 1.0}


def draw(
    shape: tuple[int, ...], variance: float, law: str, generator: Generator, dtype: torch.dtype
) -> Tensor:
    """Draw weights of mean 0 and the given variance from a "normal" or "uniform" law."""
    if law == "normal":
        return torch.randn(shape, generator=generator, dtype=dtype) * sqrt(variance)
    bound = sqrt(3 * variance)
    return (torch.rand(shape, generator=generator, dtype=dtype) * 2 - 1) * bound


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Fan-in and fan-out of a weight: every pixel of a kernel counts.

    Args:
        shape: (fan-in, fan-out) of a linear layer, or (channels out, channels in, height, width)
            of a convolution.

    Source:
        He et al. 2015, arXiv:1502.01852, section 2.2

    Example:
        >>> fans((3, 5)), fans((16, 8, 3, 3))
        ((3, 5), (72, 144))
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    n_out, n_in, *kernel = shape
    return n_in * prod(kernel), n_out * prod(kernel)


def initial(slot: Slot, spec: DenseSpec | ConvSpec, prior: Tensor, generator: Generator) -> Tensor:
    """Initial value of one parameter of one member.

    Args:
        slot: The parameter.
        spec: The network.
        prior: Logits (or means) that the output starts from, shape (outputs,). Its dtype is used.
        generator: The member's generator; parameters are drawn in the order of the slots.

    Returns:
        Shape `slot.shape`.
    """
    layer, _, part = slot.name.rpartition(".")
    if layer == "numbers" and isinstance(spec, DenseSpec):
        return _number_embedding(part, slot.shape, spec, generator, prior.dtype)
    if layer.startswith("category"):
        return draw(slot.shape, 1 / slot.shape[-1], "normal", generator, prior.dtype)
    if part == "weight":
        return _weight(slot, spec, generator, prior.dtype)
    if slot.name == "output.bias" and spec.last_layer_init == "prior":
        return prior.clone()
    return torch.full(slot.shape, STARTS[part], dtype=prior.dtype)


def initial_row(
    slots: tuple[Slot, ...], spec: DenseSpec | ConvSpec, seed: int, prior: Tensor
) -> Tensor:
    """All initial values of one member, one behind the other.

    Args:
        slots: Its parameters.
        spec: The network.
        seed: The member's seed, on which its weights depend alone.
        prior: Logits (or means) that the output starts from, shape (outputs,).

    Returns:
        Its row of the parameter buffer, shape (parameters,).
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([initial(slot, spec, prior, generator).flatten() for slot in slots])


def _weight(
    slot: Slot, spec: DenseSpec | ConvSpec, generator: Generator, dtype: torch.dtype
) -> Tensor:
    family, law = spec.init.split("_")
    fan_in, fan_out = fans(slot.shape)
    if slot.layer == "output":
        variance = VARIANCE["lecun"](fan_in, fan_out)
        if spec.last_layer_init == "prior":
            variance *= LAST_LAYER_SCALE**2
        return draw(slot.shape, variance, law, generator, dtype)
    return draw(slot.shape, VARIANCE[family](fan_in, fan_out), law, generator, dtype)


def _number_embedding(
    part: str, shape: tuple[int, ...], spec: DenseSpec, generator: Generator, dtype: torch.dtype
) -> Tensor:
    """RealMLP's start for waves; a straight line without curve for piecewise-linear."""
    if part == "frequency":
        return draw(shape, spec.frequency_scale**2, "normal", generator, dtype)
    if part == "phase":
        return draw(shape, pi**2 / 3, "uniform", generator, dtype)
    if part == "linear":
        return draw(shape, 1.0, "normal", generator, dtype)
    if part == "weight" and spec.numeric_embedding == "periodic":
        return draw(shape, 1 / (3 * shape[-2]), "uniform", generator, dtype)
    return torch.zeros(shape, dtype=dtype)
