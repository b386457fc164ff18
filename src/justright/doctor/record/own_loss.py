"""A loss of the user's own, watched as torch's are."""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from justright.doctor.record import passes
from justright.doctor.record.patches import Patches
from justright.doctor.record.state import State

Run = Callable[..., None]


def watch_own(
    loss: Callable[..., Any], state: State, patches: Patches, run: Run
) -> Callable[..., Any]:
    """Watch a loss of the user's own, called with outputs and targets.

    Args:
        loss: A module, a function, or anything that can be called.
        state: Where it is noted.
        patches: What is replaced for it.
        run: Does our own work so that no error of it reaches the user.

    Returns:
        One whose calls are seen in any case; those of a module or a function are anyway.
    """
    state.own_loss = loss

    def watched_call(function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            learns_quietly = state.quiet and torch.is_grad_enabled()
            if torch.compiler.is_dynamo_compiling() or learns_quietly:
                return function(*args, **kwargs)
            state.in_loss += 1
            try:
                result = function(*args, **kwargs)
            finally:
                state.in_loss -= 1
            run("losses", passes.loss_taken, loss, args, kwargs, result)
            return result

        return watched

    def watched_method(method: Callable[..., Any]) -> Callable[..., Any]:
        """The forward of a class of losses, of which one is watched."""
        watched_one = watched_call(functools.partial(method, loss))

        @functools.wraps(method)
        def watched(own: Any, *args: Any, **kwargs: Any) -> Any:
            if own is not loss:
                return method(own, *args, **kwargs)
            return watched_one(*args, **kwargs)

        return watched

    if isinstance(loss, nn.Module):
        patches.replace(type(loss), "forward", watched_method)
    elif not patches.function(loss, watched_call):
        return watched_call(loss)
    return loss
