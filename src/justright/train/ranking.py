"""The pairwise logistic loss: of each two rows of a query, the more relevant one belongs first."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

OUTSIDE = -1.0  # query of a row that is padding: it is compared with none


def longest(query: Float[Tensor, "members batch"]) -> int:
    """Rows of the longest run of one query, in any line.

    Example:
        >>> longest(torch.tensor([[0.0, 0.0, 1.0, 2.0]]))
        2
    """
    size, n = 1, query.shape[-1]
    while size < n and bool((query[:, size:] == query[:, :-size]).any()):
        size += 1
    return size


def pairwise(
    scores: Float[Tensor, "members batch"], target: Float[Tensor, "members batch two"]
) -> tuple[Tensor, Tensor]:
    """Loss of every row and its gradient; the mean over rows is the mean over pairs.

    Rows of one query must follow each other. A pair's loss, log(1 + exp(s_worse − s_better)), is
    counted with its better row.

    Args:
        scores: What the rows are ranked by.
        target: Relevance and number of the query (`OUTSIDE` for padding).

    Source:
        Burges et al. 2005 (RankNet)

    Example:
        >>> losses, grad = pairwise(torch.tensor([[2.0, 1.0]]), torch.tensor([[[0.0, 7], [1, 7]]]))
        >>> [round(loss, 3) for loss in losses[0].tolist()], [round(g, 3) for g in grad[0].tolist()]
        ([0.0, 2.627], [1.462, -1.462])
    """
    relevance, query = target[..., 0], target[..., 1]
    losses, grad = scores * 0, torch.zeros_like(scores)  # with a graph, also without a pair
    n_pairs = scores.new_zeros(len(scores))
    for shift in range(1, longest(query)):
        one, other = scores[:, :-shift], scores[:, shift:]
        order = torch.sign(relevance[:, :-shift] - relevance[:, shift:])
        together = (query[:, :-shift] == query[:, shift:]) & (query[:, shift:] != OUTSIDE)
        order = order * together
        pair = F.softplus(-order * (one - other)) * order.abs()
        pull = -order * torch.sigmoid(-order * (one - other))
        losses[:, :-shift] += pair * (order > 0)
        losses[:, shift:] += pair * (order < 0)
        grad[:, :-shift] += pull
        grad[:, shift:] -= pull
        n_pairs += order.abs().sum(1)
    n_rows = (query != OUTSIDE).sum(1)
    share = (n_rows / n_pairs.clamp(min=1)).unsqueeze(1)
    return losses * share, grad * share
