"""Rows in both sets, labels, the order of the rows, and the size of the batches."""

import pytest

from justright.doctor.checks.batch_norm_tiny_batch import BATCH_NORM_TINY_BATCH
from justright.doctor.checks.constant_under_imbalance import CONSTANT_UNDER_IMBALANCE
from justright.doctor.checks.few_large_batches import FEW_LARGE_BATCHES
from justright.doctor.checks.labels_astray import LABELS_ASTRAY
from justright.doctor.checks.never_shuffled import NEVER_SHUFFLED
from justright.doctor.checks.noisy_batches import NOISY_BATCHES
from justright.doctor.checks.rows_dropped import ROWS_DROPPED
from justright.doctor.checks.rows_in_both_sets import ROWS_IN_BOTH_SETS
from justright.doctor.checks.same_batch_again import SAME_BATCH_AGAIN
from justright.doctor.checks.sorted_batches import SORTED_BATCHES
from justright.doctor.evidence import Feed, Loader, LossSample, Source, Trials, Validation
from justright.kinds import Severity
from tests.doctor.evidences import altered

BOTH, RARE, ASTRAY = ROWS_IN_BOTH_SETS.example, CONSTANT_UNDER_IMBALANCE.example, (
    LABELS_ASTRAY.example)  # fmt: skip
SORTED, AGAIN = SORTED_BATCHES.example, SAME_BATCH_AGAIN.example
ORDER, NORM, DROPPED = NEVER_SHUFFLED.example, BATCH_NORM_TINY_BATCH.example, ROWS_DROPPED.example
LARGE, NOISY = FEW_LARGE_BATCHES.example, NOISY_BATCHES.example
JUDGED = (Validation(step=9, loss=0.5), Validation(step=18, loss=0.4))
ALL_SHARED = {"mixed_rows": 0, "mixed_shared_rows": 0, "only_shared": True}
VAL_LOADER = {
    "loaders": (Loader(n_examples=2853, batch_size=64, learning=False, line=1),),
    "source": Source(path="train.py", lines=("for xb, yb in val_loader:",)),
}
TRIED = {"feed": Feed(n_batches=9), "trials": Trials(true_end=1.0, shuffled_end=1.01)}


def rare(**figures):
    figures = {
        "value": 0.2, "trivial": 0.2, "accuracy": 0.95, "majority": 0.95, "predicted_majority": 1.0
    } | figures  # fmt: skip
    return altered(
        RARE, use={"samples": tuple(LossSample(step=10 * i, **figures) for i in range(1, 12))}
    )


