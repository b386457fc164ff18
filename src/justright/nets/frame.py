"""How members of different depth and width lie side by side in one set of tensors.

Members are sorted by falling depth, so that each layer belongs to the leading ones. A layer is as
wide as its widest member; what a narrower one has beyond its own units is zero, and stays zero:
nothing flows into those units, and no gradient flows out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import prod
from types import MappingProxyType
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor

from justright.nets.slots import Slot, named, total

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One parameter (or statistic) of several members that follow each other.

    Attributes:
        name: For example "hidden.0.weight"; "output@2.weight" is that of networks of depth 2.
        first: First member that has it.
        last: The member after the last one.
        shape: Shape for one member, as wide as the widest.
        decays: Whether weight decay applies.
    """

    name: str
    first: int
    last: int
    shape: tuple[int, ...]
    decays: bool = False

    @property
    def size(self) -> int:
        """Values of all its members."""
        return (self.last - self.first) * prod(self.shape)


def runs(keys: Sequence[Key]) -> Iterator[tuple[int, int, Key]]:
    """Stretches of equal keys: first, one past the last, key.

    Example:
        >>> list(runs("aab"))
        [(0, 2, 'a'), (2, 3, 'b')]
    """
    start = 0
    for key, equal in groupby(keys):
        n = sum(1 for _ in equal)
        yield start, start + n, key
        start += n


@dataclass(frozen=True, slots=True)
class Frame:
    """Blocks, and where each member's own parameters lie in them.

    Attributes:
        blocks: What the flat buffer holds, in order.
        slots: Each member's own parameters.
        rename: Name of the block that holds a member's slot: (slot name, member) to name.
    """

    blocks: tuple[Block, ...]
    slots: tuple[tuple[Slot, ...], ...]
    rename: Callable[[str, int], str]
    _by_name: dict[str, Block] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {block.name: block for block in self.blocks})

    def __getitem__(self, name: str) -> Block:
        return self._by_name[name]

    @property
    def size(self) -> int:
        """Values of the flat buffer."""
        return sum(block.size for block in self.blocks)

    def views(self, flat: Float[Tensor, " values"]) -> dict[str, Tensor]:
        """View a flat buffer by block name, each of shape (members of the block, *shape)."""
        views, start = {}, 0
        for block in self.blocks:
            part = flat[start : start + block.size]
            views[block.name] = part.view(block.last - block.first, *block.shape)
            start += block.size
        return views

    def own(self, views: dict[str, Tensor], member: int) -> Iterator[tuple[Slot, Tensor]]:
        """Each of a member's own slots with its part of the blocks."""
        for slot in self.slots[member]:
            block = self[self.rename(slot.name, member)]
            part = views[block.name][member - block.first]
            for axis, n in enumerate(slot.shape):
                if part.shape[axis] != n:
                    part = part.narrow(axis, 0, n)
            yield slot, part

    def take(self, views: dict[str, Tensor], member: int) -> Float[Tensor, " own"]:
        """A member's own values as one vector, a copy, in the order of its slots."""
        parts = [part.flatten() for _, part in self.own(views, member)]
        return torch.cat(parts) if parts else torch.empty(0)

    def put(self, views: dict[str, Tensor], member: int, values: Float[Tensor, " own"]) -> None:
        """Set a member's own values from one vector."""
        own = named(self.slots[member], values.view(1, total(self.slots[member])))
        for slot, part in self.own(views, member):
            part.copy_(own[slot.name][0])


def frame_of(
    slots: Sequence[tuple[Slot, ...]],
    rename: Callable[[str, int], str] = lambda name, _: name,
    shapes: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
) -> Frame:
    """Lay members' slots side by side.

    Args:
        slots: Each member's own, the members in their order. Who shares a block must follow each
            other.
        rename: Name of the block that holds a member's slot.
        shapes: Shapes of blocks that are larger than those of their members.
    """
    found: dict[str, list[tuple[int, Slot]]] = {}
    for member, own in enumerate(slots):
        for slot in own:
            found.setdefault(rename(slot.name, member), []).append((member, slot))
    blocks = [
        Block(
            name=name,
            first=having[0][0],
            last=having[-1][0] + 1,
            shape=shapes.get(name)
            or tuple(max(sizes) for sizes in zip(*(s.shape for _, s in having), strict=True)),
            decays=having[0][1].decays,
        )
        for name, having in found.items()
    ]
    blocks.sort(key=lambda block: not block.decays)  # what decays first, in one stretch
    return Frame(tuple(blocks), tuple(slots), rename)
