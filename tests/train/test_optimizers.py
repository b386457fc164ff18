"""Steps over lists of parameters are those of the namesakes in `torch.optim`."""

import pytest
import torch
from torch import nn

from justright.train.optimizers import COUPLED, FIRST_ONLY, STEPS, Now, Part, nadam_momentum, step

MOMENTUM, BETA2 = 0.8, 0.95
BETAS = {"betas": (MOMENTUM, BETA2)}
TORCHS = {
    "sgd": lambda p, lr: torch.optim.SGD(p, lr, momentum=MOMENTUM),
    "sgd_nesterov": lambda p, lr: torch.optim.SGD(p, lr, momentum=MOMENTUM, nesterov=True),
    "rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr, alpha=BETA2, momentum=MOMENTUM),
    "adam": lambda p, lr: torch.optim.Adam(p, lr, **BETAS),
    "adamw": lambda p, lr: torch.optim.AdamW(p, lr, **BETAS),
    "nadam": lambda p, lr: torch.optim.NAdam(p, lr, decoupled_weight_decay=True, **BETAS),
    "adamax": lambda p, lr: torch.optim.Adamax(p, lr, **BETAS),
}
SHAPES = ((3, 4), (5,), (2, 2, 2))


def values(seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in SHAPES]


def part_of(name, theta, decay):
    first = [torch.zeros_like(t) for t in theta]
    second = [] if name in FIRST_ONLY else [torch.zeros_like(t) for t in theta]
    return Part(theta, [torch.zeros_like(t) for t in theta], first, second, decay)


def test_every_optimizer_is_compared():
    assert TORCHS.keys() == STEPS.keys()
    assert {*COUPLED, *FIRST_ONLY, "adamw", "nadam"} == STEPS.keys()


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", TORCHS)
def test_steps_are_torchs(name, decay, float64):
    """Two parts that decay differently, and a rate that moves."""
    parts = (part_of(name, values(1), decay), part_of(name, values(2), 0.0))
    twins, n = [nn.Parameter(t.clone()) for p in parts for t in p.theta], len(SHAPES)
    groups = [
        {"params": twins[:n], "weight_decay": decay},
        {"params": twins[n:], "weight_decay": 0.0},
    ]
    torchs, product = TORCHS[name](groups, 0.01), 1.0
    for i in range(1, 30):
        rate = 0.01 * (1 + i % 4)
        product *= nadam_momentum(MOMENTUM, i)
        given = values(100 + i) + values(200 + i)
        for twin, grad, own in zip(twins, given, [g for p in parts for g in p.grad], strict=True):
            twin.grad = grad.clone()
            own.copy_(grad)
        for group in torchs.param_groups:
            group["lr"] = rate
        torchs.step()
        step(name, parts, Now(i, rate, MOMENTUM, BETA2, product))
        for theta, twin in zip([t for p in parts for t in p.theta], twins, strict=True):
            torch.testing.assert_close(theta, twin.detach(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", TORCHS)
def test_a_step_on_zeros_at_a_rate_of_1_is_the_direction(name):
    """What members of different rates rely on: no decay, and linear in the rate."""
    at_once, apart = part_of(name, values(1), 0.0), part_of(name, values(1), 0.0)
    expected = [t.clone() for t in apart.theta]
    product = 1.0
    for i in range(1, 10):
        rate = 0.03 / i
        product *= nadam_momentum(MOMENTUM, i)
        for part in (at_once, apart):
            for own, grad in zip(part.grad, values(100 + i), strict=True):
                own.copy_(grad)
        step(name, (at_once,), Now(i, rate, MOMENTUM, BETA2, product))
        for direction in apart.theta:
            direction.zero_()
        step(name, (apart,), Now(i, 1.0, MOMENTUM, BETA2, product))
        for theta, direction in zip(expected, apart.theta, strict=True):
            theta += rate * direction
        for found, theta in zip(expected, at_once.theta, strict=True):
            torch.testing.assert_close(found, theta, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", TORCHS)
def test_a_gradient_that_is_lost_and_one_that_is_zero_stay_by_themselves(name):
    part = part_of(name, [torch.ones(3, 4)], 0.0)
    for i in range(1, 4):
        part.grad[0].zero_()[1] = float("nan")
        step(name, (part,), Now(i, 0.1, MOMENTUM, BETA2, nadam_momentum(MOMENTUM, 1)))
    assert part.theta[0][1].isnan().all()
    assert (part.theta[0][[0, 2]] == 1).all(), "padding has no gradient, and must not move"


def test_a_part_without_parameters_is_no_trouble():
    for name in TORCHS:
        step(name, (part_of(name, [], 0.1),), Now(1, 0.1, MOMENTUM, BETA2))
