"""Dense networks of different depth, width and make, computed side by side.

Every tensor carries the members axis first. A layer is one batched matrix product for all members
that have it; what differs between members (activation, normalisation, dropout) is applied to
stretches of equal members.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from justright.nets.dense import parameter_slots, statistic_slots
from justright.nets.dense_program import DenseProgram
from justright.nets.frame import Frame, frame_of, runs
from justright.nets.program import Params, Program
from justright.nets.spec import DenseSpec
from justright.nets.strands import Dealt, NoiseNeed


@dataclass(frozen=True, slots=True)
class Layer:
    """One hidden layer of the leading members. Runs are (first, one past the last, ...).

    Attributes:
        index: Number of the layer, from 0.
        n: Members that have it.
        width: Units of the widest.
        batch_normed: Runs that batch norm treats.
        layer_normed: Runs that layer norm treats, and their width.
        activations: Runs with their activation.
        padded: Runs whose activation leaves something in units they do not own, and their width.
        biased: Runs with a bias.
        residual: Runs that add their input, and their width.
        blended: Runs whose units blend their activation with the identity.
    """

    index: int
    n: int
    width: int
    batch_normed: tuple[tuple[int, int], ...]
    layer_normed: tuple[tuple[int, int, int], ...]
    activations: tuple[tuple[int, int, str], ...]
    padded: tuple[tuple[int, int, int], ...]
    biased: tuple[tuple[int, int], ...]
    residual: tuple[tuple[int, int, int], ...]
    blended: tuple[tuple[int, int], ...]


class DenseStack:
    """Dense networks side by side.

    Args:
        specs: One per member, by falling depth, all of one input and output size.

    Attributes:
        parameters: Where each member's parameters lie.
        statistics: Where its batch-norm statistics and bin edges lie.
        layers: Hidden layers, and what members have in common in them.
        heads: For each depth, its members: first, one past the last.
        embeds: Whether numbers or categories are embedded.
        scaled: Runs whose inputs have learned factors: first, one past the last.
    """

    parameters: Frame
    statistics: Frame

    def __init__(self, specs: Sequence[DenseSpec]) -> None:
        self.specs = tuple(specs)
        self.n_first, self.n_outputs = specs[0].n_first, specs[0].n_outputs
        self.embeds = specs[0].embeds_numbers or bool(specs[0].cardinalities)
        self.scaled = tuple((a, b) for a, b, yes in runs([s.input_scaling for s in specs]) if yes)
        depths = [spec.depth for spec in specs]
        if depths != sorted(depths, reverse=True):
            raise ValueError(f"members must come by falling depth, not {depths}")

        def rename(name: str, member: int) -> str:
            return name.replace("output.", f"output@{depths[member]}.")

        self.layers = tuple(_layer(self.specs, i) for i in range(depths[0]))
        shapes: dict[str, tuple[int, ...]] = {}
        below = specs[0].n_first
        for layer in self.layers:
            # As wide as the layer below and this one: what a member lacks comes in as zeros.
            shapes[f"hidden.{layer.index}.weight"] = (below, layer.width)
            rows = (
                "hidden.{}.bias",
                "norm.{}.gain",
                "norm.{}.bias",
                "norm.{}.mean",
                "norm.{}.variance",
                "activation.{}.blend",
            )
            shapes |= {name.format(layer.index): (layer.width,) for name in rows}
            below = layer.width
        self.parameters = frame_of([parameter_slots(s) for s in specs], rename, shapes)
        self.statistics = frame_of([statistic_slots(s) for s in specs], shapes=shapes)
        self.heads = {depth: (a, b) for a, b, depth in runs(depths)}

    def __len__(self) -> int:
        return len(self.specs)

    def noise_needs(
        self, batch: int, dropout: Sequence[float], input_dropout: Sequence[float]
    ) -> list[NoiseNeed]:
        """The noise that each member draws at a step."""
        return [
            _need(spec, batch, drop, input_drop)
            for spec, drop, input_drop in zip(self.specs, dropout, input_dropout, strict=True)
        ]

    def program(
        self,
        params: Params,
        statistics: Params,
        x: Float[Tensor, "members_or_1 batch columns"],
        *,
        grads: Params | None = None,
        dealt: Dealt | None = None,
    ) -> Program:
        """Write the passes over one batch size down.

        Args:
            params: Parameters by block, as `parameters.views` gives them.
            statistics: Statistics by block. While training, batch norm's are moved in place.
            x: Where the encoded inputs will be: numbers, plain features, category indices;
                (1, batch, columns) where all members see the same.
            grads: Where gradients go; None to predict. Entries that no member owns are left as
                they are.
            dealt: Where the noise of a step is found; None for none.
        """
        return DenseProgram(self, params, statistics, x, grads=grads, dealt=dealt).program

    def forward(
        self,
        params: Params,
        statistics: Params,
        x: Float[Tensor, "members_or_1 batch columns"],
        *,
        recompute: bool = False,
    ) -> Float[Tensor, "members batch outputs"]:
        """Run every member on its batch, to predict.

        Args:
            params: Parameters by block.
            statistics: Statistics by block.
            x: Encoded inputs, as in `program`.
            recompute: Set batch norm's statistics to those of this batch (after averaging).

        Returns:
            Logits, or numbers for a regression.
        """
        return DenseProgram(self, params, statistics, x, recompute=recompute).program.forward()


def _need(spec: DenseSpec, batch: int, dropout: float, input_dropout: float) -> NoiseNeed:
    shapes = tuple((batch, width) for width in spec.widths)
    none = (None,) * spec.depth
    return NoiseNeed(
        inputs=(batch, spec.n_first) if input_dropout > 0 else None,
        slopes=shapes if spec.activation == "rrelu" else none,
        drops=shapes if dropout > 0 else none,
        alpha=spec.drops_to_floor,
    )


def _layer(specs: tuple[DenseSpec, ...], i: int) -> Layer:
    """What the members with an i-th hidden layer have in common in it."""
    own = [spec for spec in specs if spec.depth > i]
    widths = [spec.widths[i] for spec in own]
    widest = max(widths)
    kinds = [spec.normalisation for spec in own]
    leaves = runs([(s.activation == "logistic", w) for s, w in zip(own, widths, strict=True)])
    adds = [
        w if i > 0 and s.residual and s.widths[i - 1] == w else 0
        for s, w in zip(own, widths, strict=True)
    ]
    return Layer(
        index=i,
        n=len(own),
        width=widest,
        batch_normed=tuple((a, b) for a, b, kind in runs(kinds) if kind == "batch"),
        layer_normed=tuple(
            (a, b, w)
            for a, b, (kind, w) in runs(list(zip(kinds, widths, strict=True)))
            if kind == "layer"
        ),
        activations=tuple(runs([s.activation for s in own])),
        padded=tuple((a, b, w) for a, b, (yes, w) in leaves if yes and w < widest),
        biased=tuple((a, b) for a, b, yes in runs([s.hidden_bias for s in own]) if yes),
        residual=tuple((a, b, w) for a, b, w in runs(adds) if w > 0),
        blended=tuple((a, b) for a, b, yes in runs([s.activation_blend for s in own]) if yes),
    )
