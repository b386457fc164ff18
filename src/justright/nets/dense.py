"""Dense networks, many at once: every parameter carries the members axis first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets import embedding, norm
from justright.nets.activation import activate
from justright.nets.dropout import alpha_dropout, dropout
from justright.nets.init import initial
from justright.nets.noise import Noise
from justright.nets.slots import Slot, named, total
from justright.nets.spec import MAX_BINS, N_FREQUENCIES, DenseSpec

Params = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What only a training pass needs: to predict, leave it out.

    Attributes:
        noise: The members' noise.
        dropout: Share of hidden units dropped, shape (members,), or None for none anywhere.
        input_dropout: Share of inputs dropped, the same for all members.
    """

    noise: Noise
    dropout: Float[Tensor, " members"] | None = None
    input_dropout: float = 0.0


def parameter_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """The trained parameters of one member, first layer first."""
    slots = list(_number_slots(spec))
    for i, (levels, size) in enumerate(zip(spec.cardinalities, spec.embedding_sizes, strict=True)):
        slots.append(Slot(name=f"category.{i}.table", shape=(levels, size)))
    for i, (fan_in, fan_out) in enumerate(spec.fans[:-1]):
        slots += _linear_slots(f"hidden.{i}", fan_in, fan_out, bias=spec.hidden_bias)
        if spec.normalisation != "none":
            slots.append(Slot(name=f"norm.{i}.gain", shape=(fan_out,)))
            slots.append(Slot(name=f"norm.{i}.bias", shape=(fan_out,)))
        if spec.activation == "prelu":
            slots.append(Slot(name=f"activation.{i}.slope", shape=(1,)))
    slots += _linear_slots("output", *spec.fans[-1])
    return tuple(slots)


def statistic_slots(spec: DenseSpec) -> tuple[Slot, ...]:
    """What is kept but not trained: batch-norm statistics, bin edges."""
    slots = []
    if spec.embeds_numbers and spec.numeric_embedding == "piecewise_linear":
        slots.append(Slot(name="numbers.edges", shape=(spec.n_numeric, MAX_BINS + 1)))
    if spec.normalisation == "batch":
        for i, width in enumerate(spec.widths):
            slots.append(Slot(name=f"norm.{i}.mean", shape=(width,)))
            slots.append(Slot(name=f"norm.{i}.variance", shape=(width,)))
    return tuple(slots)


def _linear_slots(layer: str, fan_in: int, fan_out: int, *, bias: bool = True) -> list[Slot]:
    weight = Slot(name=f"{layer}.weight", shape=(fan_in, fan_out), decays=True)
    return [weight, Slot(name=f"{layer}.bias", shape=(fan_out,))] if bias else [weight]


def _linear(params: Params, layer: str, h: Tensor) -> Tensor:
    weight, bias = params[f"{layer}.weight"], params.get(f"{layer}.bias")
    return torch.bmm(h, weight) if bias is None else torch.baddbmm(bias.unsqueeze(1), h, weight)


def _number_slots(spec: DenseSpec) -> list[Slot]:
    if not spec.embeds_numbers:
        return []
    n, size = spec.n_numeric, spec.embedding_size
    if spec.numeric_embedding == "periodic":
        return [
            Slot(name="numbers.frequency", shape=(n, N_FREQUENCIES)),
            Slot(name="numbers.phase", shape=(n, N_FREQUENCIES)),
            Slot(name="numbers.weight", shape=(n, N_FREQUENCIES, size - 1), decays=True),
            Slot(name="numbers.bias", shape=(n, size - 1)),
        ]
    return [
        Slot(name="numbers.weight", shape=(n, MAX_BINS, size), decays=True),
        Slot(name="numbers.linear", shape=(n, size), decays=True),
        Slot(name="numbers.bias", shape=(n, size)),
    ]


def initial_parameters(
    spec: DenseSpec, seeds: Sequence[int], prior: Float[Tensor, "members outputs"]
) -> Float[Tensor, "members parameters"]:
    """Draw the starting weights of every member from its own seed.

    Args:
        spec: The network.
        seeds: One seed per member. A member's weights depend on its seed alone.
        prior: Logits (or means) that each output starts from.

    Returns:
        The flat buffer, in the dtype of `prior`.
    """
    slots = parameter_slots(spec)
    flat = prior.new_empty(len(seeds), total(slots))
    for row, seed, start in zip(flat, seeds, prior, strict=True):
        generator = torch.Generator().manual_seed(seed)
        torch.cat([initial(s, spec, start, generator).flatten() for s in slots], out=row)
    return flat


