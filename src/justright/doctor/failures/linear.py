"""Errors of matrix products: linear layers and plain ones."""

import re

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, came_from, came_in, place, row_size, sizes

_PRODUCT = r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)"


def _data_not_flat(failure: Failure, found: re.Match[str]) -> Told | None:
    return None if failure.before else _not_flat(failure, found)


def _not_flat(failure: Failure, found: re.Match[str]) -> Told | None:
    shape, wanted = came_in(failure), int(found[3])
    if len(shape) < 3 or row_size(shape) != wanted:
        return None
    return Told(
        f"{place(failure)} wants {wanted} features in the last axis and got {shape}"
        f"{came_from(failure)}",
        f"each example holds {wanted} numbers, but in {len(shape) - 1} axes: it was not flattened",
        f"flatten before {failure.layer or 'the layer'}: x = x.flatten(1), or nn.Flatten() in a"
        " Sequential",
    )


def _features_not_last(failure: Failure, found: re.Match[str]) -> Told | None:
    shape, wanted = came_in(failure), int(found[3])
    if len(shape) < 3 or wanted not in shape[1:-1]:
        return None
    axis = shape.index(wanted, 1)
    return Told(
        f"{place(failure)} wants {wanted} features in the last axis and got {shape}"
        f"{came_from(failure)}",
        f"the {wanted} features are in axis {axis}, not in the last one",
        f"move them: x = x.transpose({axis}, -1)",
    )


def _in_features(failure: Failure, found: re.Match[str]) -> Told | None:
    if failure.kind and failure.kind != "Linear":
        return None
    if not failure.kind and not came_in(failure):
        return None
    rows, came, wanted, out = (int(found[i]) for i in range(1, 5))
    shape = came_in(failure) or (rows, came)
    size = row_size(shape) if len(shape) > 3 else shape[-1]
    flat = "x = x.flatten(1) before it, and " if len(shape) > 3 else ""
    return Told(
        f"{place(failure)} is nn.Linear({wanted}, {out}) and got {shape}{came_from(failure)}:"
        f" {size} features per example",
        f"in_features is {wanted}, and {size} features come in",
        f"{flat}nn.Linear({wanted}, {out}) -> nn.Linear({size}, {out})",
    )


def _plain_product(failure: Failure, found: re.Match[str]) -> Told:
    a, b, c, d = (int(found[i]) for i in range(1, 5))
    turned = "second" if b == d else "first" if a == c else ""
    remedy = (
        f"turn the {turned} one: use .T (or .transpose(-2, -1)) on it"
        if turned
        else f"make the inner sizes equal: {b} and {c}"
    )
    return Told(
        f"({a}, {b}) @ ({c}, {d}) at {place(failure)}",
        f"the columns of the first matrix ({b}) must be the rows of the second ({c})",
        remedy,
    )


def _batched_product(failure: Failure, found: re.Match[str]) -> Told:
    wanted, got = sizes(found[1]), sizes(found[2])
    return Told(
        f"a product of batches at {place(failure)} wants a second factor of (batch, rows)"
        f" {wanted} and got {got}",
        "in a product of batches, the batches and the inner sizes must agree",
        "look which factor has its axes in another order: .transpose(1, 2) on it",
    )


def _vector_product(failure: Failure, found: re.Match[str]) -> Told:
    rows, columns, size = (int(found[i]) for i in range(1, 4))
    return Told(
        f"({rows}, {columns}) @ ({size},) at {place(failure)}",
        f"the columns of the matrix ({columns}) must be as many as the vector is long ({size})",
        "use .T on the matrix" if rows == size else f"make the inner sizes equal: {columns}",
    )


CASES = (
    Case(27, _PRODUCT, _data_not_flat),
    Case(31, _PRODUCT, _not_flat),
    Case(27, _PRODUCT, _features_not_last),
    Case(31, _PRODUCT, _in_features),
    Case(31, _PRODUCT, _plain_product),
    Case(31, r"batch2 tensor to be: (\[.*?\]) but got: (\[.*?\])", _batched_product),
    Case(
        31, r"size mismatch, got input \(\d+\), mat \((\d+)x(\d+)\), vec \((\d+)\)", _vector_product
    ),
)
