"""Batch and layer normalisation with the members axis first."""

import torch
from jaxtyping import Float
from torch import Tensor

EPSILON = 1e-5  # added to the variance; torch.nn.BatchNorm1d's and LayerNorm's default
MOMENTUM = 0.1  # weight of the newest batch in the running statistics; torch's default

Hidden = Float[Tensor, "members batch width"]
Row = Float[Tensor, "members width"]


def layer_norm(x: Hidden, gain: Row, bias: Row) -> Hidden:
    """Normalise each example over its features."""
    centred = x - x.mean(-1, keepdim=True)
    spread = (centred.square().mean(-1, keepdim=True) + EPSILON).rsqrt()
    return centred * spread * gain.unsqueeze(1) + bias.unsqueeze(1)


def batch_norm(x: Hidden, gain: Row, bias: Row, *, mean: Row, variance: Row) -> Hidden:
    """Normalise each feature by the given statistics of its member."""
    scale = gain * (variance + EPSILON).rsqrt()
    return x * scale.unsqueeze(1) + (bias - mean * scale).unsqueeze(1)


def batch_statistics(x: Hidden) -> tuple[Row, Row]:
    """Mean and (biased) variance of each feature over the batch, per member."""
    mean = x.mean(1)
    variance = (x - mean.unsqueeze(1)).square().mean(1)
    return mean, variance


@torch.no_grad()
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
