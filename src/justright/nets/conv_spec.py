"""The shape of a convolutional network, read from a design."""

from dataclasses import dataclass
from itertools import pairwise
from math import prod

from justright.kinds import Design
from justright.kinds.layout import ImageShape
from justright.nets.slots import Slot

MAX_CHANNELS = 128  # doubling ends here: from 4 to 8 channels matters, from 128 to 256 hardly
POOL_SIDE = 2  # pixels of a pooling window and its stride
MIN_POOLED_SIDE = 4  # pixels; a smaller image is not pooled, so that 2 pixels a side are left


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvSpec:
    """Everything that fixes the parameters of a convolutional network and their shapes.

    A layer is a convolution, its normalisation and its activation; then half the height and
    width go by pooling, as long as both sides have 4 pixels. After the last one the image is
    laid flat, passes one dense hidden layer where there is one, and the output layer.

    Attributes:
        image: Channels (1 for grey, 3 for colour), height and width of the input.
        n_outputs: Output neurons.
        depth: Convolution layers, 1 to 6.
        width: Channels that the first convolution layer puts out.
        kernel: Pixels of a kernel's side, odd: the padding keeps height and width.
        shape: "same" channels throughout, or "double" after each pooling, up to 128.
        pool: "max", "average", or "none".
        activation: Word of the activation lever.
        init: Word of the init lever, for example "he_normal".
        last_layer_init: "prior" (small weights, bias at the prior) or "plain".
        normalisation: "none" or "batch".
        residual: Whether a convolution that keeps its input's shape adds it.
        head_width: Units of the dense hidden layer before the output; 0 for none.

    Example:
        >>> spec = ConvSpec(image=(1, 28, 28), n_outputs=10, depth=3, width=16)
        >>> spec.shapes
        ((1, 28, 28), (16, 14, 14), (32, 7, 7), (64, 3, 3))
        >>> spec.n_flat
        576
    """

    image: ImageShape
    n_outputs: int
    depth: int
    width: int
    kernel: int = 3
    shape: str = "double"
    pool: str = "max"
    activation: str = "relu"
    init: str = "he_normal"
    last_layer_init: str = "prior"
    normalisation: str = "none"
    residual: bool = False
    head_width: int = 0

    @classmethod
    def of(cls, design: Design, image: ImageShape) -> "ConvSpec":
        """Read the shape from a design and the shape of its images."""
        return cls(
            image=image,
            n_outputs=design.task.n_outputs,
            depth=design.count("depth"),
            width=design.count("width"),
            kernel=design.count("kernel"),
            shape=design.word("shape"),
            pool=design.word("pool"),
            activation=design.word("activation"),
            init=design.word("init"),
            last_layer_init=design.word("last_layer_init"),
            normalisation=design.word("normalisation"),
            residual=bool(design["residual"]),
            head_width=design.count("head_width"),
        )

    @property
    def heads(self) -> int:
        """Submodels in one network: none but itself."""
        return 1

    @property
    def bucket_key(self) -> tuple[object, ...]:
        """What networks must share to be computed side by side: all but how they start."""
        sizes = (self.image, self.n_outputs, self.depth, self.width, self.kernel, self.head_width)
        make = (self.shape, self.pool, self.activation, self.normalisation, self.residual)
        return ("conv", *sizes, *make)

    @property
    def input_words(self) -> str:
        """The input in words."""
        channels, height, width = self.image
        return f"images of {channels} × {height} × {width}, one shape of network"

    @property
    def conv_bias(self) -> bool:
        """Whether convolutions have a bias: batch norm would take it out again."""
        return self.normalisation != "batch"

    @property
    def pools(self) -> tuple[bool, ...]:
        """Whether each layer ends with pooling."""
        sides = [min(self.image[1:]) // POOL_SIDE**i for i in range(self.depth)]
        # Once a side is too short it stays so: pooling only ever stops.
        return tuple(self.pool != "none" and side >= MIN_POOLED_SIDE for side in sides)

    @property
    def channels_out(self) -> tuple[int, ...]:
        """Channels that each convolution puts out."""
        if self.shape == "same":
            return (self.width,) * self.depth
        cap, found = max(self.width, MAX_CHANNELS), [self.width]
        for pooled in self.pools[:-1]:
            found.append(min(cap, 2 * found[-1]) if pooled else found[-1])
        return tuple(found)

    @property
    def shapes(self) -> tuple[ImageShape, ...]:
        """The input's shape, and what each layer leaves of it after pooling."""
        found = [self.image]
        for channels, pooled in zip(self.channels_out, self.pools, strict=True):
            _, height, width = found[-1]
            by = POOL_SIDE if pooled else 1
            found.append((channels, height // by, width // by))
        return tuple(found)

    @property
    def kernels(self) -> tuple[tuple[int, int, int, int], ...]:
        """Shape of each convolution's weight: channels out, channels in, height, width."""
        pairs = pairwise((self.image[0], *self.channels_out))
        return tuple((out, into, self.kernel, self.kernel) for into, out in pairs)

    @property
    def adds_input(self) -> tuple[bool, ...]:
        """Whether each layer adds its input, before it pools: only where channels are equal."""
        alike = (into == out for out, into, *_ in self.kernels)
        return tuple(self.residual and i > 0 and same for i, same in enumerate(alike))

    @property
    def n_flat(self) -> int:
        """Values of one image after the last convolution layer, laid flat."""
        return prod(self.shapes[-1])

    @property
    def n_last(self) -> int:
        """Fan-in of the output layer."""
        return self.head_width or self.n_flat

    @property
    def head_fans(self) -> tuple[tuple[int, int], ...]:
        """Fan-in and fan-out of each linear layer, the output layer last."""
        hidden = (self.head_width,) if self.head_width else ()
        return tuple(pairwise((self.n_flat, *hidden, self.n_outputs)))

    def parameter_slots(self) -> tuple[Slot, ...]:
        """The trained parameters of one member, first layer first."""
        slots = []
        for i, kernel in enumerate(self.kernels):
            slots.append(Slot(name=f"conv.{i}.weight", shape=kernel, decays=True))
            if self.conv_bias:
                slots.append(Slot(name=f"conv.{i}.bias", shape=kernel[:1], role="bias"))
            if self.normalisation == "batch":
                slots.append(Slot(name=f"norm.{i}.gain", shape=kernel[:1]))
                slots.append(Slot(name=f"norm.{i}.bias", shape=kernel[:1]))
            if self.activation == "prelu":
                slots.append(Slot(name=f"activation.{i}.slope", shape=(1,)))
        if self.head_width:
            slots += _linear_slots("head", self.n_flat, self.head_width)
            if self.activation == "prelu":
                slots.append(Slot(name="activation.head.slope", shape=(1,)))
        return (*slots, *_linear_slots("output", self.n_last, self.n_outputs))

    def statistic_slots(self) -> tuple[Slot, ...]:
        """What is kept but not trained: batch norm's running statistics, one per channel."""
        if self.normalisation != "batch":
            return ()
        return tuple(
            Slot(name=f"norm.{i}.{part}", shape=kernel[:1])
            for i, kernel in enumerate(self.kernels)
            for part in ("mean", "variance")
        )


def _linear_slots(layer: str, fan_in: int, fan_out: int) -> tuple[Slot, Slot]:
    return (
        Slot(name=f"{layer}.weight", shape=(fan_in, fan_out), decays=True),
        Slot(name=f"{layer}.bias", shape=(fan_out,), role="bias"),
    )
