"""Weights as they start."""

import dataclasses

import pytest

from justright.doctor.checks.prior_bias import PRIOR_BIAS
from justright.doctor.checks.symmetric_start import SYMMETRIC_START
from justright.doctor.checks.weights_scale import WEIGHTS_SCALE
from justright.doctor.evidence import Batch, Evidence, LossSample, Signal
from justright.kinds import Severity
from tests.doctor.evidences import NUMBERS, YES_OR_NO, chain, samples, still, use

ALIKE = {"mean": 0.1, "std": 0.0, "rows_equal": True}
NOTHING = {"mean": 0.0, "std": 0.0, "rows_equal": True}
RANDOM = {"std": 0.1}


def pair(first, second, between=("Tanh",), biases=None):
    parts = chain(("a", 4, 8, first), *between, ("b", 8, 1, second), biases=biases)
    return Evidence(door="check", **parts)


SYMMETRIC = {
    "one constant everywhere": (pair(ALIKE, ALIKE), Severity.STOP),
    "with random biases": (pair(ALIKE, ALIKE, biases=RANDOM), Severity.WARN),
    "all zero": (pair(NOTHING, NOTHING), Severity.STOP),
    "past dropout": (pair(ALIKE, ALIKE, ("Relu", "NativeDropout")), Severity.STOP),
    "zeros before a relu": (pair(NOTHING, RANDOM, ("Relu",), {}), Severity.STOP),
    "random": (pair(RANDOM, RANDOM), None),
    "a last layer of zeros": (pair(RANDOM, NOTHING), None),
    "a first layer of zeros before tanh": (pair(NOTHING, RANDOM), None),
    "a first layer of zeros with biases": (pair(NOTHING, RANDOM, ("Relu",), RANDOM), None),
    "a gate between": (pair(ALIKE, ALIKE, ("Mul",)), None),
    "read at random, around a mean": (pair(ALIKE, {"mean": 0.1, "std": 0.05}), None),
    "frozen": (pair(ALIKE | {"trainable": False}, ALIKE), None),
}


@pytest.mark.parametrize(("evidence", "severity"), SYMMETRIC.values(), ids=SYMMETRIC)
def test_units_that_start_alike(evidence, severity):
    finding = SYMMETRIC_START.judge(evidence)
    assert (finding and finding.severity) == severity


def scaled(std, *, first=1.0, saturated=0.0, tracks=(), spread=0.5, **more):
    parts = chain(("a", 64, 64, {"std": std}), "Tanh", ("b", 64, 64, {"std": std}), "Tanh",
                  ("c", 64, 1, {"std": std}))  # fmt: skip
    signals = tuple(Signal(op="Tanh", layer=name, saturated_share=saturated) for name in "ab")
    loss = use(NUMBERS, *samples(first, 1.0, 1.0, example_spread=spread))
    batch = Batch(model="MLP", step=0, shape=(32, 64))
    given = {"losses": (loss,), "signals": signals, "batches": (batch,), "tracks": tracks}
    return Evidence(door="check", **parts, **(given | more))


SCALES = {  # evidence, whether it is too large, too small, or well
    "eight times and saturated": (scaled(1.0, saturated=0.6), "large"),
    "eight times and a wild first loss": (scaled(1.0, first=30.0), "large"),
    "four times, exactly": (scaled(0.5, first=30.0), None),
    "large, but nothing shows it": (scaled(1.0), None),
    "saturated by its inputs": (scaled(0.07, saturated=0.9), None),
    "faint, and stuck": (scaled(0.001, spread=1e-6, tracks=(still(),)), "small"),
    "faint, but it moves": (scaled(0.001, spread=1e-6), None),
    "small, but the outputs differ": (scaled(0.001, tracks=(still(),)), None),
    "as torch starts, and stuck": (scaled(0.07, spread=1e-6, tracks=(still(),)), None),
}


@pytest.mark.parametrize(("evidence", "which"), SCALES.values(), ids=SCALES)
def test_weights_out_of_scale(evidence, which):
    finding = WEIGHTS_SCALE.judge(evidence)
    assert (finding is not None) == (which is not None)
    if which is not None:
        assert which in finding.meaning


def test_a_normalised_network_may_start_small():
    sick = scaled(0.001, spread=1e-6, tracks=(still(),))
    norm = dataclasses.replace(sick.layers[0], name="norm", kind="LayerNorm", weights=())
    assert WEIGHTS_SCALE.judge(dataclasses.replace(sick, layers=(*sick.layers, norm))) is None


def biased(bias, function, **figures):
    parts = chain(("out", 8, 1), biases={"mean": bias})
    first = LossSample(step=0, **({"trivial": 1.0, "example_spread": 0.3} | figures))
    return Evidence(door="check", losses=(use(function, first),), **parts)


BIASES = {
    "ten where the mean is 0": (biased(10.0, NUMBERS, value=100.0, target_mean=0.0), Severity.WARN),
    "the mean of the targets": (biased(10.0, NUMBERS, value=1.0, target_mean=10.0), None),
    "0, far from the mean": (biased(0.0, NUMBERS, value=100.0, target_mean=10.0), None),
    "outputs err, not the bias": (
        biased(0.5, NUMBERS, value=100.0, target_mean=0.0, example_spread=10.0), None),
    "outputs err as much as the bias": (
        biased(10.0, NUMBERS, value=100.0, target_mean=0.0, example_spread=6.0), None),
    "a little bias, far from the mean as 0 is": (
        biased(0.7, NUMBERS, value=100.0, target_mean=10.0), None),
    "a logit of 5 for even classes": (
        biased(5.0, YES_OR_NO, value=2.5, trivial=0.69, target_mean=0.5), Severity.WARN),
    "a prior for rare ones": (
        biased(-4.6, YES_OR_NO, value=0.06, trivial=0.056, target_mean=0.01), None),
    "no prior for rare ones": (
        biased(0.0, YES_OR_NO, value=0.7, trivial=0.056, target_mean=0.01, n_classes_seen=2),
        Severity.NOTE),
    "an infinite logit": (
        biased(1e9, YES_OR_NO, value=5e8, trivial=0.69, target_mean=0.5), Severity.WARN),
}  # fmt: skip


@pytest.mark.parametrize(("evidence", "severity"), BIASES.values(), ids=BIASES)
def test_the_last_bias(evidence, severity):
    finding = PRIOR_BIAS.judge(evidence)
    assert (finding and finding.severity) == severity
