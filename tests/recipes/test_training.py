"""The measured rate, and what is trained where the time is short."""

import dataclasses
import time

import numpy as np
import pytest
import torch

from justright.kinds import Sweep
from justright.nets.spec import DenseSpec
from justright.recipes import speed as measuring
from justright.recipes import training as room
from justright.recipes.encoded import encode
from justright.recipes.ground import lay_ground
from justright.recipes.progress import Silent
from justright.recipes.training import (
    Pace,
    batch_size_of,
    epoch_of,
    lay_out,
    members_of,
    sweep,
    with_rate,
)
from justright.recipes.wish import Wish
from justright.train.range_test import rates
from tests.recipes.small import EPOCHS, table

BATCH = 16


def laid(**overrides):
    """Design, spec and data of the small table."""
    ground = lay_ground(
        Wish(data=table(), target="y", time_s=60, overrides={"batch_size": BATCH} | overrides)
    )
    encoded = encode(ground, seed=0)
    return ground.design, DenseSpec.of(ground.design, encoded.layout), encoded


@pytest.fixture
def at_pace(monkeypatch):
    """Pretend a speed: seconds a step of one member, seconds of a look."""

    def pretend(step_s, look_s=0.0):
        def speed(members, encoded):
            return Pace(n_threads=1, n_workers=1, step_s=step_s * len(members), look_s=look_s)

        monkeypatch.setattr(room, "speed", speed)

    return pretend


def laid_out(time_s, **overrides):
    design, spec, encoded = laid(**overrides)
    return design, lay_out(design, spec, encoded, seed=0, deadline_s=time.monotonic() + time_s)


LONG = {"evaluation": "hold-out", "ensemble_size": 8, "epochs": 100}


# ---- the rate ----------------------------------------------------------------------------------

FOUND = Sweep(
    rates=(0.001, 0.01, 0.1), train_loss=(1.0, 0.5, None), validation_loss=(1.0, 0.5, None),
    n_steps=100, start_loss=1.0, best=0.01, diverges_at=0.1, usable_low=0.002, usable_high=0.03,
    chosen=0.0123, reason="a third of the one that diverges",
)  # fmt: skip


def test_the_measured_rate_carries_its_evidence():
    design = laid()[0]
    decision = with_rate(design, FOUND).decision("learning_rate")
    old = design.decision("learning_rate")
    assert (decision.value, decision.origin, decision.rule) == (0.0123, "measurement", "measured")
    assert decision.evidence == {"usable_low": 0.002, "usable_high": 0.03, "diverges_at": 0.1}
    assert FOUND.reason in decision.reason and old.rule in decision.reason
    assert str(old.value) in decision.reason and "measured on your data" in decision.source
    assert decision.passed_over == old.passed_over


def test_where_no_rate_diverged_there_is_no_such_figure():
    found = dataclasses.replace(FOUND, diverges_at=None)
    assert "diverges_at" not in with_rate(laid()[0], found).decision("learning_rate").evidence


def test_only_the_rate_changes():
    design = laid()[0]
    changed = with_rate(design, FOUND)
    assert [d for d in changed.decisions if d.lever != "learning_rate"] == [
        d for d in design.decisions if d.lever != "learning_rate"
    ]


def swept(**overrides):
    design, spec, encoded = laid(**overrides)
    deadline_s = time.monotonic() + 60
    return design, sweep(
        design, spec, encoded, seed=0, deadline_s=deadline_s, progress=Silent()
    )  # fmt: skip


def test_the_sweep_tries_every_rate_from_the_same_start():
    design, found = swept(evaluation="hold-out")
    assert found.rates == rates()
    assert found.rates[0] <= found.usable_low <= found.chosen <= found.usable_high
    assert len(found.train_loss) == len(found.validation_loss) == len(found.rates)
    # The lowest rate has hardly moved from where all began.
    assert found.validation_loss[0] == pytest.approx(found.start_loss, rel=0.05)
    assert min(v for v in found.validation_loss if v is not None) < 0.7 * found.start_loss
    assert with_rate(design, found)["learning_rate"] == found.chosen


def test_no_time_no_sweep(at_pace):
    at_pace(10.0)
    assert swept(evaluation="hold-out")[1] is None


def test_the_sweep_repeats():
    assert swept(evaluation="k-fold", folds=3)[1] == swept(evaluation="k-fold", folds=3)[1]


# ---- what is trained ---------------------------------------------------------------------------


def test_with_time_enough_the_design_stays(at_pace):
    at_pace(1e-6)
    design, plan = laid_out(60, **LONG)
    assert plan.design == design
    assert len(plan.members) == 8
    assert plan.members[0].total_steps == 100 * epoch_of(laid()[2], BATCH)


