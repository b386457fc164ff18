"""What is still done at steps so short that even a glance at each would cost too much."""

import math

import torch
from torch import Tensor
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


def glance(state: State, root: object) -> bool:
    """The same in few words, where the loss is one finite number at hand.

    Between two large operations of the user's every line of ours costs many times what it does
    by itself: these steps are short because little is done.

    Returns:
        Whether that was all.
    """
    if type(root) is not Tensor or not root.is_cpu or root.numel() != 1:
        return False
    if (
        torch._C._len_torch_dispatch_stack()
        or state.habits.pending
        or state.by_hand is not None
        or not state.tracks
    ):
        return False
    loss = root.item()
    if not -math.inf < loss < math.inf:
        return False
    state.quiet_loss, state.scale = loss / (state.scale or 1.0), 1.0
    state.quiet_backwards += 1
    return True


def step_ends(state: State, optimizer: Optimizer) -> None:
    """An optimizer has stepped: the step counts, with its loss and rate."""
    habits, judged, own = state.habits, state.habits.judged, state.tracks[id(optimizer)]
    if state.quiet_backwards:
        habits.backwards += state.quiet_backwards
        state.feed.whole = False  # its batches follow each other without a gap
        for track in state.tracks.values():
            track.backwards_since += state.quiet_backwards
            track.pending_loss = state.quiet_loss
        state.quiet_backwards = 0
    if judged.passes or judged.losses or judged.metric is not None:
        habits.validated(state.n_steps)
    rate = optimizer.param_groups[0].get("lr", 0.0)
    own.stepped(rate if type(rate) is float else float(rate), None)
    habits.stepped(own.pending_loss)
    habits.cycle = ""  # which is not whole
    go_on(state)
