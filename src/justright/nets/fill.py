"""Fill the modules of a plain network with one member's row of a flat buffer."""

from collections.abc import Callable

import torch
from torch import Tensor

from justright.nets.slots import Slot, named

#: Name of a slot to the tensor that it fills, and whether that is stored transposed.
Place = Callable[[str], tuple[Tensor, bool]]

_TORCH_NAMES = {
    "gain": "weight",
    "slope": "weight",
    "mean": "running_mean",
    "variance": "running_var",
}


def torch_name(part: str) -> str:
    """What torch.nn calls a part of a layer.

    Example:
        >>> torch_name("variance"), torch_name("bias")
        ('running_var', 'bias')
    """
    return _TORCH_NAMES.get(part, part)


@torch.no_grad()
def fill(place: Place, slots: tuple[Slot, ...], row: Tensor) -> None:
    """Copy one member's values into a network.

    Args:
        place: Where each slot's values go.
        slots: What the columns hold.
        row: The member's values, shape (columns,).

    Example:
        >>> layer = torch.nn.Linear(2, 1)
        >>> slots = (Slot(name="output.weight", shape=(2, 1)), Slot(name="output.bias", shape=(1,)))
        >>> fill(lambda name: (getattr(layer, name[7:]), name.endswith("weight")), slots,
        ...      torch.tensor([1.0, 2.0, 3.0]))
        >>> layer.weight.tolist(), layer.bias.tolist()
        ([[1.0, 2.0]], [3.0])
    """
    for name, value in named(slots, row.unsqueeze(0)).items():
        target, transposed = place(name)
        target.copy_(value[0].T if transposed else value[0])
