"""The last figure that is ill, and the next one that is well."""

import pytest

from justright.doctor.checks.backward_twice import BACKWARD_TWICE
from justright.doctor.checks.batch_norm_tiny_batch import BATCH_NORM_TINY_BATCH
from justright.doctor.checks.clip_misplaced import CLIP_MISPLACED
from justright.doctor.checks.decay_dominates import DECAY_DOMINATES
from justright.doctor.checks.few_large_batches import FEW_LARGE_BATCHES
from justright.doctor.checks.labels_astray import LABELS_ASTRAY
from justright.doctor.checks.loss_summed import LOSS_SUMMED
from justright.doctor.checks.loss_without_graph import LOSS_WITHOUT_GRAPH
from justright.doctor.checks.negative_loss import NEGATIVE_LOSS
from justright.doctor.checks.never_shuffled import NEVER_SHUFFLED
from justright.doctor.checks.noisy_batches import NOISY_BATCHES
from justright.doctor.checks.rows_in_both_sets import ROWS_IN_BOTH_SETS
from justright.doctor.checks.same_batch_again import SAME_BATCH_AGAIN
from justright.doctor.checks.scheduler_before_step import SCHEDULER_BEFORE_STEP
from justright.doctor.checks.sorted_batches import SORTED_BATCHES
from justright.doctor.checks.step_missing import STEP_MISSING
from justright.doctor.checks.step_once_an_epoch import STEP_ONCE_AN_EPOCH
from justright.doctor.checks.training_in_eval_mode import TRAINING_IN_EVAL_MODE
from justright.doctor.checks.unused_layer import UNUSED_LAYER
from justright.doctor.checks.validation_in_training_mode import VALIDATION_IN_TRAINING_MODE
from justright.doctor.checks.validation_with_gradients import VALIDATION_WITH_GRADIENTS
from justright.doctor.checks.zero_grad_missing import ZERO_GRAD_MISSING
from justright.doctor.evidence import Feed, Graph, LossSample, Op, Track, Trials, Validation
from tests.doctor.evidences import altered


def of(check, **changes):
    return altered(check.example, **changes)


def calls(check, wrong, right):
    return of(check, conduct={"cycles": {wrong: 49, right: 51}})


def course(value, trivial=1.0, n=8):
    return tuple(LossSample(step=step, value=value, trivial=trivial) for step in range(n))


def large(examples=1000, rows=1000, fall=0.05, **track):
    example = FEW_LARGE_BATCHES.example
    losses = tuple(2.3 - fall * step for step in range(20))
    return altered(
        example, loader={"n_examples": examples, "batch_size": rows},
        track={"loss": losses} | track,
        use={"samples": tuple(LossSample(step=s, value=v, trivial=2.3) for s, v in
                              enumerate(losses))},
    )  # fmt: skip


def judged(n, share=0.0):
    return tuple(
        Validation(step=i, loss=0.5, with_gradients=i < share * n, training_mode=True)
        for i in range(n)
    )


def own_sum(rows):
    ops = (Op(name="Sum", inputs=(1,)), Op(name="Pow", shape=(rows,)))
    return of(LOSS_SUMMED, losses=(), feed={"batch_sizes": (rows,) * 9}, graphs=(Graph(ops=ops),))


def summed(factor, calls=90, reduction="sum"):
    return of(
        LOSS_SUMMED, use={"calls": calls, "options": {"reduction": reduction},
                          "samples": tuple(LossSample(step=s, value=1.0) for s in range(5))},
        track={"first_bad_step": None, "steps": tuple(range(5)), "loss": (factor,) * 5},
    )  # fmt: skip


def by_hand(n):
    own = (Track(name="own update", kind="by hand", n_steps=n - 3),)
    return of(STEP_MISSING, conduct={"steps": n - 3, "backwards": n}, tracks=own)


def tried(true, shuffled):
    trials = Trials(true_end=true, shuffled_end=shuffled)
    return of(LABELS_ASTRAY, feed=Feed(n_batches=9), trials=trials)


def blocks(**feed):
    return of(SORTED_BATCHES, feed={"sorted_share": 0.1} | feed)


def only_shared(n):
    feed = {"mixed_rows": 0, "mixed_shared_rows": 0, "only_shared": True, "n_validation_rows": n}
    return of(ROWS_IN_BOTH_SETS, feed=feed)


