"""What is noted of a call of torch, where its arguments say it all."""

import torch
from torch import nn

from justright.doctor.record import passes, quiet, stepping
from justright.doctor.record.state import State


def model_zeroed(state: State, _model: nn.Module) -> None:
    """A model's own zero_grad was called."""
    stepping.zeroed(state, None)


def scheduled(state: State, _scheduler: object) -> None:
    """A scheduler has stepped."""
    stepping.scheduled(state)


def clipped(state: State, limit: object, norm: object) -> None:
    """Gradients were clipped."""
    stepping.clipped(state, float(limit), norm)  # type: ignore[arg-type]


def scaled(state: State, scaler: torch.amp.GradScaler) -> None:
    """A loss was multiplied against underflow."""
    scale = scaler._scale
    if scaler.is_enabled() and scale is not None and (scale.device.type == "cpu" or state.close):
        state.scale = float(scale)


def graded(state: State, outputs: object) -> None:
    """Gradients were asked for by name: in a script without an optimizer that is its backward."""
    if state.tracks and state.by_hand is None:
        state.habits.letter("G")
    else:
        (quiet if state.quiet else passes).backward_begins(state, outputs)


#: What quiet steps do without.
AT_EVERY_STEP = (stepping.zeroed, model_zeroed, scheduled)
