"""What networks side by side have to compute and to hold, counted from their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from justright.nets.conv_spec import ConvSpec
from justright.nets.family import Spec, parameter_slots, table_of
from justright.nets.frame import runs
from justright.nets.spec import DenseSpec
from justright.nets.tabm_spec import TabmSpec

TABM_KEPT = 4  # tensors of a TabM layer for the way back: scaled, multiplied, bent, dropped
EMBEDDED = 16  # values held per embedded feature on the way: waves, shares of bins


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One layer of all members that have it, as computed: as wide as the widest.

    Attributes:
        parameters: Parameters.
        products: Multiplications of one row, forward.
        values: Activations of one row.
        makes: Stretches of members of one activation and normalisation.
        kept: Times that the activations are held for the backward pass.
    """

    parameters: int
    products: int
    values: int
    makes: int
    kept: int


def work_of(specs: Sequence[Spec]) -> list[Work]:
    """Layers of networks in their order of computation, the output layer last.

    Example:
        >>> spec = DenseSpec(
        ...     n_numeric=4, n_plain=0, cardinalities=(), n_outputs=1, depth=1, width=8
        ... )
        >>> [(w.parameters, w.products) for w in work_of([spec, spec])]
        [(80, 64), (18, 16)]
    """
    dense = [spec for spec in specs if isinstance(spec, DenseSpec)]
    if len(dense) == len(specs):
        return _dense(dense)
    shared = [spec for spec in specs if isinstance(spec, TabmSpec)]
    if len(shared) == len(specs):
        return _tabm(shared)
    return _conv([spec for spec in specs if isinstance(spec, ConvSpec)])


def _dense(specs: Sequence[DenseSpec]) -> list[Work]:
    layers, fan_in = [], specs[0].n_first
    for i in range(specs[0].depth):
        own = [spec for spec in specs if spec.depth > i]
        width, n = max(spec.widths[i] for spec in own), len(own)
        normed = any(spec.normalisation != "none" for spec in own)
        layers.append(
            Work(
                parameters=n * width * (fan_in + 1),
                products=n * width * fan_in,
                values=n * width,
                makes=sum(1 for _ in runs([(s.activation, s.normalisation) for s in own])),
                kept=3 + 2 * normed,
            )
        )
        fan_in = width
    n, out = len(specs), specs[0].n_outputs
    heads = len({spec.depth for spec in specs})
    output = Work(
        parameters=sum((spec.fans[-1][0] + 1) * out for spec in specs),
        products=sum(spec.fans[-1][0] * out for spec in specs),
        values=n * out,
        makes=heads,
        kept=1,
    )
    return [*layers, output]


def _conv(specs: Sequence[ConvSpec]) -> list[Work]:
    spec, n = specs[0], len(specs)
    layers = []
    for kernel, (_, height, width) in zip(spec.kernels, spec.shapes[:-1], strict=True):
        pixels = height * width
        layers.append(
            Work(
                parameters=n * (prod(kernel) + kernel[0]),
                products=n * prod(kernel) * pixels,
                values=n * kernel[0] * pixels,
                makes=1,
                kept=4,
            )
        )
    for fan_in, fan_out in spec.head_fans:
        layers.append(
            Work(
                parameters=n * (fan_in + 1) * fan_out,
                products=n * fan_in * fan_out,
                values=n * fan_out,
                makes=1,
                kept=3,
            )
        )
    return layers


def _tabm(specs: Sequence[TabmSpec]) -> list[Work]:
    n, heads, fans = len(specs), specs[0].heads, specs[0].body.fans
    layers = [
        Work(
            parameters=n * (fan_in * fan_out + heads * (fan_in + 2 * fan_out)),
            products=n * heads * fan_in * fan_out,
            values=n * heads * fan_out,
            makes=1,
            kept=TABM_KEPT,
        )
        for fan_in, fan_out in fans[:-1]
    ]
    fan_in, fan_out = fans[-1]
    output = Work(
        parameters=n * heads * (fan_in + 1) * fan_out,
        products=n * heads * fan_in * fan_out,
        values=n * heads * fan_out,
        makes=1,
        kept=1,
    )
    return [*layers, output]


def products_alone(spec: Spec) -> int:
    """Multiplications of one row of one network."""
    return sum(work.products for work in work_of([spec]))


def row_values(spec: Spec) -> int:
    """Values of one row as the first layer takes it."""
    if isinstance(spec, ConvSpec):
        return prod(spec.image)
    return spec.heads * spec.body.n_first if isinstance(spec, TabmSpec) else spec.n_first


def widths_of(spec: Spec) -> tuple[int, ...]:
    """Units (or channels) of each hidden layer."""
    if isinstance(spec, ConvSpec):
        return spec.channels_out
    return spec.body.widths if isinstance(spec, TabmSpec) else spec.widths


def widest(spec: Spec) -> int:
    """Values that one row takes in the widest layer of a network."""
    table = table_of(spec)
    if table is not None and table.embeds_numbers:
        return max(*(work.values for work in work_of([spec])), EMBEDDED * table.n_first)
    return max(row_values(spec), *(work.values for work in work_of([spec])))


def embedded_values(spec: Spec) -> int:
    """Parameters of a network's embeddings; 0 where nothing is embedded."""
    slots = parameter_slots(spec)
    return sum(s.size for s in slots if s.name.startswith(("numbers.", "category.")))
