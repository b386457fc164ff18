"""Dense networks of different depth, width and make, computed side by side.

Every tensor carries the members axis first. A layer is one batched matrix product for all members
that have it; what differs between members (activation, normalisation, dropout) is applied to
stretches of equal members. The backward pass is written out by hand: autograd's graph costs more
than the arithmetic of small networks (docs/decisions/0012).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
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
from justright.nets.dense import parameter_slots, statistic_slots
from justright.nets.dropout import Mask
from justright.nets.frame import Frame, frame_of, runs
from justright.nets.inputs import embed
from justright.nets.spec import DenseSpec
from justright.nets.strands import Dealt, NoiseNeed
from justright.nets.tape import Tape

Params = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Layer:
    """One hidden layer of the leading members. Runs are (first, one past the last, ...).

    Attributes:
        index: Number of the layer, from 0.
        n: Members that have it.
        width: Units of the widest.
        norms: Runs with their axis (1 batch, 2 layer) and width.
        activations: Runs with their activation.
        padded: Runs whose activation leaves something in units they do not own, and their width.
        biased: Runs with a bias.
        residual: Runs that add their input, and their width.
    """

    index: int
    n: int
    width: int
    norms: tuple[tuple[int, int, tuple[int, int]], ...]
    activations: tuple[tuple[int, int, str], ...]
    padded: tuple[tuple[int, int, int], ...]
    biased: tuple[tuple[int, int], ...]
    residual: tuple[tuple[int, int, int], ...]


class DenseStack:
    """Dense networks side by side.

    Args:
        specs: One per member, by falling depth, all of one input and output size.

    Attributes:
        parameters: Where each member's parameters lie.
        statistics: Where its batch-norm statistics and bin edges lie.
    """

    parameters: Frame
    statistics: Frame

    def __init__(self, specs: Sequence[DenseSpec]) -> None:
        self.specs = tuple(specs)
        self._first, self._n_outputs = specs[0], specs[0].n_outputs
        self._embeds = specs[0].embeds_numbers or bool(specs[0].cardinalities)
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
            )
            shapes |= {name.format(layer.index): (layer.width,) for name in rows}
            below = layer.width
        self.parameters = frame_of([parameter_slots(s) for s in specs], rename, shapes)
        self.statistics = frame_of([statistic_slots(s) for s in specs], shapes=shapes)
        self._heads = {depth: (a, b) for a, b, depth in runs(depths)}

    def __len__(self) -> int:
        return len(self.specs)

    def tape(self, batch: int, like: Tensor) -> Tape:
        """Room for the training passes of one batch size."""
        widths = [(layer.n, layer.width, bool(layer.norms)) for layer in self.layers]
        embeds = self._first.n_first if self._embeds else 0
        return Tape(len(self), batch, embeds, widths, self._n_outputs, like)

    def noise_needs(
        self, batch: int, dropout: Sequence[float], input_dropout: Sequence[float]
    ) -> list[NoiseNeed]:
        """The noise that each member draws at a step."""
        return [
            _need(spec, batch, drop, input_drop)
            for spec, drop, input_drop in zip(self.specs, dropout, input_dropout, strict=True)
        ]

    def forward(
        self,
        params: Params,
        statistics: Params,
        x: Float[Tensor, "members_or_1 batch columns"],
        *,
        tape: Tape | None = None,
        dealt: Dealt | None = None,
        recompute: bool = False,
    ) -> Float[Tensor, "members batch outputs"]:
        """Run every member on its batch.

        Args:
            params: Parameters by block, as `parameters.views` gives them.
            statistics: Statistics by block. With a tape, batch norm's are moved in place.
            x: Encoded inputs: numbers, plain features, category indices; (1, batch, columns)
                where all members see the same.
            tape: What the backward pass will need; None to predict.
            dealt: The noise of this step; None for none.
            recompute: Set batch norm's statistics to those of this batch (after averaging).

        Returns:
            Logits, or numbers for a regression.
        """
        h = self._inputs(params, statistics, x, tape, dealt)
        out = None if tape is None else tape.outputs
        if out is None:
            out = h.new_empty(len(self), h.shape[1], self._n_outputs)
        self._head(params, 0, h, out)
        for layer in self.layers:
            before, i = h, layer.index
            z = self._linear(
                params, f"hidden.{i}", h[: layer.n], None if tape is None else tape.z[i]
            )
            self._normalise(layer, params, statistics, z, tape, recompute)
            h = _activate(layer, params, z, tape, dealt)
            for a, b, mask in _drops(dealt, i):
                mask.apply(h[a:b, :, : mask.scale.shape[2]])
            for a, b, width in layer.residual:
                h[a:b, :, :width] += before[a:b, :, :width]
            self._head(params, i + 1, h, out)
        if tape is not None:
            tape.dealt = dealt
        return out

    def backward(
        self, params: Params, grads: Params, tape: Tape, grad: Float[Tensor, "members batch out"]
    ) -> None:
        """Write the gradient of every parameter.

        Args:
            params: Parameters by block, as in the forward pass.
            grads: Where the gradients go. Entries that no member owns are left as they are.
            tape: From the forward pass.
            grad: Gradient of each member's loss with respect to its outputs.
        """
        for depth, (a, b) in self._heads.items():
            self._head_backward(params, grads, tape, depth, grad[a:b], slice(a, b))
        for layer in reversed(self.layers):
            i, g = layer.index, tape.d[layer.index + 1]
            kept = [(a, b, w, g[a:b, :, :w].clone()) for a, b, w in layer.residual]
            for a, b, mask in _drops(tape.dealt, i):
                g[a:b, :, : mask.scale.shape[2]].mul_(mask.scale)
            _activate_backward(layer, params, grads, tape, g)
            self._normalise_backward(layer, params, grads, tape, g)
            h = tape.h[i][: layer.n]
            torch.bmm(h.transpose(1, 2), g, out=grads[f"hidden.{i}.weight"])
            for a, b in layer.biased:
                torch.sum(g[a:b], 1, out=self._rows(grads, f"hidden.{i}.bias", a, b))
            if i > 0 or self._embeds:
                weight = params[f"hidden.{i}.weight"]
                torch.bmm(g, weight.transpose(1, 2), out=tape.d[i][: layer.n])
            for a, b, w, part in kept:
                tape.d[i][a:b, :, :w] += part
        if tape.graph is not None:
            self._inputs_backward(grads, tape)

    def _inputs(
        self, params: Params, statistics: Params, x: Tensor, tape: Tape | None, dealt: Dealt | None
    ) -> Tensor:
        """Embed what is embedded; the first layer's input for every member."""
        spec, members = self._first, len(self)
        if self._embeds:
            x = x.expand(members, -1, -1)
            graph = embed(spec, params, statistics, x, trained=tape is not None)
            h = graph.values
            if tape is not None:
                tape.graph = graph
        else:
            h = x.expand(members, -1, -1)
        masks = [] if dealt is None else dealt.inputs
        if masks:
            h = h.clone()
            for a, b, mask in masks:
                mask.apply(h[a:b])
        if tape is not None:
            tape.h[0] = h
        return h

    def _inputs_backward(self, grads: Params, tape: Tape) -> None:
        assert tape.graph is not None
        for a, b, mask in tape.dealt.inputs if tape.dealt else ():
            tape.d[0][a:b].mul_(mask.scale)
        tape.graph.backward(tape.d[0], grads)

    def _linear(self, params: Params, layer: str, h: Tensor, out: Tensor | None) -> Tensor:
        weight, bias = params[f"{layer}.weight"], params.get(f"{layer}.bias")
        if bias is not None and len(bias) == len(weight):
            return torch.baddbmm(bias.unsqueeze(1), h, weight, out=out)
        z = torch.bmm(h, weight, out=out)
        if bias is not None:
            first = self.parameters[f"{layer}.bias"].first
            z[first : first + len(bias)] += bias.unsqueeze(1)
        return z

    def _rows(self, views: Params, name: str, a: int, b: int) -> Tensor:
        """The part of a block that members a to b have."""
        first = self.parameters[name].first
        return views[name][a - first : b - first]

    def _head(self, params: Params, depth: int, h: Tensor, out: Tensor) -> None:
        """The outputs of the members of one depth, from their last hidden layer."""
        if depth not in self._heads:
            return
        a, b = self._heads[depth]
        weight, bias = params[f"output@{depth}.weight"], params[f"output@{depth}.bias"]
        torch.baddbmm(bias.unsqueeze(1), h[a:b, :, : weight.shape[1]], weight, out=out[a:b])

    def _head_backward(
        self, params: Params, grads: Params, tape: Tape, depth: int, grad: Tensor, who: slice
    ) -> None:
        name = f"output@{depth}"
        weight = params[f"{name}.weight"]
        width = weight.shape[1]
        h = tape.h[depth][who, :, :width]
        torch.bmm(h.transpose(1, 2), grad, out=grads[f"{name}.weight"])
        torch.sum(grad, 1, out=grads[f"{name}.bias"])
        if depth == 0 and not self._embeds:
            return
        below = tape.d[depth][who]
        if width == below.shape[2]:
            torch.bmm(grad, weight.transpose(1, 2), out=below)
        else:
            below.zero_()[:, :, :width] = torch.bmm(grad, weight.transpose(1, 2))

    def _normalise(
        self,
        layer: Layer,
        params: Params,
        statistics: Params,
        z: Tensor,
        tape: Tape | None,
        recompute: bool,
    ) -> None:
        i, kept = layer.index, []
        for a, b, (axis, w) in layer.norms:
            part = z[a:b, :, :w]
            gain = self._rows(params, f"norm.{i}.gain", a, b)[:, :w]
            bias = self._rows(params, f"norm.{i}.bias", a, b)[:, :w]
            moved = axis == 1 and (tape is not None or recompute)
            if axis == 1:
                first = self.statistics[f"norm.{i}.mean"].first
                mean = statistics[f"norm.{i}.mean"][a - first : b - first, :w]
                variance = statistics[f"norm.{i}.variance"][a - first : b - first, :w]
                if not moved:
                    part.copy_(norm.batch_norm(part, gain, bias, mean=mean, variance=variance))
                    continue
            out = torch.empty_like(part) if tape is None else tape.xhat[i][a:b, :, :w]
            values, now, spread = norm.normalise(part, gain, bias, axis=axis, out=out)
            kept.append(values)
            if moved and recompute:
                mean.copy_(now.squeeze(1))
                variance.copy_(spread.squeeze(1))
            elif moved:
                norm.track(mean, variance, now.squeeze(1), spread.squeeze(1), part.shape[1])
        if tape is not None:
            tape.normalised[i] = kept

    def _normalise_backward(
        self, layer: Layer, params: Params, grads: Params, tape: Tape, g: Tensor
    ) -> None:
        """Turn the gradient of normalised pre-activations into that of the raw, in place."""
        gain, bias = f"norm.{layer.index}.gain", f"norm.{layer.index}.bias"
        for (a, b, (_, w)), kept in zip(layer.norms, tape.normalised[layer.index], strict=True):
            norm.backward(
                kept,
                g[a:b, :, :w],
                self._rows(params, gain, a, b)[:, :w],
                gain_grad=self._rows(grads, gain, a, b)[:, :w],
                bias_grad=self._rows(grads, bias, a, b)[:, :w],
            )


