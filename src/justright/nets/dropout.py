"""Dropout with a rate of its own for each member."""

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets.noise import Noise

SELU_FLOOR = -1.7580993408473766  # -scale * alpha of SELU; Klambauer et al. 2017, arXiv:1706.02515

Hidden = Float[Tensor, "members batch width"]


def dropout(x: Hidden, rate: Float[Tensor, " members"], noise: Noise) -> Hidden:
    """Zero each value with its member's probability and scale up the rest.

    Args:
        x: Activations.
        rate: Share of values dropped, 0 to below 1.
        noise: The members' noise.

    Returns:
        Activations whose expectation is that of `x`.

    Source:
        Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
    """
    keep = 1 - rate.view(-1, 1, 1)
    kept = noise.uniform(*x.shape[1:]).to(x) < keep
    return x * (kept / keep)


def alpha_dropout(x: Hidden, rate: Float[Tensor, " members"], noise: Noise) -> Hidden:
    """Set values to SELU's floor instead of zero, so that mean and variance are kept.

    Args:
        x: Activations of a SELU.
        rate: Share of values dropped, 0 to below 1.
        noise: The members' noise.

    Returns:
        Activations of the mean and variance of `x`, where those were 0 and 1.

    Source:
        Klambauer et al. 2017, arXiv:1706.02515, section 3
    """
    keep = 1 - rate.view(-1, 1, 1)
    kept = noise.uniform(*x.shape[1:]).to(x) < keep
    scale = (keep + SELU_FLOOR**2 * keep * (1 - keep)).rsqrt()
    shift = -scale * (1 - keep) * SELU_FLOOR
    return torch.where(kept, x, SELU_FLOOR) * scale + shift
