"""Checks that read the curve: sick and healthy ones, with the edge."""

import random

import pytest

from justright.doctor.checks.overfitting import OVERFITTING
from justright.doctor.checks.rate_runs_out import RATE_RUNS_OUT
from justright.doctor.checks.rate_too_high import RATE_TOO_HIGH
from justright.doctor.checks.rate_too_low import RATE_TOO_LOW
from justright.doctor.checks.same_batch_again import SAME_BATCH_AGAIN
from justright.doctor.checks.too_few_steps import TOO_FEW_STEPS
from justright.doctor.checks.underfitting import UNDERFITTING
from justright.doctor.checks.validation_below_training import VALIDATION_BELOW_TRAINING
from justright.doctor.checks.validation_with_gradients import VALIDATION_WITH_GRADIENTS
from justright.doctor.evidence import (
    Breakdown,
    Conduct,
    Evidence,
    Feed,
    Layer,
    Loader,
    LossSample,
    LossUse,
    Track,
    Trials,
    Validation,
)
from justright.kinds import Severity

N = 200


def noisy(level, noise=0.03, n=N, seed=1):
    """A curve around a level (a number, or a function of 0..1), with noise of its own size."""
    draw = random.Random(seed)
    at = level if callable(level) else lambda _: level
    return tuple(at(i / n) * (1 + noise * draw.gauss(0, 1)) for i in range(n))


def seen(loss, *, lr=0.01, update=1e-3, early=None, level=2.3, **parts):
    """Evidence of one optimizer with this curve."""
    updates = (early if early is not None else update,) * 4 + (update,) * 6
    track = Track(
        name="optimizer",
        kind="SGD",
        n_steps=len(loss),
        options={"lr": lr},
        steps=tuple(range(len(loss))),
        loss=loss,
        rate=parts.pop("rate", (lr,) * len(loss)),
        sampled=tuple(range(10)),
        updates={"fc1.weight": parts.pop("updates", updates), "fc1.bias": (9.0,) * 10},
        first_bad_step=parts.pop("bad", None),
    )
    sample = LossSample(step=0, value=level, trivial=level)
    use = LossUse(function="cross_entropy", samples=(sample,))
    parts.setdefault("conduct", Conduct(steps=len(loss)))
    return Evidence(door="watch", tracks=(track,), losses=(use,), **parts)


def falling(share):
    return 2.3 * (0.1 + 0.9 * 0.001**share)


TOO_HIGH = {
    "rises": seen(noisy(lambda share: 2.3 * 50**share)),
    "just beyond three times": seen((2.3,) * 10 + noisy(7.2, 0.01)),
    "jumps and does not come back": seen(
        (2.3,) * 10 + noisy(lambda share: 90.0 if share < 0.3 else 2.4, 0.01)
    ),
    "weights made anew, nothing learnt": seen(noisy(2.35), early=0.4, update=0.02),
    "one leap, and no gradient is left": seen(noisy(7.0), updates=(1.1,) + (0.0,) * 9),
    "infinite after growing": seen(
        tuple(2.3 * 3**i for i in range(10)) + (None,) * 40,
        bad=10,
        breakdown=Breakdown(step=10, loss="nan"),
    ),
}
NOT_TOO_HIGH = {
    "learns": seen(noisy(falling)),
    "just below three times": seen((2.3,) * 10 + noisy(6.6, 0.01)),
    "a rough start that comes down": seen(
        (2.3,) * 10 + noisy(lambda share: 90.0 if share < 0.1 else falling(share), 0.01)
    ),
    "large early steps, but it learns": seen(noisy(falling), early=0.4, update=0.02),
    "stuck with small steps": seen(noisy(2.3)),
    "stuck after a first step that is no leap": seen(noisy(7.0), updates=(0.9,) + (0.0,) * 9),
    "infinite from the first step on": seen(
        (None,) * 50, bad=0, breakdown=Breakdown(step=0, loss="nan")
    ),
    "infinite through the inputs": seen(
        tuple(2.3 * 3**i for i in range(10)) + (None,) * 40,
        bad=10,
        breakdown=Breakdown(step=10, loss="nan", in_input=True),
    ),
    "negative losses that fall": seen(noisy(lambda share: -1 - 100 * share)),
}


@pytest.mark.parametrize("evidence", TOO_HIGH.values(), ids=TOO_HIGH)
def test_a_rate_too_high_is_found(evidence):
    finding = RATE_TOO_HIGH.judge(evidence)
    assert finding is not None
    assert finding.severity is Severity.STOP
    assert float(finding.remedy.rpartition("lr=")[2]) <= 0.001


