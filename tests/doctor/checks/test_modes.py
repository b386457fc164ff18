"""Training and eval mode, and the layers that depend on it."""

import dataclasses

import pytest

from justright.doctor.checks.batch_norm_momentum import BATCH_NORM_MOMENTUM
from justright.doctor.checks.training_in_eval_mode import TRAINING_IN_EVAL_MODE
from justright.doctor.checks.validation_in_training_mode import VALIDATION_IN_TRAINING_MODE
from justright.doctor.checks.validation_with_gradients import VALIDATION_WITH_GRADIENTS
from justright.doctor.evidence import Validation
from justright.kinds import Severity
from tests.doctor.evidences import altered

JUDGED, LEARNT = VALIDATION_IN_TRAINING_MODE.example, TRAINING_IN_EVAL_MODE.example
GRAPHS, NORM = VALIDATION_WITH_GRADIENTS.example, BATCH_NORM_MOMENTUM.example
SHOWN = tuple(Validation(step=30 * i, training_mode=True) for i in range(1, 11))
TAUGHT = tuple(Validation(step=i, training_mode=True) for i in range(1, 301))
NO_DROPOUT = {"drop": {"options": {"p": 0.0}}}
FINAL_TEST = (*JUDGED.validations, Validation(step=300, loss=0.4))
EVAL_ONLY = {"stepped_in_training_mode": 0}

ILL = {
    "no eval()": (VALIDATION_IN_TRAINING_MODE, JUDGED, Severity.WARN),
    "an accuracy of one's own": (
        VALIDATION_IN_TRAINING_MODE, altered(JUDGED, validations=SHOWN), Severity.WARN),
    "eval() for the final test only": (
        VALIDATION_IN_TRAINING_MODE,
        altered(JUDGED, conduct={"judged_in_eval_mode": 1}, validations=FINAL_TEST),
        Severity.WARN),
    "no train() after the validation": (TRAINING_IN_EVAL_MODE, LEARNT, Severity.WARN),
    "never train()": (
        TRAINING_IN_EVAL_MODE,
        altered(LEARNT, conduct=EVAL_ONLY, weight={"fc.weight": {"std": 0.0}}), Severity.WARN),
    "never train() on a trained model": (
        TRAINING_IN_EVAL_MODE,
        altered(LEARNT, conduct=EVAL_ONLY, weight={"fc.weight": {"std": 0.9, "mean": 2.0}}),
        Severity.NOTE),
    "no no_grad()": (VALIDATION_WITH_GRADIENTS, GRAPHS, Severity.NOTE),
    "Keras's momentum": (BATCH_NORM_MOMENTUM, NORM, Severity.WARN),
    "no momentum": (
        BATCH_NORM_MOMENTUM, altered(NORM, layer={"bn": {"options": {"momentum": 0.0}}}),
        Severity.WARN),
}  # fmt: skip
WELL = {
    "no layer that minds": (VALIDATION_IN_TRAINING_MODE, altered(JUDGED, layer=NO_DROPOUT)),
    "eval()": (
        VALIDATION_IN_TRAINING_MODE,
        altered(JUDGED, conduct={"judged_in_training_mode": 0, "judged_in_eval_mode": 10})),
    "training accuracy in training mode, validation in eval mode": (
        VALIDATION_IN_TRAINING_MODE,
        altered(JUDGED, conduct={"judged_in_eval_mode": 10}, validations=tuple(
            Validation(step=i, loss=0.5, training_mode=i % 2 == 0) for i in range(20)))),
    "a teacher": (VALIDATION_IN_TRAINING_MODE, altered(JUDGED, validations=TAUGHT)),
    "a generator that shows what it can do": (
        VALIDATION_IN_TRAINING_MODE,
        altered(JUDGED, validations=SHOWN, tracks=(*JUDGED.tracks, *JUDGED.tracks))),
    "a model that does not learn here": (
        VALIDATION_IN_TRAINING_MODE, altered(JUDGED, layer={"drop": {"model": "Teacher"}})),
    "nothing learnt yet": (VALIDATION_IN_TRAINING_MODE, altered(JUDGED, conduct={"steps": 0})),
    "train() again": (
        TRAINING_IN_EVAL_MODE,
        altered(LEARNT, conduct={"stepped_in_training_mode": 200, "stepped_in_eval_mode": 100})),
    "five steps": (
        TRAINING_IN_EVAL_MODE,
        altered(LEARNT, conduct={"stepped_in_training_mode": 0, "stepped_in_eval_mode": 5})),
    "nothing that minds": (TRAINING_IN_EVAL_MODE, altered(LEARNT, layer=NO_DROPOUT)),
    "no_grad()": (VALIDATION_WITH_GRADIENTS, altered(GRAPHS, validations=(
        dataclasses.replace(GRAPHS.validations[0], with_gradients=False),))),
    "derivatives in the loss": (
        VALIDATION_WITH_GRADIENTS, altered(GRAPHS, conduct={"cycles": {"ZFGBS": 100}})),
    "torch's momentum": (
        BATCH_NORM_MOMENTUM, altered(NORM, layer={"bn": {"options": {"momentum": 0.1}}})),
    "at the edge": (
        BATCH_NORM_MOMENTUM, altered(NORM, layer={"bn": {"options": {"momentum": 0.5}}})),
    "statistics that are not kept": (BATCH_NORM_MOMENTUM, altered(NORM, layer={"bn": {"options": {
        "momentum": 0.99, "track_running_stats": 0.0}}})),
    "eval mode that is never used": (
        BATCH_NORM_MOMENTUM, altered(NORM, conduct={"judged_in_eval_mode": 0})),
}  # fmt: skip


@pytest.mark.parametrize(("check", "evidence", "severity"), ILL.values(), ids=ILL)
def test_fires(check, evidence, severity):
    finding = check.judge(evidence)
    assert finding is not None
    assert (finding.check, finding.severity) == (check.id, severity)


@pytest.mark.parametrize(("check", "evidence"), WELL.values(), ids=WELL)
def test_stays_silent(check, evidence):
    assert check.judge(evidence) is None


def test_names_the_layer_that_minds():
    finding = VALIDATION_IN_TRAINING_MODE.judge(JUDGED)
    assert finding.layer == "drop"
    assert "drop (Dropout)" in finding.sign
