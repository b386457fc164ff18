"""TabM networks of one shape, computed side by side.

A batch is (members, heads, batch, values): the weight that a member's submodels share is one
matrix product over all their rows. The arithmetic of so many rows outweighs autograd's graph, so
the backward pass is autograd's.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from justright.nets.by_autograd import activated, dropped, program_of, slopes_of
from justright.nets.frame import Frame, frame_of
from justright.nets.inputs import embed
from justright.nets.plain import activation
from justright.nets.pooling import pooled
from justright.nets.program import Params, Program
from justright.nets.strands import Dealt, NoiseNeed
from justright.nets.tabm_spec import TabmSpec


class TabmStack:
    """TabM networks side by side.

    Args:
        specs: One per member, all of one shape; how they start may differ.

    Attributes:
        parameters: Where each member's parameters lie.
        statistics: Where its bin edges lie.
    """

    parameters: Frame
    statistics: Frame

    def __init__(self, specs: Sequence[TabmSpec]) -> None:
        if len({spec.bucket_key for spec in specs}) > 1:
            raise ValueError("TabM members of one stack must share their shape")
        self.spec, self._members = specs[0], len(specs)
        self.parameters = frame_of([spec.parameter_slots() for spec in specs])
        self.statistics = frame_of([spec.statistic_slots() for spec in specs])
        # Its mode is prediction's: RReLU's noise is handled apart.
        self._activation: nn.Module = activation(self.spec.activation).eval()

    def __len__(self) -> int:
        return self._members

    def noise_needs(
        self, batch: int, dropout: Sequence[float], input_dropout: Sequence[float]
    ) -> list[NoiseNeed]:
        """The noise that each member draws at a step: inputs are dropped for all submodels."""
        spec = self.spec
        shapes = tuple((spec.heads, batch, width) for width in spec.body.widths)
        none = (None,) * spec.depth
        return [
            NoiseNeed(
                inputs=(batch, spec.body.n_first) if input_drop > 0 else None,
                slopes=shapes if spec.activation == "rrelu" else none,
                drops=shapes if drop > 0 else none,
                alpha=spec.activation == "selu",
            )
            for drop, input_drop in zip(dropout, input_dropout, strict=True)
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
        """Write the passes over one batch size down; see `DenseStack.program`.

        The program puts out what each submodel does, (members, heads * batch, outputs), the rows
        of the first submodel first.
        """
        heads = self.spec.heads
        outputs = x.new_zeros(len(self), heads * x.shape[1], self.spec.n_outputs)

        def run(leaves: Params) -> Tensor:
            return self._run(leaves, statistics, x, dealt).flatten(1, 2)

        return program_of(run, x, outputs, params, grads)

    def forward(
        self,
        params: Params,
        statistics: Params,
        x: Float[Tensor, "members_or_1 batch columns"],
        *,
        recompute: bool = False,
    ) -> Float[Tensor, "members batch outputs"]:
        """Run every member on its batch, to predict: its submodels' outputs, pooled.

        Args:
            params: Parameters by block.
            statistics: Statistics by block.
            x: Encoded inputs; (1, batch, columns) where all members see the same.
            recompute: Changes nothing: there is no batch norm.

        Returns:
            Logits of the mean probability, or mean numbers for a regression.
        """
        return pooled(self._run(params, statistics, x, None), self.spec.pooling, dim=1)

    def _run(
        self, params: Params, statistics: Params, x: Tensor, dealt: Dealt | None
    ) -> Float[Tensor, "members heads batch outputs"]:
        everyone = x.expand(len(self), -1, -1)
        first = embed(self.spec.body, params, statistics, everyone, trained=False).values
        h = dropped(first, dealt.inputs if dealt else ()).unsqueeze(1)
        for i in range(self.spec.depth):
            h = _adapted(params, f"hidden.{i}", h)
            slopes = slopes_of(dealt, i)
            h = activated(self.spec.activation, self._activation, params, f"{i}", h, slopes)
            h = dropped(h, dealt.drops.get(i, ()) if dealt else ())
        h = h.expand(-1, self.spec.heads, -1, -1)  # without a hidden layer, all see the inputs
        return torch.matmul(h, params["output.weight"]) + params["output.bias"].unsqueeze(2)


def _adapted(params: Params, layer: str, h: Tensor) -> Float[Tensor, "members heads batch values"]:
    """A layer of all submodels: their factors around the weight that they share."""
    scaled = h * params[f"{layer}.r"].unsqueeze(2)
    z = torch.bmm(scaled.flatten(1, 2), params[f"{layer}.weight"])
    s, bias = params[f"{layer}.s"].unsqueeze(2), params[f"{layer}.bias"].unsqueeze(2)
    return torch.addcmul(bias, z.view(*scaled.shape[:3], -1), s)
