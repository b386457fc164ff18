"""The eleven activations of the rule book, forward and backward, on any shape.

The backward passes are the very functions that autograd calls, so gradients are the same to the
last bit; calling them straight saves the graph.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

RRELU_LOW, RRELU_HIGH = 1 / 8, 1 / 3  # slope below zero; Xu et al. 2015, arXiv:1505.00853
LEAK = 0.01  # slope below zero; torch.nn.LeakyReLU's default
PRELU_START = 0.25  # slope below zero; He et al. 2015, arXiv:1502.01852
SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer 2017, torch.nn.SELU

Forward = Callable[[Tensor, Tensor], object]
Backward = Callable[[Tensor, Tensor], object]

_aten: Any = torch.ops.aten


#: Activations without a parameter and without noise: pre-activations and where to put the result
#: (may be the same). Logistic and tanh leave the activations in both, as their backward pass wants
#: those, untouched by what follows.
FORWARD: dict[str, Forward] = {
    "logistic": lambda z, out: out.copy_(torch.sigmoid(z, out=z)),
    "tanh": lambda z, out: out.copy_(torch.tanh(z, out=z)),
    "relu": lambda z, out: torch.clamp_min(z, 0, out=out),
    "leaky_relu": lambda z, out: _aten.leaky_relu.out(z, LEAK, out=out),
    "elu": lambda z, out: _aten.elu.out(z, out=out),
    "selu": lambda z, out: _aten.elu.out(z, SELU_ALPHA, SELU_SCALE, out=out),
    "gelu": lambda z, out: _aten.gelu.out(z, out=out),
    "silu": lambda z, out: _aten.silu.out(z, out=out),
    "mish": lambda z, out: _aten.mish.out(z, out=out),
}


#: Their backward passes: gradient (changed in place), and what the forward pass left in `z`.
BACKWARD: dict[str, Backward] = {
    "logistic": lambda g, z: _aten.sigmoid_backward.grad_input(g, z, grad_input=g),
    "tanh": lambda g, z: _aten.tanh_backward.grad_input(g, z, grad_input=g),
    "relu": lambda g, z: _aten.threshold_backward.grad_input(g, z, 0, grad_input=g),
    "leaky_relu": lambda g, z: _aten.leaky_relu_backward.grad_input(
        g, z, LEAK, False, grad_input=g
    ),
    "elu": lambda g, z: _aten.elu_backward.grad_input(g, 1, 1, 1, False, z, grad_input=g),
    "selu": lambda g, z: _aten.elu_backward.grad_input(
        g, SELU_ALPHA, SELU_SCALE, 1, False, z, grad_input=g
    ),
    "gelu": lambda g, z: _aten.gelu_backward.grad_input(g, z, grad_input=g),
    "silu": lambda g, z: _aten.silu_backward.grad_input(g, z, grad_input=g),
    "mish": lambda g, z: g.copy_(_aten.mish_backward.default(g, z)),
}


def sloped(z: Tensor, slope: Tensor, out: Tensor | None = None) -> Tensor:
    """Values below zero times a slope (PReLU's, or those drawn for RReLU).

    Args:
        z: Pre-activations.
        slope: Broadcasts against `z`.
        out: Where to put the result; may be `z`. None to make room for it.
    """
    return torch.where(z >= 0, z, z * slope, out=out)


def sloped_backward(g: Tensor, z: Tensor, slope: Tensor) -> Tensor:
    """Turn the gradient in place, and return each value's part in the gradient of the slope."""
    below = z < 0
    part = (g * z).mul_(below)
    g.mul_(torch.where(below, slope, 1.0))
    return part
