"""Scoring members on their validation rows while they train."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from justright.kinds import Member
from justright.nets.dense import forward, parameter_slots, statistic_slots
from justright.nets.slots import named
from justright.nets.spec import DenseSpec
from justright.train.dataset import Dataset
from justright.train.losses import row_losses

CHUNK_VALUES = 1 << 22  # hidden values held at a time; 16 MB in float32, within the caches' reach
# 1.5 to 8. Softening only: on few rows, sharpening would reward a network for being lucky.
TEMPERATURES = (1.5, 2.25, 3.4, 5.0, 8.0)

#: Losses whose validation score is the log-loss after temperature scaling.
CLASS_LOSSES = ("binary_cross_entropy", "cross_entropy", "focal", "weighted_cross_entropy")


@torch.no_grad()
def predict(
    spec: DenseSpec,
    theta: Float[Tensor, "members parameters"],
    statistics: Float[Tensor, "members statistics"],
    x: Tensor,
) -> Float[Tensor, "members rows outputs"]:
    """Outputs of every member, in pieces that fit the memory.

    Args:
        spec: The network.
        theta: Weights.
        statistics: Batch-norm statistics and bin edges.
        x: Encoded rows, shape (rows, columns) for all, or (members, rows, columns).
    """
    params = named(parameter_slots(spec), theta)
    stats = named(statistic_slots(spec), statistics)
    members, n_rows = len(theta), x.shape[-2]
    widest = max((*spec.widths, spec.n_first * (16 if spec.embeds_numbers else 1)))
    chunk = max(16, CHUNK_VALUES // (members * widest))
    out = theta.new_empty(members, n_rows, spec.n_outputs)
    for start in range(0, n_rows, chunk):
        piece = x[..., start : start + chunk, :].expand(members, -1, -1)
        out[:, start : start + chunk] = forward(spec, params, stats, piece)
    return out


class Validation:
    """The validation rows of every member.

    Args:
        members: The members, in order.
        data: All rows.
        loss: Word of the loss lever.
    """

    def __init__(self, members: Sequence[Member], data: Dataset, loss: str) -> None:
        self._loss = loss
        rows = [torch.from_numpy(m.view.validation) for m in members]
        shared = all(m.view is members[0].view for m in members)
        rows = rows[:1] if shared else rows
        longest = max(len(r) for r in rows)
        index = torch.stack([F.pad(r, (0, longest - len(r))) for r in rows])
        lengths = torch.tensor([len(r) for r in rows]).unsqueeze(1)
        # Rows beyond a member's own are padding: they weigh nothing.
        self._weight = (torch.arange(longest) < lengths).to(data.x.dtype) / lengths
        self._x, self._y = data.x[index], data.y[index].expand(len(members), -1)
        if shared:
            self._x = self._x[0]

    def outputs(self, spec: DenseSpec, theta: Tensor, statistics: Tensor) -> Tensor:
        """Outputs on the validation rows, shape (members, rows, outputs), padding included."""
        return predict(spec, theta, statistics, self._x)

    def score(self, outputs: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and stopping score of every member.

        The stopping score is the loss for numbers. For classes it is the log-loss after
        temperature scaling: a network that is merely over-sure is not yet over-fitted.

        Returns:
            Loss and score, each of shape (members,); lower is better.

        Source:
            Berta et al. 2025 (refine, then calibrate), arXiv:2501.19195
        """
        if self._loss not in CLASS_LOSSES:
            loss = self._mean(row_losses(self._loss, outputs, self._y))
            return loss, loss
        plain = "binary_cross_entropy" if outputs.shape[-1] == 1 else "cross_entropy"
        loss = self._mean(row_losses(plain, outputs, self._y))
        scaled = [self._mean(row_losses(plain, outputs / t, self._y)) for t in TEMPERATURES]
        best = torch.stack([loss, *scaled]).amin(0)
        # A member whose outputs are not finite has no score, however the minimum came out.
        return loss, torch.where(loss.isfinite(), best, torch.inf)

    def _mean(self, losses: Tensor) -> Tensor:
        return (losses * self._weight).sum(1)
