"""Where the examples and the columns of a batch reach: who moves when one of them is changed."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from justright.doctor.trials.copied import copied
from justright.doctor.trials.layout import (
    Layout,
    layout_of,
    other_example,
    picked,
    shuffled_inputs,
    with_inputs,
)
from justright.doctor.trials.nested import leaves
from justright.doctor.trials.not_tried import NotTried
from justright.doctor.trials.replay import Recorded
from justright.doctor.trials.stillness import seed

ROWS = 8  # examples that are looked at; enough to see who moves, quick for any network
MOVED = 1e-4  # of the size of the outputs; float32 sums in another order differ by 1e-6 of it
MOST_COLUMNS = 10_000  # features that are looked at one by one where the gradient says nothing
MOST_TRIED = 64  # of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What one example does to the others.

    Attributes:
        moved_share: Share of the other examples whose output changed.
        layer: First layer whose outputs for the others changed; "" for none.
        kind: Its class.
        inside: Whether what went into it for the others had not changed: the layer mixes.
    """

    moved_share: float
    layer: str = ""
    kind: str = ""
    inside: bool = False


@torch.no_grad()
def outputs_of(model: nn.Module, batch: Recorded) -> Tensor:
    """What the loss would take in, from the same random numbers at every call."""
    seed()
    found = batch.loss.link(batch.output(model))
    return _tensor(found)


def _tensor(found: object) -> Tensor:
    tensor = next((t for _, t in leaves(found) if t.is_floating_point()), None)
    if tensor is None:
        raise NotTried("the model puts out no tensor of numbers")
    return tensor.detach()


def leak(model: nn.Module, batch: Recorded, layout: Layout) -> Leak:
    """Change one example and see whose outputs move, in eval mode.

    Where two axes may count the examples, the one that leaks least is taken for it.

    Args:
        model: The model; copies are run.
        batch: A batch.
        layout: Where its examples are.

    Raises:
        NotTried: Where examples are meant to meet, or it cannot be told.
    """
    twin = copied(model).eval()
    _refuse_meetings(twin, batch, layout)
    few, where = _few(twin, batch, layout)
    found = [_leak_along(twin, few, where, axis) for axis in where.sizes]
    return min(found, key=lambda one: one.moved_share)


def _refuse_meetings(model: nn.Module, batch: Recorded, layout: Layout) -> None:
    """Graphs, batch statistics and comparisons of examples are meant to mix them."""
    n = layout.n_rows
    if n < 3:
        raise NotTried("fewer than 3 examples in the batch")
    inputs = [t for _, t in leaves((batch.args, batch.kwargs)) if t.numel() > 1]
    if not all(layout.counts(t) for t in inputs):
        raise NotTried("an input has no row for each example, it may tie them together")
    # One input alone may have as many features as examples; beside another it ties them.
    for owned in (*(inputs if len(inputs) > 1 else ()), *model.buffers()):
        if owned.is_sparse or tuple(owned.shape[:2]) == (n, n):
            raise NotTried("a matrix of examples by examples ties them together")
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_mean is None:
            raise NotTried("batch norm without running statistics mixes examples by design")


def _few(model: nn.Module, batch: Recorded, layout: Layout) -> tuple[Recorded, Layout]:
    """The batch with few examples where the model takes that; a number no other axis has."""
    shape = outputs_of(model, batch).shape
    n = min(layout.n_rows, ROWS)
    taken = {*shape[1:], *next(t.shape for _, t in leaves((batch.args, batch.kwargs)))[1:]}
    while n in taken and n > 3:
        n -= 1
    few = picked(batch, layout, torch.arange(n))
    try:
        argument = outputs_of(model, few)
        where = layout_of(model, few, argument) or layout
    except Exception:  # a fixed batch size in the model, or a loss of pairs
        few, where, argument = batch, layout, outputs_of(model, batch)
    if where.n_rows in argument.shape[1:] and where.sure:
        raise NotTried("the outputs compare the examples with each other")
    return few, where


