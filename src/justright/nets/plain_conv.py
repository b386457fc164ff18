"""One convolutional member as plain `torch.nn` modules: what its population must equal."""

from functools import partial

import torch
from torch import Tensor, nn

from justright.nets.conv_spec import POOL_SIDE, ConvSpec
from justright.nets.fill import fill, torch_name
from justright.nets.init import initial_row
from justright.nets.norm import EPSILON, MOMENTUM
from justright.nets.plain import activation


def _dropout(spec: ConvSpec, rate: float) -> nn.Module:
    return nn.AlphaDropout(rate) if spec.activation == "selu" else nn.Dropout(rate)


class ConvLayer(nn.Module):
    """Convolution, normalisation, activation, dropout, its input added, pooling."""

    def __init__(self, spec: ConvSpec, i: int, dropout: float) -> None:
        super().__init__()
        n_out, n_in, side, _ = spec.kernels[i]
        self.conv = nn.Conv2d(n_in, n_out, side, padding=side // 2, bias=spec.conv_bias)
        self.norm: nn.Module = (
            nn.BatchNorm2d(n_out, eps=EPSILON, momentum=MOMENTUM)
            if spec.normalisation == "batch"
            else nn.Identity()
        )
        self.activation = activation(spec.activation)
        self.dropout = _dropout(spec, dropout)
        self.adds_input = spec.adds_input[i]
        kinds = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}
        self.pool = kinds[spec.pool](POOL_SIDE) if spec.pools[i] else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer on (batch, channels, height, width)."""
        h: Tensor = self.dropout(self.activation(self.norm(self.conv(x))))
        pooled: Tensor = self.pool(h + x if self.adds_input else h)
        return pooled


class Head(nn.Module):
    """The dense hidden layer between the convolutions and the output."""

    def __init__(self, spec: ConvSpec, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(spec.n_flat, spec.head_width)
        self.activation = activation(spec.activation)
        self.dropout = _dropout(spec, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Run the layer on (batch, values)."""
        h: Tensor = self.dropout(self.activation(self.linear(x)))
        return h


class ConvNet(nn.Module):
    """A convolutional network: (batch, channels, height, width) to (batch, outputs).

    Images may also come as encoded rows, (batch, channels * height * width).

    Args:
        spec: Its shape.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of pixels dropped while training, 0 to 1, each channel by itself.

    Example:
        >>> spec = ConvSpec(image=(1, 8, 8), n_outputs=10, depth=2, width=4, head_width=16)
        >>> ConvNet(spec)(torch.zeros(5, 1, 8, 8)).shape
        torch.Size([5, 10])
    """

    def __init__(self, spec: ConvSpec, *, dropout: float = 0.0, input_dropout: float = 0.0) -> None:
        super().__init__()
        self.image = spec.image
        self.input_dropout = nn.Dropout(input_dropout)
        self.layers = nn.ModuleList(ConvLayer(spec, i, dropout) for i in range(spec.depth))
        self.head: nn.Module = Head(spec, dropout) if spec.head_width else nn.Identity()
        self.output = nn.Linear(spec.n_last, spec.n_outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (or numbers) for images."""
        h = self.input_dropout(x.reshape(-1, *self.image))
        for layer in self.layers:
            h = layer(h)
        logits: Tensor = self.output(self.head(h.flatten(1)))
        return logits


def _target(net: ConvNet, name: str) -> tuple[Tensor, bool]:
    """The tensor of a plain network that a slot fills, and whether it is stored transposed."""
    layer, _, part = name.rpartition(".")
    if layer in ("head", "output"):
        linear = net.output if layer == "output" else net.head.linear
        return getattr(linear, part), part == "weight"
    kind, index = layer.split(".")
    owner = net.head if index == "head" else net.layers[int(index)]
    return getattr(getattr(owner, kind), torch_name(part)), False


def load_conv_member(net: ConvNet, spec: ConvSpec, theta: Tensor, statistics: Tensor) -> None:
    """Fill a plain network with one member's values.

    Args:
        net: Network of the same spec, changed in place.
        spec: Its shape.
        theta: The member's row of the parameter buffer, shape (parameters,).
        statistics: Its row of the statistics buffer, shape (statistics,).
    """
    fill(partial(_target, net), spec.parameter_slots(), theta)
    fill(partial(_target, net), spec.statistic_slots(), statistics)


def build_conv(
    spec: ConvSpec, *, seed: int, dropout: float = 0.0, input_dropout: float = 0.0
) -> ConvNet:
    """A plain network with the starting weights that a member of that seed has.

    Args:
        spec: Its shape.
        seed: Seed of the weights.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of pixels dropped while training, 0 to 1.

    Example:
        >>> spec = ConvSpec(image=(3, 8, 8), n_outputs=2, depth=1, width=4)
        >>> build_conv(spec, seed=1).output.bias.tolist()
        [0.0, 0.0]
    """
    # torch.nn draws weights of its own, which must not move the user's generator.
    with torch.random.fork_rng(devices=[]):
        net = ConvNet(spec, dropout=dropout, input_dropout=input_dropout)
    slots = spec.parameter_slots()
    row = initial_row(slots, spec, seed, torch.zeros(spec.n_outputs))
    fill(partial(_target, net), slots, row)
    return net
