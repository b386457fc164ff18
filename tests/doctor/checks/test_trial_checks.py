"""Both sides of every limit of the checks that read trials."""

import pytest

from justright.doctor.checks.trial_leak import TRIAL_LEAK
from justright.doctor.checks.trial_overfit import TRIAL_OVERFIT
from justright.doctor.checks.trial_rate import TRIAL_RATE
from justright.doctor.checks.trial_sum import TRIAL_SUM
from justright.doctor.checks.trial_unread_columns import TRIAL_UNREAD_COLUMNS
from justright.doctor.checks.trial_zero_inputs import TRIAL_ZERO_INPUTS
from justright.doctor.evidence import Evidence, LossSample, LossUse, RateTrial, Track, Trials
from justright.doctor.trials.remedy import mended_rate
from justright.kinds import Severity

NOTE, WARN, STOP = Severity.NOTE, Severity.WARN, Severity.STOP


def rated(own, others, first=1.0, **more):
    """Losses after the trials, by factor."""
    all_of = {1.0: own, **others}
    rates = tuple(RateTrial(factor=k, first=first, last=v) for k, v in all_of.items())
    return {"rates": rates, "rate": 0.1, "n_steps": 40, **more}


def heart(end, floor=0.0, n_layers=2, **more):
    return {
        "batch_end": end, "batch_floor": floor, "batch_trivial": 1.0, "n_layers": n_layers,
        "n_rows": 8, "n_distinct": 8, **more,
    }  # fmt: skip


CASES = {  # check, figures of the trials, severity
    "learnt a tenth": (TRIAL_OVERFIT, heart(0.9), None),
    "learnt less": (TRIAL_OVERFIT, heart(0.91), WARN),
    "learnt a little": (TRIAL_OVERFIT, heart(0.98), WARN),
    "learnt nothing": (TRIAL_OVERFIT, heart(0.981), STOP),
    "a straight line learns little": (TRIAL_OVERFIT, heart(0.98, n_layers=1), None),
    "a straight line learns nothing": (TRIAL_OVERFIT, heart(0.99, n_layers=1), WARN),
    "the inputs tell little": (TRIAL_OVERFIT, heart(0.96, floor=0.95), None),
    "the inputs tell nothing": (TRIAL_OVERFIT, heart(1.0, floor=0.96, n_distinct=7), None),
    "the targets are alike": (TRIAL_OVERFIT, heart(1.0, floor=0.96, n_distinct=0), None),
    "no outputs suit": (TRIAL_OVERFIT, heart(1.0, floor=0.96), STOP),
    "the loss is not known": (TRIAL_OVERFIT, {"batch_end": 1.0}, None),
    "zeros do as well": (TRIAL_ZERO_INPUTS, heart(0.96, zeros_end=1.0), WARN),
    "zeros do worse": (TRIAL_ZERO_INPUTS, heart(0.95, zeros_end=1.0), None),
    "zeros and a straight line": (
        TRIAL_ZERO_INPUTS, heart(1.0, zeros_end=1.0, n_layers=1), None,
    ),
    "zeros and targets alike": (TRIAL_ZERO_INPUTS, heart(0.0, zeros_end=1e-4), None),
    "zeros and equal rows": (TRIAL_ZERO_INPUTS, heart(1.0, floor=0.96, zeros_end=1.0), None),
    "nothing moves": (TRIAL_ZERO_INPUTS, {"output_moves": 1e-6}, STOP),
    "something moves": (TRIAL_ZERO_INPUTS, {"output_moves": 1e-5}, None),
    "one of two unread": (TRIAL_UNREAD_COLUMNS, {"unread_columns": (0,), "n_columns": 2}, WARN),
    "all unread": (TRIAL_UNREAD_COLUMNS, {"unread_columns": (0, 1), "n_columns": 2}, None),
    "all read": (TRIAL_UNREAD_COLUMNS, {"unread_columns": (), "n_columns": 2}, None),
    "nobody moves": (TRIAL_LEAK, {"moved_rows": 0.0}, None),
    "few move": (TRIAL_LEAK, {"moved_rows": 0.49}, WARN),
    "half move": (TRIAL_LEAK, {"moved_rows": 0.5}, STOP),
    "rows may be one series": (
        TRIAL_LEAK,
        {"moved_rows": 1.0, "n_columns": 3, "leak_kind": "GRU", "leak_inside": True},
        NOTE,
    ),
    "rates alike": (TRIAL_RATE, rated(0.9, {0.1: 0.95, 10.0: 0.5}), None),
    "bad, a tenth learns": (TRIAL_RATE, rated(1.0, {0.1: 0.79}), WARN),
    "bad, a tenth hardly learns": (TRIAL_RATE, rated(1.0, {0.1: 0.81}), None),
    "good, a tenth is better": (TRIAL_RATE, rated(0.99, {0.1: 0.1}), None),
    "doubled": (TRIAL_RATE, rated(2.0, {0.1: 0.5}), WARN),
    "more than doubled": (TRIAL_RATE, rated(2.1, {0.1: 0.5}), STOP),
    "not finite": (TRIAL_RATE, rated(None, {0.1: None, 0.01: 0.5}), STOP),
    "nothing is finite": (TRIAL_RATE, rated(None, {0.1: None, 0.01: None}), None),
    "rests": (TRIAL_RATE, rated(0.9961, {100.0: 0.2}), WARN),
    "slow": (TRIAL_RATE, rated(0.9959, {100.0: 0.2}), None),
    "rests, a higher rate nearly too": (
        TRIAL_RATE, rated(0.999, {100.0: 0.9911}, batch_floor=0.1), None,
    ),
    "rests, a higher rate moves": (
        TRIAL_RATE, rated(0.999, {100.0: 0.9899}, batch_floor=0.1), WARN,
    ),
    "a mean": (TRIAL_SUM, {"loss_doubled": 1.0}, None),
    "in between": (TRIAL_SUM, {"loss_doubled": 1.79}, None),
    "a sum": (TRIAL_SUM, {"loss_doubled": 1.8}, NOTE),
    "a sum that rests": (TRIAL_SUM, rated(0.999, {100.0: 0.2}, loss_doubled=2.0), NOTE),
    "a sum that blows up": (TRIAL_SUM, rated(None, {0.1: 0.2}, loss_doubled=2.0), WARN),
}  # fmt: skip


