"""Errors of normalisation layers."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, came_from, place, sizes


def _one_row(failure: Failure, found: re.Match[str]) -> Told:
    shape = sizes(found[1])
    last = " (the last, short batch of an epoch)" if failure.step else ""
    remedy = (
        "DataLoader(…, drop_last=True) where the last batch is short; model.eval() where this is no"
        " training; a larger batch otherwise"
    )
    return Told(
        f"{place(failure)} is in training mode and got {shape}: one value per channel{last}",
        "batch normalisation in training mode cannot tell a mean and spread from a single value",
        remedy,
    )


def _one_pixel(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"{place(failure)} got {sizes(found[1])}: maps of a single value",
        "instance normalisation has no spread to divide by in a map of one value",
        "take the layer out there, or use LayerNorm or GroupNorm",
    )


def _features(failure: Failure, found: re.Match[str]) -> Told:
    got, wanted = int(found[1]), int(found[2])
    kind = failure.kind or "BatchNorm"
    return Told(
        f"{place(failure)} was built for {wanted} channels and got {got}{came_from(failure)}",
        "its size must be the number of channels (or features) that the layer before puts out",
        f"nn.{kind}({wanted}) -> nn.{kind}({got})",
    )


def _axes(failure: Failure, found: re.Match[str]) -> Told | None:
    if "Norm" not in failure.kind:
        return None
    base = failure.kind[:-2]
    right = {2: "1d", 3: "1d", 4: "2d", 5: "3d"}.get(int(found[2]))
    if right is None:
        return None
    return Told(
        f"{place(failure)} wants {found[1]} input and got {found[2]} axes{came_from(failure)}",
        "this layer is for inputs with another number of axes",
        f"nn.{failure.kind}(…) -> nn.{base}{right}(…)",
    )


def _layer_norm(failure: Failure, found: re.Match[str]) -> Told:
    wanted, got = sizes(found[1]), sizes(found[2])
    last = got[-len(wanted) :]
    shown = last[0] if len(last) == 1 else list(last)
    return Told(
        f"{place(failure)} normalises the last axes {wanted} and got {got}{came_from(failure)}",
        "its size must be that of the last axes of what comes in",
        f"nn.LayerNorm({shown})",
    )


def _group_norm(failure: Failure, found: re.Match[str]) -> Told:
    wanted, got = sizes(found[1]), sizes(found[2])
    return Told(
        f"{place(failure)} was built for {wanted[0]} channels and got {got}{came_from(failure)}",
        "its number of channels must be that of axis 1",
        f"nn.GroupNorm(…, {wanted[0]}) -> nn.GroupNorm(…, {got[1] if len(got) > 1 else '…'})",
    )


CASES = (
    Case(
        12,
        r"Expected more than 1 value per channel when training, got input size"
        r" (?:torch\.Size)?(.*)",
        _one_row,
    ),
    Case(
        12, r"Expected more than 1 spatial element when training, got input size (.*)", _one_pixel
    ),
    Case(31, r"running_mean should contain (\d+) elements not (\d+)", _features),
    Case(31, r"expected (.*) input \(got (\d)D input\)", _axes),
    Case(
        31, r"normalized_shape=(\[.*?\]), expected input .* got input of size(\[.*?\])", _layer_norm
    ),
    Case(31, r"got weight of shape (\[.*?\]) and input of shape (\[.*?\])", _group_norm),
)
