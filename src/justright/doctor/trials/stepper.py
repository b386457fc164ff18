"""An optimizer of the user's kind and settings, for a copy of the model."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from torch import nn
from torch.optim import Optimizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepper:
    """What is needed to make the user's optimizer once more.

    Attributes:
        kind: Its class.
        groups: For each parameter group the names of its parameters and its settings.
        defaults: Settings that its class wants and that are no group's.
    """

    kind: Callable[..., Optimizer]
    groups: tuple[tuple[tuple[str, ...], Mapping[str, object]], ...]
    defaults: Mapping[str, object]

    @property
    def rate(self) -> float:
        """Learning rate of the first group; 0 where it has none."""
        rate = self.groups[0][1].get("lr", 0.0) if self.groups else 0.0
        return float(rate)  # type: ignore[arg-type]

    def make(self, model: nn.Module) -> Optimizer:
        """The optimizer over the parameters of a copy, at the user's settings.

        Args:
            model: A copy of the model that the optimizer was for.
        """
        own = dict(model.named_parameters(remove_duplicate=False))
        groups = [
            {"params": [own[name] for name in names], **settings} for names, settings in self.groups
        ]
        return self.kind(groups, **self.defaults)


def stepper_of(optimizer: Optimizer, model: nn.Module) -> Stepper | str:
    """Read an optimizer's kind and settings.

    Args:
        optimizer: The user's own; it is only read.
        model: The model, as `copied` unwraps it.

    Returns:
        What makes one like it; or in words why that cannot be.

    Example:
        >>> import torch
        >>> net = nn.Linear(1, 1)
        >>> stepper = stepper_of(torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9), net)
        >>> stepper.make(net).param_groups[0]["momentum"]
        0.9
    """
    names = {id(own): name for name, own in model.named_parameters()}
    groups = []
    for group in optimizer.param_groups:
        held = [names[id(own)] for own in group["params"] if id(own) in names]
        settings = {k: v for k, v in group.items() if k not in ("params", "initial_lr")}
        if held:
            groups.append((tuple(held), settings))
    if not groups:
        return "the optimizer holds no parameter of the model"
    wanted = _wanted(type(optimizer))
    missing = [name for name in wanted if name not in optimizer.defaults]
    if missing:
        return f"{type(optimizer).__name__} wants {', '.join(missing)}, which it does not keep"
    return Stepper(
        kind=type(optimizer),
        groups=tuple(groups),
        defaults={name: optimizer.defaults[name] for name in wanted},
    )


def _wanted(kind: type[Optimizer]) -> Sequence[str]:
    """Arguments without a default, besides the parameters."""
    _, *others = inspect.signature(kind).parameters.values()
    return [
        own.name
        for own in others
        if own.default is own.empty and own.kind in (own.POSITIONAL_OR_KEYWORD, own.KEYWORD_ONLY)
    ]
