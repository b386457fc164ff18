"""What stands between two layers."""

import dataclasses

import pytest

from justright.doctor.checks.doubled_activation import DOUBLED_ACTIVATION
from justright.doctor.checks.linear_stack import LINEAR_STACK
from justright.doctor.checks.sigmoid_in_depth import SIGMOID_IN_DEPTH
from justright.doctor.checks.softmax_inside import SOFTMAX_INSIDE
from justright.doctor.evidence import Evidence, Graph, Op
from justright.kinds import Severity
from tests.doctor.evidences import NUMBERS, chain, samples, still, use

WELL = use(NUMBERS, *samples(1.0, 0.2, 0.1, 0.1))


def seen(parts, *, losses=(), tracks=()):
    return Evidence(door="check", losses=losses, tracks=tracks, **parts)


A, B, C = ("a", 10, 64), ("b", 64, 64), ("c", 64, 1)
STACKS = {  # parts, severity, the layer that lacks an activation before it, confidence
    "no activation at all": ([A, B, C], Severity.STOP, "b", 0.95),
    "one of two missing": ([A, "Relu", B, C], Severity.WARN, "c", 0.65),
    "dropout is no activation": ([A, "NativeDropout", C], Severity.STOP, "c", 0.95),
    "nor is batch norm": ([A, "NativeBatchNorm", C], Severity.STOP, "c", 0.95),
    "nor is a reshape": ([A, "View", "Permute", C], Severity.STOP, "c", 0.95),
}
BENT = {
    "an activation after each": [A, "Relu", B, "Tanh", C],
    "one layer": [("a", 10, 1)],
    "a factorised map, narrower than both": [("a", 64, 8), ("b", 8, 64)],
    "layer norm": [A, "NativeLayerNorm", C],
    "an operation that nobody knows": [A, "MyOwn", C],
    "scaled by hand, which may be a gate": [A, "Mul", C],
}


@pytest.mark.parametrize(("parts", "severity", "layer", "confidence"), STACKS.values(), ids=STACKS)
def test_layers_without_an_activation_between_them(parts, severity, layer, confidence):
    finding = LINEAR_STACK.judge(seen(chain(*parts)))
    assert (finding.severity, finding.layer) == (severity, layer)
    assert finding.confidence == confidence


@pytest.mark.parametrize("parts", BENT.values(), ids=BENT)
def test_layers_with_something_between_them(parts):
    assert LINEAR_STACK.judge(seen(chain(*parts))) is None


def test_a_linear_network_that_learns_is_not_stopped():
    assert LINEAR_STACK.judge(seen(chain(A, C), losses=(WELL,))).severity is Severity.WARN


def test_a_projection_that_a_skip_connection_takes_too_is_no_stack():
    parts = chain(A, B)
    first = next(i for i, op in enumerate(parts["graphs"][0].ops) if op.layer == "a")
    skip = Op(name="Add", inputs=(1, first))
    ops = (*parts["graphs"][0].ops, skip)
    assert LINEAR_STACK.judge(seen(parts | {"graphs": (Graph(ops=ops),)})) is None


def test_depthwise_and_pointwise_kernels_are_one_design():
    parts = chain(("a", 1, 16), ("b", 16, 16), kind="Conv2d")
    assert LINEAR_STACK.judge(seen(parts)) is not None
    deep = dataclasses.replace(parts["layers"][0], options={"groups": 16.0})
    assert LINEAR_STACK.judge(seen(parts | {"layers": (deep, parts["layers"][1])})) is None


PAIRS = {
    "sigmoid of relu": (["Relu", "Sigmoid"], Severity.WARN),
    "sigmoid of sigmoid": (["Sigmoid", "Sigmoid"], Severity.WARN),
    "softmax of softmax": (["Softmax", "Softmax"], Severity.WARN),
    "past a reshape": (["Relu", "View", "Sigmoid"], Severity.WARN),
    "relu of relu costs nothing": (["Relu", "Relu"], Severity.NOTE),
    "sigmoid alone": (["Sigmoid"], None),
    "softmax of attention's tanh": (["Tanh", "Softmax"], None),
    "softmax of leaky relu, as in graph attention": (["LeakyRelu", "Softmax"], None),
    "something computed between": (["Relu", "Mul", "Sigmoid"], None),
}


@pytest.mark.parametrize(("ops", "severity"), PAIRS.values(), ids=PAIRS)
def test_an_activation_of_an_activation(ops, severity):
    finding = DOUBLED_ACTIVATION.judge(seen(chain(A, *ops)))
    assert (finding and finding.severity) == severity


def test_a_layer_between_two_activations_parts_them():
    assert DOUBLED_ACTIVATION.judge(seen(chain(A, "Relu", C, "Sigmoid"))) is None


def test_softmax_inside():
    assert SOFTMAX_INSIDE.judge(seen(chain(A, "Softmax", C))).layer == "a"
    assert SOFTMAX_INSIDE.judge(seen(chain(A, "Relu", C, "Softmax"))) is None
    relaxed = chain(A, "Add", "Div", "Softmax", C)  # a categorical latent: noise, temperature
    assert SOFTMAX_INSIDE.judge(seen(relaxed)) is None


def deep(n, *between):
    return chain(*[p for i in range(n) for p in ((f"{i}", 8, 8), *between)], ("out", 8, 1))


DEPTHS = {  # sigmoids, what else, a loss that stands still, severity
    "three and stuck": (3, ("Sigmoid",), True, Severity.WARN),
    "three that learn": (3, ("Sigmoid",), False, Severity.NOTE),
    "two": (2, ("Sigmoid",), True, None),
    "three normalised ones": (3, ("NativeBatchNorm", "Sigmoid"), True, None),
    "relu": (5, ("Relu",), True, None),
}


@pytest.mark.parametrize(("n", "ops", "stuck", "severity"), DEPTHS.values(), ids=DEPTHS)
def test_sigmoids_in_depth(n, ops, stuck, severity):
    more = {"tracks": (still(),)} if stuck else {"losses": (WELL,)}
    finding = SIGMOID_IN_DEPTH.judge(seen(deep(n, *ops), **more))
    assert (finding and finding.severity) == severity
