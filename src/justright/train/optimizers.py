"""The optimizers of the rule book, over one flat buffer with a row for each member.

Each follows the formula of its namesake in `torch.optim`: SGD, RMSprop, Adam and Adamax add the
decay to the gradient; AdamW and NAdam shrink the weights by it (decoupled). Rates, momenta and
decays are columns, one value per member.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

EPSILON = 1e-8  # added to the root of the second moment; torch.optim's default
PIECE_VALUES = 1 << 17  # weights updated at a time: with moments 2 MB, near a core's cache
NADAM_DECAY = 4e-3  # of the momentum schedule; torch.optim.NAdam's default

Flat = Float[Tensor, "members parameters"]
Rates = Float[Tensor, "members 1"]


@dataclass(slots=True)
class State:
    """What an optimizer remembers between steps, and its constants.

    Attributes:
        theta: The weights, changed in place by each step.
        decay: Weight decay of every parameter, 0 where none applies, shape as `theta`; None
            where no member decays.
        beta2: Decay of the second moment.
        memory: The running moments by name, made when first asked for.
        step: Steps made.
    """

    theta: Flat
    decay: Flat | None
    beta2: Rates
    memory: dict[str, Tensor] = field(default_factory=dict)
    step: int = 0

    def moment(self, name: str) -> Flat:
        """A running moment, zero at the start."""
        if name not in self.memory:
            self.memory[name] = torch.zeros_like(self.theta)
        return self.memory[name]


def _add_decay(state: State, grad: Flat) -> Flat:
    """Gradient plus the gradient of an L2 penalty."""
    return grad if state.decay is None else torch.addcmul(grad, state.decay, state.theta)


def _shrink(state: State, rate: Rates) -> None:
    """Decoupled decay: Loshchilov and Hutter 2019, arXiv:1711.05101."""
    if state.decay is not None:
        state.theta.addcmul_(state.theta, state.decay * rate, value=-1)


def _moments(state: State, grad: Flat, momentum: Rates) -> tuple[Flat, Flat]:
    """Move the first and second moments of the Adam family on by one gradient."""
    first, second = state.moment("first"), state.moment("second")
    first.lerp_(grad, 1 - momentum)
    second.mul_(state.beta2).addcmul_(grad, grad * (1 - state.beta2))
    return first, second


def _sgd(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    grad = _add_decay(state, grad)
    velocity = state.moment("velocity").mul_(momentum).add_(grad)
    state.theta.addcmul_(velocity, rate, value=-1)


def _sgd_nesterov(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    grad = _add_decay(state, grad)
    velocity = state.moment("velocity").mul_(momentum).add_(grad)
    state.theta.addcmul_(torch.addcmul(grad, velocity, momentum), rate, value=-1)


def _rmsprop(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    grad = _add_decay(state, grad)
    second = state.moment("second").mul_(state.beta2)
    second.addcmul_(grad, grad * (1 - state.beta2))
    velocity = state.moment("velocity").mul_(momentum)
    velocity.addcdiv_(grad, second.sqrt().add_(EPSILON))
    state.theta.addcmul_(velocity, rate, value=-1)


def _adam_update(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    first, second = _moments(state, grad, momentum)
    scale = rate / (1 - momentum**state.step)
    root = second.div(1 - state.beta2**state.step).sqrt_().add_(EPSILON)
    state.theta.addcmul_(first.div(root), scale, value=-1)


def _adam(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    _adam_update(state, _add_decay(state, grad), rate, momentum)


def _adamw(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    _shrink(state, rate)
    _adam_update(state, grad, rate, momentum)


def _nadam(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    _shrink(state, rate)
    now = momentum * (1 - 0.5 * 0.96 ** (state.step * NADAM_DECAY))
    ahead = momentum * (1 - 0.5 * 0.96 ** ((state.step + 1) * NADAM_DECAY))
    product = state.memory.get("product", torch.ones_like(momentum)) * now
    state.memory["product"] = product
    first, second = _moments(state, grad, momentum)
    root = second.div(1 - state.beta2**state.step).sqrt_().add_(EPSILON)
    state.theta.addcmul_(grad / root, rate * (1 - now) / (1 - product), value=-1)
    state.theta.addcmul_(first / root, rate * ahead / (1 - product * ahead), value=-1)


def _adamax(state: State, grad: Flat, rate: Rates, momentum: Rates) -> None:
    grad = _add_decay(state, grad)
    first = state.moment("first").lerp_(grad, 1 - momentum)
    largest = state.moment("largest").mul_(state.beta2)
    torch.maximum(largest, grad.abs().add_(EPSILON), out=largest)
    state.theta.addcmul_(first / largest, rate / (1 - momentum**state.step), value=-1)


#: Word of the optimizer lever to its step.
STEPS: dict[str, Callable[[State, Flat, Rates, Rates], None]] = {
    "sgd": _sgd,
    "sgd_nesterov": _sgd_nesterov,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
    "nadam": _nadam,
    "adamax": _adamax,
}


def states(theta: Flat, *, decay: Flat | None, beta2: Rates) -> tuple[State, ...]:
    """States of all members, a few members each, so that a step's temporaries stay in the cache.

    Args:
        theta: The weights, changed in place by each step.
        decay: Weight decay of every parameter, or None where no member decays.
        beta2: Decay of the second moment.

    Returns:
        States on rows of `theta` that follow each other.
    """
    n_rows = max(1, PIECE_VALUES // max(1, theta.shape[1]))
    pieces = [slice(i, i + n_rows) for i in range(0, len(theta), n_rows)]
    return tuple(
        State(theta=theta[p], decay=None if decay is None else decay[p], beta2=beta2[p])
        for p in pieces
    )


@torch.no_grad()
def step(name: str, pieces: Sequence[State], grad: Flat, rate: Rates, momentum: Rates) -> None:
    """Make one step of every member, in place.

    Args:
        name: Word of the optimizer lever.
        pieces: Weights and moments, as `states` parts them.
        grad: Gradient of each member's loss.
        rate: Learning rate in force.
        momentum: Momentum, or the first beta of the Adam family.

    Example:
        >>> theta = torch.ones(1, 2)
        >>> pieces = states(theta, decay=None, beta2=torch.full((1, 1), 0.9))
        >>> step("sgd", pieces, torch.ones(1, 2), torch.full((1, 1), 0.5), torch.zeros(1, 1))
        >>> theta
        tensor([[0.5000, 0.5000]])
    """
    start = 0
    for state in pieces:
        rows = slice(start, start + len(state.theta))
        state.step += 1
        STEPS[name](state, grad[rows], rate[rows], momentum[rows])
        start = rows.stop
