"""Errors of convolutions and pooling."""

import math
import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, came_from, came_in, place, sizes

_CHANNELS = (
    r"weight of size (\[.*?\]), expected input(\[.*?\]) to have (\d+) channels, but got (\d+)"
)
_LAST = {1: "0, 2, 1", 2: "0, 3, 1, 2", 3: "0, 4, 1, 2, 3"}  # channels-last to channels-first


def _channels_last(failure: Failure, found: re.Match[str]) -> Told | None:
    weight, shape, wanted = sizes(found[1]), sizes(found[2]), int(found[3])
    n_axes = len(weight) - 2
    if shape[-1] != wanted or len(came_in(failure) or shape) != n_axes + 2:
        return None
    names = "(batch, channels, time)" if n_axes == 1 else "(batch, channels, height, width)"
    return Told(
        f"{place(failure)} wants {wanted} channels in axis 1 and got {shape}{came_from(failure)}",
        f"the {wanted} channels are in the last axis; PyTorch wants {names}",
        f"x = x.permute({_LAST[n_axes]})",
    )


def _no_channel_axis(failure: Failure, found: re.Match[str]) -> Told | None:
    weight, shape, wanted = sizes(found[1]), came_in(failure), int(found[3])
    if len(shape) != len(weight) - 1:
        return None
    return Told(
        f"{place(failure)} got {shape}{came_from(failure)}: one axis too few, so PyTorch took the"
        " batch for the channels",
        f"the axis of the {wanted} channel{'s' * (wanted > 1)} is missing",
        "x = x.unsqueeze(1) puts it in: (batch, 1, …)"
        if wanted == 1
        else f"bring x to {len(weight)} axes, (batch, {wanted}, …)",
    )


def _channels_of_data(failure: Failure, found: re.Match[str]) -> Told | None:
    return None if failure.before else _channels(failure, found)


def _channels(failure: Failure, found: re.Match[str]) -> Told:
    weight, shape, wanted, got = sizes(found[1]), sizes(found[2]), int(found[3]), int(found[4])
    kind = failure.kind or f"Conv{len(weight) - 2}d"
    out = weight[1] if kind.startswith("ConvTranspose") else weight[0]
    grey = " (or turn the images grey)" if (wanted, got) == (1, 3) else ""
    return Told(
        f"{place(failure)} wants {wanted} channels and got {got} in {shape}{came_from(failure)}",
        f"in_channels is {wanted}, and {got} come in",
        f"nn.{kind}({wanted}, {out}, …) -> nn.{kind}({got}, {out}, …){grey}",
    )


def _axes(failure: Failure, found: re.Match[str]) -> Told | None:
    n_axes, shape = int(found[1]), sizes(found[2])
    wanted = failure.weight_shape[1] if len(failure.weight_shape) > 1 else 1
    remedy = f"x = x.view(x.size(0), {wanted}, …)"
    if len(shape) == 2 and n_axes == 2 and shape[1] % wanted == 0:
        side = math.isqrt(shape[1] // wanted)
        if side * side * wanted == shape[1]:
            remedy = f"x = x.view(-1, {wanted}, {side}, {side})"
    elif len(shape) == 2 and n_axes == 1:
        remedy = "x = x.unsqueeze(1)"
    return Told(
        f"{place(failure)} wants {n_axes + 2} axes (batch, channels, …) and got {shape}"
        f"{came_from(failure)}",
        "the examples were flattened, or carry an axis too many",
        remedy
        if len(shape) < n_axes + 2
        else "take the surplus axis out, or merge it with the batch",
    )


def _kernel(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} has a kernel of {found[2]} and got maps of only {found[1]}"
        f"{came_from(failure)}",
        "the layers before it have made the maps smaller than its kernel",
        "pool less, add padding, use a smaller kernel, or feed larger images",
    )


def _pooled_away(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} got maps of {found[1]} and nothing would be left of them"
        f"{came_from(failure)}",
        "the maps were made too small for another pooling",
        "take out one pooling layer, or feed larger images",
    )


def _pool_axes(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} got {came_in(failure) or 'an input'}{came_from(failure)}",
        "pooling works on (batch, channels, height, width); this input has other axes, or none",
        "pool before flattening, or use the pooling of the right dimension (MaxPool1d for series)",
    )


CASES = (
    Case(27, _CHANNELS, _no_channel_axis),
    Case(27, _CHANNELS, _channels_last),
    Case(27, _CHANNELS, _channels_of_data),
    Case(31, _CHANNELS, _channels),
    Case(27, r"input to conv(?:_transpose)?(\d)d, but got input of size: (\[.*?\])", _axes),
    Case(
        31,
        r"input size per channel: \((.*?)\)\. Kernel size: \((.*?)\)\. Kernel size can't",
        _kernel,
    ),
    Case(31, r"Given input size: \((.*?)\).*Output size is too small", _pooled_away),
    Case(31, r"non-empty .* \(batch mode\) tensor expected for input", _pool_axes),
)
