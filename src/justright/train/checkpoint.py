"""A state taken apart for the disk: its tensors by name, and the rest as plain values.

A state is made of dictionaries, lists, tensors, numbers, words, and None. JSON has no infinity, no
keys that are numbers, and no tensors: these are written as an object that says what it is.
"""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

Plain = Any  # what JSON can hold

ITEMS, NUMBER, TENSOR = "items", "number", "tensor"  # what an object in the JSON may say it is


def taken_apart(state: Any) -> tuple[Plain, dict[str, Tensor]]:
    """Part a state into plain values and tensors.

    Args:
        state: Dictionaries (keys: words or whole numbers), lists (tuples
            come back as lists), tensors, numbers, words, None.

    Returns:
        Values that JSON holds without loss, and the tensors by the names that stand in them. A
        tensor that stands in several places is there once.

    Raises:
        TypeError: If there is anything else in it.

    Example:
        >>> import torch
        >>> plain, tensors = taken_apart({"best": math.inf, "theta": torch.ones(2)})
        >>> plain
        {'items': [['best', {'number': 'inf'}], ['theta', {'tensor': '0'}]]}
        >>> tensors
        {'0': tensor([1., 1.])}
    """
    tensors: dict[str, Tensor] = {}
    names: dict[int, str] = {}

    def part(value: Any) -> Plain:
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {NUMBER: repr(value)}
        if isinstance(value, Tensor):
            if id(value) not in names:
                names[id(value)] = str(len(names))
                # A part of a larger tensor must not take all of it along.
                tensors[names[id(value)]] = value.detach().clone().contiguous()
            return {TENSOR: names[id(value)]}
        if isinstance(value, (list, tuple)):
            return [part(one) for one in value]
        if isinstance(value, dict) and all(type(key) in (int, str) for key in value):
            return {ITEMS: [[key, part(one)] for key, one in value.items()]}
        raise TypeError(f"a state cannot hold {type(value).__name__}: {value=}")

    return part(state), tensors


def put_together(plain: Plain, tensors: Mapping[str, Tensor]) -> Any:
    """The state that was taken apart.

    Args:
        plain: Its plain values.
        tensors: Its tensors by name.

    Raises:
        ValueError: If the values do not come from `taken_apart`, or a tensor is missing.

    Example:
        >>> put_together(*taken_apart({1: [0.5, None], "end": -math.inf}))
        {1: [0.5, None], 'end': -inf}
    """
    if isinstance(plain, list):
        return [put_together(one, tensors) for one in plain]
    if not isinstance(plain, dict):
        return plain
    match list(plain.items()):
        case [("items", list(items))] if all(isinstance(i, list) and len(i) == 2 for i in items):
            return {key: put_together(value, tensors) for key, value in items}
        case [("number", "inf" | "-inf" | "nan" as number)]:
            return float(number)
        case [("tensor", str(name))] if name in tensors:
            return tensors[name]
    raise ValueError(f"not a part of a state: {str(plain)[:80]}")
