"""Keeping each member's gradient within bounds."""

import torch
from jaxtyping import Float
from torch import Tensor

EPSILON = 1e-6  # added to the norm; torch.nn.utils.clip_grad_norm_'s


@torch.no_grad()
def clip(
    name: str,
    grad: Float[Tensor, "members parameters"],
    threshold: Float[Tensor, "members 1"],
) -> None:
    """Clip in place.

    Args:
        name: "none"; "norm" keeps the direction; "value" cuts each entry.
        grad: Gradient of each member, changed in place.
        threshold: Largest norm, or largest absolute entry, of each member.

    Example:
        >>> grad = torch.tensor([[3.0, 4.0]])
        >>> clip("value", grad, torch.tensor([[3.5]]))
        >>> grad
        tensor([[3.0000, 3.5000]])
    """
    if name == "norm":
        norm = torch.linalg.vector_norm(grad, dim=1, keepdim=True)
        grad.mul_((threshold / (norm + EPSILON)).clamp(max=1.0))
    elif name == "value":
        torch.minimum(torch.maximum(grad, -threshold, out=grad), threshold, out=grad)
