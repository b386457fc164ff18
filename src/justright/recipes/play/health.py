"""How the hidden units of one network fare: silent ones, and values at the end of their bend."""

from typing import Any

import torch
from torch import Tensor

from justright.nets.family import Spec
from justright.nets.plain import DenseNet
from justright.recipes.network import with_values

ROWS = 256  # training rows that units are read on
NEAR_END = 0.01  # of the range of a bend, as in the doctor's check of saturated units
#: Ends of the bends that have two.
ENDS = {"logistic": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@torch.no_grad()
def units(spec: Spec, own: tuple[Tensor, Tensor], x: Tensor) -> list[dict[str, Any]]:
    """Read the hidden units of a dense network.

    Args:
        spec: The shape of the network.
        own: Its parameters and statistics.
        x: Encoded rows, of which `ROWS` are read.

    Returns:
        For each hidden layer its name, the share of its units that are 0 on every row, and the
        share of its values within 1 % of an end of the bend (None for a bend without ends).

    Example:
        >>> from justright.nets.family import initial_parameters, initial_statistics
        >>> from justright.nets.spec import DenseSpec
        >>> spec = DenseSpec(n_numeric=2, n_plain=0, cardinalities=(), n_outputs=1, depth=1,
        ...                  width=8, activation="relu")
        >>> theta = initial_parameters(spec, 0, torch.zeros(1))
        >>> own = -theta.abs(), initial_statistics(spec, None, torch.float32)
        >>> units(spec, own, torch.ones(4, 2))
        [{'layer': 'hidden.0', 'silent': 1.0, 'full': None}]
    """
    net = with_values(spec, *own)
    if not isinstance(net, DenseNet):
        return []
    found, h = [], net.eval().input(net.first(x[:ROWS].to(own[0].dtype)))
    ends = ENDS.get(spec.activation) if hasattr(spec, "activation") else None
    for i, layer in enumerate(net.hidden):
        bent = layer.activation(layer.norm(layer.linear(h)))  # type: ignore[operator]
        silent = float((bent == 0).all(0).double().mean())
        found.append(
            {"layer": f"hidden.{i}", "silent": round(silent, 3), "full": _full(bent, ends)}
        )
        h = layer(h)
    return found


def _full(bent: Tensor, ends: tuple[float, float] | None) -> float | None:
    if ends is None:
        return None
    low, high = ends
    near = NEAR_END * (high - low)
    share = float(((bent < low + near) | (bent > high - near)).double().mean())
    return round(share, 3)
