"""The first steps again, from the same start, at other learning rates."""

import math
from collections.abc import Sequence

import torch
from torch import nn
from torch.optim import LBFGS

from justright.doctor.evidence import RateTrial
from justright.doctor.trials.by_heart import DROPOUTS
from justright.doctor.trials.clock import now_s
from justright.doctor.trials.copied import copied
from justright.doctor.trials.not_tried import TOO_SLOW, NotTried, within_time
from justright.doctor.trials.replay import Recorded, Replay
from justright.doctor.trials.stillness import seed

STEPS = 40  # of each trial: a rate that is 10 times off shows within these (house run)
#: Of the user's rate, in the order of their use: the time may end before the last.
FACTORS = (1.0, 0.1, 10.0, 0.01, 100.0)


def rate_trials(replay: Replay, step_s: float, until: float) -> tuple[RateTrial, ...]:
    """Train copies with the user's optimizer at its rate, and at shares and multiples of it.

    Args:
        replay: What was kept of the training.
        step_s: What a step on a batch takes, about.
        until: Moment of `now_s` to stop at: a trial that is cut off is dropped.

    Returns:
        The trials that came to their end, that of the user's own rate first.

    Raises:
        NotTried: Where there is no optimizer to try, or no time for the first two.
    """
    if replay.stepper is None:
        raise NotTried(replay.because.get("stepper", "no optimizer is known"))
    if issubclass(replay.stepper.kind, LBFGS):  # type: ignore[arg-type]
        raise NotTried("LBFGS searches for the length of its steps itself")
    if not replay.stepper.rate and not any(replay.rates):
        raise NotTried("the optimizer has no learning rate")
    within_time(2 * STEPS * step_s, until)
    made = []
    for factor in FACTORS:
        one = _trial(replay, factor, until)
        if one is None:
            break
        made.append(one)
    if len(made) < 2:
        raise NotTried(TOO_SLOW)
    return tuple(made)


def _trial(replay: Replay, factor: float, until: float) -> RateTrial | None:
    assert replay.model is not None and replay.stepper is not None, "the caller looked"
    model = copied(replay.model).train(replay.training)
    optimizer = replay.stepper.make(model)
    rates = [float(group["lr"]) for group in optimizer.param_groups]
    first = batches_loss(model, replay.batches)
    seed()
    for step in range(STEPS):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = factor * _rate(rate, rates[0], replay.rates, step)
        optimizer.zero_grad()
        loss = replay.batches[step % len(replay.batches)].loss_with(model)
        if not math.isfinite(float(loss.detach())):
            return RateTrial(factor=factor, first=first, last=None)
        loss.backward()  # type: ignore[no-untyped-call]
        if replay.clip_norm is not None:
            nn.utils.clip_grad_norm_(list(model.parameters()), replay.clip_norm)
        optimizer.step()
        if now_s() > until:
            return None
    last = batches_loss(model, replay.batches)
    return RateTrial(factor=factor, first=first, last=last if math.isfinite(last) else None)


def _rate(own: float, first: float, course: Sequence[float], step: int) -> float:
    """A group's rate at a step, after the course that the first group's took."""
    if not course:
        return own
    now = course[min(step, len(course) - 1)]
    return now * own / first if first else now


@torch.no_grad()
def batches_loss(model: nn.Module, batches: Sequence[Recorded]) -> float:
    """Mean loss of the batches in the mode of the model, without the noise of its dropout layers.

    Running statistics are left as they are.

    Args:
        model: A copy, which is put back as it was.
        batches: The batches.
    """
    asleep = [m for m in model.modules() if isinstance(m, DROPOUTS) and m.training]
    kept = [buffer.clone() for buffer in model.buffers()]
    for module in asleep:
        module.eval()
    seed()
    try:
        return sum(float(batch.loss_with(model)) for batch in batches) / len(batches)
    finally:
        for module in asleep:
            module.train()
        for buffer, value in zip(model.buffers(), kept, strict=True):
            buffer.copy_(value)
