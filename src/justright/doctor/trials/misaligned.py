"""Whether the targets have to do with the inputs: the same steps with targets shuffled."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from justright.doctor.trials.by_heart import OVERFIT_RATES, Adam, without_dropout
from justright.doctor.trials.clock import now_s
from justright.doctor.trials.copied import copied
from justright.doctor.trials.layout import Layout, layout_of, picked, shuffled_targets
from justright.doctor.trials.loss_call import BOUNDED
from justright.doctor.trials.memory import best_of
from justright.doctor.trials.not_tried import TOO_SLOW, UNKNOWN_LEAST, NotTried, within_time
from justright.doctor.trials.rates import batches_loss
from justright.doctor.trials.reach import outputs_of
from justright.doctor.trials.replay import Recorded
from justright.doctor.trials.stillness import seed

STEPS = 40  # of each of the rates; what is plain in the data is learnt by then
LOOK_EVERY = 5  # steps; the held-out loss is lowest somewhere on the way
HELD_OUT_SHARE = 0.25  # of the recorded examples
FEWEST_ROWS = 16  # held out; on fewer, chance is as good as most networks


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """Lowest held-out losses, each over that of the best constant.

    Attributes:
        true_end: Trained on the true targets.
        shuffled_end: Trained on the same targets in another order.
    """

    true_end: float
    shuffled_end: float


def aligned(model: nn.Module, batches: list[Recorded], step_s: float, until: float) -> Aligned:
    """Train copies on some of the examples and look at the others.

    Args:
        model: The model as it was before training.
        batches: The recorded batches.
        step_s: What a step on a batch takes, about.
        until: Moment of `now_s` to be done by.

    Raises:
        NotTried: Where the examples are too few or cannot be told apart, or time is short.
    """
    if batches[0].loss.name not in BOUNDED:
        raise NotTried(UNKNOWN_LEAST)
    within_time(2 * len(OVERFIT_RATES) * STEPS * step_s, until)
    learn, held_out, shuffled = _parted(model, batches)
    trivial = sum(_trivial(model, batch) for batch in held_out) / len(held_out)
    if trivial <= 0:
        raise NotTried("all held-out targets are the same")
    ends = [_lowest(model, rows, held_out, until) / trivial for rows in (learn, shuffled)]
    return Aligned(true_end=ends[0], shuffled_end=ends[1])


def _parted(
    model: nn.Module, batches: list[Recorded]
) -> tuple[list[Recorded], list[Recorded], list[Recorded]]:
    """Batches to learn from, parts held out, and the first with their targets shuffled."""
    learn, held_out, shuffled = [], [], []
    seed()
    for batch in batches:
        layout = layout_of(model, batch, outputs_of(model, batch))
        if layout is None or not layout.sure or layout.axis:
            raise NotTried("it cannot be told which axis counts the examples")
        n = int(layout.n_rows * HELD_OUT_SHARE)
        if n == 0:
            continue
        kept, out = _rows(batch, layout, n)
        learn.append(kept)
        held_out.append(out)
        within = layout_of(model, kept, outputs_of(model, kept))
        shuffled.append(shuffled_targets(kept, within or layout))
    if sum(_n_rows(batch) for batch in held_out) < FEWEST_ROWS:
        raise NotTried(f"fewer than {FEWEST_ROWS} examples to hold out")
    return learn, held_out, shuffled


def _rows(batch: Recorded, layout: Layout, n: int) -> tuple[Recorded, Recorded]:
    rows = torch.arange(layout.n_rows)
    return picked(batch, layout, rows[:-n]), picked(batch, layout, rows[-n:])


def _n_rows(batch: Recorded) -> int:
    target = batch.loss.target
    return len(target) if target is not None and target.ndim else 0


def _trivial(model: nn.Module, batch: Recorded) -> float:
    argument: Tensor = outputs_of(model, batch)
    alike = torch.zeros(len(argument), dtype=torch.long, device=argument.device)
    return best_of(batch.loss, argument, alike)


def _lowest(
    model: nn.Module, learn: list[Recorded], held_out: list[Recorded], until: float
) -> float:
    best = math.inf
    for rate in OVERFIT_RATES:
        seed()
        twin = without_dropout(copied(model).train())
        optimizer = Adam(list(twin.parameters()), rate)
        for step in range(STEPS):
            optimizer.step(learn[step % len(learn)].loss_with(twin))
            if now_s() > until:
                raise NotTried(TOO_SLOW)
            if step % LOOK_EVERY == LOOK_EVERY - 1:
                best = min(best, batches_loss(twin, held_out))
    return best
