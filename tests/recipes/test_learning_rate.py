"""A learning rate on its own, by the sweep and by a ramp."""

import functools
import json
import math
import re

import numpy as np
import polars as pl
import pytest
from sklearn.datasets import load_diabetes, load_digits

import justright
from justright.errors import BudgetError, DesignError, JustrightError
from justright.kinds import Ramp, Sweep
from justright.recipes import ramp as room
from justright.recipes.encoded import encode
from justright.recipes.ground import lay_ground
from justright.recipes.learning_rate import learning_rate
from justright.recipes.network import spec_of
from justright.recipes.progress import Silent
from justright.recipes.ramp import mean_losses, ramp, ramp_members
from justright.recipes.wish import Wish
from justright.train.population import Population
from justright.train.ramp import ramp_rates
from tests.recipes.small import table

SMALL = {"evaluation": "hold-out", "depth": 2, "width": 32}


@functools.cache
def data(name):
    if name == "small":
        return table()
    loaded = {"digits": load_digits, "diabetes": load_diabetes}[name]()
    x, y = loaded.data[:600], loaded.target[:600]
    labels = [f"digit {label}" for label in y] if name == "digits" else y
    return pl.DataFrame({f"x{i}": column for i, column in enumerate(x.T)} | {"y": labels})


@functools.cache
def found(name, how, **overrides):
    return learning_rate(data(name), "y", how=how, time_s=60, overrides=SMALL | overrides)


def laid(**overrides):
    wish = Wish(data=table(), target="y", overrides=SMALL | {"batch_size": 16} | overrides)
    ground = lay_ground(wish)
    encoded = encode(ground, 0)
    return ground.design, spec_of(ground.design, encoded.layout), encoded


def run_ramp(deadline_s=math.inf, progress=None, **overrides):
    return ramp(
        *laid(**overrides), seed=0, deadline_s=deadline_s, progress=progress or Silent()
    )  # fmt: skip


# ---- the ramp as a training --------------------------------------------------------------------


def test_the_rates_in_force_are_those_that_are_read():
    design, spec, encoded = laid()
    members = ramp_members(design, spec, encoded, n_members=2, n_steps=60, seed=0)
    traces = Population(members, encoded.data).run().traces
    for trace in traces:
        made = len(trace.steps)
        assert trace.stopped in ("epochs", "diverged"), "patience never ends it"
        assert trace.steps == tuple(range(1, made + 1)), "an entry for each step"
        assert trace.rate == pytest.approx(ramp_rates(60)[:made], rel=1e-6)


def test_members_are_the_design_but_for_the_schedule():
    overrides = {"optimizer": "sgd", "dropout": 0.2, "clip": "norm", "weight_decay": 0.01}
    design, spec, encoded = laid(evaluation="k-fold", folds=3, **overrides)
    members = ramp_members(design, spec, encoded, n_members=4, n_steps=60, seed=0)
    assert len({m.seed for m in members}) == 4
    assert [m.view.fold for m in members] == [0, 1, 2, 0]
    for m in members:
        assert (m.optimizer, m.dropout, m.clip, m.weight_decay) == ("sgd", 0.2, "norm", 0.01)
        assert (m.batch_size, m.schedule, m.epoch_steps) == (16, "ramp", 1)
        assert len(m.view.validation) <= 16


def test_the_start_is_the_loss_before_training():
    found = run_ramp(dropout=0.0)
    early = [v for v in found.losses[:20] if v is not None]
    assert found.start_loss == pytest.approx(np.mean(early), rel=0.1)
    assert found.n_members == room.RAMP_MEMBERS


def test_the_same_seed_gives_the_same_ramp():
    assert run_ramp() == run_ramp()


def test_a_lost_member_loses_the_mean():
    found = run_ramp(optimizer="sgd", activation="relu", clip="none")
    lost = found.losses.index(None)
    assert lost > 0 and set(found.losses[lost:]) == {None}
    assert found.diverges_at is not None and found.chosen <= 0.5 * found.diverges_at


def test_losses_up_to_the_break_are_read():
    design, spec, encoded = laid(optimizer="sgd", activation="relu", clip="none")
    members = ramp_members(design, spec, encoded, n_members=4, n_steps=200, seed=0)
    traces = Population(members, encoded.data).run().traces
    broken = [trace for trace in traces if trace.stopped == "diverged"]
    assert broken
    for trace in broken:
        losses = mean_losses([trace], 200)
        n_read = sum(v is not None for v in losses)
        assert len(losses) == 200
        assert 100 < n_read <= len(trace.steps) < 200


def test_too_little_time_is_no_ramp():
    assert run_ramp(deadline_s=0.0) is None


