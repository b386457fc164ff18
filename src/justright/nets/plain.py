"""One member as plain `torch.nn` modules: what users build on and populations must equal."""

from functools import partial
from math import pi

import torch
from torch import Tensor, nn

from justright.nets.activation import LEAK, PRELU_START, RRELU_HIGH, RRELU_LOW
from justright.nets.dense import parameter_slots, statistic_slots
from justright.nets.embedding import bin_shares
from justright.nets.fill import fill, torch_name
from justright.nets.init import initial_row
from justright.nets.norm import EPSILON, MOMENTUM
from justright.nets.spec import MAX_BINS, N_FREQUENCIES, DenseSpec


def activation(name: str) -> nn.Module:
    """The torch.nn module of an activation.

    Example:
        >>> activation("selu")
        SELU()
    """
    modules: dict[str, nn.Module] = {
        "logistic": nn.Sigmoid(),
        "tanh": nn.Tanh(),
        "relu": nn.ReLU(),
        "leaky_relu": nn.LeakyReLU(LEAK),
        "prelu": nn.PReLU(init=PRELU_START),
        "rrelu": nn.RReLU(RRELU_LOW, RRELU_HIGH),
        "elu": nn.ELU(),
        "selu": nn.SELU(),
        "gelu": nn.GELU(),
        "silu": nn.SiLU(),
        "mish": nn.Mish(),
    }
    return modules[name]


class PeriodicNumbers(nn.Module):
    """Waves of each number and the number itself: (batch, features) to (batch, features * size)."""

    def __init__(self, n_features: int, size: int) -> None:
        super().__init__()
        self.frequency = nn.Parameter(torch.zeros(n_features, N_FREQUENCIES))
        self.phase = nn.Parameter(torch.zeros(n_features, N_FREQUENCIES))
        self.weight = nn.Parameter(torch.zeros(n_features, N_FREQUENCIES, size - 1))
        self.bias = nn.Parameter(torch.zeros(n_features, size - 1))

    def forward(self, x: Tensor) -> Tensor:
        """Embed a batch of numbers."""
        waves = torch.cos(2 * pi * x[..., None] * self.frequency + self.phase)
        mapped = torch.einsum("bfk,fks->bfs", waves, self.weight) + self.bias
        return torch.cat([x[..., None], mapped], dim=-1).flatten(1)


class PiecewiseLinearNumbers(nn.Module):
    """A curve over quantile bins: (batch, features) to (batch, features * size)."""

    edges: Tensor

    def __init__(self, n_features: int, size: int) -> None:
        super().__init__()
        self.register_buffer("edges", torch.zeros(n_features, MAX_BINS + 1))
        self.weight = nn.Parameter(torch.zeros(n_features, MAX_BINS, size))
        self.linear = nn.Parameter(torch.zeros(n_features, size))
        self.bias = nn.Parameter(torch.zeros(n_features, size))

    def forward(self, x: Tensor) -> Tensor:
        """Embed a batch of numbers."""
        shares = bin_shares(x[None], self.edges[None])[0]
        curve = torch.einsum("bfk,fks->bfs", shares, self.weight)
        straight = x[..., None] * self.linear + self.bias
        return (curve + straight).flatten(1)


class Scaling(nn.Module):
    """A learned factor for each input of the first layer."""

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(n_features))

    def forward(self, x: Tensor) -> Tensor:
        """Scale a batch of inputs."""
        scaled: Tensor = x * self.scale
        return scaled


class Blend(nn.Module):
    """An activation that each unit blends with the identity: x + blend * (activation(x) - x).

    Source:
        Holzmüller et al. 2024, arXiv:2407.04491, section 3
    """

    def __init__(self, activation: nn.Module, n_units: int) -> None:
        super().__init__()
        self.bend = activation
        self.blend = nn.Parameter(torch.ones(n_units))

    def forward(self, x: Tensor) -> Tensor:
        """Bend a batch of pre-activations."""
        bent: Tensor = x + self.blend * (self.bend(x) - x)
        return bent


