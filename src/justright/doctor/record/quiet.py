"""What is still done at steps so short that even a glance at each would cost too much."""

import math

from torch.optim import Optimizer

from justright.doctor.record import tensors
from justright.doctor.record.breaking import breakdown
from justright.doctor.record.state import State
from justright.doctor.record.stepping import by_hand, go_on


def backward_begins(state: State, root: object) -> None:
    """A backward pass begins: its loss is noted, and validation before it is closed."""
    root = tensors.first_tensor(root)
    if root is None:
        return
    by_hand(state)
    habits, scale = state.habits, state.scale or 1.0
    habits.backwards += 1
    state.feed.whole = False  # its batches follow each other without a gap
    if habits.pending:
        habits.settle(state.n_steps)

    def keep(number: float) -> None:
        for track in state.tracks.values():
            track.pending_loss = number / scale
        if not math.isfinite(number) and state.breakdown is None and root.device.type == "cpu":
            state.breakdown = breakdown(state, root)

    for track in state.tracks.values():
        track.backwards_since += 1
    state.scale = 1.0
    state.late.read(root, keep)


def step_ends(state: State, optimizer: Optimizer) -> None:
    """An optimizer has stepped: the step counts, with its loss and rate."""
    state.in_step = max(0, state.in_step - 1)
    track = state.tracks[id(optimizer)]
    if state.habits.judged.passes or state.habits.judged.losses or state.habits.judged.metric:
        state.habits.validated(state.n_steps)
    track.stepped(float(optimizer.param_groups[0].get("lr", 0.0)), None)
    state.habits.stepped(track.pending_loss)
    go_on(state)