def test_a_short_time_takes_members_before_steps(monkeypatch):
    pace = room.Pace(n_threads=1, n_workers=1, step_s=0.0, look_s=0.0)

    def slow(members, encoded):
        return room.replace(pace, step_s=0.01 * len(members))

    monkeypatch.setattr(room, "speed", slow)
    monkeypatch.setattr(room.time, "monotonic", lambda: 0.0)
    members, _ = room._laid_out(*laid(), seed=0, deadline_s=6.0)
    assert (len(members), members[0].total_steps) == (2, 200)
    members, _ = room._laid_out(*laid(), seed=0, deadline_s=1.0)
    assert len(members) == 1 and room.MIN_RAMP_STEPS <= members[0].total_steps < 200


class Hasty(Silent):
    def should_stop(self):
        return True


def test_who_asks_to_stop_gets_no_ramp():
    assert run_ramp(progress=Hasty()) is None


# ---- the answer --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["digits", "diabetes"])
def test_ramp_and_sweep_agree_within_a_decade(name):
    swept, ramped = found(name, "sweep"), found(name, "ramp")
    assert isinstance(swept.found, Sweep) and isinstance(ramped.found, Ramp)
    low, high = swept.found.usable_low, swept.found.usable_high
    near = min(max(ramped.chosen, low), high)
    assert 0.1 <= ramped.chosen / near <= 10, (ramped.chosen, low, high)
    assert 0.05 <= ramped.chosen / swept.chosen <= 20


@pytest.mark.parametrize("how", ["sweep", "ramp"])
def test_the_design_holds_the_rate_as_a_measurement(how):
    answer = found("small", how)
    decision = answer.design.decision("learning_rate")
    assert (decision.value, decision.origin) == (answer.chosen, "measurement")
    assert how in decision.source and "the book would have taken" in decision.reason


@pytest.mark.parametrize("how", ["sweep", "ramp"])
def test_the_answer_in_words(how):
    answer = found("small", how)
    text = repr(answer)
    assert text.startswith("learning rate ") and answer.found.reason in text.replace("\n", " ")
    for name in ("chosen", "valley", "steepest descent", "minimum / 10"):
        assert re.search(rf"^ *[\d.e-]+  {name}", text, re.M), text
    # Lines are folded: compare words.
    assert all(" ".join(c.split()) in " ".join(text.split()) for c in answer.cautions)
    html = answer._repr_html_()
    assert "<table" in html and "<script" not in html
    assert json.loads(json.dumps(answer.to_dict()))["how"] == how


@pytest.mark.parametrize("how", ["sweep", "ramp"])
def test_the_pictures(how, tmp_path):
    pytest.importorskip("matplotlib")
    answer = found("small", how)
    assert answer.plot().axes[0].get_xscale() == "log"
    page = answer.save(tmp_path / "rate.html").read_text()
    assert f'data-chart="{how}"' in page and "http-equiv" in page
    assert answer.save(str(tmp_path / "rate.png")).read_bytes().startswith(b"\x89PNG")
    with pytest.raises(JustrightError, match=r"one of \.html, \.png"):
        answer.save(tmp_path / "rate.docx")


def test_the_public_name():
    assert justright.learning_rate is learning_rate


# ---- when nothing can be said ------------------------------------------------------------------


@pytest.mark.parametrize("how", ["sweep", "ramp"])
def test_too_little_time(how):
    with pytest.raises(BudgetError, match="too few to tell learning rates apart") as told:
        learning_rate(data("small"), "y", how=how, time_s=0.01)
    assert "--time 2s" in str(told.value)
    assert ("the ramp, which takes less" in str(told.value)) == (how == "sweep")


def test_no_time_at_all():
    with pytest.raises(BudgetError, match="more than 0 s"):
        learning_rate(data("small"), "y", time_s=0)


def test_who_stops_is_told_so():
    with pytest.raises(BudgetError, match="was stopped before"):
        learning_rate(data("small"), "y", how="ramp", progress=Hasty())


def test_an_unknown_way():
    with pytest.raises(ValueError, match="a sweep or a ramp"):
        learning_rate(data("small"), "y", how="guess")


def test_a_lever_that_is_none():
    with pytest.raises(DesignError, match="depht"):
        learning_rate(data("small"), "y", overrides={"depht": 2})


def test_a_target_that_nothing_tells():
    """Rates differ by chance alone: the answer is a rate that can be trained with, not 10."""
    rng = np.random.default_rng(0)
    rows = pl.DataFrame({"a": rng.normal(size=200), "y": rng.normal(size=200)})
    answer = learning_rate(rows, "y", how="ramp", overrides=SMALL)
    assert 1e-6 < answer.chosen < 1
