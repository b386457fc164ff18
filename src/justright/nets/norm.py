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
Column = Float[Tensor, "members 1 width"]


@dataclass(frozen=True, slots=True)
class Normalised:
    """Where a normalisation keeps what its backward pass needs; written anew at each step.

    Attributes:
        axis: 1 for batch norm (over examples), 2 for layer norm (over features).
        values: Normalised pre-activations, before gain and bias.
        mean: Means, with `axis` of size 1.
        variance: Biased variances, likewise.
        rscale: One over the standard deviation, likewise.
        room: Room for products, shape as `values`.
        own: 1 for members that are normalised, 0 for those between them that are to come through
            as they are, shape (members, 1, 1); None where all are normalised.
    """

    axis: int
    values: Hidden
    mean: Tensor
    variance: Tensor
    rscale: Tensor
    room: Hidden
    own: Tensor | None = None

    @classmethod
    def like(cls, z: Hidden, axis: int, own: Tensor | None = None) -> "Normalised":
        """Room for pre-activations of one shape."""
        small = z.new_empty([1 if i == axis else n for i, n in enumerate(z.shape)])
        values = z.new_zeros(z.shape)
        room = torch.zeros_like(values)
        return cls(axis, values, small, small.clone(), small.clone(), room, own)


def normalise(z: Hidden, gain: Column, bias: Column, kept: Normalised) -> None:
    """Normalise in place over an axis, then apply gain and bias.

    Args:
        z: Pre-activations, replaced by the result.
        gain: Gain of each feature.
        bias: Bias of each feature.
        kept: Where what the backward pass needs goes.
    """
    # Sums over squares: torch's norms and variances along an inner axis take ten times as long.
    n = z.shape[kept.axis]
    torch.sum(z, kept.axis, keepdim=True, out=kept.mean).div_(n)
    if kept.own is not None:
        kept.mean.mul_(kept.own)
    torch.sub(z, kept.mean, out=kept.values)
    torch.mul(kept.values, kept.values, out=kept.room)
    torch.sum(kept.room, kept.axis, keepdim=True, out=kept.variance).div_(n)
    torch.add(kept.variance, EPSILON, out=kept.rscale).rsqrt_()
    if kept.own is not None:
        kept.rscale.copy_(_own(kept.rscale, kept.own))
        gain, bias = _own(gain, kept.own), bias * kept.own
    kept.values.mul_(kept.rscale)
    torch.addcmul(bias, kept.values, gain, out=z)


def backward(
    kept: Normalised, grad: Hidden, gain: Column, *, gain_grad: Row, bias_grad: Row
) -> None:
    """Turn the gradient of the result into that of the input, in place.

    Args:
        kept: From the forward pass.
        grad: Gradient with respect to the result; replaced.
        gain: Gain of each feature.
        gain_grad: Where the gradient of the gain goes.
        bias_grad: Where the gradient of the bias goes.
    """
    product = torch.mul(grad, kept.values, out=kept.room)
    torch.sum(product, 1, out=gain_grad)
    torch.sum(grad, 1, out=bias_grad)
    if kept.own is not None:
        gain_grad.mul_(kept.own[:, 0])
        bias_grad.mul_(kept.own[:, 0])
        gain = _own(gain, kept.own)
    n = grad.shape[kept.axis]
    if kept.axis == 1:
        by_value, by_one = gain_grad.unsqueeze(1), bias_grad.unsqueeze(1)
        scale = kept.rscale * gain
    else:
        by_value = product.mul_(gain).sum(2, keepdim=True)
        by_one = grad.mul_(gain).sum(2, keepdim=True)
        scale = kept.rscale
    grad.sub_(by_one / n).addcmul_(kept.values, by_value / n, value=-1).mul_(scale)


def _own(scale: Column, own: Tensor) -> Column:
    """The scale of who is normalised, 1 for the others."""
    return torch.where(own > 0, scale, 1.0)


def batch_norm(z: Hidden, gain: Column, bias: Column, *, mean: Column, variance: Column) -> None:
    """Normalise each feature by the given statistics of its member, in place."""
    scale = gain * (variance + EPSILON).rsqrt()
    torch.addcmul(bias - mean * scale, z, scale, out=z)


def track(kept: Normalised, mean: Column, variance: Column) -> None:
    """Move the running statistics towards a batch's, in place, as torch.nn.BatchNorm1d does.

    Args:
        kept: From the forward pass over a batch of at least 2 examples.
        mean: Running means, changed in place.
        variance: Running unbiased variances, changed in place.
    """
    batch = kept.values.shape[1]
    mean.lerp_(kept.mean, MOMENTUM)
    variance.mul_(1 - MOMENTUM).add_(kept.variance, alpha=MOMENTUM * batch / (batch - 1))


def recompute(kept: Normalised, mean: Column, variance: Column) -> None:
    """Set the running statistics to a batch's (after averaging)."""
    mean.copy_(kept.mean)
    variance.copy_(kept.variance)
