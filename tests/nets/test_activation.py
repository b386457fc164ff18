"""The hand-written backward passes are autograd's."""

import pytest
import torch
from torch.nn import functional as F

from justright.nets.activation import BACKWARD, FORWARD, sloped, sloped_backward

TORCHS = {
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
}
EXACT = {"rtol": 1e-13, "atol": 1e-15}


def hidden(*shape, seed=0):
    """Pre-activations on both sides of zero, far out, and zero itself."""
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(shape, generator=generator, dtype=torch.float64) * 4
    z.view(-1)[:4] = torch.tensor([0.0, -0.0, 30.0, -30.0])
    return z


def test_every_activation_has_both_passes():
    assert FORWARD.keys() == BACKWARD.keys() == TORCHS.keys()


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("name", TORCHS)
def test_forward_and_backward_are_autograds(name, in_place):
    z, grad = hidden(2, 7, 5), hidden(2, 7, 5, seed=1)
    leaf = z.clone().requires_grad_()
    expected = TORCHS[name](leaf)
    (back,) = torch.autograd.grad(expected, leaf, grad)
    out = z if in_place else torch.empty_like(z)
    FORWARD[name](z, out)
    torch.testing.assert_close(out, expected.detach(), **EXACT)
    if in_place and name not in ("logistic", "tanh"):
        return  # to predict: what the backward pass needs is gone
    g = grad.clone()
    BACKWARD[name](g, z)
    torch.testing.assert_close(g, back, **EXACT)


@pytest.mark.parametrize("name", TORCHS)
def test_the_backward_pass_does_not_read_the_activations(name):
    """Dropout and residuals change them in place before the way back."""
    z, grad = hidden(1, 4, 3), hidden(1, 4, 3, seed=1)
    out = torch.empty_like(z)
    FORWARD[name](z, out)
    g, again = grad.clone(), grad.clone()
    BACKWARD[name](g, z)
    out.mul_(7).add_(3)
    BACKWARD[name](again, z)
    assert torch.equal(g, again)


@pytest.mark.parametrize("name", TORCHS)
def test_parts_of_a_larger_tensor(name):
    """Members' stretches are views of one tensor; the rest must stay as it is."""
    z, out = hidden(4, 3, 6), torch.full((4, 3, 6), 9.0, dtype=torch.float64)
    whole, grad = z.clone(), hidden(4, 3, 6, seed=1)
    g = grad.clone()
    FORWARD[name](z[1:3, :, :4], out[1:3, :, :4])
    torch.testing.assert_close(out[1:3, :, :4], TORCHS[name](whole[1:3, :, :4]), **EXACT)
    BACKWARD[name](g[1:3, :, :4], z[1:3, :, :4])
    rest = torch.ones(4, 3, 6, dtype=torch.bool)
    rest[1:3, :, :4] = False
    assert (out[rest] == 9).all()
    assert torch.equal(g[rest], grad[rest])
    assert torch.equal(z[rest], whole[rest])


@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 7, 5)], ids=["prelu", "rrelu"])
def test_slopes_below_zero_are_autograds(shape):
    z, grad = hidden(3, 7, 5), hidden(3, 7, 5, seed=1)
    slope = hidden(3, 7, 5, seed=2)[:, : shape[1], : shape[2]].abs() / 10
    leaves = [z.clone().requires_grad_(), slope.clone().requires_grad_()]
    expected = torch.where(leaves[0] >= 0, leaves[0], leaves[0] * leaves[1])
    by_z, by_slope = torch.autograd.grad(expected, leaves, grad)
    out = torch.empty_like(z)
    assert sloped(z, slope, out) is out
    torch.testing.assert_close(out, expected.detach(), **EXACT)
    g = grad.clone()
    part = sloped_backward(g, z, slope)
    torch.testing.assert_close(g, by_z, **EXACT)
    torch.testing.assert_close(part.sum_to_size(shape), by_slope, **EXACT)
    assert torch.equal(sloped(z, slope, z), out), "to predict, the result takes its place"


def test_one_slope_is_torchs_prelu_and_leaves_its_input():
    z = hidden(1, 7, 5)
    before, slope = z.clone(), torch.tensor([0.3], dtype=torch.float64)
    torch.testing.assert_close(sloped(z, slope), F.prelu(z, slope), **EXACT)
    assert torch.equal(z, before)