EDGES = {
    "twice": (
        BACKWARD_TWICE, of(BACKWARD_TWICE, conduct={"steps": 2, "repeated_backwards": 2}),
        of(BACKWARD_TWICE, conduct={"steps": 1, "repeated_backwards": 1})),
    "clipping at half of the steps": (
        CLIP_MISPLACED, of(CLIP_MISPLACED, conduct={"cycles": {"CZFBS": 5, "ZFBS": 5}}),
        calls(CLIP_MISPLACED, "CZFBS", "ZFBS")),
    "a limit": (
        CLIP_MISPLACED, of(CLIP_MISPLACED, track={"clip_limit": 9e5}),
        of(CLIP_MISPLACED, track={"clip_limit": 1e6})),
    "the schedule at half of the steps": (
        SCHEDULER_BEFORE_STEP,
        of(SCHEDULER_BEFORE_STEP, conduct={"cycles": {"ZFBLS": 5, "ZFBS": 5}}),
        calls(SCHEDULER_BEFORE_STEP, "ZFBLS", "ZFBS")),
    "wiped at half of the steps": (
        LOSS_WITHOUT_GRAPH, calls(LOSS_WITHOUT_GRAPH, "FBZS", "ZFBS"),
        of(LOSS_WITHOUT_GRAPH, conduct={"cycles": {"FBZS": 5, "ZFBS": 5}})),
    "two passes": (
        STEP_MISSING, of(STEP_MISSING, conduct={"backwards": 2}),
        of(STEP_MISSING, conduct={"backwards": 1})),
    "twenty passes without an optimizer": (STEP_MISSING, by_hand(20), by_hand(19)),
    "two looks that met a gradient": (
        ZERO_GRAD_MISSING,
        of(ZERO_GRAD_MISSING, track={"sampled": (0, 1, 2, 3), "leftover_share": 0.5}),
        of(ZERO_GRAD_MISSING, track={"sampled": (0, 1, 2), "leftover_share": 0.6})),
    "an epoch and a tenth": (
        STEP_ONCE_AN_EPOCH, of(STEP_ONCE_AN_EPOCH, track={"backwards_per_step": 22.0}, feed={
            "epoch_batches": 20}),
        of(STEP_ONCE_AN_EPOCH, track={"backwards_per_step": 23.0}, feed={"epoch_batches": 20})),
    "two looks at a layer": (
        UNUSED_LAYER, of(UNUSED_LAYER, track={"sampled": (0, 1)}),
        of(UNUSED_LAYER, track={"sampled": (0,)})),
    "ten steps in eval mode": (
        TRAINING_IN_EVAL_MODE,
        of(TRAINING_IN_EVAL_MODE, conduct={
            "stepped_in_training_mode": 5, "stepped_in_eval_mode": 5}),
        of(TRAINING_IN_EVAL_MODE, conduct={
            "stepped_in_training_mode": 4, "stepped_in_eval_mode": 5})),
    "a validation for every second step": (
        VALIDATION_IN_TRAINING_MODE,
        of(VALIDATION_IN_TRAINING_MODE, conduct={"steps": 20}, validations=tuple(
            Validation(step=i, training_mode=True) for i in range(10))),
        of(VALIDATION_IN_TRAINING_MODE, conduct={"steps": 20}, validations=tuple(
            Validation(step=i, training_mode=True) for i in range(11)))),
    "a fifth in eval mode, at the end": (
        VALIDATION_IN_TRAINING_MODE,
        of(VALIDATION_IN_TRAINING_MODE, conduct={"judged_in_eval_mode": 1}, validations=(
            *judged(4), Validation(step=9, loss=0.5))),
        of(VALIDATION_IN_TRAINING_MODE, conduct={"judged_in_eval_mode": 1}, validations=(
            *judged(3), Validation(step=9, loss=0.5)))),
    "half of the validations": (
        VALIDATION_WITH_GRADIENTS, of(VALIDATION_WITH_GRADIENTS, validations=judged(10, 0.5)),
        of(VALIDATION_WITH_GRADIENTS, validations=judged(10, 0.4))),
    "twenty rows, all learnt from": (ROWS_IN_BOTH_SETS, only_shared(20), only_shared(19)),
    "as bad as shuffled": (LABELS_ASTRAY, tried(1.0, 1.02), tried(1.0, 1.04)),
    "no better than a constant": (LABELS_ASTRAY, tried(0.97, 0.98), tried(0.96, 0.98)),
    "batches of one class": (
        SORTED_BATCHES, blocks(single_class_share=0.31), blocks(single_class_share=0.29)),
    "changes of class": (
        SORTED_BATCHES, blocks(class_changes=0.53), blocks(class_changes=0.56)),
    "four batches": (
        NEVER_SHUFFLED, of(NEVER_SHUFFLED, feed={"epoch_batches": 4}),
        of(NEVER_SHUFFLED, feed={"epoch_batches": 3})),
    "ten batches": (
        SAME_BATCH_AGAIN, of(SAME_BATCH_AGAIN, feed={"n_batches": 10}),
        of(SAME_BATCH_AGAIN, feed={"n_batches": 9})),
    "one row of fifty": (
        SAME_BATCH_AGAIN,
        of(SAME_BATCH_AGAIN, loaders=(), feed={"epoch_batches": 20, "duplicated_rows": 628}),
        of(SAME_BATCH_AGAIN, loaders=(), feed={"epoch_batches": 20, "duplicated_rows": 626})),
    "ten steps of batch norm": (
        BATCH_NORM_TINY_BATCH, of(BATCH_NORM_TINY_BATCH, conduct={"stepped_in_training_mode": 10}),
        of(BATCH_NORM_TINY_BATCH, conduct={"stepped_in_training_mode": 9})),
    "eight steps": (FEW_LARGE_BATCHES, large(n_steps=8), large(n_steps=7)),
    "sixty-four examples": (FEW_LARGE_BATCHES, large(64, 64), large(63, 63)),
    "a loss that still falls": (FEW_LARGE_BATCHES, large(fall=0.011), large(fall=0.007)),
    "a loss that is still high": (FEW_LARGE_BATCHES, large(fall=0.073), large(fall=0.085)),
    "two rows": (
        NOISY_BATCHES, of(NOISY_BATCHES, feed={"batch_sizes": (2,) * 9}),
        of(NOISY_BATCHES, feed={"batch_sizes": (3,) * 9})),
    "a hundred noisy steps": (
        NOISY_BATCHES, of(NOISY_BATCHES, track={"n_steps": 100}),
        of(NOISY_BATCHES, track={"n_steps": 99})),
    "decay that left little": (
        DECAY_DOMINATES, of(DECAY_DOMINATES, use={"samples": course(0.61)}),
        of(DECAY_DOMINATES, use={"samples": course(0.59)})),
    "decay over thirty steps": (
        DECAY_DOMINATES, of(DECAY_DOMINATES, track={"n_steps": 30}),
        of(DECAY_DOMINATES, track={"n_steps": 29})),
    "a penalty of twice the loss": (
        DECAY_DOMINATES,
        of(DECAY_DOMINATES, use={"samples": course(0.9)}, track={
            "options": {}, "steps": tuple(range(8)), "loss": (1.81,) * 8}),
        of(DECAY_DOMINATES, use={"samples": course(0.9)}, track={
            "options": {}, "steps": tuple(range(8)), "loss": (1.79,) * 8})),
    "a sum, not divided": (LOSS_SUMMED, summed(0.6), summed(0.4)),
    "four terms": (LOSS_SUMMED, summed(4.0, 360, "mean"), summed(3.0, 270, "mean")),
    "half of twenty terms": (LOSS_SUMMED, summed(10.5, 1800, "mean"), summed(9.5, 1800, "mean")),
    "a sum of eight rows": (LOSS_SUMMED, own_sum(8), own_sum(7)),
    "below zero": (
        NEGATIVE_LOSS, of(NEGATIVE_LOSS, use={"samples": course(-2e-4)}),
        of(NEGATIVE_LOSS, use={"samples": course(-0.9e-4)})),
}  # fmt: skip


@pytest.mark.parametrize(("check", "ill", "well"), EDGES.values(), ids=EDGES)
def test_the_edge_lies_between(check, ill, well):
    assert check.judge(ill) is not None
    assert check.judge(well) is None
