"""Targets far from zero mean and unit spread."""

import math

from justright.doctor.check import Check
from justright.doctor.evidence import Evidence, LossSample, LossUse
from justright.doctor.outputs import NUMBER_LOSSES, left_of_trivial, trained_on
from justright.doctor.suffering import severity
from justright.kinds import Finding, Severity

LARGE = 10.0  # root mean square of targets; an output layer starts near 0 and steps by the rate
SMALL = 0.01  # root mean square of targets; outputs start at some tenths
APART = 3.0  # times the best constant's loss at the start; a start near the mean is well
WELL = 0.5  # of the best constant's loss; a training that came so far was not held up much


def judge(evidence: Evidence) -> Finding | None:
    """From near zero the outputs must walk all the way to the targets, step by step."""
    for use in trained_on(evidence, *NUMBER_LOSSES):
        if not use.samples or use.samples[0].step != 0:
            continue
        first = use.samples[0]
        size = math.hypot(first.target_mean, first.target_std)
        if not math.isfinite(size) or SMALL <= size <= LARGE or first.target_std == 0:
            continue
        if first.target_std <= LARGE and _starts_near(first, size):
            continue
        finding = _sick(evidence, use, first)
        if finding is not None:
            return finding
    return None


def _starts_near(first: LossSample, size: float) -> bool:
    """Whether the first outputs are where the targets are, as with a last bias at their mean."""
    meets = first.low <= first.target_mean <= first.high and size > LARGE
    return meets or (first.trivial is not None and first.value <= APART * first.trivial)


def _sick(evidence: Evidence, use: LossUse, first: LossSample) -> Finding | None:
    large = math.hypot(first.target_mean, first.target_std) > LARGE
    left = left_of_trivial(use)
    well = left is not None and left < WELL and evidence.breakdown is None
    if well and not large:
        return None
    shown = "" if left is None else f"; the loss stands at {left:.3g} times the best constant's"
    return Finding(
        check=TARGETS_NOT_SCALED.id,
        severity=Severity.NOTE if well else severity(evidence),
        sign=f"the targets have mean {first.target_mean:.3g} and standard deviation "
        f"{first.target_std:.3g}, the first outputs run from {first.low:.3g} to "
        f"{first.high:.3g}{shown}",
        meaning="the outputs start far from the targets, and the steps are too short to get there"
        if large
        else "the targets are too small: the first outputs are noise beside them, and the "
        "gradients faint",
        remedy="standardise the targets with the training rows' mean and standard deviation, and "
        "undo it on the predictions",
        line=use.line,
        numbers={"target_mean": first.target_mean, "target_std": first.target_std},
        confidence=0.9 if left is not None and left > 1 else 0.7,
    )


TARGETS_NOT_SCALED = Check(
    id="targets-not-scaled",
    fault=5,
    asks="Are the targets of a regression near zero mean and unit spread?",
    needs=frozenset({"losses"}),
    measured="Root mean square of the targets beyond 10 or below 0.01. Targets of a spread up to "
    "10 are well where the first outputs hold their mean, or the first loss is within 3 times "
    "the best constant's: a last bias set to the mean. A note where the loss came below half of "
    "the best constant's, a stop where nothing was learnt in 50 steps.",
    judge=judge,
    remedy="Standardise the targets, and undo it on the predictions.",
    confirm="print(y.mean(), y.std()) beside the first outputs",
    source="Bishop 1995, Neural Networks for Pattern Recognition, 8.2",
    example=Evidence(
        door="check",
        losses=(
            LossUse(
                function="mse_loss",
                input_shape=(32, 1),
                target_shape=(32, 1),
                made_by="Addmm",
                samples=(
                    LossSample(
                        step=0, value=2.6e10, trivial=4e9, low=-0.4, high=0.5, std=0.2,
                        target_low=5e4, target_high=4e5, target_mean=1.5e5, target_std=6.3e4,
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip
