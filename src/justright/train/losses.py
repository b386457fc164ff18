"""Losses of every row of every member, straight from logits."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from justright.train.outputs import activated, slope
from justright.train.ranking import pairwise

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
    output: str = "none",
) -> RowLosses:
    """The loss of every row; of several numbers or labels of a row, their mean.

    Args:
        name: Word of the loss lever.
        logits: Outputs of the network.
        target: Class indices (int64) or scaled numbers, shape (members, batch); or several
            numbers of a row, shape (members, batch, outputs); for `pairwise_logistic` relevance
            and query, shape (members, batch, 2). For `cross_entropy` also probabilities of the
            classes, shape (members, batch, outputs), as torch.nn.CrossEntropyLoss takes them;
            for `binary_cross_entropy` that of the second class in the place of its index.
        smoothing: Share of the target spread over all classes; None for none.
        class_weight: Weight of each class, mean 1 over the rows; for `weighted_cross_entropy`.
        output: Word of the output_activation lever; numbers pass through it.

    Returns:
        Losses, not averaged.

    Raises:
        ValueError: If the name is not a loss.

    Example:
        >>> row_losses("mae", torch.tensor([[[1.0], [5.0]]]), torch.tensor([[0.0, 2.0]]))
        tensor([[1., 3.]])
    """
    if name in ("mse", "mae", "huber"):
        error = activated(output, logits) - _beside(target, logits)
        return _row_mean(_of_error(name, error))
    if name == "pairwise_logistic":
        return pairwise(logits.squeeze(-1), target)[0]
    if name == "binary_cross_entropy":
        return _row_mean(_binary(_doubled(output, logits), _truth(target, logits, smoothing)))
    if name not in ("cross_entropy", "focal", "weighted_cross_entropy"):
        raise ValueError(f"not a loss: {name=}")
    return _class_losses(name, logits, target, smoothing, class_weight, _log_softmax(logits))


def _beside(target: Tensor, logits: Tensor) -> Tensor:
    """Targets with an axis of outputs, as the logits have it."""
    return target.unsqueeze(-1) if target.ndim < logits.ndim else target


def _row_mean(losses: Float[Tensor, "members batch outputs"]) -> RowLosses:
    return losses.squeeze(-1) if losses.shape[-1] == 1 else losses.mean(-1)


def _of_error(name: str, error: Tensor) -> Tensor:
    if name == "mse":
        return error.square()
    return error.abs() if name == "mae" else _huber(error)


def _doubled(output: str, logits: Tensor) -> Tensor:
    """The logit of a probability that is half of 1 + tanh."""
    return 2 * logits if output == "tanh" else logits


def _truth(target: Tensor, logits: Tensor, smoothing: Tensor | None) -> Tensor:
    """The probability that each output should have."""
    truth = _beside(target, logits).to(logits)
    if smoothing is not None:
        share = smoothing.view(-1, 1, 1)
        truth = truth * (1 - share) + share / 2
    return truth


def _binary(logits: Tensor, truth: Tensor) -> Tensor:
    return F.softplus(logits) - truth * logits


def _class_losses(
    name: str,
    logits: Tensor,
    target: Tensor,
    smoothing: Tensor | None,
    class_weight: Tensor | None,
    log_p: Tensor,
) -> RowLosses:
    """The losses of class targets."""
    loss = _cross_entropy(logits, target, smoothing, log_p)
    if name == "focal":
        sure = (-_cross_entropy(logits, target, None, log_p)).exp()
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


def _log_softmax(logits: Tensor) -> Tensor:
    """Over the last axis. It is short: torch is ten times as fast along the batch.

    A single logit has none, and is left as it is.
    """
    if logits.shape[-1] == 1:
        return logits
    return F.log_softmax(logits.transpose(-1, -2).contiguous(), dim=-2).transpose(-1, -2)


def _cross_entropy(
    logits: Tensor, target: Tensor, smoothing: Tensor | None, log_p: Tensor
) -> RowLosses:
    """Binary for one logit, categorical for several; smoothed as torch.nn.CrossEntropyLoss does."""
    share = None if smoothing is None else smoothing.unsqueeze(1)
    if logits.shape[-1] == 1:
        logit = logits.squeeze(-1)
        truth = target.to(logit)
        if share is not None:
            truth = truth * (1 - share) + share / 2
        return F.softplus(logit) - truth * logit
    if target.is_floating_point():
        loss = -(target * log_p).sum(-1)
    else:
        loss = -log_p.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    if share is not None:
        loss = (1 - share) * loss - share * log_p.mean(-1)
    return loss


def losses_and_gradient(
    name: str,
    logits: Float[Tensor, "members batch outputs"],
    target: Tensor,
    *,
    smoothing: Float[Tensor, " members"] | None = None,
    class_weight: Float[Tensor, " classes"] | None = None,
    output: str = "none",
) -> tuple[RowLosses, Float[Tensor, "members batch outputs"]]:
    """The loss of every row, and its gradient with respect to the row's outputs.

    Args:
        name: Word of the loss lever.
        logits: Outputs of the network.
        target: As in `row_losses`.
        smoothing: As in `row_losses`.
        class_weight: As in `row_losses`.
        output: As in `row_losses`.

    Example:
        >>> logits, target = torch.tensor([[[1.0], [5.0]]]), torch.tensor([[0.0, 2.0]])
        >>> losses_and_gradient("mse", logits, target)
        (tensor([[1., 9.]]), tensor([[[2.],
                 [6.]]]))
    """
    if name in ("mse", "mae", "huber"):
        return _numbers(name, logits, target, output)
    if name == "pairwise_logistic":
        losses, grad = pairwise(logits.squeeze(-1), target)
        return losses, grad.unsqueeze(-1)
    if name == "binary_cross_entropy":
        return _binaries(logits, target, smoothing, output)
    log_p = _log_softmax(logits)
    losses = _class_losses(name, logits, target, smoothing, class_weight, log_p)
    grad = _cross_entropy_gradient(logits, target, smoothing, log_p)
    if name == "focal":
        doubt = (1 - (-_cross_entropy(logits, target, None, log_p)).exp()).clamp(min=0)
        loss = _cross_entropy(logits, target, smoothing, log_p)
        by_doubt = loss * FOCUS * doubt ** (FOCUS - 1) * (1 - doubt)
        towards = _cross_entropy_gradient(logits, target, None, log_p)
        grad.mul_((doubt**FOCUS).unsqueeze(-1)).addcmul_(towards, by_doubt.unsqueeze(-1))
    if name == "weighted_cross_entropy" and class_weight is not None:
        grad.mul_(class_weight[target].unsqueeze(-1))
    return losses, grad


def _numbers(
    name: str, logits: Tensor, target: Tensor, output: str
) -> tuple[RowLosses, Float[Tensor, "members batch outputs"]]:
    """Losses of numbers, and the gradient on the way back through the output activation."""
    predictions = activated(output, logits)
    error = predictions - _beside(target, logits)
    losses = _row_mean(_of_error(name, error))
    if name == "mse":
        error.mul_(2)
    elif name == "mae":
        error.sign_()
    else:
        error.clamp_(-HUBER_DELTA, HUBER_DELTA)
    steep = slope(output, logits, predictions)
    if steep is not None:
        error.mul_(steep)
    return losses, error if logits.shape[-1] == 1 else error.div_(logits.shape[-1])


def _binaries(
    logits: Tensor, target: Tensor, smoothing: Tensor | None, output: str
) -> tuple[RowLosses, Float[Tensor, "members batch outputs"]]:
    """Losses of probabilities, one for each output, and their gradient."""
    truth, z = _truth(target, logits, smoothing), _doubled(output, logits)
    grad = torch.sigmoid(z).sub_(truth)
    if output == "tanh":
        grad.mul_(2)
    losses = _row_mean(_binary(z, truth))
    return losses, grad if logits.shape[-1] == 1 else grad.div_(logits.shape[-1])


def _cross_entropy_gradient(
    logits: Tensor, target: Tensor, smoothing: Tensor | None, log_p: Tensor
) -> Tensor:
    """Predicted probabilities less the (smoothed) truth."""
    share = None if smoothing is None else smoothing.view(-1, 1, 1)
    if logits.shape[-1] == 1:
        truth = target.to(logits).unsqueeze(-1)
        if share is not None:
            truth = truth * (1 - share) + share / 2
        return torch.sigmoid(logits).sub_(truth)
    grad = log_p.exp()
    if target.is_floating_point():
        even = 0.0 if share is None else share
        return grad.sub_((1 - even) * target + even / logits.shape[-1])
    index, one = target.unsqueeze(-1), logits.new_full((1, 1, 1), -1.0)
    if share is not None:
        grad.sub_(share / logits.shape[-1])
        one = share - 1
    return grad.scatter_add_(-1, index, one.expand(index.shape))
