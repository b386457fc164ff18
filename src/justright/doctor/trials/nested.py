"""Tensors inside of tuples, lists and mappings, as models take and give them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar, cast

from torch import Tensor

Path = tuple[int | str, ...]
T = TypeVar("T")


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, Tensor]]:
    """Every tensor within, with the way to it.

    Example:
        >>> import torch
        >>> [path for path, _ in leaves((torch.ones(1), {"a": [torch.ones(1), 3]}))]
        [(0,), (1, 'a', 0)]
    """
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, (tuple, list)):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), (*path, field.name))


def at(value: object, path: Path) -> object:
    """What lies at the end of a way that `leaves` gave.

    Example:
        >>> at((1, {"a": 2}), (1, "a"))
        2
    """
    for key in path:
        if isinstance(value, (Mapping, tuple, list)):
            value = value[key]  # type: ignore[index]
        else:
            value = getattr(value, str(key))
    return value


def changed(value: T, change: Callable[[Tensor], Tensor]) -> T:
    """The same with every tensor changed; what is neither tensor nor container stays itself.

    Example:
        >>> import torch
        >>> changed((torch.ones(1), "mean"), lambda tensor: tensor + 1)
        (tensor([2.]), 'mean')
    """
    return cast(T, _changed(value, change))


def _changed(value: object, change: Callable[[Tensor], Tensor]) -> object:
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        made: object = type(value)(*[_changed(item, change) for item in value])  # type: ignore[arg-type]
        return made
    if isinstance(value, tuple):
        return tuple(_changed(item, change) for item in value)
    if isinstance(value, list):
        return [_changed(item, change) for item in value]
    if isinstance(value, Mapping):
        return {key: _changed(item, change) for key, item in value.items()}
    return value