@pytest.mark.parametrize("evidence", NOT_TOO_HIGH.values(), ids=NOT_TOO_HIGH)
def test_a_rate_not_too_high_is_left_alone(evidence):
    assert RATE_TOO_HIGH.judge(evidence) is None


def creeping(share):
    return 2.3 - 0.05 * share


TOO_LOW = {
    "creeps in a straight line": seen(noisy(creeping, 0.001), update=1e-5),
    "at the edge of a small step": seen(noisy(creeping, 0.001), update=1e-4),
    "does not move at all": seen(noisy(2.3, 0.001), update=1e-7),
}
NOT_TOO_LOW = {
    "larger steps": seen(noisy(creeping, 0.001), update=1.2e-4),
    "small steps, but it has bent": seen(
        noisy(lambda share: 1.6 + 0.7 * 0.0001**share, 0.001), update=1e-5
    ),
    "most is learnt": seen(noisy(lambda share: 2.3 - 1.3 * share, 0.001), update=1e-5),
    "too few steps to say": seen(noisy(creeping, 0.001, n=29), update=1e-5),
    "frozen": seen(noisy(2.3, 0.001), update=0.0),
}


@pytest.mark.parametrize("evidence", TOO_LOW.values(), ids=TOO_LOW)
def test_a_rate_too_low_is_found(evidence):
    finding = RATE_TOO_LOW.judge(evidence)
    assert finding is not None
    assert "lr=0.01 -> lr=" in finding.remedy


@pytest.mark.parametrize("evidence", NOT_TOO_LOW.values(), ids=NOT_TOO_LOW)
def test_a_rate_not_too_low_is_left_alone(evidence):
    assert RATE_TOO_LOW.judge(evidence) is None


def straight(share):
    return 2.3 - 1.2 * share


def validations(losses, train=None, **more):
    train = train or losses
    return tuple(
        Validation(step=10 * i, loss=v, train_loss=t, **more)
        for i, (v, t) in enumerate(zip(losses, train, strict=True))
    )


ENDED_EARLY = {
    "still falls": seen(noisy(straight, 0.01)),
    "validation falls too": seen(
        noisy(straight, 0.01), validations=validations([2.2, 1.9, 1.6, 1.3, 1.1])
    ),
}
ENDED_EARLY["has hardly begun, and falls as ever"] = seen(
    noisy(lambda share: 2.3 - 0.4 * share, 0.003)
)
ENDED_WELL = {
    "has hardly begun, and has bent": seen(noisy(lambda share: 1.9 + 0.4 * 0.01**share, 0.003)),
    "levelled off": seen(noisy(lambda share: 1.0 + 1.3 * 0.0001**share)),
    "low": seen(noisy(lambda share: 2.3 - 2.0 * share, 0.01)),
    "validation is past its best": seen(
        noisy(straight, 0.01), validations=validations([2.2, 1.5, 1.4, 1.5, 1.6])
    ),
    "the schedule has come down": seen(noisy(straight, 0.01), rate=(0.01,) * 150 + (0.001,) * 50),
    "stopped by the doctor": seen(noisy(straight, 0.01), conduct=Conduct(stopped="time")),
    "a short run": seen(noisy(straight, 0.01, n=39)),
    "negative": seen(noisy(lambda share: -10 * share, 0.01)),
}


@pytest.mark.parametrize("evidence", ENDED_EARLY.values(), ids=ENDED_EARLY)
def test_an_early_end_is_found(evidence):
    assert TOO_FEW_STEPS.judge(evidence) is not None


@pytest.mark.parametrize("evidence", ENDED_WELL.values(), ids=ENDED_WELL)
def test_an_end_in_time_is_left_alone(evidence):
    assert TOO_FEW_STEPS.judge(evidence) is None


def learning(losses, train, **more):
    return seen(noisy(falling), validations=validations(losses, train, **more))


DOWN = [0.6, 0.4, 0.2, 0.1, 0.05, 0.02]


def test_overfitting_is_found_from_a_quarter_on():
    assert OVERFITTING.judge(learning([0.6, 0.5, 0.55, 0.63, 0.63, 0.63], DOWN)) is not None
    assert OVERFITTING.judge(learning([0.6, 0.5, 0.55, 0.62, 0.62, 0.62], DOWN)) is None


def test_no_overfitting_where_the_gap_is_small_or_accuracy_holds():
    assert (
        OVERFITTING.judge(learning([0.6, 0.5, 0.6, 0.7, 0.7, 0.7], [0.6, 0.5] + [0.4] * 4)) is None
    )
    rising = [0.6, 0.5, 0.6, 0.7, 0.7, 0.7]
    assert OVERFITTING.judge(learning(rising, DOWN, accuracy=0.9)) is None
    assert OVERFITTING.judge(learning([0.6, 0.5, 0.7, 0.9, 1.0, 1.0], DOWN, accuracy=0.9))