@pytest.mark.parametrize(("check", "figures", "severity"), CASES.values(), ids=CASES)
def test_limits(check, figures, severity):
    finding = check.judge(Evidence(door="check", trials=Trials(**figures)))
    assert (finding and finding.severity) == severity


def course(*values):
    samples = tuple(LossSample(step=k, value=v, trivial=1.0) for k, v in enumerate(values))
    return {"losses": (LossUse(function="mse_loss", samples=samples),)}


WATCHED = {  # what the training itself did, whether failed trials still count
    "came well below a constant": (course(1.2, 0.9, 0.6, 0.69), False),
    "did not quite": (course(1.2, 0.9, 0.6, 0.71), True),
    "fell by half": ({"tracks": (Track(name="o", kind="SGD", loss=(9, 7, 5, 4)),)}, False),
    "fell by less": ({"tracks": (Track(name="o", kind="SGD", loss=(9, 7, 5, 4.5)),)}, True),
    "blew up": ({"tracks": (Track(name="o", kind="SGD", loss=(9, 4, 4, None)),)}, True),
    "was not watched": ({}, True),
}
FAILED = {
    "overfit": (TRIAL_OVERFIT, heart(1.0)),
    "zeros": (TRIAL_ZERO_INPUTS, heart(1.0, zeros_end=1.0)),
    "rate": (TRIAL_RATE, rated(None, {0.1: 0.2})),
}


@pytest.mark.parametrize(("seen", "counts"), WATCHED.values(), ids=WATCHED)
@pytest.mark.parametrize(("check", "figures"), FAILED.values(), ids=FAILED)
def test_a_training_that_learnt_outweighs_a_trial(check, figures, seen, counts):
    finding = check.judge(Evidence(door="check", trials=Trials(**figures), **seen))
    assert (finding is not None) == counts


@pytest.mark.parametrize(("late", "told"), [(0.2, True), (0.21, False)])
def test_a_rate_that_rises_later_may_start_low(late, told):
    track = Track(name="o", kind="SGD", rate=(0.1, late))
    trials = Trials(**rated(0.999, {100.0: 0.2}))
    seen = Evidence(door="check", trials=trials, tracks=(track,))
    assert (TRIAL_RATE.judge(seen) is not None) == told


def test_the_finding_names_the_rate_that_did_best():
    trials = Trials(**rated(None, {0.1: 0.5, 10.0: None, 0.01: 0.3}))
    finding = TRIAL_RATE.judge(Evidence(door="check", trials=trials))
    assert finding.remedy == "lr=0.001"
    assert finding.numbers["factor"] == 0.01
    mended = mended_rate(trials, finding.check)
    assert (mended.before, mended.after, mended.n_steps) == (None, 0.3, 40)
    assert mended.what == "learning rate 0.1 -> 0.001"


def test_no_rate_was_better():
    assert mended_rate(Trials(**rated(0.1, {0.1: 0.5})), "trial-rate") is None
