"""Errors of the loss: its targets against what the network puts out."""

import re
from math import prod

from justright.doctor.evidence import Failure
from justright.doctor.failures.case import Case, Told, before_shape, fixed, place, sizes

_BOUNDS = r"Target (-?\d+) is out of bounds"
_SAME = (
    r"(?:[Uu]sing a )?[Tt]arget size \((.*?)\)+ (?:that is different to|must be the same as)"
    r"(?: the)? input size \((.*?)\)+"
)
_BROADCAST = r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)"


def _shapes(failure: Failure) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What the network put out and the targets; () where unknown."""
    known = (*failure.loss_shapes, (), ())
    return known[0], known[1]


def _negative(failure: Failure, found: re.Match[str]) -> Told | None:
    label = int(found[1])
    if label >= 0:
        return None
    return Told(
        f"a target is {label}",
        "class indices start at 0; a negative one often marks what is unknown or padded",
        f"nn.CrossEntropyLoss(ignore_index={label}) to leave it out, or map the labels -1, 1 to"
        " 0, 1",
    )


def _from_one(failure: Failure, found: re.Match[str]) -> Told | None:
    label, output = int(found[1]), _shapes(failure)[0]
    n = output[1] if len(output) > 1 else output[0] if output else 0
    low, high = failure.target_low, failure.target_high
    if not n or low is None or low < 1 or high != n or label != n:
        return None
    return Told(
        f"targets run from {low:.0f} to {high:.0f}, and the network has {n} outputs: 0 to {n - 1}",
        "the labels are counted from 1, class indices from 0",
        "y = y - 1",
        0.95,
    )


def _too_few_outputs(failure: Failure, found: re.Match[str]) -> Told:
    label, output = int(found[1]), _shapes(failure)[0]
    high = max(label, int(failure.target_high or 0))
    n = output[1] if len(output) > 1 else (output or before_shape(failure) or (0,))[-1]
    has = f"the network has {n} outputs (classes 0 to {n - 1})" if n else "there are fewer outputs"
    line = f"nn.Linear(…, {n}) -> nn.Linear(…, {high + 1})" if n else "one output a class"
    return Told(
        f"a target is {high}, and {has}",
        f"the last layer has too few outputs for {high + 1} classes"
        " (or the labels are not 0 to classes - 1)",
        f"last layer: {line}; if the labels are not counted from 0, map them first",
        0.95,
    )


def _float_target(failure: Failure, found: re.Match[str]) -> Told:
    output, _ = _shapes(failure)
    if output and output[-1] == 1:
        return Told(
            f"CrossEntropyLoss got one output, {output}, and targets of {found[1]}",
            "cross entropy chooses among several outputs; with one output it has nothing to choose",
            "nn.MSELoss() for numbers, nn.BCEWithLogitsLoss() for two classes",
            0.9,
        )
    return Told(
        f"the targets are {found[1]}, {place(failure)} wants class indices (int64)",
        "targets with a fraction are no class indices",
        "y = y.long(), or torch.tensor(y, dtype=torch.long) where the targets are made",
    )


def _target_axes(failure: Failure, found: re.Match[str]) -> Told:
    output, target = _shapes(failure)
    if len(target) == 2 and target[1] > 1:
        return Told(
            f"the targets are {target}, the output is {output}",
            "targets of that width are read as one-hot rows; the loss wants one index per row",
            "y = y.argmax(1)" + (f"; the output has {output[1]} classes" if output else ""),
        )
    return Told(
        f"the targets are {target or '(rows, 1)'}; the loss wants one index per row: (rows,)",
        "the targets carry an axis of size 1 too many",
        "y = y.squeeze(1).long()",
    )


def _one_hot(failure: Failure, found: re.Match[str]) -> Told:
    output, target = _shapes(failure)
    if len(output) == 1:
        return Told(
            f"the output is {output}: one number per row, and no axis of classes",
            "cross entropy wants (rows, classes); with two classes and one output the loss is"
            " another",
            "nn.BCEWithLogitsLoss()(output, y.float()), or two outputs without squeeze()",
            0.9,
        )
    return Told(
        f"the targets are {found[1]} and as wide as the output, {target or output}",
        "targets of the output's shape are read as probabilities, and these are whole numbers",
        "y.argmax(1) where the rows are one-hot; y.float() where they are probabilities",
    )


def _rows_differ(failure: Failure, found: re.Match[str]) -> Told | None:
    out, rows = int(found[1]), int(found[2])
    if not rows or not out or max(out, rows) % min(out, rows):
        return None
    times = max(out, rows) // min(out, rows)
    more = "output" if out > rows else "targets"
    return Told(
        f"the output has {out} rows, the targets {rows}",
        f"there are {times} times as many rows in the {more}: an axis (time, pixels) was merged"
        " with the batch on one side only",
        "merge both, output.flatten(0, 1) with y.flatten(), or take the last step of the output:"
        " output[:, -1]",
        0.9,
    )


def _rows_mixed(failure: Failure, found: re.Match[str]) -> Told:
    out, rows = int(found[1]), int(found[2])
    return Told(
        f"{rows} rows went in and {out} came out of the network",
        "a view(-1, n) or reshape in forward() has the wrong n, so that numbers of one example"
        " moved to another row",
        "x = x.view(x.size(0), -1), or x.flatten(1); then give the next nn.Linear the size that"
        " comes out",
    )


def _sequence(failure: Failure, found: re.Match[str]) -> Told:
    output, target = _shapes(failure)
    wanted, got = sizes(found[1]), sizes(found[2])
    turned = len(output) > 2 and (target or got)[:2] == output[:2]
    return Told(
        f"the output is {output or 'of another shape'}, so targets of {wanted} were wanted, not"
        f" {got}",
        "cross entropy takes axis 1 for the classes, and here it is the time"
        if turned
        else "axis 1 of the output must be the classes, and the rest the shape of the targets",
        "criterion(output.transpose(1, 2), y)" if turned else "give output and targets equal axes",
    )


def _sizes_differ(failure: Failure, found: re.Match[str]) -> Told:
    target, output = sizes(found[1]), sizes(found[2])
    if len(output) == 2 and output[1] > 1 and target == output[:1]:
        return Told(
            f"the output is {output}, the targets {target}",
            "one target per row for several outputs: these are class indices, and this loss wants a"
            " yes or no for each output",
            "nn.CrossEntropyLoss()(output, y.long()); or one-hot targets where several may be true",
        )
    return _unequal(output, target)


def _unequal(output: tuple[int, ...], target: tuple[int, ...]) -> Told:
    if prod(output) == prod(target):
        remedy = (
            "y = y.unsqueeze(1).float()"
            if len(output) > len(target)
            else "output = output.unsqueeze(1), or y = y.squeeze(1)"
        )
        meaning = "the same count of numbers in other axes"
    else:
        remedy = f"give the last layer as many outputs as there are targets: {target[-1:]}"
        meaning = "output and targets must have the same shape"
    return Told(f"the output is {output}, the targets {target}", meaning, remedy)


def _broadcast(failure: Failure, found: re.Match[str]) -> Told | None:
    if not failure.loss and failure.during != "loss":
        return None
    output, target = _shapes(failure)
    if not output or not target:
        return Told(
            f"output and targets differ in size: {found[1]} and {found[2]}",
            "output and targets must have the same shape",
            "print both shapes before the loss and bring the targets to that of the output",
        )
    return _unequal(output, target)


def _loss_dtype(failure: Failure, found: re.Match[str]) -> Told | None:
    if not failure.loss and failure.during not in ("loss", "backward"):
        return None
    named = found.groupdict()
    got, wanted = named["got"], named["wanted"]
    return Told(
        f"the targets are {got}, {place(failure)} wants {wanted}",
        "whole-number targets in a loss that computes with fractions"
        if got == "Long"
        else "targets from numpy are double; the network is float",
        "y = y.float()",
    )


def _no_tensor(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"the targets of {place(failure)} are a {found[1]}",
        "a loss takes tensors only",
        "torch.as_tensor(y), with dtype=torch.long for classes",
    )


def _above_one(failure: Failure, found: re.Match[str]) -> Told:
    low, high = failure.target_low, failure.target_high
    span = "" if low is None or high is None else f" (they run from {low:g} to {high:g})"
    return Told(
        f"binary cross entropy got targets outside 0 to 1{span}",
        "its targets are probabilities: 0 for no, 1 for yes. Labels such as 1, 2 or -1, 1 and raw"
        " pixels are not",
        "map the labels to 0 and 1; divide pixels by 255; nn.MSELoss() for free numbers",
    )


def _class_weights(failure: Failure, found: re.Match[str]) -> Told:
    return Told(
        f"the loss has {sizes(found[2])[-1]} class weights for {found[1]} outputs",
        "there must be one weight for each class",
        f"weight=torch.tensor([…]) with {found[1]} numbers, or as many outputs as weights",
    )


CASES = (
    Case(2, _BOUNDS, _negative),
    Case(2, _BOUNDS, _from_one),
    Case(27, _BOUNDS, _too_few_outputs),
    Case(2, r"expected target dtype to be Long or Byte, but got (\w+)", _float_target),
    Case(2, r"expected scalar type Long but found (Float|Double|Int)", _float_target),
    Case(2, r"multi-target not supported", _target_axes),
    Case(
        2, r"Expected floating point type for target with class probabilities, got (\w+)", _one_hot
    ),
    Case(
        2, r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)", _rows_differ
    ),
    Case(
        31, r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)", _rows_mixed
    ),
    Case(
        2,
        r"only batches of spatial targets .* but got targets of dimension: (\d)",
        fixed(
            "the targets of the segmentation have {0} axes; (batch, height, width) are wanted",
            "the masks carry a channel axis of size 1",
            "y = y.squeeze(1).long()",
        ),
    ),
    Case(2, r"Expected target size (\[.*?\]), got (\[.*?\])", _sequence),
    Case(2, _SAME, _sizes_differ),
    Case(2, _BROADCAST, _broadcast),
    Case(2, r"Found dtype (?P<got>\w+) but expected (?P<wanted>\w+)", _loss_dtype),
    Case(
        2,
        r"result type (?P<wanted>\w+) can't be cast to the desired output type (?P<got>\w+)",
        _loss_dtype,
    ),
    Case(2, r"loss.*\(\): argument 'target' .* must be Tensor, not ([\w.]+)", _no_tensor),
    Case(2, r"all elements of target should be between 0 and 1", _above_one),
    Case(
        2,
        r"RuntimeError: target out of range",
        fixed(
            "a target is no index of an output",
            "class indices run from 0 to outputs - 1",
            "y - 1 where labels are counted from 1; otherwise as many outputs as classes",
        ),
    ),
    Case(
        27,
        r"all (\d+) classes or no classes but got weight tensor of shape: (\[.*?\])",
        _class_weights,
    ),
    Case(
        27,
        r"Class values must be smaller than num_classes",
        fixed(
            "one_hot got a label as large as num_classes, or larger",
            "labels run from 0 to num_classes - 1: there are more classes, or they are"
            " counted from 1",
            "F.one_hot(y, int(y.max()) + 1), or y - 1 where labels are counted from 1",
        ),
    ),
    Case(
        2,
        r"one_hot is only applicable to index tensor",
        fixed(
            "one_hot got numbers that are not int64",
            "class indices are whole numbers",
            "F.one_hot(y.long(), …)",
        ),
    ),
    Case(
        2,
        r"device-side assert triggered",
        fixed(
            "the GPU stopped at an index that does not exist",
            "nearly always a target outside 0 to classes - 1, or an id outside of an"
            " embedding; a GPU"
            " cannot say which",
            "run it once with device = 'cpu': the error then names the place; check y.min(),"
            " y.max()",
            0.7,
        ),
    ),
    Case(
        31,
        r"Expected input_lengths to have value at most (\d+), but got value (\d+)",
        fixed(
            "CTC got an input length of {1}, and the output has {0} steps",
            "the lengths must be those after the network, and pooling shortens a series",
            "compute the input lengths from output.size(0)",
        ),
    ),
)