def _need(spec: DenseSpec, batch: int, dropout: float, input_dropout: float) -> NoiseNeed:
    shapes = tuple((batch, width) for width in spec.widths)
    none = (None,) * spec.depth
    return NoiseNeed(
        inputs=(batch, spec.n_first) if input_dropout > 0 else None,
        slopes=shapes if spec.activation == "rrelu" else none,
        drops=shapes if dropout > 0 else none,
        alpha=spec.activation == "selu",
    )


def _drops(dealt: Dealt | None, i: int) -> Sequence[tuple[int, int, Mask]]:
    return () if dealt is None else dealt.drops.get(i, ())


def _activate(
    layer: Layer, params: Params, z: Tensor, tape: Tape | None, dealt: Dealt | None
) -> Tensor:
    """Activations of one layer. While training, RReLU's slopes are those dealt; else their mean."""
    i = layer.index
    out = torch.empty_like(z) if tape is None else tape.h[i + 1]
    for a, b, name in layer.activations:
        if name == "prelu":
            sloped(z[a:b], _slope(layer, params, a, b), out[a:b])
        elif name != "rrelu":
            FORWARD[name](z[a:b], out[a:b])
        elif dealt is None:
            sloped(z[a:b], z.new_tensor((RRELU_LOW + RRELU_HIGH) / 2), out[a:b])
    if dealt is not None:
        for a, b, slopes in dealt.slopes.get(i, ()):
            w = slopes.shape[2]
            sloped(z[a:b, :, :w], slopes, out[a:b, :, :w])
    for a, b, w in layer.padded:
        out[a:b, :, w:] = 0
    return out


