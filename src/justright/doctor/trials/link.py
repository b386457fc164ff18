"""The way from what a model puts out to what a loss function takes in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor

from justright.doctor.trials.nested import Path, at, leaves

#: One change of a tensor: its name and its numbers.
Turn = tuple[str, tuple[int, ...]]

TURNS: dict[str, Callable[..., Tensor]] = {
    "select": lambda x, axis, place: x.select(axis, place),
    "narrow": lambda x, axis, start, end: x[(slice(None),) * axis + (slice(start, end or None),)],
    "permute": lambda x, *axes: x.permute(axes),
    "reshape": lambda x, *rest: x.reshape(-1, *rest),
    "sigmoid": lambda x: x.sigmoid(),
    "tanh": lambda x: x.tanh(),
    "relu": lambda x: x.relu(),
    "exp": lambda x: x.exp(),
    "softmax": lambda x, axis: x.softmax(axis),
    "log_softmax": lambda x, axis: x.log_softmax(axis),
    "log": lambda x: x.log(),
    "float": lambda x: x.float(),
}
MOST_AXES = 5  # (batch, channels, depth, height, width)
FIRST_PLACES = 4  # places along an axis that a script may pick by number, besides the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How the loss's first argument is made of the model's output.

    Attributes:
        path: Place of the tensor in the output; empty where the output is a tensor.
        turns: What is done to it, in order. The first axis is the batch and may have any size.
        whole: Whether the loss takes the output as it is, tensor or not.

    Example:
        >>> link = Link(path=(0,), turns=(("select", (1, -1)),))
        >>> link((torch.arange(6).reshape(2, 3), "state"))
        tensor([2, 5])
    """

    path: Path = ()
    turns: tuple[Turn, ...] = ()
    whole: bool = False

    def __call__(self, output: object) -> object:
        """Go the way from an output of the model."""
        found = output if self.whole else at(output, self.path)
        return _turned(found, self.turns) if isinstance(found, Tensor) else found


def link_of(output: object, argument: Tensor) -> Link | None:
    """Find how an argument was made of an output, by trying the usual ways.

    Views, one step or all but one of a sequence, swapped axes, flattening, and an activation
    called between the model and the loss are found, by their values.

    Args:
        output: What the model put out.
        argument: What the loss function took in.

    Returns:
        The shortest way; None where none of them leads there.

    Example:
        >>> out = torch.randn(4, 7, 3)
        >>> link_of((out, None), out[:, -1].softmax(1))
        Link(path=(0,), turns=(('select', (1, -1)), ('softmax', (1,))), whole=False)
    """
    argument = argument.detach()
    for path, leaf in leaves(output):
        for turns in _ways(leaf.detach(), argument):
            if _leads(leaf.detach(), turns, argument):
                return Link(path=path, turns=turns)
    return None


def _turned(tensor: Tensor, turns: tuple[Turn, ...]) -> Tensor:
    for name, numbers in turns:
        tensor = TURNS[name](tensor, *numbers)
    return tensor


def _leads(leaf: Tensor, turns: tuple[Turn, ...], argument: Tensor) -> bool:
    made = _turned(leaf, turns)
    return (
        made.shape == argument.shape
        and made.dtype == argument.dtype
        and torch.equal(made, argument)
    )


def _ways(leaf: Tensor, argument: Tensor) -> Iterator[tuple[Turn, ...]]:
    """Ways that give the right shape: bare ones first, then those with an activation."""
    if leaf.dtype != argument.dtype:
        casts: tuple[Turn, ...] = (("float", ()),)
        if not leaf.is_floating_point() or argument.dtype != torch.float32:
            return
    else:
        casts = ()
    shape = tuple(argument.shape)
    views = []
    for view in _views(leaf):
        size = tuple(_turned(leaf, view).shape)
        if size == shape:
            views.append((*view, *casts))
        elif shape and _count(size) == _count(shape):
            views.append((*view, *casts, ("reshape", shape[1:])))
    yield from views
    for view in views:
        for activation in _activations(len(shape)):
            yield (*view, activation)


def _views(leaf: Tensor) -> Iterator[tuple[Turn, ...]]:
    yield ()
    for axis, size in enumerate(leaf.shape):
        if axis or leaf.ndim > 2:
            for place in dict.fromkeys((-1, 0, *range(1, min(size, FIRST_PLACES)))):
                yield (("select", (axis, place)),)
    if leaf.ndim > 1:
        for axis in (1, 0):
            yield (("narrow", (axis, 0, -1)),)
            yield (("narrow", (axis, 1, 0)),)
    if 2 < leaf.ndim <= MOST_AXES:
        for axes in permutations(range(leaf.ndim)):
            if axes != tuple(range(leaf.ndim)):
                yield (("permute", axes),)
                if leaf.ndim == 3:
                    yield (("narrow", (1, 0, -1)), ("permute", axes))


def _activations(n_axes: int) -> Iterator[Turn]:
    for name in ("sigmoid", "tanh", "relu", "exp", "log"):
        yield (name, ())
    for axis in dict.fromkeys((min(1, n_axes - 1), n_axes - 1, 0)):
        if axis >= 0:
            yield ("log_softmax", (axis,))
            yield ("softmax", (axis,))


def _count(shape: tuple[int, ...]) -> int:
    return int(torch.Size(shape).numel())
