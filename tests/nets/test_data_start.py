"""A start by training rows: spread 1 in every unit, and every kink among the rows."""

import dataclasses

import pytest
import torch

from justright.nets.data_start import start_by_data
from justright.nets.dense import parameter_slots
from justright.nets.family import initial_parameters
from justright.nets.plain import DenseNet, load_member
from justright.nets.spec import DenseSpec

SPEC = DenseSpec(
    n_numeric=3, n_plain=0, cardinalities=(), n_outputs=2, depth=2, width=8, activation="mish",
    init="data_normal", bias_init="hull", last_layer_init="plain", input_scaling=True,
)  # fmt: skip
NONE = torch.empty(0)


def layers(spec, seed=0):
    """What each linear layer puts out for the rows, its bias taken off, and the bias."""
    x = torch.randn(200, 3, generator=torch.Generator().manual_seed(1)) * torch.tensor([1, 9, 0.1])
    drawn = initial_parameters(spec, seed, torch.zeros(2))
    theta, net = start_by_data(spec, drawn, NONE, x, seed), DenseNet(spec).eval()
    load_member(net, spec, theta, NONE)
    h = net.input(x)
    for layer in net.hidden:
        yield (layer.linear(h) - layer.linear.bias).detach(), layer.linear.bias.detach()
        h = layer(h)
    yield (net.output(h) - net.output.bias).detach(), net.output.bias.detach()


def test_every_unit_has_spread_1_and_its_kink_among_the_rows():
    for z, bias in layers(SPEC):
        torch.testing.assert_close(z.std(0, correction=0), torch.ones(z.shape[1]))
        assert ((-bias > z.amin(0)) & (-bias < z.amax(0))).all() and bias.std() > 0.05


def test_an_output_at_the_prior_stays_there():
    [*_, (z, bias)] = layers(dataclasses.replace(SPEC, last_layer_init="prior"))
    assert (bias == 0).all() and (z.std(0) < 0.5).all()


@pytest.mark.parametrize("lever", ["init", "bias_init"])
def test_each_works_without_the_other(lever):
    plain = {"init": "lecun_normal", "bias_init": "zero"}[lever]
    z, bias = next(iter(layers(dataclasses.replace(SPEC, **{lever: plain}))))
    assert torch.allclose(z.std(0, correction=0), torch.ones(8)) == (lever == "bias_init")
    assert bool((bias == 0).all()) == (lever == "bias_init")


def test_it_depends_on_the_seed_alone_and_leaves_torchs_generator():
    x, drawn = torch.randn(50, 3), initial_parameters(SPEC, 0, torch.zeros(2))
    before = torch.random.get_rng_state()
    one, same, other = (start_by_data(SPEC, drawn, NONE, x, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert len(one) == sum(slot.size for slot in parameter_slots(SPEC))
