"""Which axis of the inputs counts the examples, and batches of fewer or other rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from justright.doctor.trials.nested import changed, leaves
from justright.doctor.trials.replay import Recorded

#: Layers whose first axis is time unless they are told otherwise.
_TIME_FIRST = (nn.RNNBase, nn.MultiheadAttention, nn.Transformer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the examples of a batch are.

    Attributes:
        n_targets: Rows that the loss sees: a multiple of the examples where it takes every step
            of a sequence by itself.
        sizes: Length of each axis of the inputs that may count the examples, by the axis, the
            likeliest first.
    """

    n_targets: int
    sizes: Mapping[int, int]

    @property
    def n_rows(self) -> int:
        """Examples of the batch."""
        return self.sizes[self.axis]

    @property
    def axis(self) -> int:
        """The likeliest axis of the examples."""
        return next(iter(self.sizes))

    @property
    def sure(self) -> bool:
        """Whether only one axis can count the examples."""
        return len(self.sizes) == 1

    def counts(self, tensor: Tensor, axis: int | None = None) -> bool:
        """Whether a tensor has an example for each place of the axis."""
        own = self.axis if axis is None else axis
        return tensor.ndim > own and tensor.shape[own] == self.sizes[own]


def layout_of(model: nn.Module, batch: Recorded, argument: Tensor) -> Layout | None:
    """Find the examples of a batch by the rows that the loss sees.

    Args:
        model: The model: layers that take time first make two axes possible.
        batch: The batch.
        argument: What the loss takes in for it.

    Returns:
        None where no axis fits.
    """
    inputs = [t for _, t in leaves((batch.args, batch.kwargs)) if t.ndim]
    target = batch.loss.target
    seen = target if target is not None and target.ndim else argument
    if not inputs or not seen.ndim:
        return None
    x, n = inputs[0], len(seen)
    matrix = x.ndim > 1
    both = matrix and seen.ndim > 1 and seen.shape[:2] == x.shape[:2]
    if n == len(x):
        axes: tuple[int, ...] = (0, 1) if both and _takes_time_first(model) else (0,)
    elif matrix and n == x.shape[1]:
        axes = (1,)
    elif n % len(x) == 0 and len(x) > 1:
        steps = matrix and n == x.shape[0] * x.shape[1]
        axes = (0, 1) if steps and _takes_time_first(model) else (0,)
    else:
        return None
    return Layout(n_targets=n, sizes={axis: x.shape[axis] for axis in axes})


def _takes_time_first(model: nn.Module) -> bool:
    return any(
        isinstance(module, _TIME_FIRST) and not getattr(module, "batch_first", False)
        for module in model.modules()
    )


def with_inputs(batch: Recorded, change: Callable[[Tensor], Tensor]) -> Recorded:
    """The batch with every input tensor changed."""
    return replace(
        batch, args=changed(batch.args, change), kwargs=changed(dict(batch.kwargs), change)
    )


def first_rows(batch: Recorded, layout: Layout, n_rows: int) -> Recorded:
    """The batch cut to its first examples; itself where it cannot be cut.

    Args:
        batch: A batch.
        layout: Where its examples are.
        n_rows: Examples to keep.
    """
    return picked(batch, layout, torch.arange(min(n_rows, layout.n_rows)))


def picked(batch: Recorded, layout: Layout, rows: Tensor) -> Recorded:
    """The batch with some of its examples, in an order of one's own.

    Args:
        batch: A batch.
        layout: Where its examples are.
        rows: Their numbers. Shape (rows,).
    """
    if not layout.sure or (layout.axis and layout.n_targets != layout.n_rows):
        return batch
    each = layout.n_targets // layout.n_rows
    targets = (rows.unsqueeze(1) * each + torch.arange(each)).flatten()

    def of_inputs(tensor: Tensor) -> Tensor:
        if not layout.counts(tensor):
            return tensor
        return tensor.index_select(layout.axis, rows.to(tensor.device))

    def of_targets(tensor: Tensor) -> Tensor:
        return tensor.index_select(0, targets.to(tensor.device))

    loss = batch.loss.with_rows(of_targets, layout.n_targets)
    return replace(with_inputs(batch, of_inputs), loss=loss)


def zeroed(batch: Recorded) -> Recorded:
    """The batch with every input zero; masks stay, as they say what to read.

    Args:
        batch: A batch.
    """
    return with_inputs(batch, lambda t: t if t.dtype is torch.bool else torch.zeros_like(t))


def shuffled_inputs(batch: Recorded, layout: Layout) -> Recorded:
    """The batch with each example's inputs given to the next example.

    Args:
        batch: A batch.
        layout: Where its examples are.
    """
    return with_inputs(batch, lambda t: t.roll(1, layout.axis) if layout.counts(t) else t)


def shuffled_targets(batch: Recorded, layout: Layout) -> Recorded:
    """The batch with its targets in an order drawn at random.

    Args:
        batch: A batch.
        layout: Where its examples are.
    """
    order = torch.randperm(layout.n_targets)
    loss = batch.loss.with_rows(lambda t: t.index_select(0, order.to(t.device)), layout.n_targets)
    return replace(batch, loss=loss)


def other_example(batch: Recorded, layout: Layout, row: int, axis: int) -> Recorded:
    """The batch with one example replaced by another one's, numbers with noise added.

    Args:
        batch: A batch.
        layout: Where its examples are.
        row: The example.
        axis: Axis that counts the examples.
    """

    def replaced(tensor: Tensor) -> Tensor:
        if tensor.dtype is torch.bool or not layout.counts(tensor, axis):
            return tensor
        made = tensor.clone()
        mine = made.select(axis, row)
        others = [tensor.select(axis, k) for k in range(tensor.shape[axis])]
        mine.copy_(next((o for o in others if not torch.equal(o, others[row])), others[row]))
        if tensor.is_floating_point():
            mine.add_(torch.randn_like(mine) * (tensor.std(correction=0) + 1e-3))
        return made

    return with_inputs(batch, replaced)
