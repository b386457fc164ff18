"""Forward, backward, step: orders that lose gradients or add them up."""

import pytest

from justright.doctor.checks.accumulation_not_scaled import ACCUMULATION_NOT_SCALED
from justright.doctor.checks.backward_twice import BACKWARD_TWICE
from justright.doctor.checks.clip_misplaced import CLIP_MISPLACED
from justright.doctor.checks.gradient_wiped import GRADIENT_WIPED
from justright.doctor.checks.scheduler_before_step import SCHEDULER_BEFORE_STEP
from justright.doctor.checks.step_missing import STEP_MISSING
from justright.doctor.checks.step_once_an_epoch import STEP_ONCE_AN_EPOCH
from justright.doctor.checks.zero_grad_missing import ZERO_GRAD_MISSING
from justright.doctor.evidence import Failure, Track
from justright.kinds import Severity
from tests.doctor.evidences import altered

LEFT, WIPED, NO_STEP = ZERO_GRAD_MISSING.example, GRADIENT_WIPED.example, STEP_MISSING.example
EPOCH, TWICE, SUMMED = STEP_ONCE_AN_EPOCH.example, BACKWARD_TWICE.example, (
    ACCUMULATION_NOT_SCALED.example)  # fmt: skip
CLIPPED, SCHEDULED = CLIP_MISPLACED.example, SCHEDULER_BEFORE_STEP.example
BY_HAND = altered(
    NO_STEP, conduct={"steps": 196},
    tracks=(Track(name="own update", kind="by hand", n_steps=196),),
)  # fmt: skip