class Hidden(nn.Module):
    """One hidden layer: linear, normalisation, activation, dropout, and its input added."""

    def __init__(self, spec: DenseSpec, i: int, dropout: float) -> None:
        super().__init__()
        fan_in, fan_out = spec.fans[i]
        self.linear = nn.Linear(fan_in, fan_out, bias=spec.hidden_bias)
        norms = {
            "none": nn.Identity(),
            "layer": nn.LayerNorm(fan_out, eps=EPSILON),
            "batch": nn.BatchNorm1d(fan_out, eps=EPSILON, momentum=MOMENTUM),
        }
        self.norm = norms[spec.normalisation]
        self.activation = activation(spec.activation)
        if spec.activation_blend:
            self.activation = Blend(self.activation, fan_out)
        self.dropout = nn.AlphaDropout(dropout) if spec.drops_to_floor else nn.Dropout(dropout)
        self.adds_input = spec.residual and i > 0 and fan_in == fan_out

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer on (batch, fan-in)."""
        h: Tensor = self.dropout(self.activation(self.norm(self.linear(x))))
        return h + x if self.adds_input else h


class DenseNet(nn.Module):
    """A dense network for one encoded table: (batch, columns) to (batch, outputs).

    Args:
        spec: Its shape.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of inputs dropped while training, 0 to 1.

    Example:
        >>> spec = DenseSpec(
        ...     n_numeric=4, n_plain=0, cardinalities=(), n_outputs=3, depth=2, width=8
        ... )
        >>> DenseNet(spec)(torch.zeros(5, 4)).shape
        torch.Size([5, 3])
    """

    def __init__(
        self, spec: DenseSpec, *, dropout: float = 0.0, input_dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.n_numeric, self.n_dense = spec.n_numeric, spec.n_numeric + spec.n_plain
        kinds = {"periodic": PeriodicNumbers, "piecewise_linear": PiecewiseLinearNumbers}
        self.numbers: nn.Module = (
            kinds[spec.numeric_embedding](spec.n_numeric, spec.embedding_size)
            if spec.embeds_numbers
            else nn.Identity()
        )
        sizes = zip(spec.cardinalities, spec.embedding_sizes, strict=True)
        self.category = nn.ModuleList(nn.Embedding(levels, size) for levels, size in sizes)
        self.input_dropout = nn.Dropout(input_dropout)
        self.input: nn.Module = Scaling(spec.n_first) if spec.input_scaling else nn.Identity()
        self.hidden = nn.ModuleList(Hidden(spec, i, dropout) for i in range(spec.depth))
        self.output = nn.Linear(*spec.fans[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Logits (or numbers) for encoded rows: numbers, plain features, category indices."""
        h = self.input(self.input_dropout(self.first(x)))
        for layer in self.hidden:
            h = layer(h)
        logits: Tensor = self.output(h)
        return logits

    def first(self, x: Tensor) -> Tensor:
        """The inputs of the first layer, before dropout and scaling."""
        parts = [self.numbers(x[:, : self.n_numeric]), x[:, self.n_numeric : self.n_dense]]
        for i, table in enumerate(self.category):
            parts.append(table(x[:, self.n_dense + i].long()))
        return torch.cat(parts, dim=1)


def dense_target(net: DenseNet, name: str) -> tuple[Tensor, bool]:
    """The tensor of a plain network that a slot fills, and whether it is stored transposed."""
    layer, _, part = name.rpartition(".")
    if name.startswith("category"):
        return net.category[int(layer.split(".")[1])].weight, False  # type: ignore[return-value]
    if layer == "numbers":
        return getattr(net.numbers, part), False
    if layer in ("input", "output"):
        return getattr(getattr(net, layer), part), part == "weight"
    kind, index = layer.split(".")
    hidden = net.hidden[int(index)]
    module = getattr(hidden, "linear" if kind == "hidden" else kind)
    if part == "slope" and isinstance(module, Blend):
        module = module.bend
    return getattr(module, torch_name(part)), kind == "hidden" and part == "weight"


def load_member(net: DenseNet, spec: DenseSpec, theta: Tensor, statistics: Tensor) -> None:
    """Fill a plain network with one member's values.

    Args:
        net: Network of the same spec, changed in place.
        spec: Its shape.
        theta: The member's row of the parameter buffer, shape (parameters,).
        statistics: Its row of the statistics buffer, shape (statistics,).
    """
    place = partial(dense_target, net)
    fill(place, parameter_slots(spec), theta)
    fill(place, statistic_slots(spec), statistics)


def build(
    spec: DenseSpec, *, seed: int, dropout: float = 0.0, input_dropout: float = 0.0
) -> DenseNet:
    """A plain network with the starting weights that a member of that seed has.

    What comes from data stays to be filled by `load_member`: piecewise-linear bin edges, and a
    start by the training rows (`data_start.py`).

    Args:
        spec: Its shape.
        seed: Seed of the weights.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of inputs dropped while training, 0 to 1.
    """
    # torch.nn draws weights of its own, which must not move the user's generator.
    with torch.random.fork_rng(devices=[]):
        net = DenseNet(spec, dropout=dropout, input_dropout=input_dropout)
    slots = parameter_slots(spec)
    fill(
        partial(dense_target, net),
        slots,
        initial_row(slots, spec, seed, torch.zeros(spec.n_outputs)),
    )
    return net
