"""The data of a population: stored once, gathered by row number."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from justright.kinds import CLASSED, TaskKind, View
from justright.nets.embedding import quantile_edges
from justright.nets.family import Spec, embeds_by_edges, table_of
from justright.nets.spec import MAX_BINS
from justright.train.member import Member
from justright.train.outputs import logits_of

START_ROWS = 2048  # rows that first weights are fitted to; a spread is then known to 2 %
EDGE_ROWS = 10_000  # rows that bin edges are read from; a quantile of 1/48 is then within 2 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Encoded rows and their targets.

    Attributes:
        task: Kind of the task.
        x: Encoded inputs, shape (rows, columns).
        y: Class indices (int64) or scaled numbers, shape (rows,); several numbers, or 0 and 1
            for each label, shape (rows, outputs); relevance and query, shape (rows, 2).
        n_classes: Classes or labels of the target; 0 for numbers.
        taught: What training makes of `y` where it is not `y` itself, such as what other networks
            say of the rows: probabilities of the classes, shape (rows, classes), of the second
            of two, (rows,); for all else of the shape of `y`. Scores are of `y` all the same.
    """

    task: TaskKind
    x: Float[Tensor, "rows columns"]
    y: Tensor
    n_classes: int = 0
    taught: Tensor | None = None

    @property
    def query(self) -> Tensor | None:
        """Number of the query of each row, shape (rows,), where rows are ranked within one."""
        return self.y[:, 1].long() if self.task == "ranking" else None

    def prior(self, view: View, output: str = "none") -> Tensor:
        """What the best constant prediction puts out, shape (outputs,), from training rows alone.

        Classes and labels: logits of their shares (one row is added to each, so that none is
        infinite). Numbers: the mean, on its way back through the output activation.

        Args:
            view: Whose training rows.
            output: Word of the output_activation lever.
        """
        y = self.y[torch.from_numpy(view.train)]
        if self.task == "ranking":
            return self.x.new_zeros(1)
        if self.task == "multilabel":
            return ((y.sum(0) + 1) / (len(y) + 2)).logit()
        if self.task not in CLASSED:
            return logits_of(output, y.mean(0).view(-1))
        shares = torch.bincount(y, minlength=self.n_classes).to(self.x.dtype) + 1
        log_p = (shares / shares.sum()).log()
        return log_p if self.task == "multiclass" else (log_p[1] - log_p[0]).view(1)

    def class_weight(self) -> Tensor:
        """Weight of each class, inverse to its share, mean 1 over the rows; shape (classes,)."""
        counts = torch.bincount(self.y, minlength=self.n_classes).to(self.x.dtype)
        return len(self.y) / (self.n_classes * counts.clamp(min=1))

    def edges(self, spec: Spec, view: View) -> Tensor | None:
        """Bin edges of the numbers on the view's training rows, shape (features, edges).

        None for a network that does not embed numbers by them.
        """
        table = table_of(spec)
        if table is None or not embeds_by_edges(table):
            return None
        rows = torch.from_numpy(view.train)
        if len(rows) > EDGE_ROWS:
            generator = torch.Generator().manual_seed(0)
            rows = rows[torch.randperm(len(rows), generator=generator)[:EDGE_ROWS]]
        return quantile_edges(self.x[rows, : table.n_numeric], MAX_BINS)

    def sample(self, view: View) -> Float[Tensor, "rows columns"]:
        """Encoded training rows of a view, at most `START_ROWS`, drawn without replacement."""
        rows = torch.from_numpy(view.train)
        if len(rows) > START_ROWS:
            generator = torch.Generator().manual_seed(0)
            rows = rows[torch.randperm(len(rows), generator=generator)[:START_ROWS]]
        return self.x[rows]


def targets(
    members: Sequence[Member],
    data: Dataset,
    rows: Int[Tensor, "members n"],
    *,
    taught: bool = False,
) -> Tensor:
    """Each member's targets of its rows; a view may have them shuffled.

    Args:
        members: The members.
        data: All rows.
        rows: Row numbers, one line per member.
        taught: Whether they are to train on.

    Returns:
        Shape (members, n), or (members, n, outputs).
    """
    y = data.taught if taught and data.taught is not None else data.y
    if all(m.view.targets is None for m in members):
        return y[rows]
    lines = [
        line if m.view.targets is None else torch.from_numpy(m.view.targets)[line]
        for m, line in zip(members, rows, strict=True)
    ]
    return y[torch.stack(lines)]


def row_weights(
    members: Sequence[Member], data: Dataset, rows: Int[Tensor, "members n"]
) -> Tensor | None:
    """Each member's weights of its rows, shape (members, n); None where all weigh the same.

    Args:
        members: The members.
        data: All rows.
        rows: Row numbers, one line per member.
    """
    if all(m.view.weights is None for m in members):
        return None
    weights = data.x.new_ones(rows.shape)
    for line, m, own in zip(weights, members, rows, strict=True):
        if m.view.weights is not None:
            line.copy_(torch.from_numpy(m.view.weights)[own])
    return weights
