"""The calls of a dense stack's step, forward and backward.

The backward pass is written out by hand: autograd's graph costs more than the arithmetic of small
networks (docs/decisions/0012). The equivalence test holds it to plain torch.nn.
"""

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from justright.nets import norm
from justright.nets.activation import (
    BACKWARD,
    FORWARD,
    RRELU_HIGH,
    RRELU_LOW,
    sloped,
    sloped_backward,
)
from justright.nets.blend import Blend, InputScale
from justright.nets.inputs import InputGraph, embed
from justright.nets.program import Call, Params, Program
from justright.nets.strands import Dealt

if TYPE_CHECKING:
    from justright.nets.stack import DenseStack, Layer

WORTH_A_RUN = 16_384  # values normalised in the time that the calls of a run take


class DenseProgram:
    """Writes the calls of one stack, on given tensors, down.

    Args:
        stack: The networks.
        params: Parameters by block.
        statistics: Statistics by block.
        x: The batch.
        grads: Where gradients go; None to predict.
        dealt: Where the noise of a step is found.
        recompute: Set batch norm's statistics to those of the batch (after averaging).
    """

    def __init__(
        self,
        stack: "DenseStack",
        params: Params,
        statistics: Params,
        x: Tensor,
        *,
        grads: Params | None = None,
        dealt: Dealt | None = None,
        recompute: bool = False,
    ) -> None:
        self._stack, self._params, self._statistics, self._x = stack, params, statistics, x
        self._grads, self._dealt, self._recompute = grads, dealt or Dealt(), recompute
        self._trains = grads is not None
        members, batch = len(stack), x.shape[1]
        shapes = [(layer.n, batch, layer.width) for layer in stack.layers]
        # Zeros, as units that a narrow member lacks are never written.
        self._z = [x.new_zeros(shape) for shape in shapes]
        later = [x.new_zeros(s) for s in shapes] if self._trains else self._z
        self._h = [self._first_input(members), *later]
        needs_first = self._trains and (stack.embeds or bool(stack.scaled))
        first = torch.zeros_like(self._h[0]) if needs_first else x.new_empty(0)
        self._d = [first, *(x.new_zeros(s) for s in shapes if self._trains)]
        self._kept: dict[int, list[tuple[int, int, norm.Normalised]]] = {}
        self._blends: dict[int, list[tuple[int, int, Blend]]] = {}
        self._scales = [(a, b, self._input_scale(a, b)) for a, b in stack.scaled]
        self._graph: InputGraph | None = None
        outputs = x.new_zeros(members, batch, stack.n_outputs)
        grad = torch.zeros_like(outputs) if self._trains else x.new_empty(0)
        self.program = Program(x, outputs, grad)
        self._write_forward(self.program.forward_calls)
        if self._trains:
            self._write_backward(self.program.backward_calls)

    # ---- forward -------------------------------------------------------------------------

    def _first_input(self, members: int) -> Tensor:
        """The batch itself, or room for what is embedded, dropped or scaled of it."""
        if self._stack.embeds:
            return self._x.new_zeros(members, self._x.shape[1], self._stack.n_first)
        whole = self._x.expand(members, -1, -1)
        return whole.clone() if self._changes_inputs else whole

    @property
    def _changes_inputs(self) -> bool:
        """Whether some members change the batch before their first layer."""
        return bool(self._dealt.inputs or self._stack.scaled)

    def _input_scale(self, a: int, b: int) -> InputScale:
        name = "input.scale"
        grad = None if self._grads is None else self._rows(self._grads, name, a, b)
        return InputScale(self._h[0][a:b], self._rows(self._params, name, a, b), grad)

    def _write_forward(self, calls: list[Call]) -> None:
        if self._stack.embeds:
            calls.append(self._embed)
        elif self._changes_inputs:
            calls.append(partial(torch.Tensor.copy_, self._h[0], self._x))
        for a, b, mask in self._dealt.inputs:
            calls.append(partial(mask.apply, self._h[0][a:b]))
        calls += [scale.forward for _, _, scale in self._scales]
        calls += self._head(0)
        for layer in self._stack.layers:
            i = layer.index
            calls += self._linear(layer)
            for a, b, own in self._batch_runs(layer):
                calls += self._batch_norm(layer, a, b, own)
            for a, b, width in layer.layer_normed:
                calls.append(self._layer_norm(i, a, b, width))
            calls += self._activate(layer)
            h, before = self._h[i + 1], self._h[i]
            for a, b, mask in self._dealt.drops.get(i, ()):
                calls.append(partial(mask.apply, h[a:b, :, : mask.scale.shape[2]]))
            for a, b, width in layer.residual:
                added = before[a:b, :, :width]
                calls.append(partial(torch.Tensor.add_, h[a:b, :, :width], added))
            calls += self._head(i + 1)

    def _embed(self) -> None:
        stack = self._stack
        x = self._x.expand(len(stack), -1, -1)
        spec = stack.specs[0]
        self._graph = embed(spec, self._params, self._statistics, x, trained=self._trains)
        self._h[0].copy_(self._graph.values)

    def _linear(self, layer: "Layer") -> list[Call]:
        name, z = f"hidden.{layer.index}", self._z[layer.index]
        h, weight = self._h[layer.index][: layer.n], self._params[f"{name}.weight"]
        bias = self._params.get(f"{name}.bias")
        if bias is not None and len(bias) == len(weight):
            return [partial(torch.baddbmm, bias.unsqueeze(1), h, weight, out=z)]
        calls: list[Call] = [partial(torch.bmm, h, weight, out=z)]
        if bias is not None:
            first = self._stack.parameters[f"{name}.bias"].first
            own = z[first : first + len(bias)]
            calls.append(partial(torch.Tensor.add_, own, bias.unsqueeze(1)))
        return calls

    def _batch_runs(self, layer: "Layer") -> list[tuple[int, int, Tensor | None]]:
        """Runs that are batch-normed in one go, and who in them is; None for all.

        Where runs are short, those between them are taken along and come through as they are:
        that costs less than the calls of another run.
        """
        runs = layer.batch_normed
        if len(runs) < 2 or not self._trains:
            return [(a, b, None) for a, b in runs]
        first, last = runs[0][0], runs[-1][1]
        idle = last - first - sum(b - a for a, b in runs)
        if idle * self._x.shape[1] * layer.width > (len(runs) - 1) * WORTH_A_RUN:
            return [(a, b, None) for a, b in runs]
        own = self._x.new_zeros(last - first, 1, 1)
        for a, b in runs:
            own[a - first : b - first] = 1
        return [(first, last, own)]

    def _batch_norm(self, layer: "Layer", a: int, b: int, own: Tensor | None) -> list[Call]:
        # Each unit is treated by itself, so units that nobody owns do no harm.
        i, z = layer.index, self._z[layer.index][a:b]
        gain, bias = (self._column(self._params, f"norm.{i}.{n}", a, b) for n in ("gain", "bias"))
        mean, variance = (self._statistic(f"norm.{i}.{n}", a, b) for n in ("mean", "variance"))
        if not self._trains and not self._recompute:
            return [partial(norm.batch_norm, z, gain, bias, mean=mean, variance=variance)]
        kept = norm.Normalised.like(z, 1, own)
        self._kept.setdefault(i, []).append((a, b, kept))
        move = norm.recompute if self._recompute else norm.track
        return [partial(norm.normalise, z, gain, bias, kept), partial(move, kept, mean, variance)]

    def _layer_norm(self, i: int, a: int, b: int, width: int) -> Call:
        z = self._z[i][a:b, :, :width]
        gain, bias = (
            self._column(self._params, f"norm.{i}.{n}", a, b)[..., :width] for n in ("gain", "bias")
        )
        kept = norm.Normalised.like(z, 2)
        self._kept.setdefault(i, []).append((a, b, kept))
        return partial(norm.normalise, z, gain, bias, kept)

    def _activate(self, layer: "Layer") -> list[Call]:
        """While training, RReLU's slopes are those dealt; else their mean."""
        i, z, h = layer.index, self._z[layer.index], self._h[layer.index + 1]
        blends = [self._blend(i, a, b) for a, b in layer.blended]
        calls: list[Call] = [blend.keep for blend in blends]
        for a, b, name in layer.activations:
            if name == "prelu":
                calls.append(partial(sloped, z[a:b], self._slope(self._params, i, a, b), h[a:b]))
            elif name != "rrelu":
                calls.append(partial(FORWARD[name], z[a:b], h[a:b]))
            elif not self._trains:
                mean = z.new_tensor((RRELU_LOW + RRELU_HIGH) / 2)
                calls.append(partial(sloped, z[a:b], mean, h[a:b]))
        for a, b, slopes in self._dealt.slopes.get(i, ()):
            w = slopes.shape[2]
            calls.append(partial(sloped, z[a:b, :, :w], slopes, h[a:b, :, :w]))
        for a, b, width in layer.padded:
            calls.append(partial(torch.Tensor.zero_, h[a:b, :, width:]))
        return calls + [blend.mix for blend in blends]

    def _blend(self, i: int, a: int, b: int) -> Blend:
        name = f"activation.{i}.blend"
        grad = None if self._grads is None else self._rows(self._grads, name, a, b)
        own = self._rows(self._params, name, a, b)
        blend = Blend(self._z[i][a:b], self._h[i + 1][a:b], own, grad)
        self._blends.setdefault(i, []).append((a, b, blend))
        return blend

    def _head(self, depth: int) -> list[Call]:
        """The outputs of the members of one depth, from their last hidden layer."""
        if depth not in self._stack.heads:
            return []
        a, b = self._stack.heads[depth]
        weight, bias = (self._params[f"output@{depth}.{n}"] for n in ("weight", "bias"))
        h, out = self._h[depth][a:b, :, : weight.shape[1]], self.program.outputs[a:b]
        return [partial(torch.baddbmm, bias.unsqueeze(1), h, weight, out=out)]

    # ---- backward ------------------------------------------------------------------------

    def _write_backward(self, calls: list[Call]) -> None:
        for depth in self._stack.heads:
            calls += self._head_backward(depth)
        for layer in reversed(self._stack.layers):
            calls += self._layer_backward(layer)
        calls += [partial(scale.backward, self._d[0][a:b]) for a, b, scale in self._scales]
        if self._stack.embeds:
            for a, b, mask in self._dealt.inputs:
                calls.append(partial(torch.Tensor.mul_, self._d[0][a:b], mask.scale))
            calls.append(self._embed_backward)

    def _head_backward(self, depth: int) -> list[Call]:
        assert self._grads is not None
        (a, b), name = self._stack.heads[depth], f"output@{depth}"
        weight, grad = self._params[f"{name}.weight"], self.program.output_grad[a:b]
        width = weight.shape[1]
        h = self._h[depth][a:b, :, :width]
        calls: list[Call] = [
            partial(torch.bmm, h.transpose(1, 2), grad, out=self._grads[f"{name}.weight"]),
            partial(torch.sum, grad, 1, out=self._grads[f"{name}.bias"]),
        ]
        if depth > 0 or self._stack.embeds or self._scales:
            # What it does not reach beyond its own units was zero from the start, and stays so.
            below = self._d[depth][a:b, :, :width]
            calls.append(partial(torch.bmm, grad, weight.transpose(1, 2), out=below))
        return calls

    def _layer_backward(self, layer: "Layer") -> list[Call]:
        assert self._grads is not None
        calls: list[Call] = []
        i, g = layer.index, self._d[layer.index + 1]
        passed = [(a, b, w, g.new_empty(b - a, g.shape[1], w)) for a, b, w in layer.residual]
        for a, b, w, room in passed:
            calls.append(partial(torch.Tensor.copy_, room, g[a:b, :, :w]))
        for a, b, mask in self._dealt.drops.get(i, ()):
            calls.append(partial(torch.Tensor.mul_, g[a:b, :, : mask.scale.shape[2]], mask.scale))
        calls += self._activate_backward(layer, g)
        # Batch norm's runs first: they write zeros for members between them that others overwrite.
        for a, b, normalised in self._kept.get(i, ()):
            calls.append(self._normalise_backward(i, a, b, normalised, g))
        h = self._h[i][: layer.n].transpose(1, 2)
        calls.append(partial(torch.bmm, h, g, out=self._grads[f"hidden.{i}.weight"]))
        for a, b in layer.biased:
            bias_grad = self._rows(self._grads, f"hidden.{i}.bias", a, b)
            calls.append(partial(torch.sum, g[a:b], 1, out=bias_grad))
        a, b = self._passed_back(layer)
        if a < b:
            weight = self._params[f"hidden.{i}.weight"].transpose(1, 2)
            calls.append(partial(torch.bmm, g[a:b], weight[a:b], out=self._d[i][a:b]))
        for a, b, w, room in passed:
            calls.append(partial(torch.Tensor.add_, self._d[i][a:b, :, :w], room))
        return calls

    def _passed_back(self, layer: "Layer") -> tuple[int, int]:
        """The members that need the gradient of a layer's input: first, one past the last."""
        if layer.index > 0 or self._stack.embeds:
            return 0, layer.n
        runs = self._stack.scaled
        return (runs[0][0], min(runs[-1][1], layer.n)) if runs else (0, 0)

    def _activate_backward(self, layer: "Layer", g: Tensor) -> list[Call]:
        assert self._grads is not None
        i, z = layer.index, self._z[layer.index]
        blends = self._blends.get(i, [])
        calls: list[Call] = [partial(blend.part, g[a:b]) for a, b, blend in blends]
        for a, b, name in layer.activations:
            if name == "prelu":
                slope, grad = (self._slope(v, i, a, b) for v in (self._params, self._grads))
                calls.append(partial(_prelu_backward, g[a:b], z[a:b], slope, grad[:, 0, 0]))
            elif name != "rrelu":
                calls.append(partial(BACKWARD[name], g[a:b], z[a:b]))
        for a, b, slopes in self._dealt.slopes.get(i, ()):
            w = slopes.shape[2]
            calls.append(partial(sloped_backward, g[a:b, :, :w], z[a:b, :, :w], slopes))
        return calls + [partial(blend.join, g[a:b]) for a, b, blend in blends]

    def _normalise_backward(self, i: int, a: int, b: int, kept: norm.Normalised, g: Tensor) -> Call:
        assert self._grads is not None
        width = kept.values.shape[2]
        return partial(
            norm.backward,
            kept,
            g[a:b, :, :width],
            self._column(self._params, f"norm.{i}.gain", a, b)[..., :width],
            gain_grad=self._rows(self._grads, f"norm.{i}.gain", a, b)[:, :width],
            bias_grad=self._rows(self._grads, f"norm.{i}.bias", a, b)[:, :width],
        )

    def _embed_backward(self) -> None:
        assert self._grads is not None and self._graph is not None
        self._graph.backward(self._d[0], self._grads)
        self._graph = None

    # ---- parts of blocks -----------------------------------------------------------------

    def _rows(self, views: Params, name: str, a: int, b: int) -> Tensor:
        """The part of a block that members a to b have."""
        first = self._stack.parameters[name].first
        return views[name][a - first : b - first]

    def _column(self, views: Params, name: str, a: int, b: int) -> Tensor:
        return self._rows(views, name, a, b).unsqueeze(1)

    def _statistic(self, name: str, a: int, b: int) -> Tensor:
        first = self._stack.statistics[name].first
        return self._statistics[name][a - first : b - first].unsqueeze(1)

    def _slope(self, views: Params, i: int, a: int, b: int) -> Tensor:
        """PReLU's slopes of members a to b, shape (members, 1, 1)."""
        return self._rows(views, f"activation.{i}.slope", a, b).unsqueeze(1)


def _prelu_backward(g: Tensor, z: Tensor, slope: Tensor, slope_grad: Tensor) -> None:
    torch.sum(sloped_backward(g, z, slope), (1, 2), out=slope_grad)