def _activate_backward(layer: Layer, params: Params, grads: Params, tape: Tape, g: Tensor) -> None:
    """Turn the gradient of a layer's activations into that of its pre-activations, in place."""
    i, z = layer.index, tape.z[layer.index]
    for a, b, name in layer.activations:
        if name == "prelu":
            part = sloped_backward(g[a:b], z[a:b], _slope(layer, params, a, b))
            torch.sum(part, (1, 2), out=_slope(layer, grads, a, b)[:, 0, 0])
        elif name != "rrelu":
            BACKWARD[name](g[a:b], z[a:b])
    for a, b, slopes in tape.dealt.slopes.get(i, ()) if tape.dealt else ():
        w = slopes.shape[2]
        sloped_backward(g[a:b, :, :w], z[a:b, :, :w], slopes)


def _slope(layer: Layer, views: Params, a: int, b: int) -> Tensor:
    """PReLU's slopes of members a to b, shape (members, 1, 1)."""
    first = next(start for start, _, name in layer.activations if name == "prelu")
    return views[f"activation.{layer.index}.slope"][a - first : b - first].unsqueeze(1)


def _layer(specs: tuple[DenseSpec, ...], i: int) -> Layer:
    """What the members with an i-th hidden layer have in common in it."""
    own = [spec for spec in specs if spec.depth > i]
    widths = [spec.widths[i] for spec in own]
    widest = max(widths)
    axes = {"none": 0, "batch": 1, "layer": 2}
    # Batch norm treats each unit by itself, so units that nobody owns do no harm in it.
    norms = runs(
        [
            (axes[s.normalisation], w if s.normalisation == "layer" else widest)
            for s, w in zip(own, widths, strict=True)
        ]
    )
    leaves = runs([(s.activation == "logistic", w) for s, w in zip(own, widths, strict=True)])
    adds = [
        w if i > 0 and s.residual and s.widths[i - 1] == w else 0
        for s, w in zip(own, widths, strict=True)
    ]
    return Layer(
        index=i,
        n=len(own),
        width=widest,
        norms=tuple((a, b, key) for a, b, key in norms if key[0] > 0),
        activations=tuple(runs([s.activation for s in own])),
        padded=tuple((a, b, w) for a, b, (yes, w) in leaves if yes and w < widest),
        biased=tuple((a, b) for a, b, yes in runs([s.hidden_bias for s in own]) if yes),
        residual=tuple((a, b, w) for a, b, w in runs(adds) if w > 0),
    )