ILL = {
    "never zeroed": (ZERO_GRAD_MISSING, LEFT, Severity.STOP),
    "zeroed once an epoch": (
        ZERO_GRAD_MISSING,
        altered(LEFT, conduct={"cycles": {"ZFBS": 10, "FBS": 290}}, track={"leftover_share": 0.6}),
        Severity.STOP),
    "a closure that never zeroes": (
        ZERO_GRAD_MISSING,
        altered(LEFT, conduct={"cycles": {"SFBFBFB": 20}}, track={"leftover_share": 0.0}),
        Severity.STOP),
    "zeroed before the step": (GRADIENT_WIPED, WIPED, Severity.STOP),
    "no step": (STEP_MISSING, NO_STEP, Severity.STOP),
    "no backward": (
        STEP_MISSING, altered(NO_STEP, conduct={"steps": 9, "backwards": 0}), Severity.STOP),
    "no optimizer": (STEP_MISSING, BY_HAND, Severity.STOP),
    "one step an epoch, zeroed in between": (STEP_ONCE_AN_EPOCH, EPOCH, Severity.STOP),
    "twice through a loss": (BACKWARD_TWICE, TWICE, Severity.WARN),
    "a sum of means": (ACCUMULATION_NOT_SCALED, SUMMED, Severity.WARN),
    "that Adam makes up for": (
        ACCUMULATION_NOT_SCALED, altered(SUMMED, track={"kind": "Adam"}), Severity.NOTE),
    "clipped after the step": (CLIP_MISPLACED, CLIPPED, Severity.WARN),
    "clipped before the gradient is there": (
        CLIP_MISPLACED, altered(CLIPPED, conduct={"cycles": {"ZFCBS": 9}}), Severity.WARN),
    "the schedule first": (SCHEDULER_BEFORE_STEP, SCHEDULED, Severity.WARN),
}  # fmt: skip
WELL = {
    "a start of its own": (ZERO_GRAD_MISSING, altered(LEFT, track={"leftover_share": 0.49})),
    "one look": (
        ZERO_GRAD_MISSING, altered(LEFT, track={"leftover_share": 1.0, "sampled": (1,)})),
    "a closure that zeroes": (
        ZERO_GRAD_MISSING,
        altered(LEFT, conduct={"cycles": {"SZFBZFB": 20}}, track={"leftover_share": 0.0})),
    "a closure called once": (
        ZERO_GRAD_MISSING,
        altered(LEFT, conduct={"cycles": {"SFB": 20}}, track={"leftover_share": 0.0})),
    "another optimizer's gradient": (GRADIENT_WIPED, altered(WIPED, track={"empty_steps": 0.0})),
    "zeroed first": (GRADIENT_WIPED, altered(WIPED, conduct={"cycles": {"ZFBS": 100}})),
    "an adversary's gradient": (GRADIENT_WIPED, altered(WIPED, conduct={"cycles": {"FBZFBS": 9}})),
    "updates by hand": (
        STEP_MISSING, altered(BY_HAND, weight={"fc.weight": {"moved": True}})),
    "stopped early": (
        STEP_MISSING, altered(NO_STEP, conduct={"stopped": "time", "backwards": 49})),
    "an explanation in eval mode": (
        STEP_MISSING, altered(NO_STEP, conduct={"learned_in_training_mode": 0})),
    "failed before the step": (
        STEP_MISSING, altered(NO_STEP, failure=Failure(error="ValueError", message=""))),
    "accumulation over an epoch, divided": (
        STEP_ONCE_AN_EPOCH, altered(EPOCH, conduct={"cycles": {"ZFBFBFBFBS": 10}})),
    "accumulation over part of an epoch": (
        STEP_ONCE_AN_EPOCH, altered(EPOCH, feed={"epoch_batches": 40})),
    "two losses of one pass": (BACKWARD_TWICE, altered(TWICE, conduct={"repeated_backwards": 0})),
    "a look at the curvature": (BACKWARD_TWICE, altered(TWICE, conduct={"repeated_backwards": 49})),
    "divided": (ACCUMULATION_NOT_SCALED, altered(SUMMED, track={"loss": (0.25,) * 5})),
    "two losses of a discriminator": (
        ACCUMULATION_NOT_SCALED,
        altered(SUMMED, conduct={"cycles": {"ZFBFBS": 50}}, track={"backwards_per_step": 2.0})),
    "an adversary of several rounds": (
        ACCUMULATION_NOT_SCALED, altered(SUMMED, conduct={"cycles": {"FBFBFBZFBS": 50}})),
    "clipped in time": (CLIP_MISPLACED, altered(CLIPPED, conduct={"cycles": {"ZFBCS": 100}})),
    "the norm is measured": (CLIP_MISPLACED, altered(CLIPPED, track={"clip_limit": 1e9})),
    "two models clipped in turn": (
        CLIP_MISPLACED, altered(CLIPPED, conduct={"cycles": {"ZFBCS": 50, "CS": 50}})),
    "a schedule for each step": (
        SCHEDULER_BEFORE_STEP, altered(SCHEDULED, conduct={"cycles": {"LZFBS": 100}})),
    "another optimizer's schedule": (
        SCHEDULER_BEFORE_STEP, altered(SCHEDULED, conduct={"optimizers": 2})),
}  # fmt: skip


@pytest.mark.parametrize(("check", "evidence", "severity"), ILL.values(), ids=ILL)
def test_fires(check, evidence, severity):
    finding = check.judge(evidence)
    assert finding is not None
    assert (finding.check, finding.severity) == (check.id, severity)


@pytest.mark.parametrize(("check", "evidence"), WELL.values(), ids=WELL)
def test_stays_silent(check, evidence):
    assert check.judge(evidence) is None


def test_says_how_often_gradients_are_zeroed():
    once = altered(LEFT, conduct={"cycles": {"ZFBS": 10, "FBS": 290}})
    assert "zero_grad() is never called" in ZERO_GRAD_MISSING.judge(LEFT).sign
    assert "zero_grad() comes before 10 of 300 steps" in ZERO_GRAD_MISSING.judge(once).sign


def test_tells_what_to_divide_by():
    assert ACCUMULATION_NOT_SCALED.judge(SUMMED).remedy.startswith("(loss / 4).backward()")
