"""A start by the training rows: every unit with the same spread, every kink among the data."""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from justright.nets.dense import parameter_slots
from justright.nets.plain import DenseNet, load_member
from justright.nets.slots import named
from justright.nets.spec import DenseSpec

HULL_ROWS = 5  # rows that a kink is mixed of; "he+5" of Holzmüller et al. 2024, arXiv:2407.04491
STREAM = 0x2545F491  # mixed into a seed, so that mixtures never repeat the initial weights


@torch.no_grad()
def start_by_data(
    spec: DenseSpec,
    theta: Float[Tensor, " parameters"],
    statistics: Float[Tensor, " statistics"],
    x: Float[Tensor, "rows columns"],
    seed: int,
) -> Float[Tensor, " parameters"]:
    """Scale the drawn weights, and place the biases, by what training rows come to in each layer.

    With `init = data_normal`, each unit's weights are scaled so that its pre-activation has a
    standard deviation of 1. With `bias_init = hull`, its bias is minus a random mixture of the
    pre-activations of a few rows, so that its kink lies where there are data. Layer follows layer:
    each sees what the one before now puts out. An output layer that starts at the prior stays.

    Args:
        spec: The network; it starts by data.
        theta: Weights as drawn.
        statistics: Its statistics, bin edges among them.
        x: Encoded training rows; a sample will do.
        seed: The member's seed.

    Returns:
        The weights to start from.

    Source:
        Holzmüller et al. 2024, arXiv:2407.04491, appendix A; Steinwart 2019, arXiv:1903.11482

    Example:
        >>> spec = DenseSpec(n_numeric=1, n_plain=0, cardinalities=(), n_outputs=1, depth=0,
        ...                  width=8, init="data_normal", last_layer_init="plain")
        >>> x = torch.tensor([[0.0], [4.0]])
        >>> start_by_data(spec, torch.tensor([3.0, 0.0]), torch.empty(0), x, seed=0)
        tensor([0.5000, 0.0000])
    """
    slots, row = parameter_slots(spec), theta.clone()
    own = {name: value[0] for name, value in named(slots, row.unsqueeze(0)).items()}
    generator = torch.Generator().manual_seed(seed ^ STREAM)
    # torch.nn draws weights of its own, which must not move the user's generator.
    with torch.random.fork_rng(devices=[]):
        net = DenseNet(spec).to(theta.dtype).eval()
    load_member(net, spec, row, statistics)
    h = net.input(net.first(x))
    layers = [f"hidden.{i}" for i in range(spec.depth)]
    if spec.last_layer_init == "plain":
        layers.append("output")
    for i, layer in enumerate(layers):
        weight, bias = own[f"{layer}.weight"], own.get(f"{layer}.bias")
        if spec.init == "data_normal":
            spread = (h @ weight).std(0, correction=0)
            weight.div_(torch.where(spread > 0, spread, 1.0))
        if spec.bias_init == "hull" and bias is not None:
            bias.copy_(-_mixture(h @ weight, generator))
        if i < spec.depth:
            load_member(net, spec, row, statistics)
            h = net.hidden[i](h)
    return row


def _mixture(z: Float[Tensor, "rows units"], generator: Generator) -> Float[Tensor, " units"]:
    """A point of the convex hull of each unit's values: a random mean of a few of them."""
    n_rows, n_units = z.shape
    rows = torch.randint(n_rows, (n_units, HULL_ROWS), generator=generator)
    # Exponential draws over their sum are uniform over all ways to share out 1.
    shares = (
        -torch.rand(n_units, HULL_ROWS, generator=generator, dtype=z.dtype)
        .clamp_min(torch.finfo(z.dtype).tiny)
        .log()
    )
    shares /= shares.sum(1, keepdim=True)
    return (z.T.gather(1, rows) * shares).sum(1)
