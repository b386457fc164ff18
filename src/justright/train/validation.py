"""Scoring members on their validation rows while they train."""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from justright.kinds import CLASSED
from justright.nets.family import Spec
from justright.nets.frame import runs
from justright.nets.work import widest
from justright.train.dataset import Dataset, row_weights, targets
from justright.train.losses import row_losses
from justright.train.member import Member
from justright.train.ranking import OUTSIDE
from justright.train.team import Team

CHUNK_VALUES = 1 << 20  # hidden values held at a time; 4 MB in float32, within the caches' reach
# 1.5 to 8. Softening only: on few rows, sharpening would reward a network for being lucky.
TEMPERATURES = (1.5, 2.25, 3.4, 5.0, 8.0)


@torch.no_grad()
def predict(
    spec: Spec,
    theta: Float[Tensor, "members parameters"],
    statistics: Float[Tensor, "members statistics"],
    x: Tensor,
) -> Float[Tensor, "members rows outputs"]:
    """Outputs of networks of one shape, in pieces that fit the memory.

    Args:
        spec: The network.
        theta: Weights.
        statistics: Batch-norm statistics and bin edges.
        x: Encoded rows, shape (rows, columns).
    """
    team = Team.of([spec] * len(theta), list(theta), list(statistics))
    out = theta.new_empty(len(theta), len(x), spec.n_outputs)
    for rows in pieces(spec, len(theta), len(x)):
        out[:, rows] = team.outputs(x[rows].unsqueeze(0))
    return out


def pieces(spec: Spec, members: int, n_rows: int) -> Iterator[slice]:
    """Rows taken at a time, so that a layer of all members stays near the caches."""
    size = max(16, CHUNK_VALUES // (members * widest(spec)))
    for start in range(0, n_rows, size):
        yield slice(start, start + size)


class Validation:
    """The validation rows of every member. Rows are gathered when they are needed, never kept.

    Args:
        members: The members, in order.
        data: All rows.
    """

    def __init__(self, members: Sequence[Member], data: Dataset) -> None:
        self._members, self._data = members, data
        same = all(m.view.validation is members[0].view.validation for m in members)
        rows = [_in_order(m, data) for m in (members[:1] if same else members)]
        longest = max(len(r) for r in rows)
        self._rows = torch.stack([F.pad(r, (0, longest - len(r))) for r in rows])
        lengths = torch.tensor([len(r) for r in rows]).unsqueeze(1)
        # Rows beyond a member's own are padding: they weigh nothing.
        within = (torch.arange(longest) < lengths).to(data.x.dtype)
        weights = row_weights(members, data, self._rows.expand(len(members), -1))
        if weights is not None:
            # Where all of a member's validation rows weigh nothing, they weigh the same instead.
            known = (within * weights).sum(1, keepdim=True) > 0
            within = within * torch.where(known, weights, 1.0)
        self._weight = within / within.sum(1, keepdim=True)
        self._y = targets(members, data, self._rows.expand(len(members), -1))
        if data.task == "ranking":
            self._y[..., 1].masked_fill_(
                (torch.arange(longest) >= lengths).expand(len(members), -1), OUTSIDE
            )

    def outputs(self, team: Team) -> Tensor:
        """Outputs on the validation rows, shape (members, rows, outputs), padding included."""
        spec, members = self._members[0].spec, len(self._members)
        n_rows = self._rows.shape[1]
        out = self._data.x.new_empty(members, n_rows, spec.n_outputs)
        for rows in pieces(spec, members, n_rows):
            out[:, rows] = team.outputs(self._data.x[self._rows[:, rows]])
        return out

    def score(self, outputs: Tensor) -> tuple[Tensor, Tensor]:
        """Loss and stopping score of every member.

        The stopping score is the loss for numbers. For classes it is the log-loss after
        temperature scaling: a network that is merely over-sure is not yet over-fitted. Where
        classes are weighted in training they are weighted here too: the plain log-loss would call
        every step away from the rare class a gain.

        Returns:
            Loss and score, each of shape (members,); lower is better.

        Source:
            Berta et al. 2025 (refine, then calibrate), arXiv:2501.19195
        """
        found = [
            self._scored(name, outputs[a:b], slice(a, b))
            for a, b, name in runs([(m.loss, m.output) for m in self._members])
        ]
        return torch.cat([loss for loss, _ in found]), torch.cat([score for _, score in found])

    def _scored(self, how: tuple[str, str], outputs: Tensor, who: slice) -> tuple[Tensor, Tensor]:
        name, output = how
        if self._data.task not in CLASSED:
            loss = self._mean(row_losses(name, outputs, self._y[who], output=output), who)
            return loss, loss
        weighted = name == "weighted_cross_entropy"
        if not weighted:
            name = "cross_entropy" if self._data.task == "multiclass" else "binary_cross_entropy"
        weight = self._data.class_weight() if weighted else None
        loss, *scaled = (
            self._mean(row_losses(name, outputs / t, self._y[who], class_weight=weight), who)
            for t in (1.0, *TEMPERATURES)
        )
        best = torch.stack([loss, *scaled]).amin(0)
        # A member whose outputs are not finite has no score, however the minimum came out.
        return loss, torch.where(loss.isfinite(), best, torch.inf)

    def _mean(self, losses: Tensor, who: slice) -> Tensor:
        weight = self._weight if len(self._weight) == 1 else self._weight[who]
        return (losses * weight).sum(1)


def _in_order(member: Member, data: Dataset) -> Tensor:
    """A member's validation rows; those of a query together where rows are ranked."""
    rows = torch.from_numpy(member.view.validation)
    return rows if data.query is None else rows[data.query[rows].argsort(stable=True)]