def initial_statistics(
    spec: DenseSpec, n_members: int, edges: Tensor | None, dtype: torch.dtype
) -> Float[Tensor, "members statistics"]:
    """Statistics before training: means 0, variances 1, and the bin edges handed in.

    Args:
        spec: The network.
        n_members: Members.
        edges: Bin edges, shape (members, features, edges); only for piecewise-linear numbers.
        dtype: Of the buffer.
    """
    slots = statistic_slots(spec)
    flat = torch.zeros(n_members, total(slots), dtype=dtype)
    for name, view in named(slots, flat).items():
        if name.endswith(".variance"):
            view.fill_(1.0)
        elif name.endswith(".edges"):
            if edges is None:
                raise ValueError("piecewise-linear numbers need the bin edges")
            view.copy_(edges)
    return flat


def forward(
    spec: DenseSpec,
    params: Params,
    statistics: Params,
    x: Float[Tensor, "members batch columns"],
    training: Training | None = None,
    *,
    recompute: bool = False,
) -> Float[Tensor, "members batch outputs"]:
    """Run every member on its batch.

    Args:
        spec: The network.
        params: Parameters by name, as `named` views them.
        statistics: Statistics by name. While training, batch norm's are moved in place.
        x: Encoded inputs: numbers, plain features, category indices.
        training: Noise and rates for a training pass; None to predict.
        recompute: Set batch norm's statistics to those of this batch instead (after averaging).

    Returns:
        Logits, or numbers for a regression.
    """
    h = _inputs(spec, params, statistics, x)
    noise = None if training is None else training.noise
    if training is not None and training.input_dropout > 0:
        rate = torch.full((x.shape[0],), training.input_dropout, dtype=x.dtype, device=x.device)
        h = dropout(h, rate, training.noise)
    for i in range(spec.depth):
        before = h
        h = _linear(params, f"hidden.{i}", h)
        h = _normalise(spec, i, params, statistics, h, training is not None, recompute)
        slope = params.get(f"activation.{i}.slope")
        h = activate(spec.activation, h, slope=slope, noise=noise)
        if training is not None and training.dropout is not None:
            drop = alpha_dropout if spec.activation == "selu" else dropout
            h = drop(h, training.dropout, training.noise)
        if spec.residual and before.shape == h.shape and i > 0:
            h = h + before
    return _linear(params, "output", h)


def _inputs(spec: DenseSpec, params: Params, statistics: Params, x: Tensor) -> Tensor:
    """Embed what is embedded and lay all features side by side."""
    if not spec.embeds_numbers and not spec.cardinalities:
        return x
    parts = []
    n_dense = spec.n_numeric + spec.n_plain
    if spec.embeds_numbers:
        own = {k[8:]: v for k, v in params.items() if k.startswith("numbers.")}
        numbers = x[..., : spec.n_numeric]
        if spec.numeric_embedding == "periodic":
            parts.append(embedding.periodic(numbers, **own))
        else:
            edges = statistics["numbers.edges"]
            parts.append(embedding.piecewise_linear(numbers, edges=edges, **own))
        parts.append(x[..., spec.n_numeric : n_dense])
    else:
        parts.append(x[..., :n_dense])
    for i in range(len(spec.cardinalities)):
        codes = x[..., n_dense + i].long()
        parts.append(embedding.lookup(params[f"category.{i}.table"], codes))
    return torch.cat(parts, dim=-1)


def _normalise(
    spec: DenseSpec,
    i: int,
    params: Params,
    statistics: Params,
    h: Tensor,
    training: bool,
    recompute: bool,
) -> Tensor:
    if spec.normalisation == "none":
        return h
    gain, bias = params[f"norm.{i}.gain"], params[f"norm.{i}.bias"]
    if spec.normalisation == "layer":
        return norm.layer_norm(h, gain, bias)
    running_mean, running_var = statistics[f"norm.{i}.mean"], statistics[f"norm.{i}.variance"]
    if not training and not recompute:
        return norm.batch_norm(h, gain, bias, mean=running_mean, variance=running_var)
    mean, variance = norm.batch_statistics(h)
    if recompute:
        running_mean.copy_(mean)
        running_var.copy_(variance)
    else:
        norm.track(running_mean, running_var, mean.detach(), variance.detach(), h.shape[1])
    return norm.batch_norm(h, gain, bias, mean=mean, variance=variance)
