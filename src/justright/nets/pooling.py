"""One output of several submodels'."""

from math import log

import torch
from torch import Tensor
from torch.nn import functional as F


def pooled(outputs: Tensor, how: str, dim: int) -> Tensor:
    """Pool submodels: the mean of their predictions, told as what comes before the activation.

    So that what follows need not know of submodels: the output activation of the result is the
    mean of the submodels' after theirs.

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
    if how == "exp":
        return outputs.logsumexp(dim) - log(outputs.shape[dim])
    if how == "softplus":
        mean = F.softplus(outputs).mean(dim)
        return mean + torch.log(-torch.expm1(-mean))
    return outputs.mean(dim)


def _logit_of_mean(logits: Tensor, dim: int) -> Tensor:
    return F.logsigmoid(logits).logsumexp(dim) - F.logsigmoid(-logits).logsumexp(dim)
