"""One member's course: what gains, when it ends, what is written down."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justright.train.course import Course, finite
from justright.train.schedules import PLATEAU_FACTOR, PLATEAU_WAIT
from tests.train.small import member, view

NAN, INF = float("nan"), float("inf")


def course(**changes):
    return Course(member(**{"epoch_steps": 10, "total_steps": 1_000, "patience": 2} | changes))


def seen(scores, **changes):
    """What gained, until the course ends."""
    own, gained = course(**changes), []
    for i, score in enumerate(scores, start=1):
        gained.append(own.see(10 * i, score, {}))
        if own.stopped:
            break
    return own, gained


# Scores seen with a patience of 2, what gained, the best, and why it ended ("" while running).
CASES = {
    "every score gains": ([3.0, 2.0, 1.0], [1, 1, 1], 1.0, ""),
    "one wait is borne": ([1.0, 2.0], [1, 0], 1.0, ""),
    "two waits are not": ([1.0, 2.0, 3.0], [1, 0, 0], 1.0, "patience"),
    "equal is no gain": ([1.0, 1.0, 1.0], [1, 0, 0], 1.0, "patience"),
    "a gain starts the count anew": ([3.0, 4.0, 2.0, 4.0], [1, 0, 1, 0], 2.0, ""),
    "diverged at once has no best": ([NAN], [0], INF, "diverged"),
    "diverged later keeps its best": ([1.0, INF], [1, 0], 1.0, "diverged"),
    "minus infinity is no gain either": ([1.0, -INF], [1, 0], 1.0, "diverged"),
    "diverged comes before patience": ([1.0, 2.0, NAN], [1, 0, 0], 1.0, "diverged"),
}


@pytest.mark.parametrize(("scores", "gained", "best", "why"), CASES.values(), ids=CASES)
def test_gains_and_ends(scores, gained, best, why):
    own, found = seen(scores)
    assert found == [bool(g) for g in gained]
    assert (own.best, own.stopped) == (best, why)


def test_it_ends_with_its_steps_and_not_before():
    own = course(total_steps=25)
    for step, score, why in ((10, 3.0, ""), (20, 2.0, ""), (25, 1.0, "epochs")):
        assert own.see(step, score, {})
        assert own.stopped == why
    patient, _ = seen([1.0, 2.0, 3.0], total_steps=30)
    assert patient.stopped == "patience", "out of patience at the very end"


DUE = {
    "a whole number of epochs": (5, 30, [5, 10, 15, 20, 25, 30]),
    "a short last epoch": (5, 12, [5, 10, 12]),
    "an epoch longer than the training": (50, 7, [7]),
}


@pytest.mark.parametrize(("epoch_steps", "total_steps", "steps"), DUE.values(), ids=DUE)
def test_when_it_is_due(epoch_steps, total_steps, steps):
    own = course(epoch_steps=epoch_steps, total_steps=total_steps)
    assert [i for i in range(1, total_steps + 1) if own.due(i)] == steps


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(0, 9) | st.just(NAN), min_size=1, max_size=30),
    st.integers(1, 4),
)
def test_it_ends_at_the_first_wait_that_is_as_long_as_its_patience(scores, patience):
    own, gained = seen(scores, patience=patience)
    assert own.best == min((s for s, g in zip(scores, gained, strict=False) if g), default=INF)
    waits = "".join("g" if g else "w" for g in gained)
    ended = [i for i in range(1, len(waits) + 1) if waits[:i].endswith("w" * patience)]
    if own.stopped == "diverged":
        assert not scores[len(waits) - 1] >= 0
        assert ended in ([], [len(waits)])
    else:
        assert own.stopped == ("patience" if ended else "")
        assert ended in ([], [len(waits)])
    if own.best_step is not None:
        assert scores[own.best_step // 10 - 1] == own.best


def test_the_plateau_lowers_the_pace_of_this_schedule_alone():
    for schedule, rate in (("plateau", PLATEAU_FACTOR), ("constant", 1.0)):
        own, _ = seen([1.0] * (PLATEAU_WAIT + 2), schedule=schedule, patience=99)
        assert own.pace(80).rate == rate
    waiting, _ = seen([1.0] * (PLATEAU_WAIT + 1), schedule="plateau", patience=99)
    assert waiting.pace(70).rate == 1.0


def test_the_pace_is_that_of_its_schedule():
    own = course(schedule="linear", warmup_share=0.1, total_steps=100)
    assert own.pace(4).rate == pytest.approx(5 / 11)
    assert own.pace(55).rate == pytest.approx(0.5)
    assert course(schedule="one_cycle").pace(299).momentum_drop == pytest.approx(0.1)


def recorded():
    own = Course(
        member(seed=5, view=view([0], [1], fold=2), learning_rate=0.2, total_steps=25,
               epoch_steps=10)
    )  # fmt: skip
    for step, losses, score in ((10, (6.0, 3), 4.0), (20, (8.0, 2), 5.0), (25, (1.0, 1), NAN)):
        own.loss_sum, own.n_summed = losses
        own.see(
            step,
            score,
            {
                "validation_loss": score / 2,
                "validation_score": score,
                "rate": step / 100,
                "gradient hidden.0": step * 1.0,
                "gradient output": INF,
                "update hidden.0": 0.5,
                "update output": 0.25,
            },
        )
    return own


def test_what_is_written_down():
    trace = recorded().trace()
    assert (trace.seed, trace.fold, trace.learning_rate) == (5, 2, 0.2)
    assert trace.steps == (10, 20, 25)
    assert trace.train_loss == (2.0, 4.0, 1.0)
    assert trace.validation_loss == (2.0, 2.5, None)
    assert trace.validation_score == (4.0, 5.0, None)
    assert trace.rate == (0.1, 0.2, 0.25)
    assert dict(trace.gradient_norm) == {"hidden.0": (10, 20, 25), "output": (None,) * 3}
    assert dict(trace.update_ratio) == {"hidden.0": (0.5,) * 3, "output": (0.25,) * 3}
    assert list(trace.gradient_norm) == ["hidden.0", "output"], "first layer first"
    assert (trace.best_step, trace.stopped) == (10, "diverged")


def test_a_last_evaluation_without_a_step_has_no_figures_of_one():
    own = course()
    own.see(10, 3.0, {"rate": 0.1, "gradient output": 2.0})
    own.see(14, 2.0, {"rate": 0.1})
    assert own.trace().gradient_norm["output"] == (2.0, None)


def test_nothing_seen_is_an_empty_trace():
    own = course()
    own.stopped = "time"
    trace = own.trace()
    assert (trace.steps, trace.train_loss, trace.stopped, trace.best_step) == ((), (), "time", None)


def test_what_is_not_finite_is_none():
    assert finite([1.0, NAN, INF, -INF]) == (1.0, None, None, None)


def test_a_state_goes_on():
    own, _ = seen([4.0, 5.0, 3.0] + [3.0] * (PLATEAU_WAIT + 1), patience=99, schedule="plateau")
    own.loss_sum, own.n_summed = 1.5, 3
    state = own.state()
    kept = copy.deepcopy(state)
    again = Course.from_state(own.member, state)
    assert again == own
    for one in (own, again):
        one.see(100, 2.5, {"rate": 1.0})
    assert again == own
    assert state == kept, "a state stays as it was taken"
