"""Whole networks, sick and healthy, from their weights to the findings."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from justright.doctor import examine as examining
from justright.doctor.checks import CHECKS
from justright.doctor.evidence import Evidence
from justright.doctor.rank import gravest_first
from justright.doctor.trials.start import record
from justright.kinds import Severity
from justright.nets.plain import build
from justright.nets.plain_tabm import build_tabm
from justright.nets.tabm_spec import TabmSpec
from tests.nets.specs import spec_with

N_ROWS = 128


def table(n_outputs=3):
    """Rows of five columns whose class (or number) depends on three of them."""
    generator = torch.Generator().manual_seed(4)
    x = torch.randn(N_ROWS, 5, generator=generator)
    signal = x[:, 0] + x[:, 1] * x[:, 2] + 0.3 * torch.randn(N_ROWS, generator=generator)
    return (
        (x, signal) if n_outputs == 1 else (x, torch.bucketize(signal, torch.tensor([-0.5, 0.5])))
    )


def mse(outputs, y):
    return F.mse_loss(outputs.squeeze(-1), y)


def examine(start):
    return gravest_first(
        examining.examine(Evidence(door="preflight", start=start), CHECKS).findings
    )


def examined(model, n_outputs=3):
    x, y = table(n_outputs)
    if n_outputs == 1:
        return examine(record(model, mse, x, y, y.mean().view(1)))
    prior = (torch.bincount(y) / len(y)).log()
    return examine(record(model, F.cross_entropy, x, y, prior))


def network(**changes):
    return build(spec_with(**{"width": 32} | changes), seed=1)


class Blind(nn.Module):
    """Its input never reaches the output."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net(x * 0)


def zeros():
    net = network()
    for parameter in net.parameters():
        nn.init.zeros_(parameter)
    return net


def scaled(factor, depth=4):
    net = network(depth=depth)
    with torch.no_grad():
        for layer in net.hidden:
            layer.linear.weight *= factor
    return net


def dead(depth):
    net = network(depth=depth)
    for layer in net.hidden:
        nn.init.constant_(layer.linear.bias, -1e3)
    return net


def sure():
    net = network()
    nn.init.constant_(net.output.bias, 0.0)
    with torch.no_grad():
        net.output.bias[0] = 100.0
    return net


def broken():
    net = network()
    with torch.no_grad():
        net.hidden[0].linear.weight[0, 0] = float("nan")
    return net


SICK = {
    "the input is ignored": (lambda: Blind(network()), {"zero-batch", "overfit-one-batch"}),
    "all weights are zero": (zeros, {"zero-batch", "overfit-one-batch"}),
    "the init explodes": (lambda: scaled(30.0), {"first-loss", "init-scale"}),
    "the init vanishes": (lambda: scaled(0.02), {"init-scale"}),
    "every unit of one layer is dead": (lambda: dead(1), {"zero-batch", "overfit-one-batch"}),
    "every unit is dead": (lambda: dead(3), {"zero-batch", "overfit-one-batch", "init-scale"}),
    "sure of one class": (sure, {"first-loss"}),
    "a weight is not a number": (broken, {"first-loss"}),
}


@pytest.mark.parametrize(("make", "checks"), SICK.values(), ids=SICK)
def test_the_sick_are_found(make, checks):
    findings = examined(make())
    assert findings, "nothing was found"
    assert findings[0].severity is Severity.STOP
    assert checks <= {finding.check for finding in findings}


HEALTHY = {
    "relu": {},
    "relu, deep": {"depth": 6},
    "tanh, glorot": {"activation": "tanh", "init": "glorot_normal"},
    "logistic, glorot": {"activation": "logistic", "init": "glorot_normal", "depth": 1},
    "selu, lecun": {"activation": "selu", "init": "lecun_normal", "depth": 6},
    "silu with layer norm": {"activation": "silu", "normalisation": "layer", "depth": 6},
    "gelu with batch norm": {"activation": "gelu", "normalisation": "batch", "depth": 4},
    "mish with residuals": {"activation": "mish", "residual": True, "depth": 4},
    "rrelu": {"activation": "rrelu"},
    "prelu in a funnel": {"activation": "prelu", "shape": "funnel", "width": 64, "depth": 3},
    "elu, uniform": {"activation": "elu", "init": "he_uniform", "depth": 4},
    "leaky relu, plain last layer": {"activation": "leaky_relu", "last_layer_init": "plain"},
    "waves": {"numeric_embedding": "periodic", "activation": "mish"},
    "linear": {"depth": 0},
}


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("changes", HEALTHY.values(), ids=HEALTHY)
def test_the_healthy_are_left_in_peace(changes, n_outputs):
    findings = examined(network(n_outputs=n_outputs, **changes), n_outputs)
    assert [f for f in findings if f.severity is not Severity.NOTE] == []


def test_a_network_that_one_rate_throws_off_learns_at_another():
    """Its first steps drive every submodel into the flat side of softplus."""
    body = spec_with(
        n_numeric=5, n_plain=0, n_outputs=1, width=128, depth=4, last_layer_init="plain"
    )
    x, signal = table(n_outputs=1)
    y = signal.exp().clamp(max=3) / 10
    findings = examine(
        record(
            build_tabm(TabmSpec(body=body, heads=2, pooling="softplus"), seed=1),
            lambda outputs, y: mse(F.softplus(outputs), y),
            x,
            y,
            y.mean().expm1().log().view(1),
        )
    )
    assert {finding.check for finding in findings} <= {"first-loss"}


def poor_tables():
    """Inputs that tell little or nothing about the target: poor tables, sound networks."""
    rows = torch.arange(N_ROWS)
    generator = torch.Generator().manual_seed(7)
    noise = torch.randn(N_ROWS, generator=generator)
    return {
        "one flag, no relation": ((rows % 2).float(), (rows // 2 % 2).float()),
        "a rare flag": ((rows == 3).float(), noise),
        "one column of noise": (noise, torch.randn(N_ROWS, generator=generator)),
    }


@pytest.mark.parametrize("depth", [0, 2])
@pytest.mark.parametrize("name", poor_tables())
def test_inputs_that_say_little_are_not_inputs_that_do_not_arrive(name, depth):
    x, y = poor_tables()[name]
    net = build(spec_with(n_numeric=1, n_plain=0, n_outputs=1, width=32, depth=depth), seed=1)
    nn.init.constant_(net.output.bias, y.mean().item())
    findings = examine(record(net, mse, x.view(-1, 1), y, y.mean().view(1)))
    assert [f for f in findings if f.severity is Severity.STOP] == []


def test_a_linear_network_that_ignores_its_input_is_found():
    findings = examined(Blind(network(depth=0)))
    assert findings[0].check == "zero-batch"


@pytest.mark.parametrize("depth", [0, 2])
def test_inputs_that_are_constant_are_found(depth):
    net = build(spec_with(n_numeric=1, n_plain=0, n_outputs=1, depth=depth), seed=1)
    y = (torch.arange(N_ROWS) % 2).float()
    findings = examine(record(net, mse, torch.ones(N_ROWS, 1), y, y.mean().view(1)))
    assert "zero-batch" in {finding.check for finding in findings}
