"""The first loss of a script, against that of a network that knows nothing."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.inputs import loud_inputs
from justright.doctor.outputs import (
    BINARY_LOSSES,
    CLASS_LOSSES,
    NUMBER_LOSSES,
    head,
    trained_on,
)
from justright.kinds import Finding, Severity

DOUBT = 2.0  # times; logits of spread 1 cost half a nat more than even ones, so that 1.5 is common
SICK = 20.0  # times the loss of even odds
LOUD = 2.0  # spread of outputs, in spreads of the targets; the default init starts below 1


def judge(evidence: Evidence) -> Finding | None:
    """An untrained network should lose what even odds, or an output of zero, lose."""
    for use in trained_on(evidence, *CLASS_LOSSES, *BINARY_LOSSES, *NUMBER_LOSSES):
        if not use.samples or use.samples[0].step != 0 or use.options.get("reduction") == "sum":
            continue
        if {"weight", "pos_weight"} & set(use.options):
            continue
        first = use.samples[0]
        expected = _expected(use, first)
        if expected is None or not math.isfinite(first.value) or not first.finite_target:
            continue
        if first.value <= DOUBT * expected:
            continue
        if use.function in NUMBER_LOSSES and first.std <= LOUD * max(first.target_std, 1.0):
            continue  # the targets are out of scale, not the outputs
        return _sick(evidence, use, first, expected)
    return None


def _expected(use: LossUse, first: LossSample) -> float | None:
    """Loss of even odds, or of an output of zero; never less than the best constant's."""
    trivial = first.trivial or 0.0
    if use.function in CLASS_LOSSES:
        classes = use.input_shape[1] if len(use.input_shape) > 1 else 0
        return max(trivial, math.log(classes)) if classes > 1 else None
    if use.function in BINARY_LOSSES:
        return max(trivial, math.log(2))
    square = first.target_mean**2 + first.target_std**2
    return square if use.function == "mse_loss" else math.sqrt(square)


def _sick(evidence: Evidence, use: LossUse, first: LossSample, expected: float) -> Finding:
    caused = loud_inputs(evidence)
    times = first.value / expected
    numbers = use.function in NUMBER_LOSSES
    knows = "outputs of zero lose" if numbers else "even odds lose"
    return Finding(
        check=FIRST_LOSS_OFF.id,
        severity=Severity.NOTE if caused else Severity.WARN,
        sign=f"the first loss is {first.value:.3g}, {times:.3g} times the {expected:.3g} that "
        f"{knows}; the outputs start with a spread of {first.std:.3g}",
        meaning="the untrained network is sure of wrong answers and must first unlearn them",
        remedy="scale the inputs; they make the first outputs loud"
        if caused
        else "start the last layer small: multiply its weight by 0.01 and set its bias to zero "
        "(for tied or hand-made weights: std=0.02)",
        layer=head(evidence, use).layer or None,
        line=use.line,
        numbers={"first_loss": first.value, "expected": expected, "output_std": first.std},
        confidence=0.3 if caused else (0.85 if times > SICK else 0.7),
    )


FIRST_LOSS_OFF = Check(
    id="first-loss-off",
    fault=4,
    asks="Does the script's first loss look like that of a network that knows nothing?",
    needs=frozenset({"losses"}),
    measured="The first loss against ln K for K classes, ln 2 for yes and no, or the loss of "
    "zeros for numbers, never less than the best constant's. Alarm beyond 2 times: logits of "
    "spread 1 cost half a nat more than even ones. Not told for weighted or summed losses; a note "
    "where unscaled inputs explain it.",
    judge=judge,
    remedy="Start the last layer small, with its bias at zero or at the prior.",
    confirm="multiply the last layer's weight by 0.01 before training and print the first loss",
    source="Karpathy 2019, A Recipe for Training Neural Networks: verify loss at init",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="cross_entropy",
                input_shape=(32, 20),
                target_shape=(32,),
                made_by="Addmm",
                samples=(LossSample(step=0, value=13.0, trivial=2.9, std=9.0),),
            ),
        ),
    ),
)
