"""Errors of shapes outside of layers: views, joins, sums, axes."""

import re
from math import prod

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import (
    Case,
    Told,
    before_shape,
    came_from,
    fixed,
    place,
    row_size,
    sizes,
)


def _view(failure: Failure, found: re.Match[str]) -> Told:
    wanted, size, shape = sizes(found[1]), int(found[2]), before_shape(failure)
    known = prod(n for n in wanted if n > 0)
    if len(wanted) == 2 and wanted[0] == -1 and shape and prod(shape) == size:
        n = row_size(shape)
        return Told(
            f"view(-1, {wanted[1]}) of {shape}{came_from(failure)}: each example holds {n} numbers",
            f"{wanted[1]} is the size for inputs of another size",
            f"x = x.flatten(1), and nn.Linear({wanted[1]}, …) -> nn.Linear({n}, …)",
        )
    return Told(
        f"{size} numbers cannot be arranged as {wanted} at {place(failure)}{came_from(failure)}",
        f"{size} is no multiple of {known}"
        if -1 in wanted
        else f"that shape holds {known} numbers (a last batch may be shorter than the others)",
        "write the batch as x.size(0) and let -1 stand for the rest: x.view(x.size(0), -1)",
    )


def _joined(failure: Failure, found: re.Match[str]) -> Told:
    axis, a, b = (int(found[i]) for i in range(1, 4))
    return Told(
        f"cat along axis {axis} at {place(failure)}: the tensors have {a} and {b} in another axis",
        "tensors that are joined must agree in all other axes; maps of a U-Net differ by a pixel"
        " where their size was odd",
        "choose the axis (dim=…), or pad or crop one to the other's size: F.interpolate(x,"
        " size=skip.shape[2:])",
    )


def _broadcast(failure: Failure, found: re.Match[str]) -> Told:
    a, b, axis = found[1], found[2], found[3]
    return Told(
        f"two tensors differ at {place(failure)}: {a} and {b} in axis {axis}{came_from(failure)}",
        "in sums and products element by element all axes must agree, or be 1",
        "make both equal in that axis: project the skip connection (nn.Conv2d(in, out, 1) or"
        f" nn.Linear({b}, {a})), cut a table of positions to x.size(1), or unsqueeze the smaller",
        0.95,
    )


CASES = (
    Case(31, r"shape '(\[.*?\])' is invalid for input of size (\d+)", _view),
    Case(
        31,
        r"view size is not compatible with input tensor's size and stride",
        fixed(
            "view() of a tensor whose numbers are not in order in memory",
            "permute or transpose came before it. Where axes should change places, view"
            " would mix the"
            " examples",
            "x.reshape(…), after a look whether permute gives the order that is meant",
        ),
    ),
    Case(31, r"match except in dimension (\d+).*?size (\d+) but got size (\d+)", _joined),
    Case(
        31,
        r"Tensors must have same number of dimensions: got (\d+) and (\d+)",
        fixed(
            "tensors of {0} and {1} axes were joined",
            "cat joins along an axis that all have",
            "unsqueeze the smaller one, or torch.stack for a new axis",
        ),
    ),
    Case(
        31,
        r"size of tensor a \((\d+)\) must match .* b \((\d+)\) at non-singleton dimension (\d+)",
        _broadcast,
    ),
    Case(
        31,
        r"expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\)",
        fixed(
            "a tensor of size {1} cannot be spread to {0}",
            "only axes of size 1 can be spread",
            "unsqueeze the axis first, or make the sizes equal",
        ),
    ),
    Case(
        31,
        r"Dimension out of range \(expected to be in range of \[(.*?)\], but got (-?\d+)\)",
        fixed(
            "axis {1} was asked for, and the axes are {0}",
            "the tensor has fewer axes than the line expects: a single example without its"
            " batch axis,"
            " or a squeeze() that took too much",
            "x.unsqueeze(0) for a single example; squeeze(1) in place of squeeze(); dim=-1"
            " for the last",
        ),
    ),
    Case(
        31,
        r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)",
        fixed(
            "index {0} of axis {1}, which has {2}",
            "indices run from 0 to {2} - 1",
            "check how the index is made, and len() of what it goes into",
        ),
    ),
    Case(
        31,
        r"too many indices for tensor of dimension (\d+)",
        fixed(
            "more indices than the {0} axes of the tensor",
            "an axis is missing (the batch, or one taken by squeeze)",
            "print its shape before the line",
        ),
    ),
    Case(
        31,
        r"permute\(.*input\.dim\(\) = (\d+) is not equal to len\(dims\) = (\d+)",
        fixed(
            "permute got {1} axes for a tensor of {0}",
            "all axes must be named, the batch too",
            "x.permute(0, 3, 1, 2) for (batch, height, width, channels)",
        ),
    ),
    Case(
        31,
        r"einsum\(\): (subscript \w) has size (\d+) .* seen size (\d+)",
        fixed(
            "einsum: {0} stands for {1} and for {2}",
            "a letter must have one size everywhere",
            "check the order of the letters against the shapes",
        ),
    ),
    Case(
        31,
        r"shape of the mask (\[.*?\]) .* indexed tensor (\[.*?\])",
        fixed(
            "a mask of {0} on a tensor of {1}",
            "a mask of yes and no must have the shape of what it chooses from",
            "make the mask from the tensor itself, x[x > 0], or on the matching axis",
        ),
    ),
    Case(
        31,
        r"Boolean value of Tensor with more than one value is ambiguous",
        fixed(
            "a tensor of many numbers was taken for a single yes or no",
            "an if on a tensor, or a loss class that was called with output and target:"
            " nn.MSELoss(output, y) builds a loss, it computes none",
            "criterion = nn.MSELoss(); criterion(output, y). In an if: .any() or .all()",
        ),
    ),
    Case(
        31,
        r"cannot be converted to Scalar|only one element tensors can be converted",
        fixed(
            "a tensor of many numbers was turned into one number",
            ".item() and float() want exactly one",
            ".mean().item(), or .tolist() for all",
        ),
    ),
    Case(
        31,
        r"unflatten: Provided sizes (\[.*?\]) don't multiply up to the size of dim \d+ \((\d+)\)",
        fixed(
            "{1} numbers cannot be arranged as {0}",
            "the sizes must multiply to {1}",
            "change the sizes of the unflatten, or the layer before it",
        ),
    ),
)
