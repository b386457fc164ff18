"""Convolutional networks of one shape, computed side by side by grouped convolution.

Members lie along the channels: a batch is (batch, members * channels, height, width), and each
member is a group. The arithmetic of a convolution outweighs autograd's graph, so the backward pass
is autograd's.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from justright.nets.by_autograd import activated, dropped, program_of, slopes_of
from justright.nets.conv_spec import POOL_SIDE, ConvSpec
from justright.nets.frame import Frame, frame_of
from justright.nets.norm import EPSILON, MOMENTUM
from justright.nets.plain import activation
from justright.nets.program import Params, Program
from justright.nets.strands import Dealt, NoiseNeed


class ConvStack:
    """Convolutional networks side by side.

    Args:
        specs: One per member, all of one shape; how they start may differ.

    Attributes:
        parameters: Where each member's parameters lie.
        statistics: Where its batch-norm statistics lie.
    """

    parameters: Frame
    statistics: Frame

    def __init__(self, specs: Sequence[ConvSpec]) -> None:
        if len({spec.bucket_key for spec in specs}) > 1:
            raise ValueError("convolutional members of one stack must share their shape")
        self.spec, self._members = specs[0], len(specs)
        self.parameters = frame_of([spec.parameter_slots() for spec in specs])
        self.statistics = frame_of([spec.statistic_slots() for spec in specs])
        # Its mode is training's: RReLU without noise is handled apart.
        self._activation: nn.Module = activation(self.spec.activation).eval()

    def __len__(self) -> int:
        return self._members

    def noise_needs(
        self, batch: int, dropout: Sequence[float], input_dropout: Sequence[float]
    ) -> list[NoiseNeed]:
        """The noise that each member draws at a step."""
        spec = self.spec
        sides = [shape[1:] for shape in spec.shapes[:-1]]
        shapes = [
            (batch, channels, *side)
            for channels, side in zip(spec.channels_out, sides, strict=True)
        ]
        every = (*shapes, *([(batch, spec.head_width)] if spec.head_width else []))
        none = (None,) * len(every)
        return [
            NoiseNeed(
                inputs=(batch, *spec.image) if input_drop > 0 else None,
                slopes=every if spec.activation == "rrelu" else none,
                drops=every if drop > 0 else none,
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
        """Write the passes over one batch size down; see `DenseStack.program`."""
        outputs = x.new_zeros(len(self), x.shape[1], self.spec.n_outputs)

        def run(leaves: Params) -> Tensor:
            return self._run(leaves, statistics, x, dealt, training=True, recompute=False)

        return program_of(run, x, outputs, params, grads)

    def forward(
        self,
        params: Params,
        statistics: Params,
        x: Float[Tensor, "members_or_1 batch columns"],
        *,
        recompute: bool = False,
    ) -> Float[Tensor, "members batch outputs"]:
        """Run every member on its batch, to predict; see `DenseStack.forward`.

        Args:
            params: Parameters by block.
            statistics: Statistics by block.
            x: Images as encoded rows; (1, batch, columns) where all members see the same.
            recompute: Set batch norm's statistics to those of this batch (after averaging).

        Returns:
            Logits, or numbers for a regression.
        """
        return self._run(params, statistics, x, None, training=False, recompute=recompute)

    def _run(
        self,
        params: Params,
        statistics: Params,
        x: Tensor,
        dealt: Dealt | None,
        *,
        training: bool,
        recompute: bool,
    ) -> Tensor:
        spec, members = self.spec, len(self)
        batch = x.shape[1]
        images = x.expand(members, -1, -1).reshape(members, batch, *spec.image)
        h = _along_channels(dropped(images, dealt.inputs if dealt else ()))
        for i in range(spec.depth):
            before = h
            h = self._convolve(params, i, h)
            if spec.normalisation == "batch":
                h = _normalise(params, statistics, i, h, training=training, recompute=recompute)
            apart = self._activate(params, f"{i}", _apart(h, members), dealt, i)
            h = _along_channels(dropped(apart, dealt.drops.get(i, ()) if dealt else ()))
            if spec.adds_input[i]:
                h = h + before
            if spec.pools[i]:
                pool = F.max_pool2d if spec.pool == "max" else F.avg_pool2d
                h = pool(h, POOL_SIDE)
        flat = _apart(h, members).flatten(2)
        if spec.head_width:
            flat = _linear(params, "head", flat)
            flat = self._activate(params, "head", flat, dealt, spec.depth)
            flat = dropped(flat, dealt.drops.get(spec.depth, ()) if dealt else ())
        return _linear(params, "output", flat)

    def _convolve(self, params: Params, i: int, h: Tensor) -> Tensor:
        weight, bias = params[f"conv.{i}.weight"], params.get(f"conv.{i}.bias")
        return F.conv2d(
            h,
            weight.flatten(0, 1),
            None if bias is None else bias.flatten(),
            padding=self.spec.kernel // 2,
            groups=len(self),
        )

    def _activate(
        self, params: Params, layer: str, z: Tensor, dealt: Dealt | None, index: int
    ) -> Tensor:
        """Activations, members first."""
        slopes = slopes_of(dealt, index)
        return activated(self.spec.activation, self._activation, params, layer, z, slopes)


def _along_channels(h: Float[Tensor, "members batch channels height width"]) -> Tensor:
    """(batch, members * channels, height, width)."""
    return h.transpose(0, 1).flatten(1, 2)


def _apart(h: Tensor, members: int) -> Float[Tensor, "members batch channels height width"]:
    """The way back."""
    return h.view(len(h), members, -1, *h.shape[2:]).transpose(0, 1)


def _linear(params: Params, layer: str, h: Tensor) -> Tensor:
    bias = params[f"{layer}.bias"].unsqueeze(1)
    return torch.baddbmm(bias, h, params[f"{layer}.weight"])


def _normalise(
    params: Params, statistics: Params, i: int, h: Tensor, *, training: bool, recompute: bool
) -> Tensor:
    """Batch norm of each channel of each member, as torch.nn.BatchNorm2d does."""
    return F.batch_norm(
        h,
        statistics[f"norm.{i}.mean"].view(-1),
        statistics[f"norm.{i}.variance"].view(-1),
        params[f"norm.{i}.gain"].flatten(),
        params[f"norm.{i}.bias"].flatten(),
        training=training or recompute,
        momentum=1.0 if recompute else MOMENTUM,
        eps=EPSILON,
    )
