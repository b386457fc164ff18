"""What turns a network's outputs into scaled predictions of a number, and back."""

import torch
from torch import Tensor
from torch.nn import functional as F

_EDGE = 1e-4  # nearest that a starting prediction lies to a bound; its logit is then ±9


def activated(output: str, logits: Tensor) -> Tensor:
    """Scaled predictions: bounded ones between 0 and 1, positive ones above 0.

    Args:
        output: Word of the output_activation lever. Those of classes are fused into their loss,
            and "exp" into the scale of the target: for numbers they change nothing.
        logits: Outputs of a network, of any shape.

    Example:
        >>> activated("tanh", torch.tensor([0.0])), activated("none", torch.tensor([2.0]))
        (tensor([0.5000]), tensor([2.]))
    """
    if output == "sigmoid":
        return torch.sigmoid(logits)
    if output == "tanh":  # (1 + tanh z) / 2, as the scaled target lies between 0 and 1
        return torch.sigmoid(2 * logits)
    return F.softplus(logits) if output == "softplus" else logits


def slope(output: str, logits: Tensor, predictions: Tensor) -> Tensor | None:
    """Derivative of `activated` at the logits; None where it is 1."""
    if output == "softplus":
        return torch.sigmoid(logits)
    if output in ("sigmoid", "tanh"):
        steep = 2.0 if output == "tanh" else 1.0
        return steep * predictions * (1 - predictions)
    return None


def logits_of(output: str, predictions: Tensor) -> Tensor:
    """The logits that `activated` turns into these predictions.

    Example:
        >>> round(activated("softplus", logits_of("softplus", torch.tensor(0.3))).item(), 4)
        0.3
    """
    if output in ("sigmoid", "tanh"):
        logit = torch.logit(predictions.clamp(_EDGE, 1 - _EDGE))
        return logit / 2 if output == "tanh" else logit
    if output == "softplus":
        positive = predictions.clamp(min=_EDGE)
        return positive + torch.log(-torch.expm1(-positive))
    return predictions