ILL = {
    "oversampled before the split": (ROWS_IN_BOTH_SETS, BOTH, Severity.WARN),
    "a few rows of a small set": (
        ROWS_IN_BOTH_SETS, altered(BOTH, feed={"mixed_rows": 100, "mixed_shared_rows": 5}),
        Severity.WARN),
    "called validation": (
        ROWS_IN_BOTH_SETS,
        altered(BOTH, feed=ALL_SHARED | {"n_validation_rows": 2853}, validations=JUDGED,
                **VAL_LOADER), Severity.WARN),
    "part of the training rows": (
        ROWS_IN_BOTH_SETS,
        altered(BOTH, feed=ALL_SHARED | {"n_validation_rows": 500}, validations=JUDGED),
        Severity.WARN),
    "the training rows, and nothing else": (
        ROWS_IN_BOTH_SETS,
        altered(BOTH, feed=ALL_SHARED | {"n_validation_rows": 2853}, validations=JUDGED),
        Severity.NOTE),
    "the rare class never": (CONSTANT_UNDER_IMBALANCE, RARE, Severity.WARN),
    "never above one half, yet well told apart": (
        CONSTANT_UNDER_IMBALANCE, rare(value=0.1), Severity.NOTE),
    "another label each time": (LABELS_ASTRAY, ASTRAY, Severity.STOP),
    "no better than shuffled": (LABELS_ASTRAY, altered(ASTRAY, **TRIED), Severity.NOTE),
    "sorted by class": (SORTED_BATCHES, SORTED, Severity.WARN),
    "classes in blocks, in no order": (
        SORTED_BATCHES, altered(SORTED, feed={"sorted_share": 0.1}), Severity.WARN),
    "a class a batch, in order": (
        SORTED_BATCHES,
        altered(SORTED, feed={"epoch_batches": 10, "class_changes": 1.0}), Severity.WARN),
    "sorted numbers": (
        SORTED_BATCHES, altered(SORTED, feed={"n_classes": 0, "single_class_share": 0.0}),
        Severity.WARN),
    "next(iter(loader))": (SAME_BATCH_AGAIN, AGAIN, Severity.WARN),
    "a dataset of one row": (
        SAME_BATCH_AGAIN,
        altered(AGAIN, feed={"epoch_batches": 20, "duplicated_rows": 639, "n_rows_seen": 1},
                loaders=()), Severity.WARN),
    "the same order": (NEVER_SHUFFLED, ORDER, Severity.NOTE),
    "two images": (BATCH_NORM_TINY_BATCH, NORM, Severity.WARN),
    "four rows": (
        BATCH_NORM_TINY_BATCH,
        altered(NORM, feed={"batch_sizes": (4,) * 9}, layer={"bn": {"in_shape": (4, 8)}}),
        Severity.WARN),
    "a third of the rows, always the same": (ROWS_DROPPED, DROPPED, Severity.WARN),
    "a third of the rows": (
        ROWS_DROPPED, altered(DROPPED, loader={"shuffles": True}), Severity.NOTE),
    "all rows": (
        ROWS_DROPPED, altered(DROPPED, loader={"n_examples": 60, "learning": False}),
        Severity.STOP),
    "one batch an epoch": (FEW_LARGE_BATCHES, LARGE, Severity.WARN),
    "a third of the rows in each batch, by hand": (
        FEW_LARGE_BATCHES,
        altered(LARGE, loaders=(), feed={"epoch_batches": 3, "n_rows_seen": 3000}), Severity.WARN),
    "one row a step, and stuck": (NOISY_BATCHES, NOISY, Severity.WARN),
}  # fmt: skip
WELL = {
    "clean": (ROWS_IN_BOTH_SETS, altered(BOTH, feed={"mixed_rows": 0, "mixed_shared_rows": 0})),
    "a few repeats of a large set": (
        ROWS_IN_BOTH_SETS, altered(BOTH, feed={"mixed_rows": 900, "mixed_shared_rows": 44})),
    "three flowers": (
        ROWS_IN_BOTH_SETS, altered(BOTH, feed={"mixed_rows": 30, "mixed_shared_rows": 3})),
    "inputs of few values": (ROWS_IN_BOTH_SETS, altered(BOTH, feed={"coarse": True})),
    "words that repeat in training too": (
        ROWS_IN_BOTH_SETS, altered(BOTH, feed={"duplicated_rows": 400})),
    "ten reconstructions": (
        ROWS_IN_BOTH_SETS, altered(BOTH, feed=ALL_SHARED | {"n_validation_rows": 10})),
    "found now and then": (CONSTANT_UNDER_IMBALANCE, rare(predicted_majority=0.99)),
    "balanced": (CONSTANT_UNDER_IMBALANCE, rare(majority=0.55, accuracy=0.55)),
    "one class only": (CONSTANT_UNDER_IMBALANCE, rare(majority=1.0, accuracy=1.0)),
    "another class than the commonest": (CONSTANT_UNDER_IMBALANCE, rare(accuracy=0.05)),
    "weighed": (
        CONSTANT_UNDER_IMBALANCE, altered(RARE, use={"options": {"pos_weight": "given"}})),
    "a short run": (CONSTANT_UNDER_IMBALANCE, altered(RARE, track={"n_steps": 59})),
    "noisy labels": (LABELS_ASTRAY, altered(ASTRAY, feed={"same_class_share": 0.24})),
    "labels of inputs with few values": (LABELS_ASTRAY, altered(ASTRAY, feed={"coarse": True})),
    "few that came again": (LABELS_ASTRAY, altered(ASTRAY, feed={"seen_again": 49})),
    "better than shuffled": (LABELS_ASTRAY, altered(
        ASTRAY, feed=Feed(n_batches=9), trials=Trials(true_end=0.96, shuffled_end=1.2))),
    "mixed classes": (SORTED_BATCHES, altered(
        SORTED, feed={"single_class_share": 0.02, "sorted_share": 0.1})),
    "real and made batches in turn": (SORTED_BATCHES, altered(SORTED, feed={
        "n_classes": 2, "single_class_share": 1.0, "class_changes": 1.0, "sorted_share": 0.0})),
    "small batches of a rare class": (SORTED_BATCHES, altered(SORTED, feed={
        "single_class_share": 0.9, "expected_single_share": 0.88, "sorted_share": 0.0})),
    "a series with a trend": (
        SORTED_BATCHES, altered(SORTED, feed={
            "n_classes": 0, "single_class_share": 0.0, "sorted_share": 0.9})),
    "three batches": (SORTED_BATCHES, altered(SORTED, feed={"epoch_batches": 3})),
    "full batches": (
        SAME_BATCH_AGAIN, altered(AGAIN, feed={"n_rows_seen": 600}, loader={"batch_size": 600})),
    "full batches without a loader": (SAME_BATCH_AGAIN, altered(AGAIN, loaders=())),
    "a balanced sampler": (
        SAME_BATCH_AGAIN, altered(AGAIN, feed={"epoch_batches": 18, "n_rows_seen": 380})),
    "a loader of one set, then one of another": (SAME_BATCH_AGAIN, altered(AGAIN, loaders=(
        *AGAIN.loaders, Loader(n_examples=32, batch_size=32, line=20)))),
    "shuffled": (NEVER_SHUFFLED, altered(ORDER, feed={"same_order": 0})),
    "three rows of maps": (
        BATCH_NORM_TINY_BATCH, altered(NORM, feed={"batch_sizes": (3,) * 9})),
    "five rows": (BATCH_NORM_TINY_BATCH, altered(
        NORM, feed={"batch_sizes": (5,) * 9}, layer={"bn": {"in_shape": (5, 8)}})),
    "one row at the end": (
        BATCH_NORM_TINY_BATCH, altered(NORM, feed={"batch_sizes": (16,) * 9 + (1,)})),
    "frozen batch norm": (
        BATCH_NORM_TINY_BATCH, altered(NORM, weight={"bn.weight": {"trainable": False}})),
    "in eval mode": (
        BATCH_NORM_TINY_BATCH, altered(NORM, conduct={"stepped_in_training_mode": 0})),
    "a rest of some rows": (ROWS_DROPPED, altered(DROPPED, loader={"n_examples": 79})),
    "nothing dropped": (ROWS_DROPPED, altered(DROPPED, loader={"drop_last": False})),
    "a loader for validation": (ROWS_DROPPED, altered(DROPPED, loader={"learning": False})),
    "stopped by the doctor": (
        FEW_LARGE_BATCHES, altered(LARGE, conduct={"stopped": "steps"})),
    "a trial run": (FEW_LARGE_BATCHES, altered(LARGE, track={"n_steps": 5})),
    "learnt all the same": (FEW_LARGE_BATCHES, altered(LARGE, use={"samples": tuple(
        LossSample(step=s, value=0.3, trivial=2.3) for s in range(20))})),
    "steps enough": (FEW_LARGE_BATCHES, altered(LARGE, track={"n_steps": 301})),
    "full batches, by hand": (
        FEW_LARGE_BATCHES,
        altered(LARGE, loaders=(), feed={"epoch_batches": 1, "n_rows_seen": 1000})),
    "small batches": (FEW_LARGE_BATCHES, altered(LARGE, loader={"batch_size": 249})),
    "one row a step that learns": (NOISY_BATCHES, altered(NOISY, use={"samples": tuple(
        LossSample(step=s, value=0.5, trivial=0.69) for s in range(8))})),
    "four rows a step": (NOISY_BATCHES, altered(NOISY, feed={"batch_sizes": (4,) * 200})),
    "accumulation of single rows": (
        NOISY_BATCHES, altered(NOISY, track={"backwards_per_step": 16.0})),
}  # fmt: skip


@pytest.mark.parametrize(("check", "evidence", "severity"), ILL.values(), ids=ILL)
def test_fires(check, evidence, severity):
    finding = check.judge(evidence)
    assert finding is not None
    assert (finding.check, finding.severity) == (check.id, severity)


@pytest.mark.parametrize(("check", "evidence"), WELL.values(), ids=WELL)
def test_stays_silent(check, evidence):
    assert check.judge(evidence) is None


def test_says_how_many_rows_are_in_both_sets():
    assert ROWS_IN_BOTH_SETS.judge(BOTH).sign.startswith("282 of 929 validation rows")
