"""Losses of every row of every member, straight from logits."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

FOCUS = 2.0  # exponent of the focal loss; Lin et al. 2017, arXiv:1708.02002, table 1b
HUBER_DELTA = 1.0  # in standard deviations of the target; Huber 1964

RowLosses = Float[Tensor, "members batch"]


def row_losses(
    name: str,
    logits: Float[Tensor, "members batch outputs"],
    target: Tensor,
    *,
    smoothing: Float[Tensor, " members"] | None = None,
    class_weight: Float[Tensor, " classes"] | None = None,
) -> RowLosses:
    """The loss of every row.

    Args:
        name: Word of the loss lever.
        logits: Outputs of the network.
        target: Class indices (int64) or standardised numbers, shape (members, batch).
        smoothing: Share of the target spread over all classes; None for none.
        class_weight: Weight of each class, mean 1 over the rows; for `weighted_cross_entropy`.

    Returns:
        Losses, not averaged.

    Raises:
        ValueError: If the name is not a loss.

    Example:
        >>> row_losses("mae", torch.tensor([[[1.0], [5.0]]]), torch.tensor([[0.0, 2.0]]))
        tensor([[1., 3.]])
    """
    if name in ("mse", "mae", "huber"):
        error = logits.squeeze(-1) - target
        if name == "mse":
            return error.square()
        return error.abs() if name == "mae" else _huber(error)
    if name not in ("binary_cross_entropy", "cross_entropy", "focal", "weighted_cross_entropy"):
        raise ValueError(f"not a loss: {name=}")
    loss = _cross_entropy(logits, target, smoothing)
    if name == "focal":
        sure = (-_cross_entropy(logits, target, None)).exp()
        loss = loss * (1 - sure).clamp(min=0) ** FOCUS
    if name == "weighted_cross_entropy":
        if class_weight is None:
            raise ValueError("weighted_cross_entropy needs class_weight")
        loss = loss * class_weight[target]
    return loss


def _huber(error: Tensor) -> RowLosses:
    size = error.abs()
    return torch.where(
        size <= HUBER_DELTA, 0.5 * error.square(), HUBER_DELTA * (size - 0.5 * HUBER_DELTA)
    )


def _cross_entropy(logits: Tensor, target: Tensor, smoothing: Tensor | None) -> RowLosses:
    """Binary for one logit, categorical for several; smoothed as torch.nn.CrossEntropyLoss does."""
    share = None if smoothing is None else smoothing.unsqueeze(1)
    if logits.shape[-1] == 1:
        logit = logits.squeeze(-1)
        truth = target.to(logit)
        if share is not None:
            truth = truth * (1 - share) + share / 2
        return F.softplus(logit) - truth * logit
    log_p = F.log_softmax(logits, dim=-1)
    loss = -log_p.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    if share is not None:
        loss = (1 - share) * loss - share * log_p.mean(-1)
    return loss