def test_underfitting_is_a_level_loss_near_that_of_a_constant():
    assert UNDERFITTING.judge(seen(noisy(2.25))) is not None
    assert UNDERFITTING.judge(seen(noisy(1.9))) is None
    assert UNDERFITTING.judge(seen(noisy(lambda share: 2.35 - 0.2 * share, 0.001))) is None


def below(layers=("Linear",), epoch=4, ratio=0.5):
    train = [0.8] * 8
    judged = LossUse(function="cross_entropy", learning=False)
    evidence = seen(
        noisy(falling),
        validations=validations([ratio * 0.8] * 8, train),
        layers=tuple(Layer(name=kind, kind=kind) for kind in layers),
        feed=Feed(n_batches=40, epoch_batches=epoch),
    )
    return Evidence(
        **{f: getattr(evidence, f) for f in evidence.__dataclass_fields__ if f != "losses"},
        losses=(*evidence.losses, judged),
    )


def test_validation_far_below_training_needs_no_excuse():
    assert VALIDATION_BELOW_TRAINING.judge(below()) is not None
    assert VALIDATION_BELOW_TRAINING.judge(below(ratio=0.7)) is None
    assert VALIDATION_BELOW_TRAINING.judge(below(layers=("Linear", "Dropout"))) is None
    assert VALIDATION_BELOW_TRAINING.judge(below(epoch=0)) is None


def scheduled(n_low, level=2.3, end=1e-6):
    rates = (0.1,) * (N - n_low) + (end,) * n_low
    return seen(noisy(level), rate=rates, conduct=Conduct(cycles={"ZFBSL": N}))


def test_a_schedule_that_runs_out_is_found_from_half_of_the_steps_on():
    found = RATE_RUNS_OUT.judge(scheduled(N // 2))
    assert found is not None
    assert found.severity is Severity.WARN
    assert "once an epoch" in found.remedy
    assert RATE_RUNS_OUT.judge(scheduled(N // 2 - 1)) is None
    assert RATE_RUNS_OUT.judge(scheduled(N // 2, end=2e-4)) is None
    assert RATE_RUNS_OUT.judge(scheduled(N // 2, level=0.2)).severity is Severity.NOTE


def with_gradients(n, steps=300, training=False):
    seen_ones = tuple(
        Validation(step=i, loss=0.5, with_gradients=True, training_mode=training) for i in range(n)
    )
    return Evidence(door="check", conduct=Conduct(steps=steps), validations=seen_ones)


def test_validation_with_gradients_is_a_fault_where_it_comes_again_and_again():
    judge = VALIDATION_WITH_GRADIENTS.judge
    assert judge(with_gradients(3)).severity is Severity.WARN
    assert judge(with_gradients(2)).severity is Severity.NOTE
    assert judge(with_gradients(9, training=True)).severity is Severity.NOTE
    assert judge(with_gradients(150, steps=300)) is None  # a teacher, asked at every other step


def test_rows_that_come_again_in_another_order_are_no_same_batch():
    feed = {"n_batches": 90, "batch_sizes": (32,) * 90, "epoch_batches": 3, "n_epochs": 30}
    loader = Loader(n_examples=600, batch_size=32, passes=30)

    def judged(**more):
        seen = Feed(n_rows_seen=90, **feed, **more)
        return SAME_BATCH_AGAIN.judge(Evidence(door="check", feed=seen, loaders=(loader,)))

    assert judged(same_order=29) is not None
    assert judged(same_order=0) is None  # pairs drawn from few images


def narrow(width=3.0, left=0.7, end=0.5, out=1.0):
    """A network of one hidden layer whose training has levelled off at a share of the trivial."""
    layers = (
        Layer(name="0", kind="Linear", options={"in_features": 8.0, "out_features": width}),
        Layer(name="2", kind="Linear", options={"in_features": width, "out_features": out}),
    )
    trials = Trials(batch_end=end, batch_trivial=1.0, batch_floor=0.0)
    return seen(noisy(2.3 * left), layers=layers, trials=trials)


def test_a_network_too_narrow_is_named_where_a_batch_cannot_be_learnt_by_heart():
    found = UNDERFITTING.judge(narrow())
    assert found is not None
    assert (found.layer, found.confidence) == ("0", 0.75)
    assert UNDERFITTING.judge(narrow(width=5.0)) is None
    assert UNDERFITTING.judge(narrow(left=0.45)) is None
    assert UNDERFITTING.judge(narrow(end=0.2)) is None
    assert UNDERFITTING.judge(narrow(out=8.0)) is None  # an autoencoder is narrow on purpose
