"""The first layer's input: numbers and categories embedded, everything else as it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets import embedding
from justright.nets.spec import DenseSpec


@dataclass(frozen=True, slots=True)
class InputGraph:
    """Embedded inputs and autograd's way back to the parameters that made them.

    Embeddings are a small part of a step and of many kinds, so autograd is worth its cost here.

    Attributes:
        values: Shape (members, batch, features), without a graph.
        leaves: The parameters by block name.
        root: The same values with their graph.
    """

    values: Tensor
    leaves: Mapping[str, Tensor]
    root: Tensor

    def backward(self, grad: Tensor, grads: Mapping[str, Tensor]) -> None:
        """Write the gradients of the embeddings' parameters."""
        found = torch.autograd.grad(self.root, tuple(self.leaves.values()), grad)
        for name, value in zip(self.leaves, found, strict=True):
            grads[name].copy_(value)


def embed(
    spec: DenseSpec,
    params: Mapping[str, Tensor],
    statistics: Mapping[str, Tensor],
    x: Float[Tensor, "members batch columns"],
    *,
    trained: bool,
) -> InputGraph:
    """Embed numbers and categories.

    Args:
        spec: A network with embeddings; they are alike for all members.
        params: Parameters by block.
        statistics: Statistics by block: the bin edges.
        x: Encoded inputs.
        trained: Whether the way back will be walked.
    """
    own = {n: v for n, v in params.items() if n.startswith(("numbers.", "category."))}
    if not trained:
        values = _laid_out(spec, own, statistics, x)
        return InputGraph(values, {}, values)
    leaves = {name: value.detach().requires_grad_() for name, value in own.items()}
    with torch.enable_grad():
        root = _laid_out(spec, leaves, statistics, x)
    return InputGraph(root.detach(), leaves, root)


def _laid_out(
    spec: DenseSpec, params: Mapping[str, Tensor], statistics: Mapping[str, Tensor], x: Tensor
) -> Tensor:
    """All features side by side."""
    parts = []
    n_dense = spec.n_numeric + spec.n_plain
    if spec.embeds_numbers:
        own = {k[8:]: v for k, v in params.items() if k.startswith("numbers.")}
        numbers = x[..., : spec.n_numeric]
        if spec.numeric_embedding == "periodic":
            parts.append(embedding.periodic(numbers, **own))
        else:
            edges = statistics["numbers.edges"]
            parts.append(embedding.piecewise_linear(numbers, edges=edges, **own))
        parts.append(x[..., spec.n_numeric : n_dense])
    else:
        parts.append(x[..., :n_dense])
    for i in range(len(spec.cardinalities)):
        codes = x[..., n_dense + i].long()
        parts.append(embedding.lookup(params[f"category.{i}.table"], codes))
    return torch.cat(parts, dim=-1)
