import pytest
import torch

from justright.nets.slots import Slot
from justright.train.recorder import Recorder, finite, layer_norms
from tests.train.small import member, view

SLOTS = (
    Slot(name="hidden.0.weight", shape=(1, 2)),
    Slot(name="hidden.0.bias", shape=(1,)),
    Slot(name="output.weight", shape=(1,)),
)
NAN = float("nan")


def record(recorder, step, losses, gained, running):
    figures = {
        "train_loss": torch.tensor(losses),
        "validation_loss": torch.tensor(losses) * 2,
        "validation_score": torch.tensor(losses) * 3,
        "rate": torch.tensor([[0.1], [0.2]]),
    }
    recorder.step_figures(torch.ones(2, 4) * step, torch.ones(2, 4), torch.ones(2, 4) * 1.5)
    recorder.evaluation(step, figures, gained, running)


def test_traces_are_cut_where_a_member_stopped():
    members = [member(seed=4), member(seed=5, view=view([0], [1], fold=2), learning_rate=0.2)]
    recorder = Recorder(members, SLOTS)
    record(recorder, 10, [1.0, 4.0], [True, True], [True, True])
    record(recorder, 20, [0.5, 5.0], [True, False], [True, True])
    record(recorder, 25, [0.7, 0.1], [False, False], [True, False])
    first, second = recorder.traces(["epochs", "patience"])
    assert first.steps == (10, 20, 25)
    assert first.train_loss == pytest.approx((1.0, 0.5, 0.7))
    assert (first.seed, first.fold, first.best_step, first.stopped) == (4, 0, 20, "epochs")
    assert second.steps == (10, 20)
    assert second.train_loss == (4.0, 5.0)
    assert second.validation_loss == (8.0, 10.0)
    assert second.validation_score == (12.0, 15.0)
    assert second.rate == pytest.approx((0.2, 0.2))
    assert (second.seed, second.fold, second.best_step, second.stopped) == (5, 2, 10, "patience")
    for trace in (first, second):
        for curves in (trace.gradient_norm, trace.update_ratio):
            assert list(curves) == ["hidden.0", "output"]
            assert all(len(curve) == len(trace.steps) for curve in curves.values())


def test_norms_are_those_of_a_layers_own_parameters():
    recorder = Recorder([member(), member()], SLOTS)
    record(recorder, 2, [1.0, 1.0], [True, True], [True, True])
    trace = recorder.traces(["epochs", "epochs"])[1]
    assert trace.gradient_norm["hidden.0"] == pytest.approx((2 * 3**0.5,))
    assert trace.gradient_norm["output"] == pytest.approx((2.0,))
    assert trace.update_ratio["hidden.0"] == pytest.approx((0.5,))


def test_what_is_not_finite_is_none():
    recorder = Recorder([member(), member()], SLOTS)
    record(recorder, 1, [NAN, 1.0], [False, True], [True, True])
    diverged = recorder.traces(["diverged", "epochs"])[0]
    assert diverged.train_loss == (None,)
    assert diverged.best_step is None
    assert finite([1.0, NAN, float("inf"), -float("inf")]) == (1.0, None, None, None)


def test_weights_of_zero_give_a_finite_ratio():
    recorder = Recorder([member()], SLOTS)
    recorder.step_figures(torch.zeros(1, 4), torch.zeros(1, 4), torch.zeros(1, 4))
    recorder.evaluation(1, {"rate": torch.ones(1, 1)}, [True], [True])
    assert recorder.traces(["epochs"])[0].update_ratio["output"] == (0.0,)


def test_nothing_recorded_is_an_empty_trace():
    trace = Recorder([member()], SLOTS).traces(["time"])[0]
    assert trace.steps == ()
    assert trace.stopped == "time"


def test_layer_norms_by_hand():
    columns = {"a": [(0, 1), (3, 4)], "b": [(1, 3)]}
    norms = layer_norms(columns, torch.tensor([[3.0, 5.0, 12.0, 4.0]]))
    assert {name: norm.tolist() for name, norm in norms.items()} == {"a": [5.0], "b": [13.0]}
