"""Counting optimizer steps from outside, so that a rate does not rest on what a library says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch.optim.optimizer import register_optimizer_step_post_hook


@contextmanager
def calls_of(owner: type, name: str) -> Iterator[list[str]]:
    """A list that grows by one whenever that method is called."""
    made: list[str] = []
    original = getattr(owner, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        made.append(name)
        return original(*arguments, **named)

    setattr(owner, name, counted)
    try:
        yield made
    finally:
        setattr(owner, name, original)


@contextmanager
def torch_steps() -> Iterator[list[str]]:
    """A list that grows by one whenever an optimizer of torch makes a step."""
    made: list[str] = []
    hook = register_optimizer_step_post_hook(lambda *_: made.append("step"))
    try:
        yield made
    finally:
        hook.remove()
