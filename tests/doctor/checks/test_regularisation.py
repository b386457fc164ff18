"""Dropout, decay, clipping, biases, and what the loss is a sum of."""

import pytest

from justright.doctor.checks.bias_before_norm import BIAS_BEFORE_NORM
from justright.doctor.checks.clipping_always import CLIPPING_ALWAYS
from justright.doctor.checks.decay_dominates import DECAY_DOMINATES
from justright.doctor.checks.dropout_before_batch_norm import DROPOUT_BEFORE_BATCH_NORM
from justright.doctor.checks.dropout_on_convolution import DROPOUT_ON_CONVOLUTION
from justright.doctor.checks.dropout_on_output import DROPOUT_ON_OUTPUT
from justright.doctor.checks.dropout_too_much import DROPOUT_TOO_MUCH
from justright.doctor.checks.loss_summed import LOSS_SUMMED
from justright.doctor.checks.negative_loss import NEGATIVE_LOSS
from justright.doctor.evidence import Layer, LossSample, LossUse, Weight
from justright.kinds import Severity
from tests.doctor.evidences import altered

MUCH, OUT, BEFORE = DROPOUT_TOO_MUCH.example, DROPOUT_ON_OUTPUT.example, (
    DROPOUT_BEFORE_BATCH_NORM.example)  # fmt: skip
CONV, DECAY, CLIP = DROPOUT_ON_CONVOLUTION.example, DECAY_DOMINATES.example, CLIPPING_ALWAYS.example
BIAS, SUM, NEGATIVE = BIAS_BEFORE_NORM.example, LOSS_SUMMED.example, NEGATIVE_LOSS.example


def drop(p, **figures):
    return {"layer": {"drop": {"options": {"p": p}} | figures}}


def course(*values, trivial=1.0, **figures):
    return tuple(
        LossSample(step=step, value=value, trivial=trivial, **figures)
        for step, value in enumerate(values)
    )


def loss(*values, **figures):
    return {"losses": (LossUse(function="mse_loss", samples=course(*values), **figures),)}


STUCK, LEARNT = loss(*(0.9,) * 8), loss(*(0.1,) * 8)
LINEAR = Layer(name="fc2", kind="Linear", in_shape=(8, 4),
               weights=(Weight(name="fc2.weight", shape=(4, 4)),))  # fmt: skip
SINE = (2.0, 4.0, 3.0, 5.0, 6.0, 8.0)


def trained_on(times, *values, calls=90, function="mse_loss", **parts):
    """A training whose backward passes start from so many times the loss function's value."""
    use = {"calls": calls, "options": {}, "samples": course(*values), "function": function}
    track = {"steps": tuple(range(len(values))), "loss": tuple(times * v for v in values)}
    track |= {"first_bad_step": None} | parts.pop("track", {})
    return altered(SUM, use=use, track=track, **parts)


def ascent(times, *values, function="cross_entropy"):
    evidence = trained_on(times, *values, function=function)
    layers = (Layer(name="fc", kind="Linear", weights=(Weight(name="fc.weight", shape=(2, 2)),)),)
    return altered(evidence, track={"gradients": {"fc.weight": (1.0,)}}, layers=layers)


