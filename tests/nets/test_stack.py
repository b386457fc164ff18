"""Networks side by side are the same networks one by one: forward, backward, and in their noise."""

import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.nets.embedding import quantile_edges
from justright.nets.family import initial_parameters, initial_statistics
from justright.nets.plain import DenseNet, load_member
from justright.nets.spec import MAX_BINS
from justright.nets.stack import DenseStack
from justright.nets.strands import Strands
from tests.nets.specs import spec_with, stacks

BATCH = 7
CLOSE = {"rtol": 1e-9, "atol": 1e-10}


def inputs(specs, members):
    generator = torch.Generator().manual_seed(1)
    spec = specs[0]
    x = torch.randn(members, BATCH, spec.n_numeric + spec.n_plain, generator=generator).double()
    shape = (members, BATCH, 1)
    codes = [torch.randint(0, k, shape, generator=generator) for k in spec.cardinalities]
    return torch.cat([x, *codes], dim=2)


def own_values(specs):
    """A start for each, no two values alike, statistics that are not those of the start."""
    edges = quantile_edges(inputs(specs, 1)[0, :, : specs[0].n_numeric], MAX_BINS)
    generator = torch.Generator().manual_seed(5)
    found = []
    for seed, spec in enumerate(specs):
        theta = initial_parameters(spec, seed, torch.zeros(spec.n_outputs, dtype=torch.float64))
        theta += torch.randn(theta.shape, generator=generator).double() / 4
        statistics = initial_statistics(spec, edges, torch.float64)
        found.append((theta, statistics))
    return found


def laid(stack, values):
    params = stack.parameters.views(torch.zeros(stack.parameters.size).double())
    stats = stack.statistics.views(torch.zeros(stack.statistics.size).double())
    for k, (theta, statistics) in enumerate(values):
        stack.parameters.put(params, k, theta)
        stack.statistics.put(stats, k, statistics)
    return params, stats


def strands(stack, seeds, drop):
    rates = [drop] * len(stack)
    return Strands(
        stack.noise_needs(BATCH, rates, rates),
        seeds,
        dropout=rates,
        input_dropout=rates,
        dtype=torch.float64,
    )


def passed(specs, values, x, drop, seeds, n=2):
    """Outputs, gradients and statistics of every member after some training passes."""
    stack = DenseStack(specs)
    params, stats = laid(stack, values)
    grads = stack.parameters.views(torch.zeros(stack.parameters.size).double())
    noise = strands(stack, seeds, drop)
    program = stack.program(params, stats, torch.zeros_like(x), grads=grads, dealt=noise.dealt)
    program.x.copy_(x)
    for _ in range(n):
        noise.deal()
        outputs = program.forward().clone()
        program.output_grad.copy_(torch.cos(outputs))  # of some loss, of every output
        program.backward()
    return [
        (outputs[k], stack.parameters.take(grads, k), stack.statistics.take(stats, k))
        for k in range(len(specs))
    ], grads


@settings(max_examples=60, deadline=None)
@given(stacks, st.sampled_from([0.0, 0.3]), st.booleans())
def test_each_is_what_it_is_alone(specs, drop, shared):
    values = own_values(specs)
    x = inputs(specs, 1 if shared else len(specs))
    together, _ = passed(specs, values, x, drop, range(len(specs)))
    for k, spec in enumerate(specs):
        own = x if shared else x[k : k + 1]
        [alone], _ = passed([spec], values[k : k + 1], own, drop, [k])
        for ours, expected in zip(together[k], alone, strict=True):
            torch.testing.assert_close(ours, expected, **CLOSE)


@settings(max_examples=40, deadline=None)
@given(stacks)
def test_no_gradient_and_no_value_ever_enters_the_padding(specs):
    values = own_values(specs)
    x = inputs(specs, len(specs))
    _, grads = passed(specs, values, x, 0.3, range(len(specs)))
    stack = DenseStack(specs)
    padding = stack.parameters.views(torch.ones(stack.parameters.size))
    for k, (theta, _) in enumerate(values):
        stack.parameters.put(padding, k, torch.zeros(len(theta)))
    for name, grad in grads.items():
        assert not grad[padding[name].bool()].any(), name


