import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from justright.nets.activation import FORWARD, PRELU_START, RRELU_HIGH, RRELU_LOW, sloped
from justright.nets.embedding import quantile_edges
from justright.nets.family import initial_parameters, initial_statistics, parameter_slots
from justright.nets.plain import DenseNet, activation, build, load_member
from justright.nets.slots import total
from justright.nets.spec import MAX_BINS
from justright.nets.stack import DenseStack
from tests.nets.specs import ACTIVATIONS, spec_with, specs


def inputs(spec, n=9):
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(n, spec.n_numeric + spec.n_plain, generator=generator)
    codes = [torch.randint(0, k, (n, 1), generator=generator) for k in spec.cardinalities]
    return torch.cat([x, *codes], dim=1)


def start(spec, seed, prior=None):
    """One member's start, as a population makes it."""
    prior = torch.zeros(spec.n_outputs) if prior is None else prior
    theta = initial_parameters(spec, seed, prior)
    edges = quantile_edges(inputs(spec)[:, : spec.n_numeric], MAX_BINS)
    return theta, initial_statistics(spec, edges, theta.dtype)


@settings(max_examples=40, deadline=None)
@given(specs, st.integers(0, 2**31))
def test_build_has_the_start_of_a_member_of_that_seed(spec, seed):
    theta, statistics = start(spec, seed)
    loaded = DenseNet(spec)
    load_member(loaded, spec, theta, statistics)
    built = build(spec, seed=seed).state_dict()
    for name, value in loaded.state_dict().items():
        if not name.endswith("edges"):  # from data: left to `load_member`
            assert torch.equal(built[name], value), name


@settings(max_examples=40, deadline=None)
@given(specs)
@example(spec_with(residual=True))  # as wide as its input: the first layer adds nothing yet
def test_a_loaded_network_answers_as_its_member(spec):
    theta, statistics = start(spec, 4, prior=torch.arange(1.0, spec.n_outputs + 1))
    x = inputs(spec)
    net = DenseNet(spec).eval()
    load_member(net, spec, theta, statistics)
    stack = DenseStack([spec])
    params = stack.parameters.views(torch.zeros(stack.parameters.size))
    stats = stack.statistics.views(torch.zeros(stack.statistics.size))
    stack.parameters.put(params, 0, theta)
    stack.statistics.put(stats, 0, statistics)
    member = stack.forward(params, stats, x.unsqueeze(0))[0]
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
    with torch.no_grad():
        expected = activation(name).eval()(x)
    slopes = {"prelu": PRELU_START, "rrelu": (RRELU_LOW + RRELU_HIGH) / 2}
    member = torch.empty_like(x)
    if name in slopes:
        sloped(x, torch.tensor(slopes[name]), member)
    else:
        FORWARD[name](x.clone(), member)
    torch.testing.assert_close(expected, member)


def test_dropout_acts_in_training_only():
    net = build(spec_with(width=64), seed=1, dropout=0.5, input_dropout=0.2)
    x = inputs(spec_with())
    assert torch.equal(net.eval()(x), net(x))
    torch.manual_seed(0)
    assert not torch.equal(net.train()(x), net(x))
