"""Whether a network can learn one small batch by heart, and from zeros what of it."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from justright.doctor.trials.by_heart import (
    LEARNT,
    OVERFIT_RATES,
    OVERFIT_STEPS,
    SMALL_BATCH,
    best_loss,
    equal_rows,
    learnt,
    lowest,
)
from justright.doctor.trials.clock import now_s
from justright.doctor.trials.layout import Layout, first_rows, zeroed
from justright.doctor.trials.loss_call import BOUNDED, SQUASH, LossCall
from justright.doctor.trials.nested import leaves
from justright.doctor.trials.not_tried import NotTried, within_time
from justright.doctor.trials.reach import outputs_of
from justright.doctor.trials.replay import Recorded

FEWEST_ROWS = 4  # of a slow network; two could be told apart by chance
FEWEST_STEPS = 10  # a residual network with batch norm learns a few pictures in about as many
WANTED_STEPS = 30  # within the time; a slow network is given fewer rows until it can make them
ZEROS_TELL = 0.5  # of the best constant's loss: a batch learnt so far was not learnt from zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHeart:
    """What became of one small batch.

    Attributes:
        start: Loss before.
        end: Lowest loss that was reached; None where the time was too short to say.
        floor: Loss of the best outputs, equal rows having equal outputs; None unknown.
        trivial: Loss of the best constant; None unknown.
        zeros_end: Lowest loss with all-zero inputs; None where it need not be known.
        model: The copy that learnt.
        n_distinct: Different rows among those that the loss sees; 0 where all targets are alike.
        n_rows: Examples; 0 where they could not be counted.
    """

    start: float
    end: float | None
    floor: float | None
    trivial: float | None
    zeros_end: float | None
    model: nn.Module
    n_rows: int
    n_distinct: int


def by_heart(
    model: nn.Module, batch: Recorded, layout: Layout | None, step_s: float, until: float
) -> ByHeart:
    """Train copies on a few examples, without dropout, with Adam.

    Args:
        model: The model as it was before training.
        batch: A batch.
        layout: Where its examples are; None where that is unknown: all of it is learnt.
        step_s: What a step on the whole batch takes, about.
        until: Moment of `now_s` to stop at.

    Raises:
        NotTried: Where no parameter asks for a gradient.
    """
    if not any(own.requires_grad for own in model.parameters()):
        raise NotTried("no parameter of the model asks for a gradient")
    n_rows, small = _small(batch, layout, step_s, until - now_s())
    argument = outputs_of(model, small)
    groups = _groups(small, argument)
    trivial, floor = _bounds(small.loss, argument, groups)
    enough = -math.inf
    if trivial is not None and floor is not None:
        enough = min(floor + LEARNT * (trivial - floor), ZEROS_TELL * max(trivial, 0))
    losses, twin = learnt(model, small.loss_with, enough, until=until)
    known = lowest(losses) <= enough
    zeros_end = None
    if not known and now_s() < until:
        without, _ = learnt(
            model, zeroed(small).loss_with, -math.inf, rates=OVERFIT_RATES[:1], until=until
        )
        zeros_end = lowest(without) if len(without) == OVERFIT_STEPS else None
    in_time = known or now_s() < until
    return ByHeart(
        start=losses[0],
        end=_finite(lowest(losses)) if in_time else None,
        floor=floor,
        trivial=trivial,
        zeros_end=_finite(zeros_end),
        model=twin,
        n_rows=n_rows,
        n_distinct=_distinct(small.loss, groups),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _small(
    batch: Recorded, layout: Layout | None, step_s: float, left_s: float
) -> tuple[int, Recorded]:
    """As many examples as a network of this speed can learn in the time; 0 for all there are."""
    if layout is None:
        return 0, batch
    rows = min(SMALL_BATCH, layout.n_rows)
    while rows >= 2 * FEWEST_ROWS and step_s * rows / layout.n_rows * WANTED_STEPS > left_s:
        rows //= 2
    within_time(step_s * rows / layout.n_rows * FEWEST_STEPS, now_s() + left_s)
    return rows, first_rows(batch, layout, rows)


def _groups(batch: Recorded, argument: Tensor) -> Tensor | None:
    """Which rows have equal inputs, and so equal outputs. Shape (rows,)."""
    if argument.ndim == 0:
        return None
    n = len(argument)
    inputs = [t for _, t in leaves((batch.args, batch.kwargs)) if t.ndim and len(t) == n]
    kinds = [equal_rows(t.reshape(n, -1)) for t in inputs]
    groups = equal_rows(torch.stack(kinds, 1)) if kinds else torch.arange(n)
    return groups.to(argument.device)


def _distinct(call: LossCall, groups: Tensor | None) -> int:
    target = call.target
    if groups is None or target is None or target.ndim == 0 or bool((target == target[:1]).all()):
        return 0
    return int(groups.max()) + 1


def _bounds(
    call: LossCall, argument: Tensor, groups: Tensor | None
) -> tuple[float | None, float | None]:
    """Loss of the best constant, and of the best outputs that equal inputs allow."""
    if call.name not in BOUNDED or groups is None:
        return None, None
    return best_of(call, argument, torch.zeros_like(groups)), best_of(call, argument, groups)


def best_of(call: LossCall, argument: Tensor, groups: Tensor) -> float:
    """Loss of the outputs that suit the targets of a call best.

    Args:
        call: A call whose name is one of `BOUNDED`.
        argument: What the loss takes in for the untrained network.
        groups: Group of each row that must have one output. Shape (rows,).
    """
    squash = SQUASH.get(call.name, torch.Tensor.clone)
    start = torch.zeros_like(argument[0]) if call.name in SQUASH else argument.mean(0)
    finite = start.nan_to_num(0.0, 0.0, 0.0)
    return best_loss(lambda free: call.of(squash(free)), finite, groups)
