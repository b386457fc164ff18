"""The optimizers of the rule book, over lists of parameters.

Each follows its namesake in `torch.optim`: SGD, RMSprop, Adam and Adamax add the decay to the
gradient; AdamW and NAdam shrink the weights by it (decoupled). SGD, Adam and AdamW call torch's
own fused kernels, one pass over weights, gradients and moments; the others a few passes
(docs/decisions/0012).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

EPSILON = 1e-8  # added to the root of the second moment; torch.optim's default
NADAM_DECAY = 4e-3  # of the momentum schedule; torch.optim.NAdam's default

#: Optimizers that keep no second moment.
FIRST_ONLY = ("sgd", "sgd_nesterov")

#: Optimizers that move the weights in one pass.
FUSED = ("sgd", "sgd_nesterov", "adam", "adamw")

#: Optimizers that add the decay to the gradient; the others shrink the weights by it.
COUPLED = ("sgd", "sgd_nesterov", "rmsprop", "adam", "adamax")


@dataclass(slots=True)
class Part:
    """Parameters that decay alike, and what is remembered of them; lists run in parallel.

    Attributes:
        theta: The weights, changed in place by each step.
        grad: Their gradients; a step may change them.
        first: First moments, or velocities.
        second: Second moments; empty for SGD.
        decay: Weight decay.
        rate: Factor of the learning rate.
    """

    theta: list[Tensor]
    grad: list[Tensor]
    first: list[Tensor]
    second: list[Tensor]
    decay: float
    rate: float = 1.0


@dataclass(frozen=True, slots=True)
class Now:
    """What is in force at a step.

    Attributes:
        step: Number of the step, from 1.
        rate: Learning rate.
        momentum: Momentum, or the first beta of the Adam family.
        beta2: Decay of the second moment.
        product: NAdam's product of momenta, this step's included; 1 for the others.
    """

    step: int
    rate: float
    momentum: float
    beta2: float
    product: float = 1.0


def _add_decay(part: Part) -> None:
    """The gradient of an L2 penalty."""
    if part.decay:
        torch._foreach_add_(part.grad, part.theta, alpha=part.decay)


def _shrink(part: Part, rate: float) -> None:
    """Decoupled decay: Loshchilov and Hutter 2019, arXiv:1711.05101."""
    if part.decay:
        torch._foreach_mul_(part.theta, 1 - rate * part.decay)


def _move_second(part: Part, beta2: float) -> None:
    torch._foreach_mul_(part.second, beta2)
    torch._foreach_addcmul_(part.second, part.grad, part.grad, 1 - beta2)


def _sgd(nesterov: bool) -> Callable[[Part, Now], None]:
    def step(part: Part, now: Now) -> None:
        if now.momentum == 0:  # the kernel would leave the velocity as it is
            torch._foreach_zero_(part.first)
            _add_decay(part)
            torch._foreach_add_(part.first, part.grad)
            torch._foreach_add_(part.theta, part.grad, alpha=-now.rate)
            return
        torch._fused_sgd_(
            part.theta,
            part.grad,
            part.first,
            weight_decay=part.decay,
            momentum=now.momentum,
            lr=now.rate,
            dampening=0.0,
            nesterov=nesterov,
            maximize=False,
            is_first_step=False,
        )

    return step


def _rmsprop(part: Part, now: Now) -> None:
    _add_decay(part)
    _move_second(part, now.beta2)
    root = torch._foreach_sqrt(part.second)
    torch._foreach_add_(root, EPSILON)
    torch._foreach_mul_(part.first, now.momentum)
    torch._foreach_addcdiv_(part.first, part.grad, root)
    torch._foreach_add_(part.theta, part.first, alpha=-now.rate)


def _fused(kernel: Callable[..., None]) -> Callable[[Part, Now], None]:
    def step(part: Part, now: Now) -> None:
        kernel(
            part.theta,
            part.grad,
            part.first,
            part.second,
            [],
            [torch.tensor(float(now.step))] * len(part.theta),
            lr=now.rate,
            beta1=now.momentum,
            beta2=now.beta2,
            weight_decay=part.decay,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )

    return step


def _nadam(part: Part, now: Now) -> None:
    _shrink(part, now.rate)
    torch._foreach_lerp_(part.first, part.grad, 1 - now.momentum)
    _move_second(part, now.beta2)
    root = torch._foreach_div(part.second, 1 - now.beta2**now.step)
    torch._foreach_sqrt_(root)
    torch._foreach_add_(root, EPSILON)
    mu, ahead = nadam_momentum(now.momentum, now.step), nadam_momentum(now.momentum, now.step + 1)
    by_grad = -now.rate * (1 - mu) / (1 - now.product)
    by_first = -now.rate * ahead / (1 - now.product * ahead)
    torch._foreach_addcdiv_(part.theta, part.grad, root, by_grad)
    torch._foreach_addcdiv_(part.theta, part.first, root, by_first)


def nadam_momentum(momentum: float, step: int) -> float:
    """NAdam's momentum at a step: Dozat 2016, as torch.optim.NAdam has it."""
    return float(momentum * (1 - 0.5 * 0.96 ** (step * NADAM_DECAY)))


def _adamax(part: Part, now: Now) -> None:
    _add_decay(part)
    torch._foreach_lerp_(part.first, part.grad, 1 - now.momentum)
    torch._foreach_mul_(part.second, now.beta2)
    size = torch._foreach_abs(part.grad)
    torch._foreach_add_(size, EPSILON)
    torch._foreach_maximum_(part.second, size)
    scale = now.rate / (1 - now.momentum**now.step)
    torch._foreach_addcdiv_(part.theta, part.first, part.second, -scale)


#: Word of the optimizer lever to its step.
STEPS: dict[str, Callable[[Part, Now], None]] = {
    "sgd": _sgd(nesterov=False),
    "sgd_nesterov": _sgd(nesterov=True),
    "rmsprop": _rmsprop,
    "adam": _fused(torch._fused_adam_),
    "adamw": _fused(torch._fused_adamw_),
    "nadam": _nadam,
    "adamax": _adamax,
}


def step(name: str, parts: tuple[Part, ...], now: Now) -> None:
    """Make one step, in place.

    Args:
        name: Word of the optimizer lever.
        parts: The parameters, those that decay and those that do not.
        now: What is in force.

    Example:
        >>> theta, grad, velocity = [torch.ones(2)], [torch.ones(2)], [torch.zeros(2)]
        >>> part = Part(theta, grad, velocity, [], decay=0.0)
        >>> step("sgd", (part,), Now(step=1, rate=0.5, momentum=0.0, beta2=0.9))
        >>> theta
        [tensor([0.5000, 0.5000])]
    """
    for part in parts:
        if part.theta:
            own = now if part.rate == 1 else replace(now, rate=now.rate * part.rate)
            STEPS[name](part, own)