ILL = {
    "the share to keep": (DROPOUT_TOO_MUCH, MUCH, Severity.WARN),
    "six of ten": (DROPOUT_TOO_MUCH, altered(MUCH, **drop(0.6)), Severity.NOTE),
    "at the edge": (DROPOUT_TOO_MUCH, altered(MUCH, **drop(0.7)), Severity.NOTE),
    "much, and learnt well": (DROPOUT_TOO_MUCH, altered(MUCH, **LEARNT), Severity.NOTE),
    "on the output": (DROPOUT_ON_OUTPUT, OUT, Severity.WARN),
    "before batch norm": (DROPOUT_BEFORE_BATCH_NORM, BEFORE, Severity.WARN),
    "a little before batch norm": (
        DROPOUT_BEFORE_BATCH_NORM, altered(BEFORE, **drop(0.2)), Severity.NOTE),
    "pixels": (DROPOUT_ON_CONVOLUTION, CONV, Severity.NOTE),
    "pixels, and stuck": (DROPOUT_ON_CONVOLUTION, altered(CONV, **STUCK), Severity.WARN),
    "decay": (DECAY_DOMINATES, DECAY, Severity.STOP),
    "a penalty": (
        DECAY_DOMINATES,
        altered(DECAY, use={"samples": course(*(0.9,) * 8)}, track={
            "options": {}, "steps": tuple(range(8)), "loss": (9.0,) * 8}), Severity.STOP),
    "far below the gradient": (CLIPPING_ALWAYS, CLIP, Severity.WARN),
    "nine of ten, and learnt": (CLIPPING_ALWAYS, altered(CLIP, **LEARNT), Severity.NOTE),
    "a bias for nothing": (BIAS_BEFORE_NORM, BIAS, Severity.NOTE),
    "a sum that diverged": (LOSS_SUMMED, SUM, Severity.STOP),
    "a sum with SGD": (
        LOSS_SUMMED, altered(SUM, track={"first_bad_step": None, "loss": (60.0, 50.0, 40.0)}),
        Severity.WARN),
    "a sum with Adam": (
        LOSS_SUMMED,
        altered(SUM, track={"kind": "Adam", "first_bad_step": None, "loss": (60.0, 50.0, 40.0)}),
        Severity.NOTE),
    "a sequence": (LOSS_SUMMED, trained_on(20.0, *SINE, calls=1800), Severity.WARN),
    "targets above 1": (NEGATIVE_LOSS, NEGATIVE, Severity.STOP),
    "the wrong way": (NEGATIVE_LOSS, ascent(-1.0, *SINE), Severity.STOP),
}  # fmt: skip
WELL = {
    "half": (DROPOUT_TOO_MUCH, altered(MUCH, **drop(0.5))),
    "masked inputs": (DROPOUT_TOO_MUCH, altered(MUCH, layers=MUCH.layers[::-1])),
    "in a model that does not learn": (
        DROPOUT_TOO_MUCH, altered(MUCH, **drop(0.85, model="Teacher"))),
    "another layer behind": (
        DROPOUT_ON_OUTPUT, altered(OUT, layers=(*OUT.layers, LINEAR))),
    "a loss on something else": (DROPOUT_ON_OUTPUT, altered(OUT, use={"input_shape": (8, 9)})),
    "an activation behind": (DROPOUT_ON_OUTPUT, altered(OUT, use={"made_by": "Addmm"})),
    "off": (DROPOUT_ON_OUTPUT, altered(OUT, **drop(0.0))),
    "after batch norm": (
        DROPOUT_BEFORE_BATCH_NORM, altered(BEFORE, layers=BEFORE.layers[::-1])),
    "weights between": (DROPOUT_BEFORE_BATCH_NORM, altered(
        BEFORE, layers=(BEFORE.layers[0], LINEAR, BEFORE.layers[1]))),
    "channels": (DROPOUT_ON_CONVOLUTION, altered(CONV, **drop(0.5, kind="Dropout2d"))),
    "pooled": (DROPOUT_ON_CONVOLUTION, altered(CONV, **drop(0.5, in_shape=(8, 4, 1, 1)))),
    "flattened": (DROPOUT_ON_CONVOLUTION, altered(CONV, **drop(0.5, in_shape=(8, 196)))),
    "shrunk, and learnt": (DECAY_DOMINATES, altered(DECAY, **LEARNT)),
    "stuck, not shrunk": (
        DECAY_DOMINATES, altered(DECAY, weight={"fc.weight": {"growth": 0.31}})),
    "no decay": (DECAY_DOMINATES, altered(DECAY, track={"options": {}})),
    "not trained": (DECAY_DOMINATES, altered(DECAY, track={"gradients": {}})),
    "spikes only": (CLIPPING_ALWAYS, altered(CLIP, track={"clipped_share": 0.89})),
    "values, one by one": (CLIPPING_ALWAYS, altered(CLIP, track={"clip_ratio": None})),
    "no bias": (BIAS_BEFORE_NORM, altered(BIAS, layer={"fc": {"options": {"bias": 0.0}}})),
    "a sum divided by the rows": (LOSS_SUMMED, altered(
        trained_on(1 / 32, *SINE), use={"options": {"reduction": "sum"}})),
    "a mean": (LOSS_SUMMED, trained_on(1.0, *SINE)),
    "a sequence, divided by its length": (LOSS_SUMMED, trained_on(1.0, *SINE, calls=1800)),
    "two losses": (LOSS_SUMMED, trained_on(2.0, *SINE, calls=180)),
    "a mean at zero": (NEGATIVE_LOSS, altered(NEGATIVE, use={"samples": course(0.0, -1e-5)})),
    "a density": (NEGATIVE_LOSS, altered(NEGATIVE, use={"function": "gaussian_nll_loss"})),
    "validation alone": (NEGATIVE_LOSS, altered(NEGATIVE, use={"learning": False})),
    "a reward": (NEGATIVE_LOSS, ascent(-1.0, *SINE[::-1])),
    "an adversary's own": (NEGATIVE_LOSS, ascent(-1.0, *SINE, function="cosine_embedding_loss")),
}  # fmt: skip


@pytest.mark.parametrize(("check", "evidence", "severity"), ILL.values(), ids=ILL)
def test_fires(check, evidence, severity):
    finding = check.judge(evidence)
    assert finding is not None
    assert (finding.check, finding.severity) == (check.id, severity)


@pytest.mark.parametrize(("check", "evidence"), WELL.values(), ids=WELL)
def test_stays_silent(check, evidence):
    assert check.judge(evidence) is None


def test_offers_the_share_that_was_meant():
    assert "p=0.15" in DROPOUT_TOO_MUCH.judge(MUCH).remedy


def test_names_the_layer_before_the_dropout():
    assert "after the last layer, fc" in DROPOUT_ON_OUTPUT.judge(OUT).sign
