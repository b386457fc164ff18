"""Each member is clipped in its own way: as torch clips it alone, or not at all."""

import pytest
import torch
from torch import nn

from justright.train.clipping import Clipping
from tests.train.small import member

MEMBERS = [
    member(clip="norm", clip_threshold=0.5),
    member(clip="none", clip_threshold=1e-9),
    member(clip="value", clip_threshold=0.3),
    member(clip="norm", clip_threshold=1e6),
    member(clip="value", clip_threshold=0.01),
]


def pieces(seed=0):
    """A parameter of all members, one of the last three, and one number of the second."""
    generator = torch.Generator().manual_seed(seed)
    shapes = {0: (5, 3, 4), 2: (3, 6), 1: (1, 1)}
    return [
        (first, torch.randn(shape, generator=generator, dtype=torch.float64))
        for first, shape in shapes.items()
    ]


def own(parts, k):
    return [g[k - first] for first, g in parts if first <= k < first + len(g)]


def clipped(members, parts):
    ways = [(m.clip, m.clip_threshold) for m in members]
    Clipping(ways, parts, torch.float64).clip()
    return parts


def alone(m, grads):
    """torch's own clipping."""
    parameters = [nn.Parameter(torch.zeros_like(g)) for g in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    if m.clip == "norm":
        nn.utils.clip_grad_norm_(parameters, m.clip_threshold)
    elif m.clip == "value":
        nn.utils.clip_grad_value_(parameters, m.clip_threshold)
    return [parameter.grad for parameter in parameters]


@pytest.mark.parametrize("k", range(5))
def test_each_member_is_clipped_as_torch_clips_it_alone(k):
    before = own(pieces(), k)
    after = own(clipped(MEMBERS, pieces()), k)
    exact = MEMBERS[k].clip == "none"
    for found, expected, raw in zip(after, alone(MEMBERS[k], before), before, strict=True):
        torch.testing.assert_close(found, expected, rtol=0 if exact else 1e-12, atol=0)
        assert torch.equal(found, raw) is (k in (1, 3)), "the case must clip three of five"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("lost", range(5))
def test_a_gradient_that_is_lost_spares_the_others(lost, bad):
    parts = pieces()
    for grad in own(parts, lost):
        grad.fill_(bad)
    found, expected = clipped(MEMBERS, parts), clipped(MEMBERS, pieces())
    for k in set(range(5)) - {lost}:
        assert all(map(torch.equal, own(found, k), own(expected, k)))


def test_a_lost_gradient_of_a_member_that_is_not_clipped_stays_as_it_is():
    parts = pieces()
    parts[0][1][1, 0, 0] = float("nan")
    before = [g.clone() for g in own(parts, 1)]
    for found, kept in zip(own(clipped(MEMBERS, parts), 1), before, strict=True):
        torch.testing.assert_close(found, kept, rtol=0, atol=0, equal_nan=True)


def test_a_gradient_of_zero_stays_zero():
    parts = [(0, torch.zeros(5, 3, dtype=torch.float64))]
    assert not clipped(MEMBERS, parts)[0][1].any()


def test_nobody_clips():
    members = [MEMBERS[1]] * 5
    for (_, found), (_, raw) in zip(clipped(members, pieces()), pieces(), strict=True):
        assert torch.equal(found, raw)


def test_known_answer():
    grad = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
    Clipping([("norm", 1.0)] * len(grad), [(0, grad)], grad.dtype).clip()
    torch.testing.assert_close(grad, torch.tensor([[0.6, 0.8], [0.3, 0.4]]))
