"""One TabM member as plain `torch.nn` modules: what its population must equal."""

from functools import partial

import torch
from torch import Tensor, nn

from justright.nets.fill import fill
from justright.nets.plain import DenseNet, activation, dense_target
from justright.nets.pooling import pooled
from justright.nets.tabm_init import initial_tabm_row
from justright.nets.tabm_spec import TabmSpec


class AdaptedLayer(nn.Module):
    """A hidden layer whose weight all submodels share, between factors of their own."""

    def __init__(self, spec: TabmSpec, i: int, dropout: float) -> None:
        super().__init__()
        fan_in, fan_out = spec.body.fans[i]
        self.linear = nn.Linear(fan_in, fan_out, bias=False)
        self.r = nn.Parameter(torch.ones(spec.heads, fan_in))
        self.s = nn.Parameter(torch.ones(spec.heads, fan_out))
        self.bias = nn.Parameter(torch.zeros(spec.heads, fan_out))
        self.activation = activation(spec.activation)
        self.dropout: nn.Module = (
            nn.AlphaDropout(dropout) if spec.activation == "selu" else nn.Dropout(dropout)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer: (heads, batch, fan-in), or (1, batch, fan-in) where all see the same."""
        z = self.linear(x * self.r[:, None]) * self.s[:, None] + self.bias[:, None]
        h: Tensor = self.dropout(self.activation(z))
        return h


class Heads(nn.Module):
    """An output layer for each submodel: (heads, batch, fan-in) to (heads, batch, outputs)."""

    def __init__(self, spec: TabmSpec) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(spec.heads, *spec.body.fans[-1]))
        self.bias = nn.Parameter(torch.zeros(spec.heads, spec.n_outputs))

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer."""
        return x @ self.weight + self.bias[:, None]


class TabmNet(DenseNet):
    """A TabM network for one encoded table: (batch, columns) to (batch, outputs).

    To train it, make the mean loss of the submodels small: of each of `submodels(x)`, not of the
    pooled outputs that it puts out.

    Args:
        spec: Its shape.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of inputs dropped while training, 0 to 1.

    Example:
        >>> from justright.nets.spec import DenseSpec
        >>> body = DenseSpec(
        ...     n_numeric=4, n_plain=0, cardinalities=(), n_outputs=3, depth=2, width=8
        ... )
        >>> net = TabmNet(TabmSpec(body=body, heads=16, pooling="softmax"))
        >>> net(torch.zeros(5, 4)).shape, net.submodels(torch.zeros(5, 4)).shape
        (torch.Size([5, 3]), torch.Size([16, 5, 3]))
    """

    def __init__(self, spec: TabmSpec, *, dropout: float = 0.0, input_dropout: float = 0.0) -> None:
        super().__init__(spec.body, input_dropout=input_dropout)
        self.heads, self.pooling = spec.heads, spec.pooling
        self.hidden = nn.ModuleList(AdaptedLayer(spec, i, dropout) for i in range(spec.depth))
        self.add_module("output", Heads(spec))

    def submodels(self, x: Tensor) -> Tensor:
        """Outputs of each submodel, shape (heads, batch, outputs)."""
        h = self.input_dropout(self.first(x))[None]
        for layer in self.hidden:
            h = layer(h)
        outputs: Tensor = self.output(h)
        return outputs

    def forward(self, x: Tensor) -> Tensor:
        """Logits of the mean probability (or mean numbers) for encoded rows."""
        return pooled(self.submodels(x), self.pooling, dim=0)


def _target(net: TabmNet, name: str) -> tuple[Tensor, bool]:
    """The tensor of a plain network that a slot fills, and whether it is stored transposed."""
    layer, _, part = name.rpartition(".")
    if layer == "output":
        return getattr(net.output, part), False
    if layer.startswith("hidden") and part != "weight":
        return getattr(net.hidden[int(layer.split(".")[1])], part), False
    return dense_target(net, name)


def load_tabm_member(net: TabmNet, spec: TabmSpec, theta: Tensor, statistics: Tensor) -> None:
    """Fill a plain network with one member's values.

    Args:
        net: Network of the same spec, changed in place.
        spec: Its shape.
        theta: The member's row of the parameter buffer, shape (parameters,).
        statistics: Its row of the statistics buffer, shape (statistics,).
    """
    fill(partial(_target, net), spec.parameter_slots(), theta)
    fill(partial(_target, net), spec.statistic_slots(), statistics)


def build_tabm(
    spec: TabmSpec, *, seed: int, dropout: float = 0.0, input_dropout: float = 0.0
) -> TabmNet:
    """A plain network with the starting weights that a member of that seed has.

    Piecewise-linear bin edges come from data, so they stay to be filled by `load_tabm_member`.

    Args:
        spec: Its shape.
        seed: Seed of the weights.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of inputs dropped while training, 0 to 1.
    """
    # torch.nn draws weights of its own, which must not move the user's generator.
    with torch.random.fork_rng(devices=[]):
        net = TabmNet(spec, dropout=dropout, input_dropout=input_dropout)
    row = initial_tabm_row(spec, seed, torch.zeros(spec.n_outputs))
    fill(partial(_target, net), spec.parameter_slots(), row)
    return net
