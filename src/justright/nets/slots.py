"""Named parameters of every member, held in one flat buffer."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One named parameter (or statistic) of one member.

    Attributes:
        name: For example "hidden.0.weight".
        shape: Shape for one member, without the members axis.
        decays: Whether weight decay applies to it: weights yes; biases, norms, slopes no.
        role: Whose factor of the learning rate applies: "bias", "embedding", "scaling" or "blend";
            empty where none does.
        fan_factor: What the forward pass of another parametrisation multiplies the trained values
            by (1/√fan-in under NTK). The buffer holds the product, so only steps differ.
    """

    name: str
    shape: tuple[int, ...]
    decays: bool = False
    role: str = ""
    fan_factor: float = 1.0

    @property
    def size(self) -> int:
        """Values of one member."""
        return prod(self.shape)

    @property
    def layer(self) -> str:
        """The layer it belongs to: the name without its last part."""
        return self.name.rpartition(".")[0]


def spans(slots: tuple[Slot, ...]) -> Iterator[tuple[Slot, int, int]]:
    """Each slot with its first column in the flat buffer and the one after its last."""
    start = 0
    for slot in slots:
        yield slot, start, start + slot.size
        start += slot.size


def total(slots: tuple[Slot, ...]) -> int:
    """Columns of the flat buffer."""
    return sum(slot.size for slot in slots)


def named(slots: tuple[Slot, ...], flat: Tensor) -> dict[str, Tensor]:
    """View a flat buffer by name.

    Args:
        slots: What the columns hold.
        flat: Values, shape (members, columns).

    Returns:
        Views that share the buffer's memory, each of shape (members, *slot.shape).

    Example:
        >>> import torch
        >>> flat = torch.arange(6.0).view(1, 6)
        >>> named((Slot(name="a.weight", shape=(2, 3)),), flat)["a.weight"].shape
        torch.Size([1, 2, 3])
    """
    members = flat.shape[0]
    return {
        slot.name: flat[:, start:stop].view(members, *slot.shape)
        for slot, start, stop in spans(slots)
    }