def test_members_go_first(at_pace):
    design, spec, encoded = laid(**LONG)
    wanted = 100 * epoch_of(encoded, BATCH)
    at_pace(1.0)  # 8 members: 8 s a step
    time_s = 2.2 * wanted / 0.9  # enough for all steps of 2 members, for half of those of 4
    plan = lay_out(design, spec, encoded, seed=0, deadline_s=time.monotonic() + time_s)
    decision = plan.design.decision("ensemble_size")
    assert len(plan.members) == decision.value == 4
    assert decision.origin == "measurement" and decision.source.endswith("seconds a step")
    assert "the time does not allow more; you asked for 8" in decision.reason
    epochs = plan.design.decision("epochs")
    assert epochs.origin == "measurement" and epochs.value == pytest.approx(55, abs=1)
    assert "of 100 epochs; you asked for 100" in epochs.reason
    assert plan.members[0].total_steps == pytest.approx(0.55 * wanted, rel=0.02)


def test_epochs_go_where_one_member_is_left(at_pace):
    at_pace(1.0)
    design, plan = laid_out(30 / 0.9, **LONG)
    assert len(plan.members) == 1
    assert plan.members[0].total_steps in (29, 30)
    assert plan.design.count("epochs") < design.count("epochs")


def test_the_book_is_named_where_it_is_overruled(at_pace):
    at_pace(1.0)
    design, plan = laid_out(30, evaluation="hold-out")
    old, new = design.decision("epochs"), plan.design.decision("epochs")
    assert f"the book would have taken {old.value} ({old.rule})" in new.reason


def test_every_fold_keeps_a_member(at_pace):
    at_pace(1.0)
    _, plan = laid_out(10, evaluation="k-fold", folds=4, ensemble_size=8)
    assert sorted(member.view.fold for member in plan.members) == [0, 1, 2, 3]


@pytest.mark.parametrize("time_s", [-5.0, 0.0, 0.001])
def test_without_time_one_step_is_made(time_s, at_pace):
    at_pace(1.0)
    _, plan = laid_out(time_s, **LONG)
    assert plan.members[0].total_steps == 1 and plan.members[0].epoch_steps == 1


def test_looks_take_a_share_of_the_time(at_pace):
    at_pace(1e-6, look_s=1.0)
    _, plan = laid_out(100, **LONG)
    n_looks = plan.members[0].total_steps / plan.members[0].epoch_steps
    assert 2 <= n_looks <= 0.15 * 0.9 * 100 + 1


def test_patience_is_in_looks_but_lasts_as_many_epochs(at_pace):
    at_pace(1e-6)
    design, plan = laid_out(60, **LONG, patience=20)
    epoch = epoch_of(laid()[2], BATCH)
    lasts = plan.members[0].patience * plan.members[0].epoch_steps / epoch
    assert lasts == pytest.approx(20, rel=0.1) and design["patience"] == 20


def test_a_batch_is_no_larger_than_the_rows():
    design, _, encoded = laid(batch_size=8192)
    assert batch_size_of(design, encoded) == min(len(v.train) for v in encoded.views)
    assert epoch_of(encoded, batch_size_of(design, encoded)) == 1


def test_members_are_spread_over_folds_with_seeds_of_their_own():
    design, spec, encoded = laid(evaluation="k-fold", folds=3)
    members = members_of(design, spec, encoded, 7, seed=0)
    assert [member.view.fold for member in members] == [0, 1, 2] * 3  # 7 is rounded up to 9
    assert len({member.seed for member in members}) == 9
    assert [m.seed for m in members] == [m.seed for m in members_of(design, spec, encoded, 9, 0)]
    assert [m.seed for m in members] != [m.seed for m in members_of(design, spec, encoded, 9, 1)]


def test_where_steps_are_long_a_few_members_tell_the_speed_of_all(monkeypatch):
    design, spec, encoded = laid(evaluation="hold-out")
    members = members_of(design, spec, encoded, 6, 0)
    made = []

    class Slow:
        def __init__(self, members, data, workers=1):
            made.append(len(members))

        def step(self):
            time.sleep(0.02 * made[-1])

        def scores(self):
            pass

    monkeypatch.setattr(measuring, "Population", Slow)
    monkeypatch.setattr(measuring, "LONG_STEP_S", 0.01)
    monkeypatch.setattr(measuring, "step_seconds", lambda members: 1.0)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    pace = room.speed(members, encoded)
    assert made == [1, 1], "one to see that it is long, one to measure"
    assert pace.step_s >= 6 * 0.02


def test_measuring_the_speed_moves_nothing():
    design, spec, encoded = laid(**EPOCHS)
    state = torch.get_rng_state()
    pace = room.speed(members_of(design, spec, encoded, 2, 0), encoded)
    assert pace.n_threads == 1 and 0 < pace.step_s < 1 and 0 < pace.look_s < 1
    assert torch.equal(state, torch.get_rng_state())
    assert np.isfinite(pace.step_s)