def plain_of(spec, values):
    net = DenseNet(spec).double()
    load_member(net, spec, *values)
    return net


@settings(max_examples=60, deadline=None)
@given(stacks)
def test_predictions_are_those_of_plain_networks(specs):
    values, x = own_values(specs), inputs(specs, len(specs))
    stack = DenseStack(specs)
    params, stats = laid(stack, values)
    before = {name: v.clone() for name, v in (params | stats).items()}
    out = stack.forward(params, stats, x)
    for k, spec in enumerate(specs):
        expected = plain_of(spec, values[k]).eval()(x[k])
        torch.testing.assert_close(out[k], expected.detach(), **CLOSE)
    assert all(torch.equal(v, before[name]) for name, v in (params | stats).items())


@settings(max_examples=60, deadline=None)
@given(stacks)
def test_gradients_are_autograds(specs):
    specs = [
        dataclasses.replace(s, activation="tanh") if s.activation == "rrelu" else s for s in specs
    ]
    values, x = own_values(specs), inputs(specs, len(specs))
    together, _ = passed(specs, values, x, 0.0, range(len(specs)), n=1)
    for k, spec in enumerate(specs):
        net = plain_of(spec, values[k]).train()
        out = net(x[k])
        torch.autograd.backward(out, torch.cos(out).detach())
        grads = plain_of(spec, (together[k][1], values[k][1]))
        for (name, p), found in zip(net.named_parameters(), grads.parameters(), strict=True):
            expected = torch.zeros_like(p) if p.grad is None else p.grad
            torch.testing.assert_close(found.detach(), expected, msg=name, **CLOSE)


def test_a_member_that_is_not_finite_harms_nobody():
    specs = [
        spec_with(depth=2, width=9, normalisation="batch"),
        spec_with(depth=2, width=5, activation="logistic", residual=True),
        spec_with(depth=1, width=12, normalisation="layer"),
    ]
    values, x = own_values(specs), inputs(specs, 3)
    expected, _ = passed(specs, values, x, 0.2, range(3))
    for bad in range(3):
        broken = [(v[0].clone(), v[1]) for v in values]
        broken[bad][0].fill_(float("nan"))
        found, _ = passed(specs, broken, x, 0.2, range(3))
        for k in {0, 1, 2} - {bad}:
            assert all(torch.equal(a, b) for a, b in zip(found[k], expected[k], strict=True))


def hidden_inputs(net, x):
    """What each normalisation of a plain network is given."""
    seen = {}
    for i, layer in enumerate(net.hidden):
        layer.norm.register_forward_pre_hook(lambda _, args, i=i: seen.update({i: args[0]}))
    net(x)
    return seen


def test_statistics_are_recomputed_from_a_batch_alone():
    specs = [spec_with(normalisation="batch", width=w) for w in (6, 4)]
    stack, x = DenseStack(specs), inputs(specs, 2)
    params, stats = laid(stack, own_values(specs))
    for view in stats.values():
        view.fill_(9.0)
    stack.forward(params, stats, x, recompute=True)
    for k, spec in enumerate(specs):
        seen = hidden_inputs(plain_of(spec, own_values(specs)[k]).train(), x[k])
        for i, width in enumerate(spec.widths):
            mean, variance = (stats[f"norm.{i}.{n}"][k, :width] for n in ("mean", "variance"))
            torch.testing.assert_close(mean, seen[i].mean(0), **CLOSE)
            torch.testing.assert_close(variance, seen[i].var(0, unbiased=False), **CLOSE)


def test_members_out_of_order_are_refused():
    with pytest.raises(ValueError, match=r"falling depth, not \[1, 2\]"):
        DenseStack([spec_with(depth=1), spec_with(depth=2)])
