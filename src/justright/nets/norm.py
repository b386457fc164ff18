"""Batch and layer normalisation with the members axis first, forward and backward.

Both work in place on pre-activations and keep what the backward pass needs, as autograd's graph
for them costs more than the arithmetic.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

EPSILON = 1e-5  # added to the variance; torch.nn.BatchNorm1d's and LayerNorm's default
MOMENTUM = 0.1  # weight of the newest batch in the running statistics; torch's default

Hidden = Float[Tensor, "members batch width"]
Row = Float[Tensor, "members width"]


@dataclass(frozen=True, slots=True)
class Normalised:
    """What the backward pass needs.

    Attributes:
        axis: 1 for batch norm (over examples), 2 for layer norm (over features).
        values: Normalised pre-activations, before gain and bias.
        rscale: One over the standard deviation, with `axis` of size 1.
    """

    axis: int
    values: Hidden
    rscale: Tensor


def normalise(
    z: Hidden, gain: Row, bias: Row, *, axis: int, out: Hidden
) -> tuple[Normalised, Tensor, Tensor]:
    """Normalise in place over an axis, then apply gain and bias.

    Args:
        z: Pre-activations, replaced by the result.
        gain: Gain of each feature.
        bias: Bias of each feature.
        axis: 1 for batch norm, 2 for layer norm.
        out: Where the normalised values go.

    Returns:
        What the backward pass needs, the means, and the biased variances.
    """
    mean = z.mean(axis, keepdim=True)
    torch.sub(z, mean, out=out)
    variance = torch.linalg.vector_norm(out, dim=axis, keepdim=True).square_().div_(z.shape[axis])
    rscale = (variance + EPSILON).rsqrt_()
    out.mul_(rscale)
    torch.addcmul(bias.unsqueeze(1), out, gain.unsqueeze(1), out=z)
    return Normalised(axis, out, rscale), mean, variance


def backward(kept: Normalised, grad: Hidden, gain: Row, *, gain_grad: Row, bias_grad: Row) -> None:
    """Turn the gradient of the result into that of the input, in place.

    Args:
        kept: From the forward pass.
        grad: Gradient with respect to the result; replaced.
        gain: Gain of each feature.
        gain_grad: Where the gradient of the gain goes.
        bias_grad: Where the gradient of the bias goes.
    """
    product = grad * kept.values
    torch.sum(product, 1, out=gain_grad)
    torch.sum(grad, 1, out=bias_grad)
    n = grad.shape[kept.axis]
    if kept.axis == 1:
        by_value, by_one = gain_grad.unsqueeze(1), bias_grad.unsqueeze(1)
        scale = kept.rscale * gain.unsqueeze(1)
    else:
        by_value = product.mul_(gain.unsqueeze(1)).sum(2, keepdim=True)
        by_one = grad.mul_(gain.unsqueeze(1)).sum(2, keepdim=True)
        scale = kept.rscale
    grad.sub_(by_one / n).addcmul_(kept.values, by_value / n, value=-1).mul_(scale)


def batch_norm(x: Hidden, gain: Row, bias: Row, *, mean: Row, variance: Row) -> Hidden:
    """Normalise each feature by the given statistics of its member."""
    scale = gain * (variance + EPSILON).rsqrt()
    return x * scale.unsqueeze(1) + (bias - mean * scale).unsqueeze(1)


def track(running_mean: Row, running_var: Row, mean: Row, variance: Row, batch: int) -> None:
    """Move the running statistics towards a batch's, in place, as torch.nn.BatchNorm1d does.

    Args:
        running_mean: Running means, changed in place.
        running_var: Running unbiased variances, changed in place.
        mean: Means of the batch.
        variance: Biased variances of the batch.
        batch: Examples in the batch, at least 2.
    """
    running_mean.lerp_(mean, MOMENTUM)
    running_var.lerp_(variance * (batch / (batch - 1)), MOMENTUM)
