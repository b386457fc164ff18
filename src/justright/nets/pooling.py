"""One output of several submodels'."""

from math import log

import torch
from torch import Tensor
from torch.nn import functional as F

_SMALL_Z, _SMALL_MEAN = -10.0, 1e-4  # below, series are good to 1e-9; far below, float32 ends


def pooled(outputs: Tensor, how: str, dim: int) -> Tensor:
    """Pool submodels: the mean of their predictions, told as what comes before the activation.

    So that what follows need not know of submodels: the output activation of the result is the
    mean of the submodels' after theirs. Under "exp" a network puts out the logarithm of the
    target, and its loss is that of logarithms: there the mean is of logarithms, the geometric
    mean of the predictions.

    Args:
        outputs: Logits or numbers before the output activation, outputs along the last axis.
        how: Word of the output activation lever.
        dim: The axis of the submodels, which goes.

    Example:
        >>> p = torch.tensor([[0.2], [0.6]])
        >>> torch.sigmoid(pooled(torch.logit(p), "sigmoid", dim=0))
        tensor([0.4000])
    """
    if how == "softmax":
        return F.log_softmax(outputs, dim=-1).logsumexp(dim) - log(outputs.shape[dim])
    if how == "sigmoid":
        return _logit_of_mean(outputs, dim)
    if how == "tanh":  # a logistic curve of twice the slope, between -1 and 1
        return _logit_of_mean(2 * outputs, dim) / 2
    if how == "softplus":
        return _softplus_of_mean(outputs, dim)
    return outputs.mean(dim)


def _softplus_of_mean(z: Tensor, dim: int) -> Tensor:
    """What softplus turns into the mean softplus; with a slope where the mean is near 0, too."""
    low = z < _SMALL_Z  # there the logarithm of softplus is z - exp(z) / 2
    small = z.clamp(max=_SMALL_Z)
    one = torch.where(low, small - small.exp() / 2, F.softplus(z.clamp(min=_SMALL_Z)).log())
    log_mean = one.logsumexp(dim) - log(z.shape[dim])
    mean = log_mean.exp()
    large = mean.clamp(min=_SMALL_MEAN)
    inverse = large + torch.log(-torch.expm1(-large))
    return torch.where(mean < _SMALL_MEAN, log_mean + mean / 2, inverse)


def _logit_of_mean(logits: Tensor, dim: int) -> Tensor:
    return F.logsigmoid(logits).logsumexp(dim) - F.logsigmoid(-logits).logsumexp(dim)
