"""Embeddings of numbers and of categories, with the members axis first."""

from math import pi

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

NARROWEST = 1e-6  # width of a bin, in scaled units; narrower ones are a repeated edge

Numbers = Float[Tensor, "members batch features"]
Embedded = Float[Tensor, "members batch outputs"]


def periodic(
    x: Numbers,
    *,
    frequency: Float[Tensor, "members features frequencies"],
    phase: Float[Tensor, "members features frequencies"],
    weight: Float[Tensor, "members features frequencies size"],
    bias: Float[Tensor, "members features size"],
) -> Embedded:
    """Embed each number by learned waves, and keep the number itself.

    Each feature gives cos(2 pi f x + phase), mapped by a linear layer of its own, with the
    raw value in front: features * (size + 1) outputs.

    Source:
        Holzmüller et al. 2024 (PBLD), arXiv:2407.04491; Gorishniy et al. 2022, arXiv:2203.05556
    """
    waves = torch.cos(2 * pi * x.unsqueeze(-1) * frequency.unsqueeze(1) + phase.unsqueeze(1))
    mapped = torch.einsum("mbfk,mfks->mbfs", waves, weight) + bias.unsqueeze(1)
    return torch.cat([x.unsqueeze(-1), mapped], dim=-1).flatten(2)


def bin_shares(
    x: Numbers,
    edges: Float[Tensor, "members features edges"],
) -> Float[Tensor, "members batch features bins"]:
    """How far each number reaches into each bin: 1 below it, 0 above, linear inside.

    Bins without width (padding) give 0. The first bin is open below and the last above.
    """
    width = edges.diff(dim=-1)
    real = width > NARROWEST
    slope = torch.where(real, 1 / width.clamp(min=NARROWEST), 0.0)
    share = (x.unsqueeze(-1) - edges[..., :-1].unsqueeze(1)) * slope.unsqueeze(1)
    position = torch.arange(width.shape[-1], device=x.device)
    last = torch.where(real, position, -1).amax(-1, keepdim=True)
    low = torch.where(position == 0, -torch.inf, 0.0).to(x)
    high = torch.where(position == last, torch.inf, 1.0).to(x).unsqueeze(1)
    return torch.minimum(torch.maximum(share, low), high)


def piecewise_linear(
    x: Numbers,
    *,
    edges: Float[Tensor, "members features edges"],
    weight: Float[Tensor, "members features bins size"],
    linear: Float[Tensor, "members features size"],
    bias: Float[Tensor, "members features size"],
) -> Embedded:
    """Embed each number by a learned piecewise-linear curve over the data's quantiles.

    A straight line plus a curve that starts at zero: features * size outputs.

    Source:
        Gorishniy et al. 2022, arXiv:2203.05556, in the form of rtdl_num_embeddings, version B
    """
    curve = torch.einsum("mbfk,mfks->mbfs", bin_shares(x, edges), weight)
    straight = x.unsqueeze(-1) * linear.unsqueeze(1) + bias.unsqueeze(1)
    return (curve + straight).flatten(2)


def lookup(
    table: Float[Tensor, "members levels size"], code: Int[Tensor, "members batch"]
) -> Embedded:
    """Each member's vector for each category index."""
    members, levels, size = table.shape
    first = torch.arange(members, device=code.device).unsqueeze(1) * levels
    return F.embedding(code + first, table.reshape(members * levels, size))


def quantile_edges(
    x: Float[Tensor, "rows features"], n_bins: int
) -> Float[Tensor, "features edges"]:
    """Bin edges at the quantiles of each feature, repeated ones dropped, padded by the last.

    Args:
        x: Numbers of the training rows.
        n_bins: Bins per feature at most, at least 1.

    Returns:
        Shape (features, n_bins + 1), rising.

    Example:
        >>> quantile_edges(torch.tensor([[0.0], [1.0], [2.0], [3.0], [4.0]]), 2)
        tensor([[0., 2., 4.]])
    """
    levels = torch.linspace(0, 1, n_bins + 1, dtype=x.dtype)
    raw = torch.quantile(x, levels, dim=0).T
    rows = []
    for edges in raw:
        distinct = edges.unique()
        rows.append(torch.cat([distinct, distinct[-1:].expand(n_bins + 1 - len(distinct))]))
    return torch.stack(rows)
