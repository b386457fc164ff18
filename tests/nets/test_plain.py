import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from justright.nets.activation import activate
from justright.nets.dense import forward, initial_parameters, initial_statistics, parameter_slots
from justright.nets.dense import statistic_slots as stat_slots
from justright.nets.embedding import quantile_edges
from justright.nets.plain import DenseNet, activation, build, load_member
from justright.nets.slots import named, total
from justright.nets.spec import MAX_BINS
from tests.nets.specs import ACTIVATIONS, spec_with, specs


def inputs(spec, n=9):
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(n, spec.n_numeric + spec.n_plain, generator=generator)
    codes = [torch.randint(0, k, (n, 1), generator=generator) for k in spec.cardinalities]
    return torch.cat([x, *codes], dim=1)


def start(spec, seed, prior=None):
    """One member's start, as a population makes it."""
    prior = torch.zeros(1, spec.n_outputs) if prior is None else prior
    theta = initial_parameters(spec, [seed], prior)
    edges = quantile_edges(inputs(spec)[:, : spec.n_numeric], MAX_BINS).unsqueeze(0)
    return theta, initial_statistics(spec, 1, edges, theta.dtype)


@settings(max_examples=40, deadline=None)
@given(specs, st.integers(0, 2**31))
def test_build_has_the_start_of_a_member_of_that_seed(spec, seed):
    theta, statistics = start(spec, seed)
    loaded = DenseNet(spec)
    load_member(loaded, spec, theta[0], statistics[0])
    built = build(spec, seed=seed).state_dict()
    for name, value in loaded.state_dict().items():
        if not name.endswith("edges"):  # from data: left to `load_member`
            assert torch.equal(built[name], value), name


@settings(max_examples=40, deadline=None)
@given(specs)
@example(spec_with(residual=True))  # as wide as its input: the first layer adds nothing yet
def test_a_loaded_network_answers_as_its_member(spec):
    theta, statistics = start(spec, 4, prior=torch.randn(1, spec.n_outputs))
    x = inputs(spec)
    net = DenseNet(spec).eval()
    load_member(net, spec, theta[0], statistics[0])
    params, stats = named(parameter_slots(spec), theta), named(stat_slots(spec), statistics)
    member = forward(spec, params, stats, x.unsqueeze(0))[0]
    torch.testing.assert_close(net(x), member, rtol=1e-4, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(specs)
def test_slots_hold_every_trained_parameter(spec):
    net = DenseNet(spec)
    assert sum(p.numel() for p in net.parameters()) == total(parameter_slots(spec))


def test_building_leaves_the_seeds_of_others_alone():
    a, b = build(spec_with(), seed=1), build(spec_with(), seed=1)
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
    c = build(spec_with(), seed=2)
    assert not torch.equal(a.output.weight, c.output.weight)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_plain_activations_equal_the_members(name):

    x = torch.linspace(-3, 3, 31).view(1, 31, 1)
    slope = torch.full((1, 1), 0.25)
    member = activate(name, x, slope=slope, noise=None)
    with torch.no_grad():
        torch.testing.assert_close(activation(name).eval()(x), member)


def test_an_unknown_activation_is_named():
    with pytest.raises(ValueError, match="not an activation: name='swish'"):
        activate("swish", torch.zeros(1, 1, 1), slope=None, noise=None)


def test_dropout_acts_in_training_only():
    net = build(spec_with(width=64), seed=1, dropout=0.5, input_dropout=0.2)
    x = inputs(spec_with())
    assert torch.equal(net.eval()(x), net(x))
    torch.manual_seed(0)
    assert not torch.equal(net.train()(x), net(x))