def _leak_along(model: nn.Module, batch: Recorded, layout: Layout, axis: int) -> Leak:
    n = layout.sizes[axis]
    before, calls = _watched(model, batch)
    worst = Leak(moved_share=0.0)
    for row in (0, n // 2):
        after, calls_after = _watched(model, other_example(batch, layout, row, axis))
        moved = _moved_rows(before, after, batch, layout, axis)
        if moved is None:
            raise NotTried("the outputs have no row for each example")
        if not moved[row]:
            continue
        share = (int(moved.sum()) - 1) / (n - 1)
        if share > worst.moved_share:
            worst = _first_mixed(calls, calls_after, row, n, axis, share)
    return worst


def _moved_rows(
    before: object, after: object, batch: Recorded, layout: Layout, axis: int
) -> Tensor | None:
    """Whether each example's output changed. Shape (examples,)."""
    rows = [_rows(output, batch, layout, axis) for output in (before, after)]
    if rows[0] is None or rows[1] is None or rows[0].shape != rows[1].shape:
        return None
    if not (rows[0].isfinite().all() and rows[1].isfinite().all()):
        raise NotTried("the outputs are not finite")
    size = rows[0].abs().mean().clamp_min(1e-12)
    return (rows[1] - rows[0]).abs().amax(1) > MOVED * size


def _rows(output: object, batch: Recorded, layout: Layout, axis: int) -> Tensor | None:
    """The outputs example by example. Shape (examples, numbers)."""
    n = layout.sizes[axis]
    argument = _tensor(batch.loss.link(output))
    if layout.sure and argument.ndim and len(argument) in (n, layout.n_targets):
        return argument.reshape(n, -1)
    for _, leaf in leaves(output):
        if leaf.is_floating_point() and leaf.ndim > axis and leaf.shape[axis] == n:
            return leaf.detach().movedim(axis, 0).reshape(n, -1)
    return None


#: Name and class of a layer, its first input and its output.
_Call = tuple[str, str, Tensor | None, Tensor | None]


@torch.no_grad()
def _watched(model: nn.Module, batch: Recorded) -> tuple[object, list[_Call]]:
    """What the model puts out, and what went into and out of each layer."""
    calls: list[_Call] = []

    def hook(name: str) -> object:
        def keep(module: nn.Module, args: object, output: object) -> None:
            taken = next((t for _, t in leaves(args)), None)
            given = next((t for _, t in leaves(output)), None)
            calls.append((name, type(module).__name__, taken, given))

        return keep

    handles = [
        module.register_forward_hook(hook(name))
        for name, module in model.named_modules()
        if name and (not any(module.children()) or isinstance(module, nn.MultiheadAttention))
    ]
    try:
        seed()
        return batch.output(model), calls
    finally:
        for handle in handles:
            handle.remove()


def _first_mixed(
    before: list[_Call], after: list[_Call], row: int, n: int, axis: int, share: float
) -> Leak:
    for (name, kind, taken, given), (_, _, taken_after, given_after) in zip(
        before, after, strict=False
    ):
        if _others_moved(given, given_after, row, n, axis):
            inside = not _others_moved(taken, taken_after, row, n, axis)
            return Leak(moved_share=share, layer=name, kind=kind, inside=inside)
    return Leak(moved_share=share)


def _others_moved(before: Tensor | None, after: Tensor | None, row: int, n: int, axis: int) -> bool:
    if before is None or after is None or before.shape != after.shape:
        return False
    if before.ndim <= axis or before.shape[axis] != n:
        return False
    change = (after - before).float().abs().movedim(axis, 0).reshape(n, -1).amax(1)
    change[row] = 0
    return bool(change.max() > MOVED * before.float().abs().mean().clamp_min(1e-12))


def output_moves(model: nn.Module, batch: Recorded, layout: Layout) -> float:
    """Mean change of the outputs when each example gets the next one's inputs, over their spread.

    Args:
        model: The model, in any state of training; a copy is run in eval mode.
        batch: A batch.
        layout: Where its examples are.

    Raises:
        NotTried: Where the inputs of all examples are alike.
    """
    other = shuffled_inputs(batch, layout)
    pairs = zip(leaves((batch.args, batch.kwargs)), leaves((other.args, other.kwargs)), strict=True)
    if all(torch.equal(mine, others) for (_, mine), (_, others) in pairs):
        raise NotTried("all examples of the batch are alike")
    twin = copied(model).eval()
    before, after = outputs_of(twin, batch), outputs_of(twin, other)
    if before.shape != after.shape or before.ndim == 0:
        raise NotTried("the model puts out one number for the whole batch")
    change = float((after - before).abs().mean())
    spread = float(before.std(0, correction=0).mean())
    return change / max(spread, 1e-12 * float(before.abs().mean()) + 1e-30)


def unread_columns(model: nn.Module, batch: Recorded, layout: Layout) -> tuple[int, ...]:
    """Features that vary over the examples and whose change moves no output.

    Args:
        model: The model, in any state of training; a copy is run in eval mode.
        batch: A batch.
        layout: Where its examples are.

    Raises:
        NotTried: Where the input is no one matrix (examples, features) of numbers.
    """
    x = columns_of(batch)
    twin = copied(model).eval()
    seed()
    free = x.clone().requires_grad_()
    given = _given(batch, free)
    out = given.loss.link(given.output(twin))
    read = next((t for _, t in leaves(out) if t.is_floating_point() and t.requires_grad), None)
    silent = torch.ones(x.shape[1], dtype=torch.bool)
    if read is not None:
        (slope,) = torch.autograd.grad(read.square().sum() + read.sum(), free, allow_unused=True)
        if slope is not None:
            silent = (slope == 0).all(0).cpu()
    varying = (x != x[:1]).any(0).cpu()
    return _confirmed(twin, batch, x, [int(k) for k in (silent & varying).nonzero()])


def columns_of(batch: Recorded) -> Tensor:
    """The one matrix (examples, features) that the model is given.

    Args:
        batch: A batch.

    Raises:
        NotTried: Where the input is something else.
    """
    inputs = [t for _, t in leaves((batch.args, batch.kwargs))]
    if len(inputs) != 1 or inputs[0].ndim != 2 or not inputs[0].is_floating_point():
        raise NotTried("the input is no one matrix of numbers, examples by features")
    if inputs[0].shape[1] > MOST_COLUMNS:
        raise NotTried(f"more than {MOST_COLUMNS:,} features")
    return inputs[0]


def _given(batch: Recorded, x: Tensor) -> Recorded:
    return with_inputs(batch, lambda _: x)


def _confirmed(model: nn.Module, batch: Recorded, x: Tensor, columns: list[int]) -> tuple[int, ...]:
    """Those whose values, given to the next example, move nothing; a gradient may be blind."""

    def moves(some: list[int]) -> bool:
        other = x.clone()
        other[:, some] = x[:, some].roll(1, 0)
        return not torch.equal(outputs_of(model, _given(batch, other)), before)

    before = outputs_of(model, batch)
    if not columns or not moves(columns):
        return tuple(columns)
    if len(columns) > MOST_TRIED:
        return ()
    return tuple(column for column in columns if not moves([column]))
