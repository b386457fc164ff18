"""Which network a design means: its shape, and the plain torch.nn module of that shape."""

from torch import Tensor, nn

from justright.errors import DesignError
from justright.kinds import Design, InputLayout
from justright.nets.conv_spec import ConvSpec
from justright.nets.family import Spec
from justright.nets.plain import DenseNet, build, load_member
from justright.nets.plain_conv import ConvNet, build_conv, load_conv_member
from justright.nets.plain_tabm import TabmNet, build_tabm, load_tabm_member
from justright.nets.spec import DenseSpec
from justright.nets.tabm_spec import TabmSpec


def spec_of(design: Design, layout: InputLayout) -> Spec:
    """The shape of the network, read from a design and the layout of its encoded input.

    Raises:
        DesignError: If the design is of convolutions and the input has no image.
    """
    family = design.word("family")
    if family != "conv":
        return (TabmSpec if family == "tabm" else DenseSpec).of(design, layout)
    if layout.image is None:
        raise DesignError(
            "family = conv without images",
            "a column of images, whose pixels have neighbours",
            try_="--set family=dense",
        )
    return ConvSpec.of(design, layout.image)


def untrained(
    spec: Spec, *, seed: int, dropout: float = 0.0, input_dropout: float = 0.0
) -> DenseNet | ConvNet | TabmNet:
    """The plain network with the starting weights of a member of that seed.

    Args:
        spec: Its shape.
        seed: Seed of the weights.
        dropout: Share of hidden units dropped while training, 0 to 1.
        input_dropout: Share of inputs dropped while training, 0 to 1.

    Example:
        >>> spec = ConvSpec(image=(1, 8, 8), n_outputs=10, depth=2, width=4)
        >>> type(untrained(spec, seed=1)).__name__
        'ConvNet'
    """
    if isinstance(spec, ConvSpec):
        return build_conv(spec, seed=seed, dropout=dropout, input_dropout=input_dropout)
    if isinstance(spec, TabmSpec):
        return build_tabm(spec, seed=seed, dropout=dropout, input_dropout=input_dropout)
    return build(spec, seed=seed, dropout=dropout, input_dropout=input_dropout)


def with_values(spec: Spec, theta: Tensor, statistics: Tensor) -> nn.Module:
    """The plain network that holds one member's values.

    Args:
        spec: Its shape.
        theta: The member's row of the parameters, shape (parameters,).
        statistics: Its row of the statistics, shape (statistics,).
    """
    net = untrained(spec, seed=0)
    if isinstance(spec, ConvSpec) and isinstance(net, ConvNet):
        load_conv_member(net, spec, theta, statistics)
    elif isinstance(spec, TabmSpec) and isinstance(net, TabmNet):
        load_tabm_member(net, spec, theta, statistics)
    elif isinstance(spec, DenseSpec) and isinstance(net, DenseNet):
        load_member(net, spec, theta, statistics)
    return net
