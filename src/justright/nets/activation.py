"""The eleven activations of the rule book, on tensors with the members axis first."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from justright.nets.noise import Noise

RRELU_LOW, RRELU_HIGH = 1 / 8, 1 / 3  # slope below zero; Xu et al. 2015, arXiv:1505.00853
LEAK = 0.01  # slope below zero; torch.nn.LeakyReLU's default
PRELU_START = 0.25  # slope below zero; He et al. 2015, arXiv:1502.01852

Hidden = Float[Tensor, "members batch width"]

#: Activations without a parameter and without noise.
PLAIN: dict[str, Callable[[Tensor], Tensor]] = {
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, LEAK),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
}


def activate(name: str, x: Hidden, *, slope: Tensor | None, noise: Noise | None) -> Hidden:
    """Apply an activation.

    Args:
        name: Word of the activation lever.
        x: Pre-activations, shape (members, batch, width).
        slope: PReLU's learned slope, shape (members, 1); None for the others.
        noise: The members' noise while training (RReLU draws its slopes); None to predict.

    Returns:
        Activations of the same shape.

    Raises:
        ValueError: If the name is not an activation.
    """
    if name in PLAIN:
        return PLAIN[name](x)
    if name == "prelu" and slope is not None:
        return torch.where(x >= 0, x, x * slope.unsqueeze(1))
    if name == "rrelu":
        return _rrelu(x, noise)
    raise ValueError(f"not an activation: {name=}")


def _rrelu(x: Hidden, noise: Noise | None) -> Hidden:
    """Slopes drawn anew for each value while training, their mean afterwards."""
    if noise is None:
        return F.leaky_relu(x, (RRELU_LOW + RRELU_HIGH) / 2)
    slopes = noise.uniform(*x.shape[1:]).to(x) * (RRELU_HIGH - RRELU_LOW) + RRELU_LOW
    return torch.where(x >= 0, x, x * slopes)
